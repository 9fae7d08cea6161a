import fc from 'fast-check';
import { expect, test } from 'vitest';
import { percentilesOf } from '../../src/verify/percentiles.ts';

test('percentiles by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect(percentilesOf(hundred)).toEqual({ p50: 50, p99: 99, max: 100 });
  expect(percentilesOf([7])).toEqual({ p50: 7, p99: 7, max: 7 });
  expect(percentilesOf([1, 9])).toEqual({ p50: 1, p99: 9, max: 9 });
  expect(percentilesOf([])).toBeUndefined();
});

test('each is one of the durations, and so many are not above it', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1 }), durations => {
      const found = percentilesOf(durations);
      for (const [share, value] of [
        [0.5, found?.p50],
        [0.99, found?.p99],
        [1, found?.max],
      ] as const) {
        expect(durations).toContain(value);
        const within = durations.filter(each => each <= (value ?? -1)).length;
        expect(within / durations.length).toBeGreaterThanOrEqual(share);
      }
    }),
  );
});
