import { expect, test } from 'vitest';
import { availableReleases } from '../kit/binaries.ts';
import { Load } from '../kit/load.ts';
import { Pair } from '../kit/pair.ts';
import { RUNS_ALL_LINES, releasesForLongSuites } from '../kit/releases.ts';
import { plantDifferences, prepareSource } from './planted.ts';
import { checkPair } from './run-check.ts';

const all = await availableReleases();
const current = all.find(({ version }) => version === '3.5.30') ?? all.at(-1);
if (current === undefined) throw new Error('no etcd could be had: see `npm run etcd`');
const old = RUNS_ALL_LINES ? all.filter(({ version }) => version.startsWith('3.4.')) : [];
const few = await releasesForLongSuites();
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

const TIMEOUT_MS = 400_000;
/** Runs without a difference before any is planted. */
const runs = pairs.map(releases => ({ ...releases, runs: RUNS_ALL_LINES ? 20 : 4 }));

test.each(runs)(
  'under load, source $source.version to destination $destination.version: nothing in $runs runs, then each of 100',
  async releases => {
    // So long that no keepalive is due, which would bring back a lease that is taken away.
    await using pair = await Pair.start({
      ...releases,
      syncerArgs: ['--lease-ttl-floor=10000h'],
    });
    pair.syncer.start();
    await pair.syncer.caughtUp();
    await prepareSource(pair.source);
    const load = new Load({ endpoints: pair.source.endpoints, seed: 11, workers: 2 });
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
    } finally {
      await load.stop();
    }
    expect(load.done).toBeGreaterThan(100);
  },
  TIMEOUT_MS,
);
