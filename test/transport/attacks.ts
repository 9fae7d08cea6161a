import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeMessage, message } from '../../src/wire/raft-message.ts';
import type { Entry, Message } from '../../src/wire/types.ts';
import { MessageType } from '../../src/wire/types.ts';
import type { FakePeer } from '../kit/fake-peer.ts';
import { seededRandom } from '../kit/load.ts';
import { snapshotMessage } from '../kit/raftpb.ts';

/** Where the source stands, as an attacker may know it. */
export interface Aim {
  /** The seat; `from` is who the attacker says to be. */
  readonly seat: bigint;
  readonly from: bigint;
  readonly term: number;
  readonly index: number;
}

/** One way of being hostile to a peer port. Resolves when it is over; what comes back is kept by the fake. */
export type Attack = (liar: FakePeer, aim: Aim) => Promise<void>;

const HUGE_TERM = 1_000_000;
const random = seededRandom(7);

function randomBytes(length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

function forged(aim: Aim, fields: Partial<Message> & Pick<Message, 'type'>): Message {
  return message({ from: aim.from, to: aim.seat, term: aim.term, ...fields });
}

function entries(first: number, count: number, term: number): Entry[] {
  return Array.from({ length: count }, (_, i) => ({
    type: 0,
    term,
    index: first + i,
    data: Buffer.from('forged'),
  }));
}

/** The refusal of a snapshot is held back for long, and a real sender would wait. */
const PATIENCE_MS = 1_500;

/** Posts that are refused or broken off are what is wanted. */
async function post(
  liar: FakePeer,
  body: Message | Uint8Array,
  headers: Record<string, string> = {},
  path = '/raft',
): Promise<void> {
  const answer = liar.post(body, headers, path).catch(() => undefined);
  await Promise.race([answer, sleep(PATIENCE_MS, undefined, { ref: false })]);
}

/** Opens connections, writes the beginning on each, feeds them slowly if asked to, and closes them. */
async function openMany(
  liar: FakePeer,
  count: number,
  beginning: (i: number) => string | Uint8Array,
  holdMs: number,
): Promise<void> {
  const sockets: Socket[] = [];
  const port = Number(new URL(liar.seat?.url ?? '').port);
  for (let i = 0; i < count; i += 1) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(beginning(i));
    sockets.push(socket);
    if (i % 50 === 49) await Promise.race([once(socket, 'connect'), sleep(200)]);
  }
  for (let passed = 0; passed < holdMs; passed += 250) {
    await sleep(250);
    for (const socket of sockets) if (!socket.destroyed) socket.write('x');
  }
  for (const socket of sockets) socket.destroy();
}

function head(liar: FakePeer, path: string, method: string, extra: string): string {
  return [
    `${method} ${path} HTTP/1.1`,
    'Host: seat',
    `X-Server-From: ${liar.id.toString(16)}`,
    `X-Etcd-Cluster-ID: ${liar.clusterId.toString(16)}`,
    extra,
    '',
    '',
  ].join('\r\n');
}

function snapshot(aim: Aim, database: Uint8Array, term = aim.term): Buffer {
  const front = snapshotMessage({ from: aim.from, to: aim.seat, term, index: aim.index + 1_000 });
  return Buffer.concat([u64(front.length), front, database]);
}

/** Meta pages that a look at them takes for those of a bbolt database. */
function plausibleDatabase(): Buffer {
  const database = Buffer.alloc(4 * 4096);
  database.writeUInt32LE(0xed0cdaed, 16);
  database.writeUInt32LE(4096, 24);
  return database;
}

/** A snapshot in the current term: whoever sends it in a member's name is believed without mutual TLS. */
export const forgedSnapshot: Attack = (liar, aim) =>
  post(liar, snapshot(aim, plausibleDatabase()), SNAPSHOT, '/raft/snapshot');

const SNAPSHOT = { 'Content-Type': 'application/octet-stream' };

/** By name; each is tried by a stranger and in the name of a member. */
export const ATTACKS: Record<string, Attack> = {
  'random bytes instead of HTTP': liar => openMany(liar, 100, () => randomBytes(200), 0),
  'random bytes as messages': async liar => {
    for (let i = 0; i < 50; i += 1) await post(liar, randomBytes(1 + i * 7));
  },
  'lengths without end': async (liar, aim) => {
    // Fields that announce more than there is, and entries by the million.
    await post(liar, Buffer.from([0x3a, 0xff, 0xff, 0xff, 0xff, 0x7f]));
    await post(liar, Buffer.alloc(600_000, Buffer.from([0x3a, 0])));
    await post(liar, u64(Number.MAX_SAFE_INTEGER), SNAPSHOT, '/raft/snapshot');
    await openMany(
      liar,
      20,
      () => head(liar, '/raft', 'POST', 'Content-Length: 99999999999999999999'),
      0,
    );
    await post(liar, encodeMessage(forged(aim, { type: MessageType.App, index: 2 ** 53 - 1 })));
  },
  'truncated bodies and frames': async (liar, aim) => {
    const whole = encodeMessage(forged(aim, { type: MessageType.Heartbeat }));
    for (let end = 0; end < whole.length; end += 1) await post(liar, whole.subarray(0, end));
    await openMany(liar, 20, () => `${head(liar, '/raft', 'POST', 'Content-Length: 100')}x`, 0);
    await openMany(
      liar,
      20,
      () => `${head(liar, '/raft', 'POST', 'Transfer-Encoding: chunked')}ffffff\r\nx`,
      0,
    );
  },
  'another cluster': async (liar, aim) => {
    const headers = { 'X-Etcd-Cluster-ID': 'dead' };
    await post(liar, forged(aim, { type: MessageType.Heartbeat, term: HUGE_TERM }), headers);
    await post(
      liar,
      snapshot(aim, randomBytes(100)),
      { ...SNAPSHOT, ...headers },
      '/raft/snapshot',
    );
    await liar.dial('msgapp', headers);
    await liar.dial('message', headers);
  },
  'meant for somebody else': async (liar, aim) => {
    await liar.dial('msgapp', { 'X-Raft-To': '1' });
    await liar.dial('message', { 'X-Raft-To': '' });
    await post(
      liar,
      forged({ ...aim, seat: 1n }, { type: MessageType.Heartbeat, term: HUGE_TERM }),
    );
  },
  'huge terms in every kind of message': async (liar, aim) => {
    for (let type = 0; type <= 20; type += 1) {
      await post(liar, forged(aim, { type, term: HUGE_TERM }));
      const context = Buffer.from('CampaignTransfer');
      await post(liar, forged(aim, { type, term: HUGE_TERM, context, index: HUGE_TERM }));
      await post(liar, forged(aim, { type, term: 2 ** 53 - 1 }));
    }
  },
  'entries with gaps, and entries that never were': async (liar, aim) => {
    const { index, term } = aim;
    const append = { type: MessageType.App, logTerm: term, index, commit: index + 100 };
    await post(liar, forged(aim, { ...append, entries: entries(index + 50, 3, term) }));
    await post(liar, forged(aim, { ...append, entries: entries(index + 1, 3, term) }));
    await post(liar, forged(aim, { ...append, index: index + 500, entries: [] }));
    await post(liar, forged(aim, { type: MessageType.Heartbeat, commit: index + 100 }));
  },
  'entries that contradict committed ones': async (liar, aim) => {
    const append = { type: MessageType.App, index: 1, logTerm: 1, commit: aim.index };
    await post(liar, forged(aim, { ...append, entries: entries(2, 3, aim.term) }));
    await post(liar, forged(aim, { ...append, logTerm: aim.term }));
  },
  'snapshots of garbage': async (liar, aim) => {
    await post(liar, randomBytes(10_000), SNAPSHOT, '/raft/snapshot');
    await post(liar, snapshot(aim, randomBytes(50_000)), SNAPSHOT, '/raft/snapshot');
    await post(liar, snapshot(aim, Buffer.alloc(0)), SNAPSHOT, '/raft/snapshot');
    const plausible = plausibleDatabase();
    await post(liar, snapshot(aim, plausible, HUGE_TERM), SNAPSHOT, '/raft/snapshot');
    await post(liar, snapshot(aim, plausible.subarray(0, 5_000)), SNAPSHOT, '/raft/snapshot');
  },
  'a thousand idle connections': liar => openMany(liar, 1_000, () => '', 2_000),
  'slow senders': async liar => {
    const chunked = 'Transfer-Encoding: chunked';
    await openMany(liar, 100, () => 'GET /version HTTP/1.1\r\nX-', 1_000);
    await openMany(liar, 300, () => head(liar, '/raft', 'POST', 'Content-Length: 1000'), 1_500);
    await openMany(liar, 300, () => `${head(liar, '/raft/snapshot', 'POST', chunked)}1\r\n`, 1_500);
  },
  'streams dialed again and again': async liar => {
    for (let i = 0; i < 30; i += 1) {
      await liar.dialSeat();
      await sleep(50);
    }
  },
};
