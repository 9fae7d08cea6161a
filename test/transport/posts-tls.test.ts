import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { encodeMessage, message } from '../../src/wire/raft-message.ts';
import { MessageType } from '../../src/wire/types.ts';
import { FakePeer } from '../kit/fake-peer.ts';
import { freePort } from '../kit/ports.ts';
import { Follower, until } from './follower.ts';

const LEADER = 0xa1n;
const SEAT = 0x5ea7n;
const FILES = join(import.meta.dirname, '..', '..', 'testdata', 'peer-tls');
const file = (name: string) => join(FILES, name);
const [ca, member, stranger] = [
  readFileSync(file('member-ca.pem')),
  { cert: readFileSync(file('member.pem')), key: readFileSync(file('member.key')) },
  { cert: readFileSync(file('stranger.pem')), key: readFileSync(file('stranger.key')) },
];

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let leader: FakePeer;
let seat: Follower;

beforeAll(async () => {
  leader = await FakePeer.start({ id: LEADER, clusterId: 0xc1n });
  const listenUrl = `https://127.0.0.1:${await freePort()}`;
  leader.seat = { id: SEAT, url: listenUrl };
  seat = await Follower.start({
    peers: [leader.url],
    listenUrl,
    tls: { ca: file('member-ca.pem'), cert: file('member.pem'), key: file('member.key') },
  });
  await until(() => leader.isDialed, 'the seat dials');
});

afterAll(async () => {
  await seat[Symbol.asyncDispose]();
  await leader[Symbol.asyncDispose]();
});

function post(term: number, pair: Partial<typeof member>): Promise<number> {
  const body = encodeMessage(
    message({ type: MessageType.Heartbeat, from: LEADER, to: SEAT, term }),
  );
  const headers = { 'X-Server-From': LEADER.toString(16), 'X-Etcd-Cluster-ID': 'c1' };
  return new Promise((resolve, reject) => {
    const url = new URL('/raft', leader.seat?.url);
    const options = { method: 'POST', headers, agent: false, ca, ...pair };
    const outgoing = request(url, options, response => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

describe('posts over mutual TLS', () => {
  test('a member that shows its certificate is heard, and answered', async () => {
    expect(await post(7, member)).toBe(204);
    await until(() => leader.named('MsgHeartbeatResp').length === 1, 'an answer');
    expect(leader.messages.map(({ term }) => term)).toEqual([7]);
  });

  test('without a certificate, or with one of another CA, nobody gets so far', async () => {
    await expect(post(1_000, {})).rejects.toThrow();
    await expect(post(1_000, stranger)).rejects.toThrow();
    expect(seat.log.hardState.term).toBe(7);
  });
});
