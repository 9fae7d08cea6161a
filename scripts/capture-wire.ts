// Records what members of each etcd line send to a seat: testdata/wire/<line>/. See testdata/wire/README.md.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Etcd3 } from 'etcd3';
import { decodePayload } from '../src/wire/internal-raft-request.ts';
import { EntryType, MessageType } from '../src/wire/types.ts';
import { availableReleases } from '../test/kit/binaries.ts';
import type { EtcdBinaries } from '../test/kit/binaries-types.ts';
import { EtcdCluster, type EtcdMember } from '../test/kit/cluster.ts';
import { addSeat, until } from '../test/transport/follower.ts';
import { CaptureLoad } from '../test/wire/capture-load.ts';
import { CaptureSeat } from '../test/wire/capture-seat.ts';
import { type HttpMessage, httpMessages } from '../test/wire/http-record.ts';

const folder = join(import.meta.dirname, '..', 'testdata', 'wire');
/** A lessor writes the remaining time of a lease down every five minutes, which no flag changes. */
const CHECKPOINT_MS = 6 * 60_000;
/** More than 3.4 and 3.5 keep in memory behind a snapshot (etcdserver SnapshotCatchUpEntries). */
const OLD_ENTRIES = 5_400;
/** Enough for the head and the meta of the database's first page. */
const DATABASE_FRONT_BYTES = 512;
/** Headers that tell of this machine or this moment. */
const UNWANTED_HEADERS = new Set(['host', 'date']);

function checkpointFlags(line: string): string[] {
  // 3.4 panics when it warns of this flag with its default logger.
  if (line === '3.4') return ['--experimental-enable-lease-checkpoint=true', '--logger=zap'];
  if (line === '3.5') return ['--experimental-enable-lease-checkpoint=true'];
  return ['--feature-gates=LeaseCheckpoint=true'];
}

/** What one line sent, as files. */
class Recording {
  readonly #dir: string;
  readonly #index: Record<string, unknown>[] = [];

  constructor(line: string) {
    this.#dir = join(folder, line);
    rmSync(this.#dir, { recursive: true, force: true });
    mkdirSync(this.#dir, { recursive: true });
  }

  add(file: string, kind: string, from: bigint, { start, headers }: HttpMessage, body: Buffer) {
    writeFileSync(join(this.#dir, file), body);
    const kept = [...headers].filter(([name]) => !UNWANTED_HEADERS.has(name));
    this.#index.push({
      file,
      kind,
      from: from.toString(16),
      start,
      headers: Object.fromEntries(kept),
    });
  }

  finish(about: Record<string, unknown>): void {
    const index = { ...about, files: this.#index };
    writeFileSync(join(this.#dir, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
  }
}

async function memberIds(cluster: EtcdCluster): Promise<Map<EtcdMember, bigint>> {
  const client = new Etcd3({ hosts: cluster.endpoints });
  try {
    const { members } = await client.cluster.memberList({});
    const ids = new Map<EtcdMember, bigint>();
    for (const member of cluster.members) {
      const found = members.find(({ name }) => name === member.name);
      if (found !== undefined) ids.set(member, BigInt(found.ID));
    }
    return ids;
  } finally {
    client.close();
  }
}

async function moveLeader(cluster: EtcdCluster, to: bigint): Promise<void> {
  const leader = await cluster.leader();
  const ids = await memberIds(cluster);
  if (ids.get(leader) === to) return;
  await cluster.etcdctl(['move-leader', to.toString(16)]);
}

function hasLeaseCheckpoint(seat: CaptureSeat, line: string): boolean {
  const appends = seat.follower.messages.filter(({ type }) => type === MessageType.App);
  return appends.some(({ entries }) =>
    entries.some(({ type, data }) => {
      if (type !== EntryType.Normal || data.length === 0) return false;
      const payload = decodePayload(data, { v2Requests: line !== '3.7' });
      return payload.kind === 'v3' && payload.request.kind === 'lease-checkpoint';
    }),
  );
}

function saveDialed(recording: Recording, member: EtcdMember, id: bigint, seat: CaptureSeat): void {
  const counts = new Map<string, number>();
  const seen = new Set<string>();
  for (const { sent, answered } of seat.outbound.get(member)?.recorded ?? []) {
    const requests = httpMessages(Buffer.concat(sent));
    const answers = httpMessages(Buffer.concat(answered));
    for (const [i, answer] of answers.entries()) {
      const path = requests[i]?.start.split(' ')[1] ?? '';
      const stream = /^\/raft\/stream\/(msgapp|message)\//.exec(path)?.[1];
      if (stream !== undefined && answer.body.length > 1) {
        const count = (counts.get(stream) ?? 0) + 1;
        counts.set(stream, count);
        recording.add(`${stream}-${member.name}-${count}.bin`, stream, id, answer, answer.body);
      } else if ((path === '/version' || path === '/members') && !seen.has(path)) {
        seen.add(path);
        if (member.name === 'm0')
          recording.add(`${path.slice(1)}.bin`, path.slice(1), id, answer, answer.body);
      }
    }
  }
}

/** Bare messages, each behind its length like on a message stream. */
function savePosts(recording: Recording, seat: CaptureSeat): void {
  const parts: Buffer[] = [];
  let first: HttpMessage | undefined;
  for (const { sent } of seat.inbound.recorded) {
    for (const request of httpMessages(Buffer.concat(sent))) {
      if (request.start !== 'POST /raft HTTP/1.1') continue;
      first ??= request;
      const length = Buffer.alloc(8);
      length.writeBigUInt64BE(BigInt(request.body.length));
      parts.push(length, request.body);
    }
  }
  if (first === undefined) throw new Error('no member sent a POST');
  const from = BigInt(`0x${first.headers.get('x-server-from')}`);
  recording.add('raft-posts.bin', 'posts', from, first, Buffer.concat(parts));
}

async function captureStreams({ line, ...programs }: EtcdBinaries, recording: Recording) {
  await using cluster = await EtcdCluster.start({
    programs,
    size: 3,
    flags: [...checkpointFlags(line), '--heartbeat-interval=500', '--election-timeout=5000'],
  });
  const ids = await memberIds(cluster);
  const [m0, m1] = cluster.members.map(member => ids.get(member));
  if (m0 === undefined || m1 === undefined) throw new Error('a member without an ID');
  await moveLeader(cluster, m0);
  await using seat = await CaptureSeat.take(cluster);
  const { follower } = seat;
  await until(
    () => follower.transport.peers().every(p => p.msgappStream && p.servedMessageStream),
    'streams',
  );
  const load = new CaptureLoad(cluster, line);
  try {
    await load.writeAll();
    await load.burst(60);
    seat.readIndex();
    await seat.receives(MessageType.ReadIndexResp, 0, 'the answer to ReadIndex');
    const deadline = Date.now() + CHECKPOINT_MS;
    while (!hasLeaseCheckpoint(seat, line)) {
      if (Date.now() > deadline) throw new Error(`${line}: no lease checkpoint came`);
      await sleep(1_000);
    }
    await endOfTheLeader(seat, load, m1);
  } finally {
    load.close();
  }
  for (const [member, id] of ids) saveDialed(recording, member, id, seat);
  savePosts(recording, seat);
  return { seat: seat.id, members: ids };
}

/** A move, membership changes, the promotion of the seat, and an election in which it is asked. */
async function endOfTheLeader(seat: CaptureSeat, load: CaptureLoad, m1: bigint): Promise<void> {
  const { cluster, follower } = seat;
  const appendsFrom = (id: bigint) => () =>
    follower.messages.some(({ type, from }) => type === MessageType.App && from === id);
  await moveLeader(cluster, m1);
  await until(appendsFrom(m1), 'appends of the second leader');
  await load.burst(5);
  await cluster.etcdctl(['member', 'promote', seat.id.toString(16)]);
  const passing = (await addSeat(cluster, 'http://127.0.0.1:1')).toString(16);
  await cluster.etcdctl(['member', 'update', passing, '--peer-urls=http://127.0.0.1:2']);
  await cluster.etcdctl(['member', 'remove', passing]);
  const before = follower.messages.length;
  const leader = await cluster.leader();
  // The seat never takes over; the leader gives up after an election timeout.
  await cluster
    .etcdctl(['move-leader', seat.id.toString(16)])
    .catch((error: unknown) => console.log(`as it should be: ${String(error).split('\n')[0]}`));
  await seat.receives(MessageType.TimeoutNow, before, 'the request to take over');
  await leader.stop('SIGKILL');
  await seat.receives(MessageType.Vote, before, 'a request for our vote');
  const afterVote = follower.messages.findLastIndex(({ type }) => type === MessageType.Vote);
  await seat.receives(MessageType.App, afterVote, 'an append of the third leader');
  await load.burst(3);
  await sleep(500);
}

/** The front of POST /raft/snapshot: the message and the first bytes of the database. */
async function captureSnapshot({ line, ...programs }: EtcdBinaries, recording: Recording) {
  await using cluster = await EtcdCluster.start({ programs, flags: ['--snapshot-count=50'] });
  const client = new Etcd3({ hosts: cluster.endpoints });
  try {
    const [count, atOnce] = [line === '3.4' || line === '3.5' ? OLD_ENTRIES : 300, 50];
    for (let i = 0; i < count; i += atOnce)
      await Promise.all(
        Array.from({ length: atOnce }, (_, j) => client.put(`k/${j}`).value(`${i}`)),
      );
  } finally {
    client.close();
  }
  await using seat = await CaptureSeat.take(cluster);
  await until(() => seat.inbound.hasSent('POST /raft/snapshot HTTP/1.1'), 'a snapshot');
  await sleep(1_000);
  const requests = seat.inbound.recorded.flatMap(({ sent }) => httpMessages(Buffer.concat(sent)));
  const request = requests.find(({ start }) => start === 'POST /raft/snapshot HTTP/1.1');
  if (request === undefined) throw new Error('the snapshot was not recorded');
  const messageEnd = 8 + Number(request.body.readBigUInt64BE(0));
  const front = request.body.subarray(0, messageEnd + DATABASE_FRONT_BYTES);
  const from = BigInt(`0x${request.headers.get('x-server-from')}`);
  recording.add('snapshot-front.bin', 'snapshot', from, request, front);
}

async function capture(release: EtcdBinaries): Promise<void> {
  const recording = new Recording(release.line);
  const { seat, members } = await captureStreams(release, recording);
  await captureSnapshot(release, recording);
  recording.finish({
    version: release.version,
    seat: seat.toString(16),
    members: Object.fromEntries([...members].map(([{ name }, id]) => [name, id.toString(16)])),
  });
  console.log(`${release.version} captured`);
}

const lines = process.argv.slice(2);
const newest = new Map((await availableReleases()).map(release => [release.line, release]));
const wanted = [...newest.values()].filter(
  ({ line }) => lines.length === 0 || lines.includes(line),
);
// Nearly all of the time goes by waiting for the lease checkpoint: the lines wait together.
const results = await Promise.allSettled(wanted.map(capture));
for (const [i, result] of results.entries()) {
  if (result.status === 'rejected') console.error(wanted[i]?.line, result.reason);
}
process.exitCode = results.every(({ status }) => status === 'fulfilled') ? 0 : 1;
