import { describe, expect, test } from 'vitest';
import { availableReleases } from '../kit/binaries.ts';
import { runOracle } from './run.ts';

const releases = await availableReleases();
if (releases.length === 0) throw new Error('no etcd could be had: see `npm run etcd`');

const SEED = 20_131_105;

describe.each(releases)('etcd $version', programs => {
  test('applyEntry knows what the member did with every entry of a random load', async () => {
    const result = await runOracle({
      programs,
      operations: 600,
      seed: SEED,
      members: 1,
      every: 200,
    });
    expect(result.failures).toEqual([]);
    expect(result.comparisons).toBe(3);
    expect(result.walEntries).toBe(result.entries.length);
    // The load was no dull one: writes, refusals, auth on and off.
    const outcomes = result.models[0]?.outcomes;
    expect(outcomes?.count('put', 'applied')).toBeGreaterThan(20);
    expect(outcomes?.count('txn', 'applied')).toBeGreaterThan(20);
    expect(outcomes?.count('txn', 'refused')).toBeGreaterThan(20);
    expect(outcomes?.count('auth-enable', 'applied')).toBeGreaterThan(0);
    expect(outcomes?.count('put: refused', 'permission denied')).toBeGreaterThan(0);
  });
});
