import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KeyPage } from '../../src/destination/planner/difference.ts';
import { join, type Row } from '../../src/verify/join.ts';
import { utf8ToByteString as bytes } from '../../src/wire/bytes.ts';

type Side = ReadonlyMap<string, string>;

/** The keys ascending, in pages whose lengths go round in `lengths`. */
async function* pages(side: Side, lengths: readonly number[]): AsyncGenerator<KeyPage> {
  const all = [...side]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => [bytes(key), { value: Buffer.from(value), lease: 0n }] as const);
  for (let at = 0, i = 0; at < all.length; i += 1) {
    const length = lengths[i % lengths.length] ?? 1;
    yield all.slice(at, at + length);
    at += length;
  }
}

const side = fc.dictionary(fc.stringMatching(/^[a-d]{1,3}$/), fc.stringMatching(/^[xy]$/));
const lengths = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });

test('every key of either side comes once, ascending, with what both hold, in whatever pages', async () => {
  await fc.assert(
    fc.asyncProperty(side, side, lengths, lengths, async (a, b, cutA, cutB) => {
      const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
      const rows: Row[] = [];
      for await (const piece of join(pages(left, cutA), pages(right, cutB))) {
        rows.push(...piece.rows);
        expect(piece.reached).toBe(piece.rows.at(-1)?.key);
      }
      const expected = [...new Set([...left.keys(), ...right.keys()])].sort();
      expect(rows.map(({ key }) => key)).toEqual(expected);
      for (const { key, source, destination } of rows) {
        expect(source && String(source.value)).toBe(left.get(key));
        expect(destination && String(destination.value)).toBe(right.get(key));
      }
    }),
  );
});

test('an error of one side ends the whole', async () => {
  async function* broken(): AsyncGenerator<KeyPage> {
    yield [[bytes('a'), { value: Buffer.from('1'), lease: 0n }]];
    throw new Error('gone');
  }
  const pieces = join(broken(), pages(new Map([['b', '1']]), [1]));
  expect((await pieces.next()).value?.reached).toBe('a');
  await expect(pieces.next()).rejects.toThrow('gone');
});
