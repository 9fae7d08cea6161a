import { expect, test } from 'vitest';
import { ReadAhead } from '../../src/replicator/read-ahead.ts';
import { type Entry, EntryType } from '../../src/wire/types.ts';

function entry(index: number): Entry {
  return { index, term: 1, type: EntryType.Normal, data: new Uint8Array() };
}

/** A log that gives three entries at a time and notes what it was asked for. */
function logOfThrees(asked: [number, number][], fails: () => boolean = () => false) {
  return {
    async read(from: number, to: number): Promise<Entry[]> {
      asked.push([from, to]);
      if (fails()) throw new Error('the disk is gone');
      const last = Math.min(to, from + 2);
      return Array.from({ length: last - from + 1 }, (_, i) => entry(from + i));
    },
  };
}

const indexes = (entries: readonly Entry[]): number[] => entries.map(({ index }) => index);

test('each piece is read once, the next one before it is asked for', async () => {
  const asked: [number, number][] = [];
  const reader = new ReadAhead(logOfThrees(asked), 1);
  expect(indexes(await reader.read(1, 7))).toEqual([1, 2, 3]);
  expect(asked).toEqual([
    [1, 7],
    [4, 7],
  ]);
  expect(indexes(await reader.read(4, 9))).toEqual([4, 5, 6]);
  expect(indexes(await reader.read(7, 9))).toEqual([7, 8, 9]);
  expect(asked.map(([from]) => from)).toEqual([1, 4, 7]);
});

test('what was read ahead for somewhere else is of no use', async () => {
  const reader = new ReadAhead(logOfThrees([]), 1);
  await reader.read(1, 9);
  expect(indexes(await reader.read(8, 9))).toEqual([8, 9]);
});

test('nothing behind the last entry that is wanted, though more was read', async () => {
  const reader = new ReadAhead(logOfThrees([]), 1);
  await reader.read(1, 9);
  expect(indexes(await reader.read(4, 5))).toEqual([4, 5]);
});

test('a failure ahead is met by who asks for that piece, if it is still there', async () => {
  let isBroken = false;
  const reader = new ReadAhead(
    logOfThrees([], () => isBroken),
    1,
  );
  await reader.read(1, 3);
  isBroken = true;
  await expect(reader.read(4, 9)).rejects.toThrow('the disk is gone');
  isBroken = false;
  await reader.read(1, 9);
  isBroken = true;
  // This piece came ahead; the one behind it does not.
  expect(indexes(await reader.read(4, 9))).toEqual([4, 5, 6]);
  isBroken = false;
  expect(indexes(await reader.read(7, 9))).toEqual([7, 8, 9]);
});

test('a log with a hole is not read over', async () => {
  const log = { read: async () => [entry(4), entry(6)] };
  await expect(new ReadAhead(log, 1).read(4, 9)).rejects.toMatchObject({ code: 'INTERNAL' });
});
