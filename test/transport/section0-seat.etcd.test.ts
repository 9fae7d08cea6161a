import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EtcdCluster } from '../kit/cluster.ts';
import { FakePeer } from '../kit/fake-peer.ts';
import { header } from '../kit/http-record.ts';
import { releasesForLongSuites } from '../kit/releases.ts';
import { addSeat, Follower, peersOf, until } from './follower.ts';
import { type Facts, FORBIDDEN } from './forbidden.ts';
import { type MemberState, type Sent, statesOf, Wiretap } from './wiretap.ts';

const releases = await releasesForLongSuites();
/** Several of etcd's election timeouts (1 s). */
const ELECTIONS_MS = 3_500;

/**
 * One life of a seat between recording proxies: puts, another leader, strangers that try everything
 * on our peer port, then a quorum lost for several election timeouts. What it sent is judged row by row.
 */
describe.each(releases)('a seat in a source of three (etcd $version)', programs => {
  const { line, version } = programs;
  const isOld = line === '3.4' || line === '3.5';
  const opened: AsyncDisposable[] = [];
  let cluster: EtcdCluster;
  let tap: Wiretap;
  let follower: Follower;
  let sent: Sent;
  let facts: Facts;
  let quiet: { before: MemberState[]; after: MemberState[] };

  beforeAll(async () => {
    const check = line === '3.7' ? 'corrupt-check-time' : 'experimental-corrupt-check-time';
    cluster = keep(await EtcdCluster.start({ programs, size: 3, flags: [`--${check}=2s`] }));
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
    const isServed = () =>
      follower.transport.peers().every(peer => peer.servedMessageStream && peer.messageStream);
    await until(isServed, 'streams to and from all members');
    await put('first');
    const states = await statesOf(cluster);
    const next = states.find(({ id, leader }) => id !== leader);
    await moveLeader(BigInt(next?.id ?? 0));
    await put('second');

    const before = await statesOf(cluster);
    await strangersTry();
    await put('third');
    // The members probe, ask for the version every 4 s and compare hashes every 2 s.
    await sleep(5_000);
    quiet = { before, after: await statesOf(cluster) };

    const running = cluster.members;
    await Promise.all(running.slice(0, 2).map(member => member.stop('SIGKILL')));
    await sleep(ELECTIONS_MS);
    for (const member of running.slice(0, 2)) member.start();
    await cluster.ready();
    await put('fourth');
    const lastIndex = Math.max(...(await statesOf(cluster)).map(({ index }) => index));
    sent = tap.sent(follower.memberId);
    facts = { seat: follower.memberId, version, lastIndex, isPromoted: false };
  });

  afterAll(async () => {
    for (const part of opened.reverse()) await part[Symbol.asyncDispose]();
  });

  function keep<T extends AsyncDisposable>(part: T): T {
    opened.push(part);
    return part;
  }

  async function put(key: string): Promise<void> {
    await until(
      () =>
        cluster.etcdctl(['put', key, 'v']).then(
          () => true,
          () => false,
        ),
      `a put of ${key}`,
    );
    await until(async () => (await follower.count(key)) > 0, `${key} arrives`);
  }

  async function moveLeader(to: bigint): Promise<void> {
    await cluster.etcdctl(['move-leader', to.toString(16)]);
    await until(
      async () => (await statesOf(cluster)).every(({ leader }) => leader === to.toString()),
      'another leader',
    );
  }

  /** Everything on our peer port that answers, in all ways that a stranger and a liar may ask. */
  async function strangersTry(): Promise<void> {
    const { clusterId } = follower;
    const known = BigInt((await statesOf(cluster))[0]?.id ?? 0);
    for (const id of [0xbadn, known]) {
      await using liar = await FakePeer.start({ id, clusterId });
      liar.seat = { id: follower.memberId, url: tap.url };
      for (const path of [
        '/raft',
        '/raft/snapshot',
        '/raft/probing',
        '/raft/stream/msgapp/bad',
        '/raft/stream/message/bad',
        '/raft/stream/other/bad',
        '/members',
        '/members/hashkv',
        '/members/promote/1',
        '/version',
        '/downgrade/enabled',
        '/v2/keys',
        '/%00/../raft',
      ]) {
        for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']) {
          const body = method === 'POST' || method === 'PUT' ? Buffer.from('nonsense') : undefined;
          for (const cluster of [clusterId.toString(16), 'dead', '']) {
            const headers = { 'X-Etcd-Cluster-ID': cluster, 'X-Server-Version': 'nonsense' };
            await liar.send(method, path, { headers, ...(body && { body }) });
          }
        }
      }
    }
  }

  const lethal: [string, keyof typeof FORBIDDEN][] = [
    ['never 410 to a stream GET (the voter shuts down)', 'gone'],
    ['never 403 to a POST (the voter shuts down)', 'forbidden'],
    ["no X-Server-Version but the source's own N.N.N (the voter panics)", 'versionHeader'],
    ['nothing but 0x00 on a served msgapp stream (the voter panics)', 'msgapp'],
    ['no MsgProp without entries (the leader panics)', 'proposals'],
    ['no MsgProp that is no valid request (permanent)', 'proposals'],
    ['no MsgProp without an ID (permanent)', 'proposals'],
    ['no member-attribute proposal, and so none for an unknown ID (permanent)', 'proposals'],
    [
      `no ClusterMemberAttrSet proposal (${line === '3.4' ? 'permanent' : "can't harm this line"})`,
      'proposals',
    ],
    [`no v2 PUT proposal (${line === '3.7' ? 'permanent' : "can't harm this line"})`, 'proposals'],
    [
      `no acknowledgement beyond the last index (${isOld ? 'we would miss entries' : 'the leader panics'})`,
      'acknowledgements',
    ],
    ['no term that the source has not given (the leader steps down)', 'terms'],
    ['no campaign, with a leader or without', 'campaigns'],
    ["no message in another's name", 'names'],
    ['no hash of our own (a wrong one raises CORRUPT)', 'hashes'],
    ["no list of members but the source's own, never an empty one", 'members'],
    [
      `/version is always answered (${isOld ? 'the leader would wait for ever' : 'the leader has a timeout'})`,
      'unanswered',
    ],
  ];
  test.each(lethal)('%s', (_, row) => {
    expect(FORBIDDEN[row](sent, facts)).toEqual([]);
  });

  test('what was judged is what there is: all kinds of requests and messages were seen', () => {
    const count = (path: RegExp) => sent.answers.filter(answer => path.test(answer.path)).length;
    for (const path of [/stream\/msgapp/, /stream\/message/, /probing/, /version/, /hashkv/]) {
      expect(count(path), String(path)).toBeGreaterThan(2);
    }
    expect(sent.msgapp.length).toBeGreaterThan(0);
    expect(sent.requests.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(6);
    const names = new Set(sent.messages.map(({ name }) => name));
    expect(names).toContain('MsgAppResp');
    expect(names).toContain('MsgHeartbeatResp');
    expect(sent.termsGiven.size).toBeGreaterThanOrEqual(2);
  });

  test("/version is the members' own answer, word for word", async () => {
    const url = cluster.members[0]?.peerUrl ?? '';
    const own = await (await fetch(`${url}/version`)).text();
    const relayed = sent.answers
      .filter(
        ({ path, method, status }) => path === '/version' && method === 'GET' && status === 200,
      )
      .map(({ answer }) => answer?.body.toString());
    expect(new Set(relayed)).toEqual(new Set([own]));
  });

  test('what we say of ourselves is the ID and the URL that the source has', () => {
    for (const { path, request } of sent.requests) {
      expect(header(request, 'x-etcd-cluster-id'), path).toMatch(/^[1-9a-f][0-9a-f]{0,15}$/);
      expect(header(request, 'x-peerurls')).toBe(tap.url);
      expect(header(request, 'x-min-cluster-version')).toBe('3.0.0');
    }
  });

  test('whatever strangers asked, the source kept its leader and its term', () => {
    expect(quiet.after.map(({ leader, term }) => ({ leader, term }))).toEqual(
      quiet.before.map(({ leader, term }) => ({ leader, term })),
    );
  });

  test('at the end all members run, are healthy, and raised no alarm', async () => {
    expect(cluster.members.map(member => member.isRunning)).toEqual([true, true, true]);
    expect(await cluster.etcdctl(['alarm', 'list'])).toBe('');
    await cluster.etcdctl(['endpoint', 'health']);
    for (const member of cluster.members) expect(member.logTail()).not.toMatch(/panic:/);
    expect(follower.removedBy).toEqual([]);
    expect(await cluster.etcdctl(['member', 'list'])).toContain('true');
  });
});
