import { describe, expect, test } from 'vitest';
import { availableReleases } from '../kit/binaries.ts';
import type { EtcdBinaries } from '../kit/binaries-types.ts';
import { bulkKey, fill, forEachKey } from '../kit/bulk.ts';
import type { EtcdCluster } from '../kit/cluster.ts';
import { Pair } from '../kit/pair.ts';

const releases = await availableReleases();
const destination = releases.find(({ version }) => version === '3.5.30') ?? releases.at(-1);
if (destination === undefined) throw new Error('no etcd could be had: see `npm run etcd`');

/** 3.4 always keeps 5,000 entries behind its snapshot; later lines can be told to keep fewer. */
const KEPT = 5_000;

function flagsOf({ line }: EtcdBinaries): string[] {
  const flags = ['--snapshot-count=100'];
  if (line === '3.5') flags.push('--experimental-snapshot-catchup-entries=100');
  if (line === '3.6' || line === '3.7') flags.push('--snapshot-catchup-entries=100');
  return flags;
}

/** Single puts until the leader's log no longer reaches back to where it was. */
async function outgrowLog(source: EtcdCluster, { line }: EtcdBinaries): Promise<void> {
  const entries = line === '3.4' ? KEPT + 500 : 500;
  await forEachKey({ endpoints: source.endpoints, from: 0, to: entries }, (client, number) =>
    client
      .put(`churn/${number % 50}`)
      .value(String(number))
      .exec(),
  );
}

describe.each(releases.map(release => [release.version, release] as const))(
  'snapshots of %s',
  (_, source) => {
    test('a late start, and a restart after changes and deletes: equal, by the difference', async () => {
      const sourceFlags = flagsOf(source);
      await using pair = await Pair.start({ source, destination, sourceFlags });
      const { endpoints } = pair.source;
      await fill({ endpoints, from: 0, to: 5_000 }, number => `value ${number}`);
      const kept = await pair.source.etcdctl(['lease', 'grant', '600']);
      const lost = await pair.source.etcdctl(['lease', 'grant', '600']);
      await pair.source.etcdctl(['put', 'kept/1', 'v', `--lease=${leaseId(kept)}`]);
      await pair.source.etcdctl(['put', 'lost/1', 'v', `--lease=${leaseId(lost)}`]);
      await outgrowLog(pair.source, source);
      pair.syncer.start();
      await pair.syncer.caughtUp();
      expect(pair.syncer.output).toContain('a snapshot of the leader is pending');
      expect(await pair.settledDifferences()).toEqual([]);

      await pair.syncer.kill('SIGTERM');
      // A leader that sent a snapshot keeps its log for 30 s (etcdserver releaseDelayAfterSnapshot); a restart forgets it.
      const [member] = pair.source.members;
      await member?.stop();
      member?.start();
      await pair.source.ready();
      await forEachKey({ endpoints, from: 0, to: 300 }, (client, number) =>
        number % 3 === 0
          ? client.delete().key(bulkKey(number)).exec()
          : client.put(bulkKey(number)).value(`changed ${number}`).exec(),
      );
      await pair.source.etcdctl(['put', 'kept/2', 'v', `--lease=${leaseId(kept)}`]);
      await pair.source.etcdctl(['lease', 'revoke', leaseId(lost)]);
      await outgrowLog(pair.source, source);
      pair.syncer.start();
      await pair.syncer.caughtUp();
      const { operations } = (await pair.syncer.status()).destination;
      expect(await pair.settledDifferences()).toEqual([]);
      expect(pair.syncer.output.match(/"msg":"seeded"/g)).toHaveLength(2);
      // 300 keys, 50 of the churn, 2 of leases; a few hundred entries may have come behind the snapshot.
      expect(operations).toBeGreaterThan(300);
      expect(operations).toBeLessThan(1_000);
    });
  },
);

function leaseId(printed: string): string {
  const id = /lease ([0-9a-f]+)/.exec(printed)?.[1];
  if (id === undefined) throw new Error(`no lease in: ${printed}`);
  return id;
}
