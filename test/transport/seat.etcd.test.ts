import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { Etcd3 } from 'etcd3';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../src/wire/types.ts';
import { MessageType } from '../../src/wire/types.ts';
import { availableReleases } from '../kit/binaries.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { FaultLink } from '../kit/fault-link.ts';
import { freePort } from '../kit/ports.ts';
import { releasesForLongSuites } from '../kit/releases.ts';
import { addSeat, Follower, peersOf, takeSeat, until } from './follower.ts';

const run = promisify(execFile);
const releases = await availableReleases();
const current = releases.find(({ version }) => version === '3.5.30') ?? releases.at(-1);
const withoutOldLog = releases.find(({ line }) => line === '3.6' || line === '3.7');
if (current === undefined) throw new Error('no etcd could be had: see `npm run etcd`');

/** Puts numbered keys one after the other; a put that fails is tried again. */
async function putKeys(cluster: EtcdCluster, name: string, count: number): Promise<void> {
  const running = cluster.members.filter(member => member.isRunning);
  const client = new Etcd3({
    hosts: running.map(member => member.clientUrl),
    defaultCallOptions: () => ({ deadline: Date.now() + 2_000 }),
  });
  try {
    for (let i = 0; i < count; i += 1) {
      await until(
        () =>
          client
            .put(`${name}/${i}`)
            .value('v')
            .then(
              (): boolean => true,
              () => false,
            ),
        `a put of ${name}`,
      );
    }
  } finally {
    client.close();
  }
}

async function caughtUp(follower: Follower, mark: string): Promise<void> {
  await until(async () => (await follower.count(mark)) > 0, `${mark} arrives`);
}

describe.each(await releasesForLongSuites(3))('etcd $version', programs => {
  test('a seat in three members: all streams are up, a new leader is followed, also when one is gone', async () => {
    await using cluster = await EtcdCluster.start({ programs, size: 3 });
    await using follower = await takeSeat(cluster);
    await until(
      () =>
        follower.transport
          .peers()
          .every(peer => peer.msgappStream && peer.messageStream && peer.servedMessageStream),
      'streams to and from all members',
    );
    for (const peer of follower.transport.peers()) expect(peer.version).toBe(programs.version);
    await putKeys(cluster, 'before', 50);
    await (await cluster.leader()).stop('SIGKILL');
    await putKeys(cluster, 'after', 50);
    await caughtUp(follower, 'after/49');
    for (let i = 0; i < 50; i += 1) {
      expect(await follower.count(`before/${i}\x12`), `before/${i}`).toBeGreaterThan(0);
      expect(await follower.count(`after/${i}\x12`), `after/${i}`).toBeGreaterThan(0);
    }
    const gone = cluster.members.find(member => !member.isRunning);
    gone?.start();
    await until(
      () => follower.transport.peers().every(peer => peer.msgappStream && peer.servedMessageStream),
      'streams to the member that came back',
    );
    expect(follower.stolen).toBe(0);
    expect(follower.removedBy).toEqual([]);
  });
});

describe(`answers that get lost (${current.version})`, () => {
  test('half-open streams of a member are broken, and answers go by POST until it dials again', async () => {
    const port = await freePort();
    await using proxy = await FaultLink.start(`http://127.0.0.1:${port}`);
    await using cluster = await EtcdCluster.start({ programs: current });
    await addSeat(cluster, proxy.url);
    await using follower = await Follower.start({
      peers: peersOf(cluster),
      listenUrl: `http://127.0.0.1:${port}`,
      advertiseUrl: proxy.url,
    });
    await until(
      () => follower.transport.peers().every(peer => peer.servedMessageStream),
      'served streams',
    );
    await putKeys(cluster, 'before', 3);
    await caughtUp(follower, 'before/2');
    proxy.mute();
    await putKeys(cluster, 'lost', 3);
    await caughtUp(follower, 'lost/2');
    // The leader's heartbeats carry what it knows to be acknowledged.
    const acknowledged = follower.log.lastIndex;
    await until(
      () =>
        follower.messages.some(
          ({ type, commit }) => type === MessageType.Heartbeat && commit >= acknowledged,
        ),
      'the acknowledgement arrives after all',
    );
  });
});

describe(`who else sits there (${current.version})`, () => {
  test('a removed seat is told by every member, none of which comes to harm', async () => {
    await using cluster = await EtcdCluster.start({ programs: current, size: 3 });
    await using follower = await takeSeat(cluster);
    await putKeys(cluster, 'before', 1);
    await caughtUp(follower, 'before/0');
    await cluster.etcdctl(['member', 'remove', follower.memberId.toString(16)]);
    await until(() => follower.removedBy.length > 0, 'the removal is noticed');
    await putKeys(cluster, 'after', 3);
    expect(cluster.members.map(member => member.isRunning)).toEqual([true, true, true]);
  });

  test('two processes with one seat: both notice', async () => {
    await using cluster = await EtcdCluster.start({ programs: current });
    await using first = await takeSeat(cluster);
    const [peer] = first.transport.peers();
    expect(peer).toBeDefined();
    await using second = await Follower.start({
      peers: peersOf(cluster),
      listenUrl: `http://127.0.0.1:${await freePort()}`,
      advertiseUrl: await advertised(cluster, first.memberId),
    });
    await until(() => first.stolen > 0 && second.stolen > 0, 'the seat counts as stolen');
    expect(cluster.members[0]?.isRunning).toBe(true);
  });

  test('a flood of connections and noise: members stay connected and entries come', async () => {
    await using cluster = await EtcdCluster.start({ programs: current });
    const listenUrl = `http://127.0.0.1:${await freePort()}`;
    await addSeat(cluster, listenUrl);
    await using follower = await Follower.start({ peers: peersOf(cluster), listenUrl });
    const isServed = () => follower.transport.peers().every(peer => peer.servedMessageStream);
    await until(isServed, 'served streams');
    const lostBefore = follower.transport.stats.lostStreams;
    const sockets: Socket[] = [];
    try {
      for (let i = 0; i < 2_000; i += 1) {
        const socket = connect(Number(new URL(listenUrl).port), '127.0.0.1');
        socket.on('error', () => undefined);
        if (i % 3 === 0) socket.write(Buffer.from([i % 256, 255, 0, 13, 10]));
        if (i % 3 === 1)
          socket.write('POST /raft HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n');
        sockets.push(socket);
      }
      await putKeys(cluster, 'flooded', 20);
      await caughtUp(follower, 'flooded/19');
      expect(isServed()).toBe(true);
      expect(follower.transport.stats.lostStreams).toBe(lostBefore);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });
});

async function advertised(cluster: EtcdCluster, id: bigint): Promise<string> {
  const printed = await cluster.etcdctl(['member', 'list']);
  const line = printed.split('\n').find(text => text.startsWith(id.toString(16)));
  const url = /http:[^,]+/.exec(line ?? '')?.[0];
  if (url === undefined) throw new Error(`not in the list: ${printed}`);
  return url;
}

describe('snapshots', () => {
  if (withoutOldLog === undefined) throw new Error('no etcd of 3.6 or later could be had');
  test(`a refused snapshot comes again, after a while; the file is one that etcd's tools take (${withoutOldLog.version})`, async () => {
    await using cluster = await EtcdCluster.start({ programs: withoutOldLog });
    // From 3.6 on a newcomer that is more than a hundred entries late is sent a snapshot.
    await putKeys(cluster, 'old', 300);
    const offered: { message: Message; file: string; atMs: number }[] = [];
    await using follower = await takeSeat(cluster, {
      limits: { snapshotRefusalMs: 1_000 },
      onSnapshot: (message, file) => {
        offered.push({ message, file, atMs: performance.now() });
        return offered.length === 1 ? Promise.reject(new Error('not now')) : Promise.resolve();
      },
    });
    await until(() => offered.length >= 2, 'a second snapshot');
    const [refused, taken] = offered;
    if (refused === undefined || taken === undefined) throw new Error('unreachable');
    expect(taken.atMs - refused.atMs).toBeGreaterThanOrEqual(1_000);
    expect(taken.message.snapshot?.index).toBeGreaterThan(300);
    expect(taken.message.snapshot?.confState.learners).toEqual([follower.memberId]);
    // The database and its SHA-256 are what `etcdctl snapshot save` writes.
    const database = await readFile(taken.file);
    const digest = createHash('sha256').update(database).digest();
    await writeFile(taken.file, Buffer.concat([database, digest]));
    const tool = withoutOldLog.etcdutl ?? withoutOldLog.etcdctl;
    const { stdout } = await run(tool, ['snapshot', 'status', '-w', 'json', taken.file]);
    expect(JSON.parse(stdout)).toMatchObject({ revision: 301, totalKey: 300 });
  });
});
