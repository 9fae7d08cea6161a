import { describe, expect, test } from 'vitest';
import { message } from '../../src/wire/raft-message.ts';
import { MessageType } from '../../src/wire/types.ts';
import { ensureAllBinaries } from '../kit/binaries.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { FakePeer } from '../kit/fake-peer.ts';
import { Load, PAUSE_MS } from '../kit/load.ts';
import { longTest } from '../kit/long.ts';
import { Pair } from '../kit/pair.ts';
import { freePort } from '../kit/ports.ts';
import { Syncer } from '../kit/syncer.ts';
import {
  both,
  expectNoSecrets,
  expectReported,
  expectStop,
  release,
  seatId,
  until,
  untilThere,
} from './bad-input-helpers.ts';

const results = await ensureAllBinaries();

const PASSWORD = 'a-password-of-root';
const WRONG = 'another-password';

describe('the lines of etcd', () => {
  test.each(
    results.map(result => {
      const { line, version } = result.wanted;
      if ('binaries' in result) return `${line} is run with ${result.binaries.version}`;
      return `not run: ${line}, wanted ${version} (${result.reason.split('\n')[0]})`;
    }),
  )('%s', title => expect(title).toMatch(/^(not run: )?\d+\.\d+/));
});

describe('a source that can not be reached', () => {
  test('at the start: SOURCE_UNREACHABLE in /status and not ready, then it goes on', async () => {
    await using pair = await Pair.start(both);
    await pair.source.members[0]?.stop();
    pair.syncer.start();
    await expectReported(pair.syncer, 'SOURCE_UNREACHABLE');
    expect(await pair.syncer.code('/readyz')).toBe(503);
    pair.source.members[0]?.start();
    await pair.syncer.caughtUp();
  });

  test('by its peer URLs: SOURCE_UNREACHABLE names each', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    await using syncer = await Syncer.create([
      `--source-peers=${url}`,
      '--dest-endpoints=http://127.0.0.1:1',
    ]);
    syncer.start();
    await expectReported(syncer, 'SOURCE_UNREACHABLE');
    expect(syncer.output).toContain(url);
    expect(await syncer.kill('SIGTERM')).toBe(0);
  });
});

describe('a source that is not what it was', () => {
  test('its log contradicts what it had committed: SOURCE_HISTORY_DIVERGED', async () => {
    const [leaderId, seatId] = [0xa1n, 0x5ea7n];
    await using leader = await FakePeer.start({ id: leaderId, clusterId: 0xc1n });
    await using destination = await EtcdCluster.start({ programs: release });
    await using syncer = await Syncer.create([
      `--source-peers=${leader.url}`,
      `--dest-endpoints=${destination.endpoints.join(',')}`,
    ]);
    leader.seat = { id: seatId, url: syncer.peerUrl };
    syncer.start();
    await until('the seat dials', async () => leader.isDialed);
    /** Two empty entries, committed, as a leader of this term sends them. */
    const append = (term: number) =>
      message({
        ...{ type: MessageType.App, from: leaderId, to: seatId, term, commit: 2 },
        entries: [1, 2].map(index => ({ type: 0, term, index, data: new Uint8Array(0) })),
      });
    await leader.dialSeat();
    leader.sendAppend(append(7));
    await until('both are acknowledged', async () =>
      leader.named('MsgAppResp').some(({ index, reject }) => index === 2 && !reject),
    );
    leader.sendAppend(append(8));
    await expectStop(syncer, 'SOURCE_HISTORY_DIVERGED');
  });
});

describe('the seat', () => {
  test('there is none: SEAT_MISSING with the command, which mends it word for word', async () => {
    await using source = await EtcdCluster.start({ programs: release });
    await using destination = await EtcdCluster.start({ programs: release });
    await using syncer = await Syncer.create([
      `--source-endpoints=${source.endpoints.join(',')}`,
      `--dest-endpoints=${destination.endpoints.join(',')}`,
    ]);
    syncer.start();
    await expectStop(syncer, 'SEAT_MISSING');
    const [, command = ''] = /run: etcdctl (member add [^"\n]+)/.exec(syncer.output) ?? [];
    await until('the seat is added', async () => {
      await source.etcdctl(command.split(' '));
      return true;
    });
    syncer.start();
    await syncer.caughtUp();
  });

  test('all slots for learners are taken: SEAT_SLOT_TAKEN', async () => {
    await using pair = await Pair.start(both);
    await using second = await Syncer.create([
      `--source-endpoints=${pair.source.endpoints.join(',')}`,
      `--dest-endpoints=${pair.destination.endpoints.join(',')}`,
      '--join',
    ]);
    second.start();
    await expectStop(second, 'SEAT_SLOT_TAKEN');
  });

  test('removed while it was away: SEAT_MISSING, and a new seat goes on from the checkpoint', async () => {
    await using pair = await Pair.start(both);
    pair.syncer.start();
    await pair.source.etcdctl(['put', 'a', 'b']);
    await untilThere(pair.destination, 'a', 'b');
    expect(await pair.syncer.kill('SIGTERM')).toBe(0);
    await pair.source.etcdctl(['member', 'remove', await seatId(pair.source, pair.syncer.peerUrl)]);
    pair.syncer.start();
    await expectStop(pair.syncer, 'SEAT_MISSING');
    await pair.addSeat();
    await pair.source.etcdctl(['put', 'a', 'c']);
    pair.syncer.start();
    expect(await pair.settledDifferences()).toEqual([]);
  });

  test('two processes with data directories of their own: SEAT_STOLEN, one writer is left, the source is unharmed', async () => {
    await using pair = await Pair.start({ ...both, sourceSize: 3 });
    pair.syncer.start();
    await pair.syncer.caughtUp();
    await using second = await Syncer.create([
      `--source-endpoints=${pair.source.endpoints.join(',')}`,
      `--dest-endpoints=${pair.destination.endpoints.join(',')}`,
      `--initial-advertise-peer-urls=${pair.syncer.peerUrl}`,
    ]);
    const before = await terms(pair.source);
    second.start();
    const processes = [pair.syncer, second];
    await until('the theft is reported', async () =>
      processes.some(({ output }) => output.includes('"code":"SEAT_STOLEN"')),
    );
    // The newer one has claimed the checkpoint: the older one ends with its next batch.
    const load = new Load({ endpoints: pair.source.endpoints, seed: 12, pauseMs: PAUSE_MS });
    await until('one is fenced', async () =>
      processes.some(({ output }) => output.includes('DEST_FENCED')),
    );
    await load.stop();
    // A registration whose lease another worker has just revoked fails at any source.
    expect(load.failed).toBeLessThan(load.done / 10);
    expect(await terms(pair.source)).toEqual(before);
    const fenced = processes.filter(({ output }) => output.includes('\nDEST_FENCED: '));
    expect(fenced).toHaveLength(1);
    expect(await fenced[0]?.exited()).toBe(3);
  });
});

describe('a source with auth', () => {
  test('a wrong password: SOURCE_UNAUTHORISED; the right one adds the seat; no password is shown', async () => {
    await using rig = await SeatlessRig.start();
    await rig.enableAuth();
    rig.syncer.start([`--source-user=root:${WRONG}`]);
    await expectStop(rig.syncer, 'SOURCE_UNAUTHORISED');
    rig.syncer.start([`--source-user=root:${PASSWORD}`, '--log-level=trace']);
    await rig.syncer.caughtUp();
    await expectNoSecrets(rig.syncer, [PASSWORD, WRONG]);
  });

  longTest('no user is given to add the seat: SOURCE_UNAUTHORISED', async () => {
    await using rig = await SeatlessRig.start();
    await rig.enableAuth();
    rig.syncer.start();
    await expectStop(rig.syncer, 'SOURCE_UNAUTHORISED');
  });

  test('a user without rights: SOURCE_PERMISSION', async () => {
    await using rig = await SeatlessRig.start();
    await rig.source.etcdctl(['user', 'add', `weak:${WRONG}`]);
    await rig.enableAuth();
    rig.syncer.start([`--source-user=weak:${WRONG}`]);
    await expectStop(rig.syncer, 'SOURCE_PERMISSION');
    await expectNoSecrets(rig.syncer, [WRONG]);
  });
});

describe('signals', () => {
  test('SIGTERM drains and ends with 0, also under load; a restart resumes', async () => {
    await using pair = await Pair.start(both);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    const load = new Load({ endpoints: pair.source.endpoints, seed: 13, pauseMs: PAUSE_MS });
    await until('there is load', async () => load.done > 100);
    expect(await pair.syncer.kill('SIGTERM')).toBe(0);
    expect(pair.syncer.output).toContain('"drained":true');
    await load.stop();
    pair.syncer.start();
    expect(await pair.settledDifferences()).toEqual([]);
    expect((await pair.syncer.status()).destination.guard_failures).toBe(0);
  });

  test('a second SIGTERM ends the drain at once with 3; a restart resumes', async () => {
    await using pair = await Pair.start(both);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    // With a destination that does not answer, the drain would take its ten seconds.
    pair.destination.members[0]?.signal('SIGSTOP');
    for (let i = 0; i < 20; i += 1) await pair.source.etcdctl(['put', `k${i}`, 'v']);
    await pair.syncer.until(status => status.lag.entries >= 20);
    pair.syncer.signal('SIGTERM');
    await until('it drains', async () => pair.syncer.output.includes('draining'));
    expect(await pair.syncer.kill('SIGTERM')).toBe(3);
    expect(pair.syncer.output).not.toContain('"msg":"stopped"');
    pair.destination.members[0]?.signal('SIGCONT');
    await pair.destination.ready();
    pair.syncer.start();
    expect(await pair.settledDifferences()).toEqual([]);
  });

  test('SIGTERM while it waits for the source ends with 0', async () => {
    await using pair = await Pair.start(both);
    await pair.source.members[0]?.stop();
    pair.syncer.start();
    await expectReported(pair.syncer, 'SOURCE_UNREACHABLE');
    expect(await pair.syncer.kill('SIGTERM')).toBe(0);
  });

  longTest('SIGTERM while it waits for the destination ends with 0', async () => {
    await using pair = await Pair.start(both);
    await pair.destination.members[0]?.stop();
    pair.syncer.start();
    await expectReported(pair.syncer, 'DEST_UNREACHABLE');
    expect(await pair.syncer.kill('SIGTERM')).toBe(0);
  });
});

/** Raft term by member, to see elections. */
async function terms(source: EtcdCluster): Promise<string[]> {
  const status = await source.etcdctl(['endpoint', 'status', '-w', 'fields']);
  return [...status.matchAll(/"RaftTerm" : (\d+)/g)].map(([, term]) => term ?? '');
}

/** A source without our seat, and a syncer that wants to add it. */
class SeatlessRig {
  readonly source: EtcdCluster;
  readonly destination: EtcdCluster;
  readonly syncer: Syncer;

  private constructor(source: EtcdCluster, destination: EtcdCluster, syncer: Syncer) {
    this.source = source;
    this.destination = destination;
    this.syncer = syncer;
  }

  static async start(): Promise<SeatlessRig> {
    const source = await EtcdCluster.start({ programs: release });
    const destination = await EtcdCluster.start({ programs: release });
    const args = [
      `--source-endpoints=${source.endpoints.join(',')}`,
      `--dest-endpoints=${destination.endpoints.join(',')}`,
      '--join',
      '--auth=skip',
    ];
    return new SeatlessRig(source, destination, await Syncer.create(args));
  }

  async enableAuth(): Promise<void> {
    await this.source.etcdctl(['user', 'add', `root:${PASSWORD}`]);
    await this.source.etcdctl(['user', 'grant-role', 'root', 'root']);
    await this.source.etcdctl(['auth', 'enable']);
    this.source.ctlFlags = [`--user=root:${PASSWORD}`];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.syncer[Symbol.asyncDispose]();
    await this.source[Symbol.asyncDispose]();
    await this.destination[Symbol.asyncDispose]();
  }
}
