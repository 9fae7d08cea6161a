import { describe, expect, test } from 'vitest';
import { availableReleases } from '../kit/binaries.ts';
import { runOracle } from './run.ts';

const releases = await availableReleases();
if (releases.length === 0) throw new Error('no etcd could be had: see `npm run etcd`');

const SEED = 20_131_105;
const FSYNC = '--unsafe-no-fsync=false';

describe.each(releases)('etcd $version', programs => {
  test('applyEntry knows what the member did with every entry of a random load', async () => {
    const result = await runOracle({
      programs,
      operations: 360,
      seed: SEED,
      members: 1,
      every: 180,
    });
    expect(result.failures).toEqual([]);
    expect(result.comparisons).toBe(2);
    expect(result.walEntries).toBe(result.entries.length);
    // The load was no dull one: writes, refusals, auth on and off.
    const outcomes = result.models[0]?.outcomes;
    expect(outcomes?.count('put', 'applied')).toBeGreaterThan(5);
    expect(outcomes?.count('txn', 'applied')).toBeGreaterThan(5);
    expect(outcomes?.count('txn', 'refused')).toBeGreaterThan(5);
    expect(outcomes?.count('auth-enable', 'applied')).toBeGreaterThan(0);
    const denied = outcomes?.kinds.map(kind => outcomes.count(kind, 'permission denied'));
    expect(denied?.some(count => count > 0)).toBe(true);
  });
});

const newest = releases.at(-1);

test('a member over its quota applies what it refuses', async () => {
  if (newest === undefined) throw new Error('no release');
  // When pages run out, and what is asked then, depends on the member's own clock: another load may be needed.
  let refused = 0;
  for (let seed = SEED + 1; refused === 0 && seed < SEED + 9; seed += 1) {
    const result = await runOracle({
      programs: newest,
      operations: 300,
      seed,
      members: 1,
      every: 100,
      // With its fsyncs: on them depends when pages run out, too.
      flags: ['--quota-backend-bytes=28000', ...(newest.line === '3.4' ? [] : [FSYNC])],
    });
    expect(result.failures).toEqual([]);
    const { answers } = result.load;
    for (const kind of answers.kinds) refused += answers.count(kind, SPACE);
  }
  expect(refused).toBeGreaterThan(0);
});

const SPACE = 'etcdserver: mvcc: database space exceeded';

test('members that disagree are each what the log says of them, through restarts and moves of the leader', async () => {
  const disagreeing = releases.find(({ line }) => line === '3.5');
  if (disagreeing === undefined) throw new Error('no etcd 3.5');
  const result = await runOracle({
    programs: disagreeing,
    operations: 400,
    seed: SEED + 1,
    members: 3,
    every: 200,
    disturbed: true,
  });
  expect(result.failures).toEqual([]);
  expect(result.restarts).toBe(2);
  expect(result.models.every(({ ambiguous }) => ambiguous > 0)).toBe(true);
});
