import { expect } from 'vitest';
import { availableReleases } from '../kit/binaries.ts';
import { Load, PAUSE_MS } from '../kit/load.ts';
import { longTest } from '../kit/long.ts';
import { Pair } from '../kit/pair.ts';
import { RUNS_ALL_LINES, releasesForLongSuites } from '../kit/releases.ts';
import { OperatorToken } from './operator-token.ts';
import { plantDifferences, prepareSource } from './planted.ts';
import { checkPair } from './run-check.ts';

const all = await availableReleases();
const current = all.find(({ version }) => version === '3.5.30') ?? all.at(-1);
if (current === undefined) throw new Error('no etcd could be had: see `npm run etcd`');
const old = RUNS_ALL_LINES ? all.filter(({ version }) => version.startsWith('3.4.')) : [];
const few = await releasesForLongSuites(1);
const pairs = [
  ...few.map(source => ({ source, destination: current })),
  ...old.map(source => ({ source, destination: current })),
  ...old.map(destination => ({ source: current, destination })),
].filter(
  (pair, i, list) =>
    list.findIndex(
      other => other.source === pair.source && other.destination === pair.destination,
    ) === i,
);

/** What mends a hundred planted differences: five of them are of one role, two of them of two users. */
const PLAN = {
  put: 56,
  delete: 20,
  'grant lease': 8,
  'renew lease': 2,
  'revoke lease': 2,
  'change user': 4,
  'delete user': 2,
  'change role': 2,
  'delete role': 2,
};
const DONE = {
  puts: 56,
  deletes: 20,
  leases_granted: 8,
  leases_renewed: 2,
  leases_revoked: 2,
  kept: 0,
};
const TIMEOUT_MS = 400_000;
/** Runs without a difference before any is planted; `npm run drills -- --only check` makes as many. */
const runs = pairs.map(releases => ({ ...releases, runs: 20 }));

longTest.each(runs)(
  'under load, source $source.version to destination $destination.version: nothing in $runs runs, then each of 100, which are repaired',
  async releases => {
    // So long that no keepalive is due, which would bring back a lease that is taken away.
    using token = new OperatorToken();
    await using pair = await Pair.start({
      ...releases,
      syncerArgs: ['--lease-ttl-floor=10000h', token.flag],
    });
    pair.syncer.start();
    await pair.syncer.caughtUp();
    await prepareSource(pair.source);
    const load = new Load({
      endpoints: pair.source.endpoints,
      seed: 11,
      workers: 2,
      pauseMs: PAUSE_MS,
    });
    try {
      for (let i = 0; i < releases.runs; i += 1) {
        const { code, report, stderr } = await checkPair(pair);
        expect([code, report.first, report.first_unsettled], stderr).toEqual([0, [], []]);
        expect(report.compared.values).toBeGreaterThan(400);
        expect(report.compared.leases).toBeGreaterThanOrEqual(28);
        expect([report.compared.users, report.compared.roles]).toEqual([6, 3]);
      }
      const planted = await plantDifferences(pair.destination);
      expect(planted).toHaveLength(100);
      const { code, report, stderr } = await checkPair(pair, ['--limit=200']);
      const found = report.first.map(({ kind, subject }) => `${kind} ${subject}`).sort();
      expect(found, stderr).toEqual(planted);
      expect([code, report.differences, report.unsettled]).toEqual([1, 100, 0]);

      const planned = await checkPair(pair, ['--repair', '--limit=0']);
      expect([planned.code, planned.report.repair]).toMatchObject([1, { found: 100 }]);
      expect(planned.report.repair?.planned).toEqual(PLAN);
      const repaired = await checkPair(pair, ['--repair', '--yes', token.flag]);
      expect([repaired.code, repaired.report.first], repaired.stderr).toEqual([0, []]);
      expect(repaired.report.repair).toMatchObject({ found: 100, planned: PLAN, done: DONE });
    } finally {
      await load.stop();
    }
    expect(load.done).toBeGreaterThan(100);
  },
  TIMEOUT_MS,
);
