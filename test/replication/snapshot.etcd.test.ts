import { describe, expect, test } from 'vitest';
import { availableReleases } from '../kit/binaries.ts';
import { bulkKey, fill, forEachKey } from '../kit/bulk.ts';
import { Pair } from '../kit/pair.ts';
import { releasesForLongSuites } from '../kit/releases.ts';
import { leaseIdOf, outgrowLog, restartSource, shortLog } from './snapshot-helpers.ts';

const all = await availableReleases();
const releases = await releasesForLongSuites(2);
const destination = all.find(({ version }) => version === '3.5.30') ?? all.at(-1);
if (destination === undefined) throw new Error('no etcd could be had: see `npm run etcd`');

describe.each(releases.map(release => [release.version, release] as const))(
  'snapshots of %s',
  (_, source) => {
    test('a late start, and a restart after changes and deletes: equal, by the difference', async () => {
      const sourceFlags = shortLog(source);
      await using pair = await Pair.start({ source, destination, sourceFlags });
      const { endpoints } = pair.source;
      await fill({ endpoints, from: 0, to: 5_000 }, number => `value ${number}`);
      const kept = await pair.source.etcdctl(['lease', 'grant', '600']);
      const lost = await pair.source.etcdctl(['lease', 'grant', '600']);
      await pair.source.etcdctl(['put', 'kept/1', 'v', `--lease=${leaseIdOf(kept)}`]);
      await pair.source.etcdctl(['put', 'lost/1', 'v', `--lease=${leaseIdOf(lost)}`]);
      await outgrowLog(pair.source, source);
      pair.syncer.start();
      await pair.syncer.caughtUp();
      expect(pair.syncer.output).toContain('a snapshot of the leader is pending');
      expect(await pair.settledDifferences()).toEqual([]);

      await pair.syncer.kill('SIGTERM');
      await restartSource(pair.source);
      await forEachKey({ endpoints, from: 0, to: 300 }, (client, number) =>
        number % 3 === 0
          ? client.delete().key(bulkKey(number)).exec()
          : client.put(bulkKey(number)).value(`changed ${number}`).exec(),
      );
      await pair.source.etcdctl(['put', 'kept/2', 'v', `--lease=${leaseIdOf(kept)}`]);
      await pair.source.etcdctl(['lease', 'revoke', leaseIdOf(lost)]);
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
