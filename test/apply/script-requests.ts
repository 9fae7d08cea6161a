import { type ByteString, EMPTY_BYTES, fromByteString } from '../../src/wire/bytes.ts';
import type {
  Compare,
  CompareResult,
  CompareTarget,
  Permission,
  Request,
  RequestOp,
  TxnRequest,
} from '../../src/wire/types.ts';

const RESULTS: Readonly<Record<string, CompareResult>> = {
  '=': 'equal',
  '!=': 'not-equal',
  '>': 'greater',
  '<': 'less',
  '?': 'unknown',
};
const PERMISSIONS: Readonly<Record<string, number>> = { read: 0, write: 1, readwrite: 2 };
const ALARMS: Readonly<Record<string, number>> = { none: 0, nospace: 1, corrupt: 2 };
const ACTIONS: Readonly<Record<string, number>> = { get: 0, activate: 1, deactivate: 2 };

/** Words of a line: positional ones, and options written `name` or `name=value`. */
export interface Words {
  readonly words: readonly ByteString[];
  readonly options: ReadonlyMap<string, string>;
}

const OPTION =
  /^(lease|prev-kv|ignore-value|ignore-lease|rev|as|password|hash|no-password|no-options|end|voters|min-ttl|max-learners|url|name|learner|client)(?:=(.*))?$/;

/** Splits a line; `\xNN` in a word is that byte, `""` the empty word. */
export function wordsOf(line: string): Words {
  const words: ByteString[] = [];
  const options = new Map<string, string>();
  for (const word of line.trim().split(/\s+/)) {
    const option = OPTION.exec(word);
    if (option === null || words.length === 0) words.push(bytes(word));
    else options.set(option[1] ?? '', option[2] ?? '');
  }
  return { words, options };
}

export function bytes(word: string): ByteString {
  if (word === '""') return '' as ByteString;
  return word.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  ) as ByteString;
}

/** The request of a command and the lines below it; undefined when it is no request. */
export function requestOf(lines: readonly string[]): Request | undefined {
  const { words, options } = wordsOf(lines[0] ?? '');
  const [kind = '', ...args] = words;
  const word = (i: number): ByteString => args[i] ?? ('' as ByteString);
  const text = (name: string): ByteString => bytes(options.get(name) ?? '""');
  switch (kind as string) {
    case 'put':
    case 'delete-range':
    case 'range':
      return opOf(lines[0] ?? '') as Request;
    case 'txn':
      return txnOf(lines.slice(1));
    case 'compaction':
      return { kind: 'compaction', revision: BigInt(word(0)), physical: false };
    case 'lease-grant':
      return { kind: 'lease-grant', id: BigInt(word(0)), ttl: BigInt(word(1)) };
    case 'lease-revoke':
      return { kind: 'lease-revoke', id: BigInt(word(0)) };
    case 'lease-checkpoint': {
      const checkpoints = args.map(pair => {
        const [id = '0', remaining = '0'] = pair.split(':');
        return { id: BigInt(id), remainingTtl: BigInt(remaining) };
      });
      return { kind: 'lease-checkpoint', checkpoints };
    }
    case 'alarm':
      return {
        kind: 'alarm',
        action: ACTIONS[word(0)] ?? Number(word(0)),
        memberId: BigInt(word(1)),
        alarm: ALARMS[word(2)] ?? Number(word(2)),
      };
    case 'auth-enable':
    case 'auth-disable':
    case 'auth-status':
    case 'authenticate':
    case 'user-list':
    case 'role-list':
    case 'downgrade-version-test':
      return { kind } as Request;
    case 'user-add': {
      const noPassword = options.has('no-options') ? undefined : options.has('no-password');
      const password = fromByteString(text('password'));
      return {
        kind: 'user-add',
        name: word(0),
        password,
        hashedPassword: text('hash'),
        noPassword,
      };
    }
    case 'user-change-password': {
      const password = fromByteString(text('password'));
      return {
        kind: 'user-change-password',
        name: word(0),
        password,
        hashedPassword: text('hash'),
      };
    }
    case 'user-delete':
    case 'user-get':
    case 'role-add':
      return { kind, name: word(0) } as Request;
    case 'user-grant-role':
    case 'user-revoke-role':
      return { kind, user: word(0), role: word(1) } as Request;
    case 'role-delete':
    case 'role-get':
      return { kind, role: word(0) } as Request;
    case 'role-grant-permission': {
      const permission: Permission | undefined =
        args.length < 2
          ? undefined
          : { permType: PERMISSIONS[word(1)] ?? Number(word(1)), key: word(2), rangeEnd: word(3) };
      return { kind: 'role-grant-permission', name: word(0), permission };
    }
    case 'role-revoke-permission':
      return { kind: 'role-revoke-permission', role: word(0), key: word(1), rangeEnd: word(2) };
    case 'cluster-version-set':
      return { kind: 'cluster-version-set', version: word(0) };
    case 'cluster-member-attr-set':
      return {
        kind: 'cluster-member-attr-set',
        memberId: BigInt(`0x${word(0)}`),
        name: word(1),
        clientUrls: args.slice(2),
      };
    case 'downgrade-info-set':
      return { kind: 'downgrade-info-set', enabled: true, version: word(0) };
    default:
      return undefined;
  }
}

/** Lines `if TARGET KEY [END] RESULT OPERAND`, `then OP`, `else OP`; the lines of a nested txn are indented deeper. */
export function txnOf(lines: readonly string[]): TxnRequest {
  const compare: Compare[] = [];
  const success: RequestOp[] = [];
  const failure: RequestOp[] = [];
  for (let i = 0; i < lines.length; ) {
    const line = lines[i] ?? '';
    const depth = indent(line);
    let next = i + 1;
    while (next < lines.length && indent(lines[next] ?? '') > depth) next += 1;
    const [, branch = '', rest = ''] = /^\s*(\w+)\s*(.*)$/.exec(line) ?? [];
    if (branch === 'if') compare.push(compareOf(rest));
    else {
      const op = rest === 'txn' ? txnOf(lines.slice(i + 1, next)) : opOf(rest);
      if (branch === 'then') success.push(op);
      else if (branch === 'else') failure.push(op);
      else throw new Error(`no branch in ${line}`);
    }
    i = next;
  }
  return { kind: 'txn', compare, success, failure };
}

function indent(line: string): number {
  return line.length - line.trimStart().length;
}

function compareOf(line: string): Compare {
  const { words } = wordsOf(line);
  const at = words.findIndex(word => word in RESULTS);
  const [target = '', key = '', rangeEnd = ''] = words.slice(0, at);
  const operand = words[at + 1] ?? ('' as ByteString);
  const isNumber = target !== 'value' && target !== 'unknown';
  return {
    result: RESULTS[words[at] ?? ''] ?? 'unknown',
    target: target as CompareTarget,
    key: key as ByteString,
    rangeEnd: rangeEnd as ByteString,
    number: isNumber && operand !== '' ? BigInt(operand) : 0n,
    value: target === 'value' ? fromByteString(operand) : EMPTY_BYTES,
  };
}

function opOf(line: string): RequestOp {
  const { words, options } = wordsOf(line);
  const [kind = '', key = '' as ByteString, second = '' as ByteString] = words;
  switch (kind as string) {
    case 'put':
      return {
        kind: 'put',
        key,
        value: fromByteString(second),
        lease: BigInt(options.get('lease') ?? 0),
        prevKv: options.has('prev-kv'),
        ignoreValue: options.has('ignore-value'),
        ignoreLease: options.has('ignore-lease'),
      };
    case 'delete-range':
      return { kind: 'delete-range', key, rangeEnd: second, prevKv: options.has('prev-kv') };
    case 'range':
      return { kind: 'range', key, rangeEnd: second, revision: BigInt(options.get('rev') ?? 0) };
    case 'none':
      return { kind: 'none' };
    default:
      throw new Error(`no operation: ${line}`);
  }
}
