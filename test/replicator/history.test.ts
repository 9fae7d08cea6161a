import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { History, type Reading } from '../../src/replicator/history.ts';

const IDLE: Reading = {
  lagEntries: 0,
  lagBytes: 0,
  lagSeconds: 0,
  entries: 0,
  bytes: 0,
  receivedBytes: 0,
};
const UNIX = 1_800_000_000;

/** A reading each second. */
function record(readings: readonly Partial<Reading>[]): History {
  const history = new History();
  readings.forEach((reading, i) => {
    history.note({ ...IDLE, ...reading }, i * 1_000, UNIX + i);
  });
  return history;
}

describe('history', () => {
  test('a point has the worst lag of its five seconds and their mean throughput', () => {
    const history = record([
      { entries: 0, lagEntries: 1 },
      { entries: 100, lagSeconds: 0.5 },
      { entries: 200, lagEntries: 70, lagBytes: 7_000 },
      { entries: 300 },
      { entries: 400 },
      { entries: 500, bytes: 10_000, receivedBytes: 5_000 },
      { entries: 500, bytes: 10_000, receivedBytes: 5_000 },
    ]);
    expect(history.since(0)).toEqual({
      interval_seconds: 5,
      points: [
        {
          at: UNIX + 5,
          lag_entries: 70,
          lag_bytes: 7_000,
          lag_seconds: 0.5,
          entries_per_second: 100,
          bytes_per_second: 2_000,
          received_bytes_per_second: 1_000,
        },
      ],
    });
  });

  test('throughput is that of the last ten seconds', () => {
    const busyThenIdle = Array.from({ length: 30 }, (_, i) => ({ entries: Math.min(i, 15) * 10 }));
    expect(record(busyThenIdle.slice(0, 15)).throughput.entries_per_second).toBe(10);
    expect(record(busyThenIdle.slice(0, 21)).throughput.entries_per_second).toBe(5);
    expect(record(busyThenIdle).throughput.entries_per_second).toBe(0);
    expect(record([]).throughput.entries_per_second).toBe(0);
  });

  test('counters that begin again, with another seat, make no throughput below zero', () => {
    const history = record(Array.from({ length: 40 }, (_, i) => ({ entries: (i % 17) * 1_000 })));
    expect(history.since(0).points.length).toBeGreaterThan(3);
    for (const point of history.since(0).points) {
      expect(point.entries_per_second).toBeCloseTo(1_000);
    }
  });

  test('whatever is noted, an hour is kept and no more, in order', () => {
    const step = fc.record({ ms: fc.integer({ min: 1, max: 60_000 }), entries: fc.nat() });
    fc.assert(
      fc.property(fc.array(step, { minLength: 900, maxLength: 1_500 }), steps => {
        const history = new History();
        let atMs = 0;
        for (const { ms, entries } of steps) {
          atMs += ms;
          history.note({ ...IDLE, entries }, atMs, atMs / 1_000);
        }
        const { points } = history.since(0);
        expect(points.length).toBeLessThanOrEqual(720);
        const times = points.map(({ at }) => at);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        for (const point of points) expect(point.entries_per_second).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 20 },
    );
  });

  test('who asks again gets what is new', () => {
    const history = record(Array.from({ length: 31 }, () => ({})));
    const first = history.since(0).points;
    expect(first).toHaveLength(6);
    expect(history.since(first[3]?.at ?? 0).points).toEqual(first.slice(4));
    expect(history.since(first[5]?.at ?? 0).points).toEqual([]);
  });
});
