import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FaultLink } from '../kit/fault-link.ts';

let server: Server;
let link: FaultLink;
/** What the server was sent, of all connections. */
let received = '';
let accepted: Socket[] = [];
let clients: Socket[] = [];

beforeEach(async () => {
  received = '';
  accepted = [];
  clients = [];
  server = createServer(socket => {
    accepted.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', chunk => {
      received += chunk.toString();
      socket.write(chunk.toString().toUpperCase());
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  link = await FaultLink.start(`http://127.0.0.1:${port}`);
});
afterEach(async () => {
  for (const socket of [...clients, ...accepted]) socket.destroy();
  await link[Symbol.asyncDispose]();
  await new Promise<void>(resolve => server.close(() => resolve()));
});

interface Client {
  readonly socket: Socket;
  answer: string;
}

async function open(): Promise<Client> {
  const { hostname, port } = new URL(link.url);
  const socket = connect(Number(port), hostname);
  clients.push(socket);
  const client = { socket, answer: '' };
  socket.on('error', () => undefined);
  socket.on('data', chunk => {
    client.answer += chunk.toString();
  });
  await once(socket, 'connect');
  return client;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

test('requests that are held arrive late, in order, and on the same connection', async () => {
  const client = await open();
  link.set({ holds: 'requests' });
  client.socket.write('one ');
  client.socket.write('two');
  await sleep(50);
  expect([received, client.answer]).toEqual(['', '']);
  link.set({});
  await until(() => client.answer === 'ONE TWO');
  expect(received).toBe('one two');
});

test('answers that are held: the server has acted, and the client does not know', async () => {
  const client = await open();
  link.set({ holds: 'answers' });
  client.socket.write('done');
  await until(() => received === 'done');
  await sleep(20);
  expect(client.answer).toBe('');
  link.set({});
  await until(() => client.answer === 'DONE');
});

test('half open: the client stays connected to nobody, a new connection is served', async () => {
  const client = await open();
  client.socket.write('a');
  await until(() => client.answer === 'A');
  const gone = once(accepted[0] as Socket, 'close');
  link.halfOpen();
  await gone;
  client.socket.write('b');
  const other = await open();
  other.socket.write('c');
  await until(() => other.answer === 'C');
  expect([client.answer, client.socket.destroyed, received]).toEqual(['A', false, 'ac']);
  // However much it sends, it goes nowhere; it does not stand still.
  const piece = Buffer.alloc(1024 * 1024);
  for (let i = 0; i < 24; i += 1) {
    await new Promise<void>(resolve => client.socket.write(piece, () => resolve()));
  }
  const learned = new Promise(resolve => client.socket.once('close', resolve));
  link.endHalfOpen();
  await learned;
  expect(other.socket.destroyed).toBe(false);
});

test('resets end both sides', async () => {
  const client = await open();
  link.set({ resets: 1 });
  const closed = new Promise(resolve => client.socket.once('close', resolve));
  client.socket.write('never');
  await closed;
  expect([received, client.answer]).toEqual(['', '']);
});

test('only those who say that they are who is meant', async () => {
  const [meant, other] = [await open(), await open()];
  link.set({ holds: 'both' }, ['a1']);
  meant.socket.write('GET / HTTP/1.1\r\nX-Server-From: a1\r\n\r\n');
  other.socket.write('GET / HTTP/1.1\r\nX-Server-From: b2\r\n\r\n');
  await until(() => other.answer.includes('B2'));
  expect(meant.answer).toBe('');
  link.set({});
  await until(() => meant.answer.includes('A1'));
});

test('delay and a narrow band: later, and whole', async () => {
  const client = await open();
  link.set({ delayMs: 30, bytesPerSecond: 10_000 });
  const startedMs = performance.now();
  client.socket.write('x'.repeat(500));
  await until(() => client.answer.length === 500);
  // Twice 30 ms, and 50 ms for each way: a lower bound, which no load makes false.
  expect(performance.now() - startedMs).toBeGreaterThan(100);
});

test('mute: what the server says on the connections of now is lost for good, a new one is answered', async () => {
  const client = await open();
  client.socket.write('a');
  await until(() => client.answer === 'A');
  link.mute();
  client.socket.write('b');
  await until(() => received === 'ab');
  accepted[0]?.destroy();
  const other = await open();
  other.socket.write('c');
  await until(() => other.answer === 'C');
  expect([client.answer, client.socket.destroyed]).toEqual(['A', false]);
});

test('cut off: a connection ends with the byte that is too much, and is counted', async () => {
  link.set({ cutsAfterBytes: 3 });
  const client = await open();
  client.socket.write('abc');
  await until(() => client.answer === 'ABC');
  const closed = new Promise(resolve => client.socket.once('close', resolve));
  client.socket.write('d');
  await closed;
  expect([received, link.cuts]).toEqual(['abc', 1]);
});

test('what is recorded is every byte of both directions, by connection', async () => {
  await using recording = await FaultLink.start(link.target, { records: true });
  link.target = recording.url;
  for (const text of ['one', 'two']) {
    const client = await open();
    client.socket.write(text);
    await until(() => client.answer === text.toUpperCase());
  }
  expect(
    recording.recorded.map(
      ({ sent, answered }) => `${Buffer.concat(sent)} ${Buffer.concat(answered)}`,
    ),
  ).toEqual(['one ONE', 'two TWO']);
  expect([recording.hasSent('two'), recording.hasSent('ONE')]).toEqual([true, false]);
  expect(link.recorded).toEqual([]);
});
