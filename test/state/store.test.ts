import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Store } from '../../src/state/store.ts';
import type { ByteString } from '../../src/wire/bytes.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-store-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a store whose memory is given back holds what it held, and takes more', async () => {
  const store = await Store.open(dir, 5n);
  for (let round = 0; round < 5; round += 1) {
    const key = `k${round}` as ByteString;
    // The transaction is still under way.
    const writing = store.load(() => {
      store.key.put(key, Buffer.from(`v${round}`));
      store.lease.put(key, Buffer.from('l'));
      store.attachment.put(key, Buffer.from('a'));
    });
    await Promise.all([writing, store.relieve()]);
    expect([...store.key.scan('' as ByteString, undefined)].map(([, value]) => `${value}`)).toEqual(
      Array.from({ length: round + 1 }, (_, i) => `v${i}`),
    );
    expect([store.key.count, store.lease.count, store.attachment.count]).toEqual([
      round + 1,
      round + 1,
      round + 1,
    ]);
  }
  await store.commit({ ...store.meta, position: { index: 7, term: 2 } }, () => undefined);
  await store.relieve();
  expect(store.meta.position.index).toBe(7);
  await store.close();
  const again = await Store.open(dir, 5n);
  expect(again.meta.position).toEqual({ index: 7, term: 2 });
  expect(`${again.key.get('k4' as ByteString)}`).toBe('v4');
  await again.close();
});

test('the directory of a store can go before it is closed: an error, and no more is taken', async () => {
  const store = await Store.open(dir, 5n);
  await store.load(() => store.key.put('k' as ByteString, Buffer.from('v')));
  await store.flushed();
  rmSync(dir, { recursive: true });
  // lmdb makes a new file where it can: the name is taken by something else.
  writeFileSync(dir, 'no folder');
  await expect(store.relieve()).rejects.toMatchObject({ code: 'STATE_DAMAGED' });
  await expect(store.load(() => undefined)).rejects.toMatchObject({ code: 'STATE_DAMAGED' });
});

test('a copy takes a transaction that frees very many pages', async () => {
  const store = await Store.open(dir, 5n);
  const key = (i: number): ByteString => `k${i}` as ByteString;
  await store.load(() => {
    for (let i = 0; i < 30_000; i += 1) store.key.put(key(i), Buffer.from('v'));
  });
  await store.load(() => store.key.put('more' as ByteString, Buffer.from('v')));
  const copied = join(dir, 'copy');
  mkdirSync(copied);
  await store.copyTo(copied);
  await store.close();
  const copy = await Store.open(copied, 5n);
  await copy.load(() => {
    for (let i = 0; i < 30_000; i += 1) copy.key.remove(key(i));
  });
  expect([...copy.key.scan('' as ByteString, undefined)].map(([name]) => name)).toEqual(['more']);
  await copy.close();
});

test('a store of another format is refused', async () => {
  await (await Store.open(dir, 5n)).close();
  const env = open<Buffer, Buffer>({ path: dir, encoding: 'binary', maxDbs: 8 });
  const meta = env.openDB<string, string>({ name: 'meta', encoding: 'string' });
  await meta.put('format', JSON.stringify({ version: 2, cluster: '5' }));
  await env.close();
  await expect(Store.open(dir, 5n)).rejects.toMatchObject({ code: 'STATE_FORMAT' });
});

test('a store of another source is refused', async () => {
  await (await Store.open(dir, 5n)).close();
  await expect(Store.open(dir, 6n)).rejects.toMatchObject({ code: 'SOURCE_CLUSTER_MISMATCH' });
});
