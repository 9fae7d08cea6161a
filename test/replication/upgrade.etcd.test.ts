import { describe, expect, test, vi } from 'vitest';
import { readVersions } from '../../src/replicator/known-versions.ts';
import { until } from '../drills/until.ts';
import { availableReleases } from '../kit/binaries.ts';
import type { EtcdBinaries } from '../kit/binaries-types.ts';
import type { EtcdCluster } from '../kit/cluster.ts';
import { Load, PAUSE_MS } from '../kit/load.ts';
import { Pair } from '../kit/pair.ts';
import { RUNS_ALL_LINES } from '../kit/releases.ts';

vi.setConfig({ testTimeout: 300_000 });

const releases = await availableReleases();
const newestOf = (line: string): EtcdBinaries | undefined =>
  releases.filter(release => release.line === line).at(-1);

const steps = (
  [
    ['3.4', '3.5'],
    ['3.5', '3.6'],
    ['3.6', '3.7'],
  ] as const
).flatMap(([from, to]) => {
  const [older, newer] = [newestOf(from), newestOf(to)];
  return older === undefined || newer === undefined ? [] : [{ from, to, older, newer }];
});
// From 3.4 to 3.5 the source goes in publish.etcd.test.ts.
const few = steps.filter(({ from }) => from === '3.5');

/** One member after the other, as etcd's own guide has it. */
async function upgrade(cluster: EtcdCluster, { etcd, line }: EtcdBinaries): Promise<void> {
  for (const member of cluster.members) {
    await member.stop();
    member.runNext(etcd);
    member.start();
    await until(async () => {
      await cluster.etcdctl(['endpoint', 'health']);
      return true;
    }, `the cluster is healthy with ${member.name} back`);
  }
  await until(async () => {
    const response = await fetch(`${cluster.endpoints[0]}/version`);
    const { etcdcluster } = (await response.json()) as { etcdcluster: string };
    return etcdcluster === `${line}.0`;
  }, 'the upgrade is finished');
}

describe.each(RUNS_ALL_LINES ? steps : few)('from $from to $to', ({ older, newer }) => {
  test('the destination first, then the source, member by member, while both are used', async () => {
    await using pair = await Pair.start({ source: older, destination: older, sourceSize: 3 });
    const { source, destination, syncer } = pair;
    syncer.start();
    await syncer.caughtUp();
    const load = new Load({ endpoints: source.endpoints, seed: 1, workers: 2, pauseMs: PAUSE_MS });
    try {
      await upgrade(destination, newer);
      await upgrade(source, newer);
      await until(async () => {
        const known = await readVersions(syncer.dataDir);
        return known.length > 0 && known.every(version => version === newer.version);
      }, 'what an entry does is told by the new version');
    } finally {
      await load.stop();
    }
    expect(load.done).toBeGreaterThan(50);
    expect(await pair.settledDifferences()).toEqual([]);
    // On the seat and the log that it began with.
    expect(syncer.output).not.toContain('received a snapshot');
    expect(syncer.output.split('took the seat')).toHaveLength(2);
  });
});

if (few.length === 0) {
  test('not run: upgrades from 3.5 to 3.6, of which one could not be had', () => {
    expect(few).toEqual([]);
  });
}
