import { decodeConfChange, decodeConfChangeContext } from './conf-change.ts';
import { decodePayload } from './internal-raft-request.ts';
import {
  type Entry,
  EntryType,
  type Payload,
  type Request,
  type RequestOp,
  type TxnRequest,
} from './types.ts';

const CONF_CHANGE_NAMES = ['add-node', 'remove-node', 'update-node', 'add-learner'];

/** One line for an entry: index, term and what it asks for. Values and passwords appear as lengths only. Errors: WireError. */
export function describeEntry(entry: Entry): string {
  const head = `${entry.term}/${entry.index}`;
  if (entry.type === EntryType.ConfChange) return `${head} ${describeConfChange(entry.data)}`;
  if (entry.type !== EntryType.Normal) return `${head} entry of type ${entry.type}`;
  return `${head} ${describePayload(decodePayload(entry.data, { v2Requests: true }))}`;
}

function describeConfChange(data: Uint8Array): string {
  const { type, nodeId, context } = decodeConfChange(data);
  const name = CONF_CHANGE_NAMES[type] ?? `conf-change-${type}`;
  if (context.length === 0) return `${name} ${nodeId.toString(16)}`;
  const { peerUrls, isPromote } = decodeConfChangeContext(context);
  return `${name} ${nodeId.toString(16)} ${peerUrls.join(',')}${isPromote ? ' promote' : ''}`;
}

function describePayload(payload: Payload): string {
  if (payload.kind === 'empty') return 'empty';
  if (payload.kind === 'v2') return `v2 ${payload.method} ${payload.path}`;
  const { username, authRevision } = payload.header;
  const user = username === '' ? '' : ` user=${quote(username)}@${authRevision}`;
  return describeRequest(payload.request) + user;
}

export function describeRequest(request: Request): string {
  switch (request.kind) {
    case 'put':
    case 'delete-range':
    case 'range':
    case 'txn':
      return describeOp(request);
    case 'compaction':
      return `compaction ${request.revision}`;
    case 'lease-grant':
      return `lease-grant ${hex(request.id)} ttl=${request.ttl}`;
    case 'lease-revoke':
      return `lease-revoke ${hex(request.id)}`;
    case 'lease-checkpoint':
      return `lease-checkpoint ${request.checkpoints.map(c => `${hex(c.id)}=${c.remainingTtl}`).join(' ')}`;
    case 'alarm':
      return `alarm action=${request.action} member=${request.memberId.toString(16)} alarm=${request.alarm}`;
    case 'user-add':
    case 'user-delete':
    case 'user-get':
    case 'user-change-password':
    case 'role-add':
      return `${request.kind} ${quote(request.name)}`;
    case 'user-grant-role':
    case 'user-revoke-role':
      return `${request.kind} ${quote(request.user)} ${quote(request.role)}`;
    case 'role-delete':
    case 'role-get':
      return `${request.kind} ${quote(request.role)}`;
    case 'role-grant-permission': {
      const { permission } = request;
      const range =
        permission === undefined
          ? ''
          : ` ${permission.permType} ${keys(permission.key, permission.rangeEnd)}`;
      return `${request.kind} ${quote(request.name)}${range}`;
    }
    case 'role-revoke-permission':
      return `${request.kind} ${quote(request.role)} ${keys(request.key, request.rangeEnd)}`;
    case 'cluster-version-set':
      return `cluster-version-set ${request.version}`;
    case 'cluster-member-attr-set':
      return `cluster-member-attr-set ${request.memberId.toString(16)} ${request.name}`;
    case 'downgrade-info-set':
      return `downgrade-info-set ${request.enabled ? request.version : 'off'}`;
    default:
      return request.kind;
  }
}

function describeOp(op: RequestOp): string {
  switch (op.kind) {
    case 'put': {
      const flags = `${op.ignoreValue ? ' ignore-value' : ''}${op.ignoreLease ? ' ignore-lease' : ''}`;
      const lease = op.lease === 0n ? '' : ` lease=${hex(op.lease)}`;
      return `put ${quote(op.key)} (${op.value.length} bytes)${lease}${flags}`;
    }
    case 'delete-range':
      return `delete-range ${keys(op.key, op.rangeEnd)}`;
    case 'range':
      return `range ${keys(op.key, op.rangeEnd)}${op.revision === 0n ? '' : ` revision=${op.revision}`}`;
    case 'txn':
      return describeTxn(op);
    case 'none':
      return 'none';
  }
}

function describeTxn({ compare, success, failure }: TxnRequest): string {
  const compares = compare.map(
    ({ target, result, key, rangeEnd }) => `${target} ${keys(key, rangeEnd)} ${result}`,
  );
  return `txn if [${compares.join('; ')}] then [${success.map(describeOp).join('; ')}] else [${failure.map(describeOp).join('; ')}]`;
}

function keys(key: string, rangeEnd: string): string {
  return rangeEnd === '' ? quote(key) : `[${quote(key)}, ${quote(rangeEnd)})`;
}

/** Printable ASCII as it is, other bytes as \xNN. */
function quote(text: string): string {
  const escaped = text.replaceAll(/[^\x20-\x7e]|["\\]/g, char => {
    return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `"${escaped}"`;
}

function hex(id: bigint): string {
  return BigInt.asUintN(64, id).toString(16);
}
