import { describe, expect, test } from 'vitest';
import { availableReleases } from '../kit/binaries.ts';
import { FakePeer } from '../kit/fake-peer.ts';
import { Load, PAUSE_MS } from '../kit/load.ts';
import { Pair } from '../kit/pair.ts';
import { RUNS_ALL_LINES } from '../kit/releases.ts';
import { ATTACKS, type Attack, forgedSnapshot } from './attacks.ts';
import { type MemberState, statesOf } from './wiretap.ts';

const releases = await availableReleases();
const current = releases.find(({ version }) => version === '3.5.30') ?? releases.at(-1);
if (current === undefined) throw new Error('no etcd could be had: see `npm run etcd`');
/** From 3.6 on an acknowledgement of what was never sent makes the leader panic. */
const strict = releases
  .filter(({ line }) => line === '3.6' || line === '3.7')
  .slice(RUNS_ALL_LINES ? 0 : -1);

async function attack(pair: Pair, who: 'stranger' | 'liar', attacks: readonly Attack[]) {
  const source = await stateOf(pair);
  const { source: seat } = await pair.syncer.status();
  const id = who === 'liar' ? BigInt(source.leader) : 0xbadn;
  const clusterId = BigInt(`0x${seat.cluster_id}`);
  await using liar = await FakePeer.start({ id, clusterId });
  liar.seat = { id: BigInt(`0x${seat.member_id}`), url: pair.syncer.peerUrl };
  for (const each of attacks) {
    const { term, index } = await stateOf(pair);
    await each(liar, { seat: liar.seat.id, from: id, term, index });
  }
  expect(liar.answers.filter(({ status }) => status === 403 || status === 410)).toEqual([]);
}

async function stateOf(pair: Pair): Promise<MemberState> {
  const [state] = await statesOf(pair.source);
  if (state === undefined) throw new Error('the source does not say where it stands');
  return state;
}

/** Whatever became of us: the source has its leader in its term and takes puts. */
async function expectUnharmed(pair: Pair, before: MemberState): Promise<void> {
  await pair.source.etcdctl(['put', 'unharmed', 'v']);
  const { term, leader } = await stateOf(pair);
  expect({ term, leader }).toEqual({ term: before.term, leader: before.leader });
  expect(pair.source.members.map(member => member.isRunning)).toEqual([true]);
}

describe('the program under attack', () => {
  test(`replicates on, says what it saw, and ends when told to (etcd ${current.version})`, async () => {
    await using pair = await Pair.start({ source: current, destination: current });
    pair.syncer.start();
    await pair.syncer.caughtUp();
    const before = await stateOf(pair);
    const { pid } = pair.syncer;
    const load = new Load({ endpoints: pair.source.endpoints, seed: 8, pauseMs: PAUSE_MS });
    await attack(pair, 'stranger', Object.values(ATTACKS));
    await attack(pair, 'liar', Object.values(ATTACKS));
    await load.stop();
    expect(load.done).toBeGreaterThan(50);
    expect(await pair.settledDifferences()).toEqual([]);
    await pair.syncer.caughtUp();
    await expectUnharmed(pair, before);
    expect(pair.syncer.pid).toBe(pid);
    expect(pair.syncer.output).toContain('PEER_FORGED');
    expect(pair.syncer.output).not.toContain('"INTERNAL"');
    expect(await pair.syncer.kill('SIGTERM')).toBe(0);
  });

  /*
   * Without mutual TLS nothing tells such a snapshot from the leader's: we may stop or have to be
   * resynced. The source must not notice.
   */
  test.each(strict)('a forged snapshot never reaches the source (etcd $version)', async source => {
    await using pair = await Pair.start({ source, destination: current });
    pair.syncer.start();
    await pair.syncer.caughtUp();
    const before = await stateOf(pair);
    await attack(pair, 'liar', [forgedSnapshot]);
    await expectUnharmed(pair, before);
    expect(pair.syncer.output).toContain('received a snapshot');
    expect(pair.syncer.output).toMatch(/"code":"[A-Z_]*SNAPSHOT/);
  });
});
