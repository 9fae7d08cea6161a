import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { KeyRecord, LeaseRecord } from '../../src/apply/types.ts';
import { checkPosition, loadState } from '../../src/snapshot/load-state.ts';
import { SnapshotFile } from '../../src/snapshot/snapshot-file.ts';
import { encodeAuth } from '../../src/state/meta-codec.ts';
import { storeReader } from '../../src/state/state-tables.ts';
import { Store } from '../../src/state/store.ts';
import type { ByteString } from '../../src/wire/bytes.ts';
import { Folder, readAll, SAVED_BY_ETCD } from './file.ts';

const NEVER = new AbortController().signal;
const saved = (folder: Folder): string => folder.write(gunzipSync(readFileSync(SAVED_BY_ETCD)));

/** The state as a plain map of what the rows did, one after the other. */
async function plain(path: string) {
  const { rows, leases, meta, counts } = await readAll(path);
  const keys = new Map<ByteString, KeyRecord>();
  for (const { key, record } of rows) {
    if (record === undefined) keys.delete(key);
    else keys.set(key, record);
  }
  return { keys, leases: new Map<bigint, LeaseRecord>(leases), meta, counts };
}

function textOf([key, { value, ...rest }]: readonly [ByteString, KeyRecord]): unknown {
  return [Buffer.from(key, 'latin1').toString('hex'), Buffer.from(value).toString('hex'), rest];
}

async function expectEqual(store: Store, path: string): Promise<void> {
  const { keys, leases, meta, counts } = await plain(path);
  expect(counts.tombstones).toBeGreaterThan(0);
  expect(keys.size).toBeGreaterThan(5);
  expect(leases.size).toBeGreaterThan(5);
  const reader = storeReader(store);
  const sorted = [...keys].sort(([a], [b]) => (a < b ? -1 : 1));
  expect([...reader.scanKeys('' as ByteString, undefined)].map(textOf)).toEqual(sorted.map(textOf));
  expect(new Map(reader.leases())).toEqual(leases);
  const { revision, compactRevision, auth, alarms } = store.meta;
  expect({ revision, compactRevision }).toEqual({
    revision: meta.revision,
    compactRevision: meta.compactRevision,
  });
  expect(encodeAuth(auth)).toBe(encodeAuth(meta.auth));
  expect(alarms.alarms).toEqual(meta.alarms);
  let bound = 0;
  for (const [key, { lease }] of keys) {
    if (lease === 0n) continue;
    const isLive = leases.has(lease);
    expect(reader.isAttached(lease, key)).toBe(isLive);
    if (isLive) bound += 1;
  }
  expect(bound).toBeGreaterThan(0);
  let attached = 0;
  for (const id of leases.keys()) attached += [...reader.scanAttachments(id)].length;
  expect(attached).toBe(bound);
}

test('what is loaded equals a plain map, and a load that broke off shows and is repeated', async () => {
  using folder = new Folder();
  const path = saved(folder);
  await using snapshot = await SnapshotFile.open(path);
  const position = { index: snapshot.meta.index, term: snapshot.meta.term };
  const store = await Store.open(folder.path('state'), 5n);
  const abort = new AbortController();
  const told: number[] = [];
  const broken = loadState(snapshot, store, {
    position,
    membership: undefined,
    onProgress: rows => {
      told.push(rows);
      abort.abort(new Error('broken off'));
    },
    signal: abort.signal,
  });
  await expect(broken).rejects.toThrow('broken off');
  expect(store.meta.position.index).toBe(0);
  await store.close();

  const again = await Store.open(folder.path('state'), 5n);
  expect(again.meta.position.index).toBe(0);
  const options = { position, membership: undefined, onProgress: () => undefined, signal: NEVER };
  await loadState(snapshot, again, options);
  expect(again.meta.position).toEqual(position);
  await expectEqual(again, path);
  await again.close();

  const reopened = await Store.open(folder.path('state'), 5n);
  expect(reopened.meta.position).toEqual(position);
  await expectEqual(reopened, path);
  expect(reopened.meta.membership.members).toEqual(snapshot.meta.membership.members);
  await reopened.close();
});

test('the members of the message count, where it told them', async () => {
  using folder = new Folder();
  await using snapshot = await SnapshotFile.open(saved(folder));
  const store = await Store.open(folder.path('state'), 5n);
  const membership = { members: new Map(), removed: new Set([3n]), clusterVersion: '3.4.0' };
  await loadState(snapshot, store, {
    position: { index: 7, term: 1 },
    membership,
    onProgress: () => undefined,
    signal: NEVER,
  });
  expect(store.meta.membership).toEqual(membership);
  expect(store.meta.position).toEqual({ index: 7, term: 1 });
  await store.close();
});

test('a database that stands elsewhere than the message says: SNAPSHOT_FOREIGN', async () => {
  using folder = new Folder();
  await using snapshot = await SnapshotFile.open(saved(folder));
  const { index, term } = snapshot.meta;
  expect(() => checkPosition(snapshot, { index, term })).not.toThrow();
  for (const other of [index - 1, index + 1]) {
    expect(() => checkPosition(snapshot, { index: other, term })).toThrow('the database stands at');
  }
});
