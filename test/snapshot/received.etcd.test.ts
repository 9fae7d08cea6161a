import { Etcd3 } from 'etcd3';
import { describe, expect, test } from 'vitest';
import { SnapshotFile } from '../../src/snapshot/snapshot-file.ts';
import type { Message } from '../../src/wire/types.ts';
import { compareVersions } from '../kit/binaries-types.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { releasesForLongSuites } from '../kit/releases.ts';
import { takeSeat, until } from '../transport/follower.ts';
import { keysOf, stateOfFile } from './compare.ts';
import { readAll } from './file.ts';

const releases = await releasesForLongSuites(2);
if (releases.length === 0) throw new Error('no etcd could be had: see `npm run etcd`');

/** Leaders up to 3.5 keep this many entries behind their snapshot, later ones fewer. */
const CATCH_UP_ENTRIES = 5_000;

describe.each(releases)('etcd $version', programs => {
  test('what a leader sends to a learner that is late is read, at the index of its message', async () => {
    await using cluster = await EtcdCluster.start({ programs, flags: ['--snapshot-count=100'] });
    const client = new Etcd3({ hosts: cluster.endpoints });
    try {
      await putMany(
        client,
        compareVersions(programs.version, '3.6.0') < 0 ? CATCH_UP_ENTRIES + 400 : 400,
      );
      const received: { message: Message; file: string }[] = [];
      await using follower = await takeSeat(cluster, {
        onSnapshot: async (message, file) => {
          // The file is gone when the follower is.
          received.push({ message, file });
        },
      });
      await until(() => received.length > 0, 'the leader sends a snapshot');
      const { message, file } = received[0] ?? expect.unreachable();
      const everything = await readAll(file);
      expect(everything.meta).toMatchObject({ hasHash: false, index: message.snapshot?.index });
      if (programs.line !== '3.4') expect(everything.meta.term).toBe(message.snapshot?.term);
      expect(everything.meta.membership.members.get(follower.memberId)).toMatchObject({
        isLearner: true,
      });
      expect(stateOfFile(everything).keys).toEqual(await keysOf(client));
      await using opened = await SnapshotFile.open(file);
      expect(opened.meta.bytes).toBe(everything.meta.bytes);
    } finally {
      client.close();
    }
  });
});

/** Fifty at a time: one after the other would wait for the disk each time. */
async function putMany(client: Etcd3, count: number): Promise<void> {
  for (let first = 0; first < count; first += 50) {
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => client.put(`k${(first + i) % 700}`).value(`v${first}`)),
    );
  }
}
