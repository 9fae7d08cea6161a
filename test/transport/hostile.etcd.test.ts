import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EtcdCluster } from '../kit/cluster.ts';
import { FakePeer } from '../kit/fake-peer.ts';
import { releasesForLongSuites } from '../kit/releases.ts';
import { ATTACKS } from './attacks.ts';
import { addSeat, Follower, peersOf, until } from './follower.ts';
import { allForbidden } from './forbidden.ts';
import { statesOf, Wiretap } from './wiretap.ts';

/*
 * A seat in a real source, while somebody without any right is hostile to its peer port: a stranger, who
 * knows the cluster's ID, and a liar, who goes by the ID of the leader. Nothing of it may reach the
 * source, and entries go on coming.
 *
 * What a liar can do without mutual TLS: read what we answer (by dialing the streams that we serve in a
 * member's name), which delays acknowledgements; and send a whole, valid database in the current term,
 * which makes us take it for the source's. Neither harms the source.
 */
const releases = await releasesForLongSuites(1);

describe.each(releases)('under attack (etcd $version)', programs => {
  const opened: AsyncDisposable[] = [];
  let cluster: EtcdCluster;
  let tap: Wiretap;
  let follower: Follower;
  let puts = 0;

  beforeAll(async () => {
    cluster = keep(await EtcdCluster.start({ programs }));
    tap = keep(await Wiretap.on(cluster));
    await addSeat(cluster, tap.url);
    follower = keep(
      await Follower.start({
        peers: peersOf(cluster),
        listenUrl: tap.listenUrl,
        advertiseUrl: tap.url,
        limits: { snapshotRefusalMs: 10 },
      }),
    );
    await putArrives();
  });

  afterAll(async () => {
    for (const part of opened.reverse()) await part[Symbol.asyncDispose]();
  });

  function keep<T extends AsyncDisposable>(part: T): T {
    opened.push(part);
    return part;
  }

  async function putArrives(): Promise<void> {
    puts += 1;
    const key = `put-${puts};`;
    await cluster.etcdctl(['put', key, 'v']);
    await until(async () => (await follower.count(key)) > 0, `${key} arrives`);
  }

  const attackers = ['a stranger', 'a liar'].flatMap(who =>
    Object.entries(ATTACKS).map(([name, attack]) => [who, name, attack] as const),
  );
  test.each(attackers)('%s: %s', async (who, _, attack) => {
    const [before] = await statesOf(cluster);
    if (before === undefined) throw new Error('the source does not say where it stands');
    const id = who === 'a liar' ? BigInt(before.leader) : 0xbadn;
    await using liar = await FakePeer.start({ id, clusterId: follower.clusterId });
    // Past the proxy, which would limit what a liar can do.
    liar.seat = { id: follower.memberId, url: tap.listenUrl };
    const { term, index } = before;
    let over = false;
    const attacking = attack(liar, { seat: follower.memberId, from: id, term, index }).finally(
      () => {
        over = true;
      },
    );
    while (!over) await putArrives();
    await attacking;
    await putArrives();

    // From 3.5 on it proposes an entry of its own.
    await cluster.etcdctl(['endpoint', 'health']);
    const [after] = await statesOf(cluster);
    expect({ term: after?.term, leader: after?.leader }).toEqual({ term, leader: before.leader });
    expect(cluster.members.map(member => member.isRunning)).toEqual([true]);
    expect(follower.events.map(({ kind }) => kind)).not.toContain('diverged');
    expect(follower.log.lastIndex).toBeLessThanOrEqual(after?.index ?? 0);
    expect(liar.answers.filter(({ status }) => status === 403 || status === 410)).toEqual([]);
    expect([...liar.msgappBytes].every(byte => byte === 0)).toBe(true);
    for (const said of liar.messages) expect(said.term).toBe(term);
    const facts = { version: programs.version, lastIndex: after?.index ?? 0, isPromoted: false };
    const sent = tap.sent(follower.memberId);
    expect(allForbidden(sent, { ...facts, seat: follower.memberId })).toEqual([]);
  });
});
