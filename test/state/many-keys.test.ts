import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { MemoryState } from '../../src/apply/memory-state.ts';
import { sourceProfile } from '../../src/apply/semantics.ts';
import type { Change } from '../../src/apply/types.ts';
import { applyInTurns } from '../../src/replicator/apply-in-turns.ts';
import { ManyKeys } from '../../src/state/live-ahead.ts';
import { State } from '../../src/state/state.ts';
import { Store } from '../../src/state/store.ts';
import type { ByteString } from '../../src/wire/bytes.ts';
import { Writer } from '../../src/wire/cursor.ts';
import type { Entry } from '../../src/wire/types.ts';

const CLUSTER = 5n;
const LEASE = 7n;
const KEYS = 45_000;
const PROFILE = sourceProfile(['3.5.30'], 3, 2);
const FIRST = '' as ByteString;
const dirs: string[] = [];

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-many-keys-'));
  dirs.push(dir);
  return dir;
}

afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

/** Some of them longer than the store keeps them; every third bound to the lease. */
function keyOf(number: number): ByteString {
  const name = `k/${String(number).padStart(6, '0')}`;
  return (number % 10_000 === 1 ? name.padEnd(1_950, '-') : name) as ByteString;
}

function puts(from: number, to: number): Change[] {
  const changes: Change[] = [];
  for (let number = from; number < to; number += 1) {
    const lease = number % 3 === 0 ? LEASE : 0n;
    const value = Buffer.from(String(number));
    const record = { createRevision: 2, modRevision: 2, version: 1, lease, value };
    changes.push({ kind: 'put', key: keyOf(number), record, previousLease: 0n });
  }
  return changes;
}

/** A state with many keys, a third of them not in its store yet, and a plain one that holds the same. */
async function filled(): Promise<{ state: State; model: MemoryState }> {
  const state = await State.open(folder(), CLUSTER);
  const model = new MemoryState();
  const entries: Change[][] = [
    [{ kind: 'lease-grant', id: LEASE, ttl: 60 }, ...puts(0, 30_000)],
    [...puts(30_000, KEYS), { kind: 'revision', revision: 2 }],
  ];
  for (const [i, changes] of entries.entries()) {
    state.advance({ index: i + 1, term: 1 }, changes);
    model.advance(changes);
    if (i === 0) await state.confirm(1, 0);
  }
  return { state, model };
}

/** InternalRaftRequest: 100 header, 5 delete_range, 6 txn, 9 lease_revoke. */
function entryOf(field: number, request: Uint8Array): Entry {
  const header = new Writer(16).int64Field(1, 9n).finish();
  const data = new Writer().bytesField(field, request).bytesField(100, header).finish();
  return { type: 0, term: 1, index: 3, data };
}

const deleteRange = (start: string, end: string): Uint8Array =>
  new Writer()
    .byteStringField(1, start as ByteString)
    .byteStringField(2, end as ByteString)
    .finish();

/** Puts a key of the range, deletes the range, puts the key again. */
function txn(): Uint8Array {
  const put = new Writer().byteStringField(1, keyOf(5)).bytesField(2, Buffer.from('new')).finish();
  const op = (field: number, request: Uint8Array): Uint8Array =>
    new Writer().bytesField(field, request).finish();
  return new Writer()
    .bytesField(2, op(2, put))
    .bytesField(2, op(3, deleteRange('k/', 'k0')))
    .bytesField(2, op(2, put))
    .finish();
}

const ENTRIES: readonly (readonly [string, Entry])[] = [
  ['a delete of all keys', entryOf(5, deleteRange('\0', '\0'))],
  ['a delete of a range', entryOf(5, deleteRange('k/000100', 'k/044000'))],
  ['a transaction', entryOf(6, txn())],
  ['the end of a lease', entryOf(9, new Writer(16).int64Field(1, LEASE).finish())],
];

test.each(ENTRIES)(
  '%s that takes very many keys along is decided as in one go, in turns',
  async (_, entry) => {
    const { state, model } = await filled();
    const expected = await applyInTurns(entry, model as unknown as State, PROFILE);
    const applying = applyInTurns(entry, state, PROFILE);
    expect(applying).toBeInstanceOf(Promise);
    // What was done before goes into the store meanwhile.
    const [applied] = await Promise.all([applying, state.confirm(2, 0)]);
    expect(applied).toEqual(expected);
    expect(applied.changes.length).toBeGreaterThan(KEYS / 3);

    const position = { index: 3, term: 1 };
    const ahead = state.advanceAhead(position, applied.changes);
    expect(state.resolved.index).toBe(2);
    state.advance(position, applied.changes, await ahead);
    model.advance(applied.changes);
    const keys = [...model.scanKeys(FIRST, undefined)];
    expect([...state.scanKeys(FIRST, undefined)].map(plain)).toEqual(keys.map(plain));
    await state.confirm(3, 0);
    expect([...state.confirmedReader.scanKeys(FIRST, undefined)].map(plain)).toEqual(
      keys.map(plain),
    );
    expect([...state.scanAttachments(LEASE)]).toEqual([...model.scanAttachments(LEASE)]);
    expect(state.confirmedReader.revision).toBe(3);
    await state.close();
  },
  60_000,
);

const plain = ([key, { value, ...record }]: readonly [ByteString, { value: Uint8Array }]) => [
  key,
  { ...record, value: Buffer.from(value).toString('latin1') },
];

test('keys that were read ahead are read again when the state has moved', async () => {
  const { state } = await filled();
  const many = thrown(() => state.liveKeys(FIRST, undefined));
  await state.readAhead(many);
  expect(state.liveKeys(FIRST, undefined)).toHaveLength(KEYS);
  state.advance({ index: 3, term: 1 }, [
    { kind: 'delete', key: keyOf(0), previousLease: LEASE },
    { kind: 'revision', revision: 3 },
  ]);
  await state.readAhead(thrown(() => state.liveKeys(FIRST, undefined)));
  expect(state.liveKeys(FIRST, undefined)).toHaveLength(KEYS - 1);
  await state.close();
}, 60_000);

function thrown(read: () => unknown): ManyKeys {
  try {
    read();
  } catch (error) {
    if (error instanceof ManyKeys) return error;
    throw error;
  }
  throw new Error('it was read at once');
}

test('a crash at any moment of a write in several transactions leaves all of it or nothing', async () => {
  const dir = folder();
  const store = await Store.open(dir, CLUSTER);
  const key = (number: number): ByteString => `k${number}` as ByteString;
  await store.load(() => {
    for (let i = 0; i < 30_000; i += 1) store.key.put(key(i), Buffer.from('v'));
  });
  const writes = Array.from({ length: 30_000 }, (_, i) => ({
    ...({ table: 'key', key: key(i) } as const),
    value: i % 1_000 === 0 ? Buffer.from([0xff, i / 1_000]) : undefined,
  }));
  const before = store.meta;
  const auth = { ...before.auth, revision: 12 };
  const meta = { ...before, position: { index: 8, term: 2 }, revision: 9, auth };
  let isDone = false;
  const writing = store.commitInTurns(meta, writes).then(() => {
    isDone = true;
  });
  // What a copy holds is what a crash at that moment leaves.
  const copies: string[] = [];
  while (!isDone) {
    const copy = folder();
    mkdirSync(copy, { recursive: true });
    await store.copyTo(copy);
    copies.push(copy);
  }
  await writing;
  await store.close();
  const seen = new Set<number>();
  for (const copy of [...copies, dir]) {
    const left = await Store.open(copy, CLUSTER);
    const { index } = left.meta.position;
    seen.add(index);
    expect(left.key.count).toBe(index === 8 ? 30 : 30_000);
    expect(left.meta).toEqual(index === 8 ? meta : before);
    if (index === 8) expect(left.key.get(key(7_000))).toEqual(Buffer.from([0xff, 7]));
    await left.close();
  }
  expect(seen).toContain(8);
}, 60_000);
