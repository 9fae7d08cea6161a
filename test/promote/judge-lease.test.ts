import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeLease, QUIET_MS } from '../../src/promote/judge-lease.ts';

const OPEN_MS = 1_000_000;
const GRANTED = 600;

/** What etcd answers of a lease that was refreshed last at `refreshedMs`: whole seconds, cut, at some moment of the call. */
function seen(refreshedMs: number, askedMs: number, tookMs: number, at: number) {
  const lookedMs = askedMs + tookMs * at;
  const remaining = Math.trunc((refreshedMs + GRANTED * 1_000 - lookedMs) / 1_000);
  return { atMs: askedMs + tookMs, tookMs, remaining, granted: GRANTED };
}

const ttl = fc.integer({ min: 1, max: 599 });
const tookMs = fc.integer({ min: 0, max: 5_000 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('a lease whose time is over', () => {
  test('that somebody refreshed since clients came is never taken for abandoned', () => {
    fc.assert(
      fc.property(ttl, share, tookMs, share, (sourceTtl, when, took, at) => {
        const askedMs = OPEN_MS + sourceTtl * 1_000;
        const refreshedMs = OPEN_MS + when * sourceTtl * 1_000;
        const found = judgeLease(seen(refreshedMs, askedMs, took, at), sourceTtl, OPEN_MS);
        expect(['alive', 'unsure', 'gone']).toContain(found);
        if (took < 1_000) expect(found).not.toBe('unsure');
      }),
    );
  });

  test('that only we kept alive is never taken for alive', () => {
    fc.assert(
      fc.property(
        ttl,
        fc.integer({ min: 0, max: 200_000 }),
        tookMs,
        share,
        (sourceTtl, age, took, at) => {
          const askedMs = OPEN_MS + sourceTtl * 1_000;
          const refreshedMs = OPEN_MS - QUIET_MS - age;
          const found = judgeLease(seen(refreshedMs, askedMs, took, at), sourceTtl, OPEN_MS);
          expect(found).not.toBe('alive');
          if (took < 1_000) expect(found).not.toBe('unsure');
        },
      ),
    );
  });

  test.each([
    ['ended by itself', { remaining: -1, granted: 0 }],
    ['is about to be revoked', { remaining: 0, granted: GRANTED }],
    ['was made anew by a client, with its own TTL', { remaining: 5, granted: 10 }],
  ])('that %s is left alone', (_, lease) => {
    expect(judgeLease({ atMs: OPEN_MS + 11_000, tookMs: 1, ...lease }, 10, OPEN_MS)).toBe('gone');
  });
});
