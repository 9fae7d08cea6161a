import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { goSearch, goSort } from '../../src/apply/auth/go-sort.ts';

interface Recorded {
  readonly keys: readonly number[];
  /** Where Go 1.26's sort.Sort put each element, by its first place. */
  readonly order: readonly number[];
}

const RECORDED: readonly Recorded[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../testdata/apply/go-sort.golden.json'), 'utf8'),
);

function sortedPlaces(keys: readonly number[]): number[] {
  const items = keys.map((key, place) => ({ key, place }));
  goSort(items, (a, b) => a.key < b.key);
  return items.map(({ place }) => place);
}

describe('goSort', () => {
  test.each(RECORDED.map((recorded, i) => [i, recorded.keys.length, recorded] as const))(
    'leaves recorded input %i of %i elements in the order of Go',
    (_, __, { keys, order }) => {
      expect(sortedPlaces(keys)).toEqual(order);
    },
  );

  test('sorts, and loses and invents nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 300 }), keys => {
        const places = sortedPlaces(keys);
        expect([...places].sort((a, b) => a - b)).toEqual(keys.map((_, i) => i));
        expect(places.map(i => keys[i])).toEqual([...keys].sort((a, b) => a - b));
      }),
    );
  });

  test('is stable up to twelve elements', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 }), keys => {
        const stable = keys.map((key, place) => ({ key, place })).sort((a, b) => a.key - b.key);
        expect(sortedPlaces(keys)).toEqual(stable.map(({ place }) => place));
      }),
    );
  });
});

test('goSearch finds the first index that holds', () => {
  fc.assert(
    fc.property(fc.nat(100), fc.nat(120), (length, first) => {
      expect(goSearch(length, i => i >= first)).toBe(Math.min(first, length));
    }),
  );
});
