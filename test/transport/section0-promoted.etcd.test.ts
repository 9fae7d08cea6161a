import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { EtcdBinaries } from '../kit/binaries-types.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { readConfChange } from '../kit/raftpb.ts';
import { releasesForLongSuites } from '../kit/releases.ts';
import { Syncer } from '../kit/syncer.ts';
import { addSeat, peersOf, until } from './follower.ts';
import { allForbidden } from './forbidden.ts';
import { statesOf, Wiretap } from './wiretap.ts';

const releases = await releasesForLongSuites(1);

/** The compiled program in a source whose every connection with it is recorded. */
class Seated implements AsyncDisposable {
  readonly source: EtcdCluster;
  readonly tap: Wiretap;
  readonly syncer: Syncer;
  readonly id: bigint;
  readonly #parts: readonly AsyncDisposable[];

  private constructor(
    source: EtcdCluster,
    destination: EtcdCluster,
    tap: Wiretap,
    syncer: Syncer,
    id: bigint,
  ) {
    this.source = source;
    this.tap = tap;
    this.syncer = syncer;
    this.id = id;
    this.#parts = [syncer, tap, source, destination];
  }

  static async start(programs: EtcdBinaries, size: number): Promise<Seated> {
    const source = await EtcdCluster.start({ programs, size });
    const destination = await EtcdCluster.start({ programs });
    // The proxy needs the port that the program will listen on, and the program the proxy's URL.
    const args = [
      `--source-peers=${peersOf(source).join(',')}`,
      `--dest-endpoints=${destination.endpoints.join(',')}`,
    ];
    const syncer = await Syncer.create(args);
    const tap = await Wiretap.on(source, syncer.peerUrl);
    args.push(`--initial-advertise-peer-urls=${tap.url}`);
    const id = await addSeat(source, tap.url);
    return new Seated(source, destination, tap, syncer, id);
  }

  async promote(): Promise<void> {
    await this.source.etcdctl(['member', 'promote', this.id.toString(16)]);
  }

  /** Nothing forbidden was sent, and of proposals only the removal, byte by byte. */
  async judge(version: string): Promise<void> {
    const lastIndex = Math.max(...(await statesOf(this.source)).map(({ index }) => index));
    const sent = this.tap.sent(this.id);
    // A member that has not heard of the removal asks a process that has ended, and is told so by its socket.
    const facts = { seat: this.id, version, lastIndex, isPromoted: true, wasAway: true };
    expect(allForbidden(sent, facts)).toEqual([]);
    const proposals = sent.messages.filter(({ name }) => name === 'MsgProp');
    expect(proposals.length).toBeGreaterThan(0);
    for (const { term, entries } of proposals) {
      expect(term).toBe(0);
      const [entry] = entries;
      expect(entry?.type).toBe(1);
      const data = entry?.data ?? Buffer.alloc(0);
      const { id } = readConfChange(data);
      const expected = [0x08, ...varint(id), 0x10, 1, 0x18, ...varint(this.id)];
      expect(data.toString('hex')).toBe(Buffer.from(expected).toString('hex'));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const part of this.#parts) await part[Symbol.asyncDispose]();
  }
}

/** Unsigned LEB128, as protobuf writes integers. */
function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

describe.each(releases)('a promoted seat (etcd $version)', programs => {
  test.each([1, 3])('in a source of %i proposes its own removal and nothing else', async size => {
    await using seated = await Seated.start(programs, size);
    const { source, syncer, tap } = seated;
    syncer.start();
    await syncer.caughtUp();
    const before = await statesOf(source);
    await seated.promote();
    expect(await syncer.exited()).toBe(3);
    expect(syncer.output).toContain('SEAT_PROMOTED');
    await source.etcdctl(['put', 'after', 'promotion']);
    expect(await source.etcdctl(['member', 'list'])).not.toContain(tap.url);
    const after = await statesOf(source);
    expect(after.map(({ term, leader }) => ({ term, leader }))).toEqual(
      before.map(({ term, leader }) => ({ term, leader })),
    );
    expect(source.members.every(member => member.isRunning)).toBe(true);
    await seated.judge(programs.version);
  });

  // Two of two: without our vote such a source stays without a leader for ever.
  test('while it was away, from a source of one: gives its vote, then leaves', async () => {
    await using seated = await Seated.start(programs, 1);
    const { source, syncer, tap } = seated;
    syncer.start();
    await syncer.caughtUp();
    await syncer.kill('SIGKILL');
    await seated.promote();
    await until(
      () =>
        source.etcdctl(['put', 'lost', 'v', '--command-timeout=500ms']).then(
          () => false,
          () => true,
        ),
      'the source has lost its quorum',
    );
    await sleep(2_000);
    syncer.start();
    expect(await syncer.exited()).toBe(3);
    expect(syncer.output).toContain('SEAT_PROMOTED');
    await until(
      () =>
        source.etcdctl(['put', 'after', 'v']).then(
          () => true,
          () => false,
        ),
      'the source takes puts again',
    );
    expect(await source.etcdctl(['member', 'list'])).not.toContain(tap.url);
    await seated.judge(programs.version);
    const { messages } = tap.sent(seated.id);
    expect(messages.some(({ name, reject }) => name === 'MsgVoteResp' && !reject)).toBe(true);
  });
});
