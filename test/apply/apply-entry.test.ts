import { describe, expect, test } from 'vitest';
import { applyEntry, applyPayload } from '../../src/apply/apply-entry.ts';
import { attachmentChanges } from '../../src/apply/attachment-changes.ts';
import { describeApplied } from '../../src/apply/describe.ts';
import { MemoryState } from '../../src/apply/memory-state.ts';
import { sourceProfile } from '../../src/apply/semantics.ts';
import type { Applied, Change, KeyRecord, StateReader } from '../../src/apply/types.ts';
import { SyncerError } from '../../src/ops/errors.ts';
import type { ByteString } from '../../src/wire/bytes.ts';
import { Writer } from '../../src/wire/cursor.ts';
import { EntryType, type PutRequest } from '../../src/wire/types.ts';

const HEADER = { id: 1n, username: '' as ByteString, authRevision: 0 };
const K = 'k' as ByteString;

function message(write: (writer: Writer) => void): Uint8Array {
  const writer = new Writer();
  write(writer);
  return writer.finish().slice();
}

/** An InternalRaftRequest with a header and one request. */
function requestBytes(field: number, write: (writer: Writer) => void): Uint8Array {
  return message(writer => {
    writer.bytesField(
      100,
      message(header => header.uintField(1, 7)),
    );
    writer.bytesField(field, message(write));
  });
}

function apply(data: Uint8Array, version: string, state = new MemoryState(), type = 0): Applied {
  const entry = { type, term: 3, index: 42, data };
  return applyEntry(entry, state, sourceProfile([version], 3, 2));
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof SyncerError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'no error';
}

/** A v2 request as old members write it: every field, even when zero. */
function v2Bytes(method: string, path: string, value: string): Uint8Array {
  return message(writer => {
    writer.uint(0x08).uint(9);
    writer.textField(2, method).textField(3, path).textField(4, value);
    writer.uint(0x28).uint(0).uint(0x32).uint(0);
    for (const field of [7, 9, 10, 11, 12, 13, 14, 15, 16]) writer.uint(field << 3).uint(0);
  });
}

describe('applyEntry on bytes', () => {
  test('applies a put', () => {
    const data = requestBytes(4, put => put.textField(1, 'k').textField(2, 'v'));
    expect(describeApplied(apply(data, '3.5.30'))).toBe(
      'applied; put "k" create=2 mod=2 version=1 (1 bytes); revision 2',
    );
  });

  test('takes a bare v2 request for what it is, not for a range', () => {
    const data = v2Bytes('PUT', '/0/version', '3.5.0');
    expect(describeApplied(apply(data, '3.5.30'))).toBe(
      'applied; members [] removed [] version=3.5.0',
    );
    expect(codeOf(() => apply(data, '3.7.1'))).toMatch(/^SOURCE_ENTRY_UNKNOWN entry 42 /);
  });

  test('still knows v2 requests while one member may be of an old line', () => {
    const entry = { type: 0, term: 1, index: 1, data: v2Bytes('PUT', '/0/version', '3.6.0') };
    const profile = sourceProfile(['3.7.1', '3.7.1', '3.6.14'], 3, 2);
    expect(applyEntry(entry, new MemoryState(), profile).outcome.kind).toBe('applied');
    const unknown = sourceProfile([], 3, 2);
    expect(applyEntry(entry, new MemoryState(), unknown).outcome.kind).toBe('applied');
  });

  test('does nothing for an empty entry', () => {
    expect(apply(new Uint8Array(), '3.7.1').outcome.kind).toBe('none');
  });

  test('stops at entries that no member survives', () => {
    const put = requestBytes(4, writer => writer.textField(1, 'k'));
    const none = message(writer => writer.bytesField(100, new Uint8Array()));
    expect(codeOf(() => apply(put, '3.7.1', new MemoryState(), EntryType.ConfChangeV2))).toMatch(
      /^SOURCE_ENTRY_UNKNOWN .*entry type 2/,
    );
    expect(codeOf(() => apply(none, '3.7.1'))).toMatch(/^SOURCE_ENTRY_UNKNOWN /);
    expect(
      codeOf(() => apply(Uint8Array.of(0xff), '3.7.1', new MemoryState(), EntryType.ConfChange)),
    ).toMatch(/^SOURCE_ENTRY_UNKNOWN /);
  });

  test('stops at a poison pill, naming the entry', () => {
    const state = new MemoryState();
    state.advance(
      apply(
        requestBytes(4, put => put.textField(1, 'k')),
        '3.5.30',
        state,
      ).changes,
    );
    const deleteAll = message(op => {
      op.bytesField(
        3,
        message(range => range.textField(1, 'k').textField(2, '\0')),
      );
    });
    const putIgnoring = message(op => {
      op.bytesField(
        2,
        message(put => put.textField(1, 'k').boolField(5, true)),
      );
    });
    const pill = requestBytes(6, txn => txn.bytesField(2, deleteAll).bytesField(2, putIgnoring));
    expect(codeOf(() => apply(pill, '3.5.30', state))).toMatch(/^POISON_TXN entry 42: /);
  });
});

/** Counts what is read of a state. */
class CountingState extends MemoryState {
  keyReads = 0;
  otherReads = 0;

  override getKey(key: ByteString): KeyRecord | undefined {
    this.keyReads += 1;
    return super.getKey(key);
  }

  override getKeyHead(key: ByteString): ReturnType<StateReader['getKeyHead']> {
    this.keyReads += 1;
    return super.getKeyHead(key);
  }

  override getLease(id: bigint): ReturnType<StateReader['getLease']> {
    this.otherReads += 1;
    return super.getLease(id);
  }

  override isAttached(id: bigint, key: ByteString): boolean {
    this.otherReads += 1;
    return super.isAttached(id, key);
  }
}

test('a plain put reads its key once and copies nothing, under however many readings', () => {
  const state = new CountingState();
  const value = Uint8Array.of(1, 2, 3);
  const request: PutRequest = {
    kind: 'put',
    key: K,
    value,
    lease: 0n,
    prevKv: false,
    ignoreValue: false,
    ignoreLease: false,
  };
  const profile = sourceProfile(['3.4.23', '3.5.16', '3.5.30'], 3, 2);
  const { changes } = applyPayload({ kind: 'v3', header: HEADER, request }, state, profile);
  const [first] = changes;
  expect(first?.kind === 'put' && first.record.value === value).toBe(true);
  expect([state.keyReads, state.otherReads]).toEqual([1, 0]);
});

test('descriptions hold no value, password or hash', () => {
  const hidden = ['s3cret-value', 's3cret-password', 'czNjcmV0LWhhc2g='];
  const value = Buffer.from('s3cret-value');
  const state = new MemoryState();
  const put = { kind: 'put', key: K, value, lease: 0n } as const;
  const flags = { prevKv: false, ignoreValue: false, ignoreLease: false };
  const user = {
    kind: 'user-add',
    name: 'u' as ByteString,
    password: Buffer.from('s3cret-password'),
    hashedPassword: 'czNjcmV0LWhhc2g=' as ByteString,
    noPassword: false,
  } as const;
  const lines = ['3.4.23', '3.7.1'].flatMap(version =>
    [{ ...put, ...flags }, user].map(request =>
      describeApplied(
        applyPayload(
          { kind: 'v3', header: HEADER, request },
          state,
          sourceProfile([version], 3, 2),
        ),
      ),
    ),
  );
  expect(lines).toHaveLength(4);
  for (const line of lines) {
    for (const secret of [...hidden, 's3cret-hash', '115']) expect(line).not.toContain(secret);
  }
});

test('the compact form of a range delete is there only for a delete that did something', () => {
  const state = new MemoryState();
  const profile = sourceProfile(['3.7.1'], 3, 2);
  const run = (request: Parameters<typeof applyPayload>[0]): Applied => {
    const applied = applyPayload(request, state, profile);
    state.advance(applied.changes);
    return applied;
  };
  const deletion = {
    kind: 'delete-range',
    key: K,
    rangeEnd: '\0' as ByteString,
    prevKv: false,
  } as const;
  expect(run({ kind: 'v3', header: HEADER, request: deletion }).range).toBeUndefined();
  const put = { kind: 'put', key: K, value: new Uint8Array(), lease: 0n } as const;
  const flags = { prevKv: false, ignoreValue: false, ignoreLease: false };
  run({ kind: 'v3', header: HEADER, request: { ...put, ...flags } });
  expect(run({ kind: 'v3', header: HEADER, request: deletion }).range).toEqual({
    start: 'k',
    end: undefined,
  });
});

describe('attachmentChanges', () => {
  const record = (lease: bigint): KeyRecord => ({
    createRevision: 1,
    modRevision: 1,
    version: 1,
    lease,
    value: new Uint8Array(),
  });
  const cases: readonly (readonly [string, Change, readonly unknown[]])[] = [
    ['unbound put', { kind: 'put', key: K, record: record(0n), previousLease: 0n }, []],
    [
      'binding',
      { kind: 'put', key: K, record: record(5n), previousLease: 0n },
      [{ lease: 5n, key: 'k', attached: true }],
    ],
    ['staying bound', { kind: 'put', key: K, record: record(5n), previousLease: 5n }, []],
    [
      'binding to another',
      { kind: 'put', key: K, record: record(6n), previousLease: 5n },
      [
        { lease: 5n, key: 'k', attached: false },
        { lease: 6n, key: 'k', attached: true },
      ],
    ],
    [
      'deleting a bound key',
      { kind: 'delete', key: K, previousLease: 5n },
      [{ lease: 5n, key: 'k', attached: false }],
    ],
    ['deleting an unbound key', { kind: 'delete', key: K, previousLease: 0n }, []],
    ['anything else', { kind: 'lease-revoke', id: 5n }, []],
  ];
  test.each(cases)('%s', (_, change, expected) => {
    expect(attachmentChanges(change)).toEqual(expected);
  });
});
