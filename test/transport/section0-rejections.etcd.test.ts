import { setTimeout as sleep } from 'node:timers/promises';
import { Etcd3 } from 'etcd3';
import { describe, expect, test } from 'vitest';
import { EtcdCluster } from '../kit/cluster.ts';
import { releasesForLongSuites } from '../kit/releases.ts';
import { addSeat, Follower, peersOf, until } from './follower.ts';
import { allForbidden } from './forbidden.ts';
import { statesOf, Wiretap } from './wiretap.ts';

const releases = await releasesForLongSuites(1);
const WATCH_MS = 5_000;
/** Three at once, then one a second; twice, since a leader may ask at two places. */
const FEW = 2 * (3 + WATCH_MS / 1_000);
const LARGE = 100_000;
const MANY = 300;
const TIMES = 8;

describe.each(releases)('rejections (etcd $version)', programs => {
  const { line, version } = programs;
  const goesBack = line === '3.4' || line === '3.5';

  async function seatIn(cluster: EtcdCluster, tap: Wiretap): Promise<Follower> {
    return await Follower.start({
      peers: peersOf(cluster),
      listenUrl: tap.listenUrl,
      advertiseUrl: tap.url,
    });
  }

  async function expectUnharmed(cluster: EtcdCluster, tap: Wiretap, seat: bigint): Promise<void> {
    await cluster.etcdctl(['put', 'unharmed', 'v']);
    const [state] = await statesOf(cluster);
    expect(state?.leader).toBe(state?.id);
    const facts = { seat, version, lastIndex: state?.index ?? 0, isPromoted: false };
    expect(allForbidden(tap.sent(seat), { ...facts, wasAway: true })).toEqual([]);
  }

  function rejections(tap: Wiretap, seat: bigint): number {
    const { messages } = tap.sent(seat);
    return messages.filter(({ name, reject }) => name === 'MsgAppResp' && reject).length;
  }

  test(`a log that lost what was acknowledged: ${
    goesBack ? 'the leader goes back' : 'the leader never goes back, and is not kept busy'
  }`, async () => {
    await using cluster = await EtcdCluster.start({ programs });
    await using tap = await Wiretap.on(cluster);
    await addSeat(cluster, tap.url);
    {
      await using first = await seatIn(cluster, tap);
      for (let i = 0; i < 20; i += 1) await cluster.etcdctl(['put', `before/${i}`, 'v']);
      await until(async () => (await first.count('before/19')) > 0, 'the first log has it all');
    }
    const before = await statesOf(cluster);
    // The same member with an empty log.
    await using second = await seatIn(cluster, tap);
    await cluster.etcdctl(['put', 'after', 'v']);
    await sleep(WATCH_MS);
    const count = rejections(tap, second.memberId);
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(FEW);
    if (goesBack) {
      await until(async () => (await second.count('after')) > 0, 'it has all again');
    } else {
      // Unless the leader had not seen the last acknowledgements, or sends a snapshot: then all is well.
      await until(
        async () =>
          second.events.some(({ kind }) => kind === 'lost-log') ||
          second.snapshots.length > 0 ||
          (await second.count('after')) > 0,
        'it is said, or there is nothing to say',
      );
    }
    const after = await statesOf(cluster);
    expect(after.map(({ term }) => term)).toEqual(before.map(({ term }) => term));
    await expectUnharmed(cluster, tap, second.memberId);
  });

  test(`a burst of large entries${
    line === '3.7' ? ', which this line sends in reverse,' : ''
  } is not sent again and again`, async () => {
    await using cluster = await EtcdCluster.start({ programs });
    await using tap = await Wiretap.on(cluster);
    await addSeat(cluster, tap.url);
    await using follower = await seatIn(cluster, tap);
    await until(
      () => follower.transport.peers().every(peer => peer.servedMessageStream),
      'served streams',
    );
    await cluster.etcdctl(['put', 'first', 'v']);
    await until(async () => (await follower.count('first')) > 0, 'the stream runs');
    const { stats } = follower.transport;
    const earlier = { bytes: stats.receivedBytes, count: rejections(tap, follower.memberId) };
    const client = new Etcd3({ hosts: cluster.members.map(member => member.clientUrl) });
    try {
      const puts = Array.from({ length: MANY }, (_, i) =>
        client.put(`large/${i}`).value('x'.repeat(LARGE)).exec(),
      );
      await Promise.all(puts);
    } finally {
      client.close();
    }
    await cluster.etcdctl(['put', 'last', 'v']);
    await until(async () => (await follower.count('last')) > 0, 'all has arrived');
    expect(await follower.count('large/')).toBe(MANY);
    // A seat that rejects what comes out of order has 3.7 send it more than thirty times.
    expect(stats.receivedBytes - earlier.bytes).toBeLessThan(TIMES * MANY * LARGE);
    expect(rejections(tap, follower.memberId) - earlier.count).toBeLessThan(MANY / 10);
    await expectUnharmed(cluster, tap, follower.memberId);
  });
});
