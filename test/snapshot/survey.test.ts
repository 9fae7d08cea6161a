import { describe, expect, test } from 'vitest';
import { KeySet } from '../../src/snapshot/key-set.ts';
import { SnapshotFile } from '../../src/snapshot/snapshot-file.ts';
import { prefixOf, survey } from '../../src/snapshot/survey.ts';
import type { ByteString } from '../../src/wire/bytes.ts';
import { seededRandom } from '../kit/load.ts';
import { Folder } from './file.ts';
import type { LeafElement } from './image.ts';
import { etcdImage, lease, row, tombstone } from './records.ts';

const bytes = (text: string): ByteString => text as ByteString;

describe('live keys', () => {
  const random = seededRandom(77);
  const rows: LeafElement[] = [];
  const live = new Map<string, { lease: bigint; value: string }>();
  for (let main = 2; main < 3_000; main += 1) {
    const key = `/${'abc'[Math.floor(random() * 3)]}/${Math.floor(random() * 200)}`;
    if (random() < 0.3 && live.has(key)) {
      rows.push(tombstone(main, key));
      live.delete(key);
      continue;
    }
    const value = 'v'.repeat(Math.floor(random() * 50));
    const bound = { lease: BigInt(Math.floor(random() * 4)), value };
    rows.push(row(main, key, bound));
    live.set(key, bound);
  }
  const file = etcdImage({
    key: rows,
    lease: [lease(1n, 60), lease(2n, 10), lease(9n, 5)],
  }).build();
  const count = (of: (key: string, lease: bigint) => boolean): number =>
    [...live].filter(([key, { lease: id }]) => of(key, id)).length;

  test.each([
    ['at once', 1_000_000],
    ['in several rounds', 100],
  ])('are counted %s as a map would', async (_, keysAtOnce) => {
    using folder = new Folder();
    await using snapshot = await SnapshotFile.open(folder.write(file));
    const found = await survey(snapshot, await snapshot.verify(), 1, keysAtOnce);
    expect(found.liveKeys).toBe(live.size);
    expect(found.valueBytes).toBe(
      [...live.values()].reduce((sum, { value }) => sum + value.length, 0),
    );
    expect(found.boundKeys).toBe(count((_, id) => id === 1n || id === 2n));
    expect(found).toMatchObject({ leases: 3, minTtl: 5, maxTtl: 60, keysOfOtherPrefixes: 0 });
    const byPrefix = new Map(found.prefixes.map(({ prefix, keys }) => [prefix, keys]));
    for (const letter of 'abc') {
      expect(byPrefix.get(bytes(`/${letter}/`))).toBe(count(key => key.startsWith(`/${letter}/`)));
    }
    const sizes = found.prefixes.map(({ keys }) => keys);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  });
});

test.each([
  ['/registry/pods/ns/a', 1, '/registry/'],
  ['/registry/pods/ns/a', 2, '/registry/pods/'],
  ['/registry/pods/ns/a', 9, '/registry/pods/ns/'],
  ['registry/pods', 1, 'registry/'],
  ['/single', 1, '/'],
  ['single', 3, ''],
  ['//x', 1, '//'],
])('the prefix of %s at depth %i', (key, depth, prefix) => {
  expect(prefixOf(bytes(key), depth)).toBe(prefix);
});

test('a set of many like keys takes no two for one, in parts as well', () => {
  const keys = 300_000;
  const whole = new KeySet();
  const parts = [0, 1, 2].map(part => new KeySet(part, 3));
  const taken = [0, 0, 0];
  let added = 0;
  for (let i = 0; i < keys; i += 1) {
    const key = bytes(`/registry/events/default/pod-${i.toString(16)}`);
    if (whole.add(key) === 'added') added += 1;
    for (const [part, set] of parts.entries()) {
      if (set.add(key) === 'added') taken[part] = (taken[part] ?? 0) + 1;
    }
  }
  expect(added).toBe(keys);
  expect(taken.reduce((sum, count) => sum + count, 0)).toBe(keys);
  for (const count of taken) expect(count).toBeGreaterThan(keys / 4);
  expect(whole.add(bytes('/registry/events/default/pod-0'))).toBe('held');
  expect(whole.has(bytes('/registry/events/default/pod-ff'))).toBe(true);
  expect(whole.has(bytes('/registry/events/default/pod-'))).toBe(false);
});
