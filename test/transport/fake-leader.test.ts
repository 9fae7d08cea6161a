import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { encodeMessage, message } from '../../src/wire/raft-message.ts';
import type { Entry, Message } from '../../src/wire/types.ts';
import { MessageType } from '../../src/wire/types.ts';
import { FakePeer } from '../kit/fake-peer.ts';
import { freePort } from '../kit/ports.ts';
import { snapshotMessage } from '../kit/raftpb.ts';
import { Follower, until } from './follower.ts';

const LEADER = 0xa1n;
const SEAT = 0x5ea7n;
const TERM = 7;
/** Several of etcd's election timeouts (1 s). */
const ELECTIONS_MS = 4_000;

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let leader: FakePeer;
let seat: Follower;

beforeEach(async () => {
  leader = await FakePeer.start({ id: LEADER, clusterId: 0xc1n });
  const listenUrl = `http://127.0.0.1:${await freePort()}`;
  leader.seat = { id: SEAT, url: listenUrl };
  seat = await Follower.start({ peers: [leader.url], listenUrl });
  await leader.dialSeat();
  await until(() => leader.isDialed, 'the seat dials');
});

afterEach(async () => {
  await seat[Symbol.asyncDispose]();
  await leader[Symbol.asyncDispose]();
});

function fromLeader(fields: Partial<Message> & Pick<Message, 'type'>): Message {
  return message({ from: LEADER, to: SEAT, term: TERM, ...fields });
}

function entries(first: number, count: number, term = TERM): Entry[] {
  return Array.from({ length: count }, (_, i) => ({
    type: 0,
    term,
    index: first + i,
    data: new Uint8Array(0),
  }));
}

function append(prev: number, count: number, commit = 0): Message {
  const logTerm = prev === 0 ? 0 : TERM;
  return fromLeader({
    type: MessageType.App,
    index: prev,
    logTerm,
    entries: entries(prev + 1, count),
    commit,
  });
}

function acks(): number[] {
  return leader
    .named('MsgAppResp')
    .filter(({ reject }) => !reject)
    .map(({ index }) => index);
}

async function heartbeatAnswered(): Promise<void> {
  const before = leader.named('MsgHeartbeatResp').length;
  leader.sendMessage(fromLeader({ type: MessageType.Heartbeat }));
  await until(() => leader.named('MsgHeartbeatResp').length > before, 'a heartbeat is answered');
}

/** Resolves with the status; undefined when it is broken off: refusals are held back for long. */
async function postSnapshot(term: number): Promise<number | undefined> {
  const front = snapshotMessage({ from: LEADER, to: SEAT, term, index: 1_000 });
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(front.length));
  const database = Buffer.alloc(4 * 4096);
  database.writeUInt32LE(0xed0cdaed, 16);
  database.writeUInt32LE(4096, 24);
  const body = Buffer.concat([length, front, database]);
  const headers = { 'Content-Type': 'application/octet-stream' };
  return await leader.post(body, headers, '/raft/snapshot').then(
    ({ status }) => status,
    () => undefined,
  );
}

/** What was sent at all: nothing but answers in the leader's own term. */
function expectOnlyAnswers(): void {
  for (const { name, term, from, to } of leader.messages) {
    expect(['MsgAppResp', 'MsgHeartbeatResp']).toContain(name);
    expect({ term, from, to }).toEqual({ term: TERM, from: SEAT, to: LEADER });
  }
  expect([...leader.msgappBytes].every(byte => byte === 0)).toBe(true);
}

describe('a leader that is no etcd', () => {
  test('dials carry the headers of a member; nothing is asked for in another name', async () => {
    await heartbeatAnswered();
    for (const kind of ['msgapp', 'message']) {
      const path = `/raft/stream/${kind}/${SEAT.toString(16)}`;
      const dial = leader.requests.find(request => request.path === path);
      expect(dial?.headers).toMatchObject({
        'x-server-from': SEAT.toString(16),
        'x-server-version': '3.5.30',
        'x-min-cluster-version': '3.0.0',
        'x-etcd-cluster-id': 'c1',
        'x-raft-to': LEADER.toString(16),
        'x-peerurls': leader.seat?.url,
      });
    }
    expectOnlyAnswers();
  });

  test('never acknowledges beyond what was sent, nor what it has not got', async () => {
    leader.sendAppend(append(0, 3, 3));
    await until(() => acks().includes(3), 'three entries are acknowledged');
    // A commit index far beyond, an empty append, and a heartbeat that claims more than there is.
    leader.sendAppend(append(3, 0, 1_000));
    leader.sendMessage(fromLeader({ type: MessageType.Heartbeat, commit: 1_000 }));
    leader.sendAppend(append(3, 2, 1_000));
    await until(() => acks().includes(5), 'two more are acknowledged');
    await heartbeatAnswered();
    expect(Math.max(...acks())).toBe(5);
    expectOnlyAnswers();
  });

  test('appends out of order are held and acknowledged without a rejection', async () => {
    for (const prev of [6, 4, 2, 0]) leader.sendAppend(append(prev, 2));
    await until(() => acks().includes(8), 'all are acknowledged');
    expect(leader.named('MsgAppResp').filter(({ reject }) => reject)).toEqual([]);
    expectOnlyAnswers();
  });

  test('a leader that resends the same gap for ever is rejected about once a second', async () => {
    const startedMs = performance.now();
    while (performance.now() - startedMs < ELECTIONS_MS) {
      leader.sendAppend(append(50, 1));
      await sleep(2);
    }
    const seconds = (performance.now() - startedMs) / 1_000;
    const rejections = leader.named('MsgAppResp').filter(({ reject }) => reject);
    expect(rejections.length).toBeGreaterThan(0);
    // Three at once, then one a second; what was sent meanwhile are thousands.
    expect(rejections.length).toBeLessThanOrEqual(4 + seconds);
    for (const { index, rejectHint } of rejections) {
      expect({ index, rejectHint }).toEqual({ index: 50, rejectHint: 0 });
    }
    expectOnlyAnswers();
  });

  // A leader takes no notice of a rejection at or below what it counts as acknowledged (raft progress.go MaybeDecrTo).
  test('what is held does not keep a later append from being rejected for ever', async () => {
    leader.sendAppend(append(26, 1));
    await until(() => {
      leader.sendAppend(append(27, 0));
      return leader.named('MsgAppResp').some(({ reject, index }) => reject && index === 27);
    }, 'the later one is rejected as well');
    expectOnlyAnswers();
  });

  test('a log that lost entries is said once, not with every heartbeat', async () => {
    leader.sendAppend(append(0, 3, 3));
    await until(() => acks().includes(3), 'three entries are acknowledged');
    for (let i = 0; i < 30; i += 1) {
      leader.sendMessage(fromLeader({ type: MessageType.Heartbeat, commit: 1_000 }));
    }
    await until(() => leader.named('MsgHeartbeatResp').length === 30, 'all are answered');
    expect(seat.events.filter(({ kind }) => kind === 'lost-log')).toEqual([
      { kind: 'lost-log', acknowledged: 1_000, last: 3 },
    ]);
  });

  test('a wrong term before the entries is rejected about once a second, too', async () => {
    leader.sendAppend(append(0, 3));
    await until(() => acks().includes(3), 'three entries are acknowledged');
    const startedMs = performance.now();
    while (performance.now() - startedMs < ELECTIONS_MS) {
      leader.sendAppend({ ...append(3, 1), logTerm: TERM - 1, entries: [] });
      await sleep(2);
    }
    const seconds = (performance.now() - startedMs) / 1_000;
    const rejections = leader.named('MsgAppResp').filter(({ reject }) => reject);
    expect(rejections.length).toBeGreaterThan(0);
    expect(rejections.length).toBeLessThanOrEqual(4 + seconds);
    expectOnlyAnswers();
  });

  test('a snapshot that overtakes the first heartbeat is taken once that has come', async () => {
    const status = postSnapshot(TERM);
    await sleep(200);
    expect(seat.snapshots).toEqual([]);
    await heartbeatAnswered();
    expect(await status).toBe(204);
    expect(seat.snapshots.map(({ snapshot }) => snapshot?.index)).toEqual([1_000]);
  });

  test('told to campaign, or left alone for several election timeouts: never campaigns', async () => {
    await heartbeatAnswered();
    leader.sendMessage(fromLeader({ type: MessageType.TimeoutNow }));
    await until(
      () => seat.events.some(({ kind }) => kind === 'timeout-now-ignored'),
      'MsgTimeoutNow arrives',
    );
    await sleep(ELECTIONS_MS);
    await heartbeatAnswered();
    expectOnlyAnswers();
  });

  test.each([
    ['MsgHup', 0],
    ['MsgBeat', 1],
    ['MsgProp', MessageType.Prop],
    ['MsgUnreachable', 10],
    ['MsgSnapStatus', 11],
    ['MsgCheckQuorum', 12],
    ['MsgTransferLeader', MessageType.TransferLeader],
    ['MsgReadIndex', MessageType.ReadIndex],
    ['a type of the future', 99],
  ])('%s brings nothing forth', async (_, type) => {
    leader.sendMessage(fromLeader({ type, entries: entries(1, 1), context: Buffer.from('x') }));
    leader.sendMessage(fromLeader({ type, term: 0, entries: entries(1, 1) }));
    await heartbeatAnswered();
    expect(leader.messages.map(({ name }) => name)).toEqual(['MsgHeartbeatResp']);
  });

  test.each([
    ['an entry too far', { entries: entries(5, 1) }],
    ['entries with a gap', { entries: [...entries(1, 1), ...entries(3, 1)] }],
    ['entries in a term of the future', { entries: entries(1, 1, TERM + 1) }],
    ['an entry of index 0', { entries: entries(0, 1) }],
  ])('an append with %s is neither kept nor acknowledged', async (_, fields) => {
    leader.sendAppend(fromLeader({ type: MessageType.App, commit: 9, ...fields }));
    await heartbeatAnswered();
    expect(seat.log.lastIndex).toBe(0);
    expect(seat.events.map(({ kind }) => kind)).toContain('malformed');
    expect(acks()).toEqual([]);
    expectOnlyAnswers();
  });

  test('an append that contradicts what is committed is reported, never acknowledged', async () => {
    leader.sendAppend(append(0, 3, 3));
    await until(() => acks().includes(3), 'three entries are acknowledged');
    leader.messages.length = 0;
    leader.sendAppend({ ...append(1, 2), entries: entries(2, 2, TERM - 1), logTerm: 1 });
    await until(() => seat.events.some(({ kind }) => kind === 'diverged'), 'it is reported');
    await heartbeatAnswered();
    expect(leader.messages.map(({ name }) => name)).toEqual(['MsgHeartbeatResp']);
    expect(seat.log.termAt(2)).toBe(TERM);
  });
});

describe('somebody who only knows the names', () => {
  const FORGED = TERM + 1_000;

  /** By POST anybody can say to be anybody; on a stream that we dialed only the member's address can. */
  test.each([
    ['a heartbeat', fromLeader({ type: MessageType.Heartbeat, term: FORGED })],
    ['an append', { ...append(0, 2, 2), term: FORGED }],
    [
      'a vote of a leader transfer',
      fromLeader({
        type: MessageType.Vote,
        term: FORGED,
        context: Buffer.from('CampaignTransfer'),
      }),
    ],
    ['MsgSnap as a message', fromLeader({ type: MessageType.Snap, term: FORGED })],
  ])('%s with a higher term is not passed on to the source', async (_, forged) => {
    await heartbeatAnswered();
    expect((await leader.post(forged)).status).toBe(204);
    await heartbeatAnswered();
    await sleep(500);
    expectOnlyAnswers();
    expect(seat.log.hardState.term).toBe(TERM);
  });

  test('forged entries in the right term are neither kept nor acknowledged', async () => {
    leader.sendAppend(append(0, 3, 3));
    await until(() => acks().includes(3), 'three entries are acknowledged');
    expect((await leader.post(append(3, 5, 8))).status).toBe(204);
    await heartbeatAnswered();
    await sleep(500);
    expect(seat.log.lastIndex).toBe(3);
    expect(Math.max(...acks())).toBe(3);
    expectOnlyAnswers();
  });

  test('a forged snapshot of a higher term is not taken', async () => {
    await heartbeatAnswered();
    void postSnapshot(FORGED);
    await sleep(500);
    await heartbeatAnswered();
    expect(seat.snapshots).toEqual([]);
    expectOnlyAnswers();
  });

  test('a message of nobody, or of another than it says, is not heard', async () => {
    await heartbeatAnswered();
    const stranger = message({ type: MessageType.Heartbeat, from: 9n, to: SEAT, term: FORGED });
    expect((await leader.post(stranger, { 'X-Server-From': '9' })).status).toBe(204);
    expect((await leader.post(encodeMessage(stranger))).status).toBe(204);
    await heartbeatAnswered();
    expectOnlyAnswers();
  });
});
