import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { encodeMessage, message } from '../../src/wire/raft-message.ts';
import { MessageType } from '../../src/wire/types.ts';
import { FakePeer } from '../kit/fake-peer.ts';
import { seededRandom } from '../kit/load.ts';
import { freePort } from '../kit/ports.ts';
import { Follower, until } from './follower.ts';

const LEADER = 0xa1n;
const SEAT = 0x5ea7n;
const TERM = 7;

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

function u64(...values: number[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  for (const [i, value] of values.entries()) bytes.writeBigUInt64BE(BigInt(value), 8 * i);
  return bytes;
}

const random = seededRandom(11);
const noise = Buffer.from(Array.from({ length: 4_000 }, () => 3 + Math.floor(random() * 250)));
const heartbeat = encodeMessage(
  message({ type: MessageType.Heartbeat, from: LEADER, to: SEAT, term: TERM }),
);
/** Field 6 (index) of 2^63. */
const beyondNumbers = Buffer.from([0x30, ...Array(9).fill(0x80), 1]);

const MSGAPP: [string, Buffer][] = [
  ['random bytes', noise],
  ['a frame of a type that there is not', Buffer.from([3, 0, 0])],
  ['a message of more than any limit', Buffer.concat([Buffer.from([2]), u64(2 ** 40)])],
  ['more entries than any frame has', Buffer.concat([Buffer.from([1]), u64(2 ** 30)])],
  ['an entry of more than any limit', Buffer.concat([Buffer.from([1]), u64(1, 2 ** 40)])],
  ['an entry that is none', Buffer.concat([Buffer.from([1]), u64(1, 2), Buffer.from([255, 255])])],
  ['an index beyond numbers', Buffer.concat([Buffer.from([2]), u64(11), beyondNumbers])],
  ['entries before any message', Buffer.concat([Buffer.from([1]), u64(0, 5)])],
];

const MESSAGE: [string, Buffer][] = [
  ['random bytes', noise],
  ['a message of more than any limit', u64(2 ** 40)],
  ['a message that is none', Buffer.concat([u64(2), Buffer.from([255, 255])])],
  ['a field of a wrong kind', Buffer.concat([u64(2), Buffer.from([0x0a, 0])])],
  ['an index beyond numbers', Buffer.concat([u64(11), beyondNumbers])],
  ['an empty message', u64(0)],
];

/** Whatever came: a stream in working order is there again, and what it carries is answered. */
async function expectGoesOn(): Promise<void> {
  await until(async () => {
    const before = leader.named('MsgAppResp').length;
    if (!leader.isDialed) return false;
    leader.sendAppend(
      message({
        type: MessageType.App,
        from: LEADER,
        to: SEAT,
        term: TERM,
        entries: [{ type: 0, term: TERM, index: 1, data: new Uint8Array(0) }],
      }),
    );
    for (let i = 0; i < 25 && leader.named('MsgAppResp').length === before; i += 1) {
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    return leader.named('MsgAppResp').length > before;
  }, 'an append is acknowledged');
  for (const { name, term, index } of leader.messages) {
    expect(['MsgAppResp', 'MsgHeartbeatResp']).toContain(name);
    expect(term).toBe(TERM);
    expect(index).toBeLessThanOrEqual(1);
  }
  expect([...leader.msgappBytes].every(byte => byte === 0)).toBe(true);
}

describe('broken streams of a member', () => {
  test.each(MSGAPP)('msgapp: %s', async (_, bytes) => {
    leader.sendBytes('msgapp', bytes);
    await expectGoesOn();
  });

  test.each(MESSAGE)('message: %s', async (_, bytes) => {
    leader.sendBytes('message', bytes);
    await expectGoesOn();
  });

  test('a frame cut off at every byte', async () => {
    const frame = Buffer.concat([u64(heartbeat.length), heartbeat]);
    for (let end = 1; end < frame.length; end += 5) {
      await until(() => leader.isDialed, 'the seat dials again');
      leader.sendBytes('message', frame.subarray(0, end));
      leader.dropStreams();
    }
    await expectGoesOn();
    expect(leader.named('MsgHeartbeatResp')).toEqual([]);
  });

  test('a frame that comes byte by byte', async () => {
    const frame = Buffer.concat([u64(heartbeat.length), heartbeat]);
    for (const byte of frame) {
      leader.sendBytes('message', Uint8Array.of(byte));
      await new Promise(resolve => setTimeout(resolve, 2));
    }
    await until(() => leader.named('MsgHeartbeatResp').length === 1, 'it is answered');
    await expectGoesOn();
  });
});
