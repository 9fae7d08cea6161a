import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PendingSnapshots } from '../../src/snapshot/pending-snapshots.ts';
import { Folder } from './file.ts';

const MEMBERS = {
  members: new Map([
    [7n, { id: 7n, name: 'm', peerUrls: ['http://a:1'], clientUrls: [], isLearner: true }],
  ]),
  removed: new Set([9n]),
  clusterVersion: '3.5.0',
};

async function add(pending: PendingSnapshots, index: number, term = 2): Promise<void> {
  const file = join(pending.dir, `receiving-${index}.db`);
  writeFileSync(file, `database ${index}`);
  await pending.add(file, { index, term }, index === 20 ? MEMBERS : undefined, index);
}

test('what was added is there after a restart, the newest first', async () => {
  using folder = new Folder();
  const pending = await PendingSnapshots.open(folder.dir);
  expect(pending.find()).toBeUndefined();
  await add(pending, 20);
  await add(pending, 10);
  const again = await PendingSnapshots.open(folder.dir);
  expect(again.find()).toEqual(pending.find());
  expect(again.find()).toMatchObject({
    position: { index: 20, term: 2 },
    membership: MEMBERS,
    rows: 20,
  });
  expect(again.find(10)?.membership).toBeUndefined();
  expect(again.find(15)).toBeUndefined();
  await again.removeUpTo(10);
  expect(readdirSync(folder.dir).sort()).toEqual(['20-2.db', '20-2.json']);
  await add(again, 30);
  await again.removeOthers(30);
  expect(readdirSync(folder.dir).sort()).toEqual(['30-2.db', '30-2.json']);
});

describe('a crash', () => {
  /** The files that a step leaves, and whether the snapshot counts. */
  const STEPS: readonly (readonly [string, readonly string[], boolean])[] = [
    ['while it is received', ['receiving-1.db'], false],
    ['before the record is written', ['10-2.db'], false],
    ['while the record is written', ['10-2.db', '10-2.json.tmp'], false],
    ['behind the record', ['10-2.db', '10-2.json'], true],
    ['while it is removed', ['10-2.db'], false],
  ];
  test.each(STEPS)('%s', async (_, names, counts) => {
    using folder = new Folder();
    const record = JSON.stringify({ index: 10, term: 2, members: null });
    for (const name of names)
      writeFileSync(join(folder.dir, name), name.endsWith('.json') ? record : 'x');
    const pending = await PendingSnapshots.open(folder.dir);
    expect(pending.find()?.position).toEqual(counts ? { index: 10, term: 2 } : undefined);
    expect(readdirSync(folder.dir).sort()).toEqual(counts ? [...names].sort() : []);
  });

  test('a record without its database counts for nothing', async () => {
    using folder = new Folder();
    const pending = await PendingSnapshots.open(folder.dir);
    await add(pending, 10);
    await add(pending, 20);
    rmSync(join(folder.dir, '20-2.db'));
    const again = await PendingSnapshots.open(folder.dir);
    expect(again.find()?.position.index).toBe(10);
    expect(existsSync(join(folder.dir, '20-2.json'))).toBe(false);
  });
});

test('a record that is damaged: DATA_DIR, and nothing is removed', async () => {
  using folder = new Folder();
  const pending = await PendingSnapshots.open(folder.dir);
  await add(pending, 10);
  writeFileSync(join(folder.dir, '10-2.json'), '{');
  await expect(PendingSnapshots.open(folder.dir)).rejects.toMatchObject({ code: 'DATA_DIR' });
  expect(readdirSync(folder.dir).sort()).toEqual(['10-2.db', '10-2.json']);
});

test('a file that can not be taken over leaves what was pending', async () => {
  using folder = new Folder();
  const pending = await PendingSnapshots.open(folder.dir);
  await add(pending, 10);
  const none = join(folder.dir, 'receiving-none.db');
  await expect(pending.add(none, { index: 20, term: 2 }, undefined, 0)).rejects.toThrow('ENOENT');
  expect(pending.find()?.position.index).toBe(10);
  expect((await PendingSnapshots.open(folder.dir)).find()?.position.index).toBe(10);
});
