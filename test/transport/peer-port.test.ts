import { createServer, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createLogger } from '../../src/ops/logger.ts';
import { TlsSource } from '../../src/ops/tls.ts';
import { PeerHttp } from '../../src/transport/peer-http.ts';
import { Transport } from '../../src/transport/transport.ts';
import { encodeMessageFrame } from '../../src/wire/message-stream.ts';
import { encodeMessage, message } from '../../src/wire/raft-message.ts';
import type { Message } from '../../src/wire/types.ts';
import { freePort } from '../kit/ports.ts';

vi.setConfig({ testTimeout: 60_000 });

const VERSION = '{"etcdserver":"3.5.30","etcdcluster":"3.5.0"}';
const MEMBERS = '[{"id":18446744073709551615,"peerURLs":["http://127.0.0.1:1"],"name":"m0"}]';
const IDENTITY = { clusterId: 0xabcn, memberId: 0x5n, peerUrls: ['http://127.0.0.1:2'] };
const CLUSTER = { 'X-Etcd-Cluster-ID': 'abc' };

const logger = createLogger({ level: 'fatal', format: 'json' });
const received: Message[] = [];
let transport: Transport;
let port: number;

// A member that answers what the transport asks it, and refuses streams as one that has not heard of us yet.
const member = createServer((incoming, response) => {
  response.setHeader('X-Etcd-Cluster-ID', 'abc');
  if (incoming.url === '/version') response.end(VERSION);
  else if (incoming.url === '/members') response.end(MEMBERS);
  else response.writeHead(404).end('error sender not found\n');
});

beforeAll(async () => {
  await new Promise<void>(resolve => member.listen(0, '127.0.0.1', resolve));
  const memberUrl = `http://127.0.0.1:${(member.address() as AddressInfo).port}`;
  port = await freePort();
  const tls = await TlsSource.open({}, logger);
  transport = new Transport({
    identity: IDENTITY,
    listenUrls: [`http://127.0.0.1:${port}`],
    snapshotDir: join(tmpdir(), `etcd-syncer-snapshot-${process.pid}`),
    http: new PeerHttp(tls),
    tls,
    logger,
    // A snapshot that can't be taken keeps its sender waiting on purpose.
    limits: { snapshotRefusalMs: 10 },
    events: {
      onMessage: got => received.push(got),
      onSnapshot: () => Promise.resolve(),
      onRemoved: () => undefined,
      onStolen: () => undefined,
      onVersions: () => undefined,
    },
  });
  await transport.start([{ id: 1n, peerUrls: [memberUrl] }], new AbortController().signal);
});

afterAll(async () => {
  await transport.stop();
  member.closeAllConnections();
  await new Promise(resolve => member.close(resolve));
});

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly version: unknown;
}

function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: Uint8Array,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, method, path, headers, agent: false },
      response => {
        let text = '';
        response.on('data', chunk => {
          text += String(chunk);
        });
        const version = response.headers['x-server-version'];
        response.on('close', () =>
          resolve({ status: response.statusCode ?? 0, body: text, version }),
        );
        // A stream never ends by itself.
        if (response.statusCode === 200 && path.startsWith('/raft/stream/'))
          setTimeout(() => response.destroy(), 50);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

describe('the peer port', () => {
  test('relays the answers of members word for word', async () => {
    expect((await ask('GET', '/version')).body).toBe(VERSION);
    expect((await ask('GET', '/members')).body).toBe(MEMBERS);
    expect(JSON.parse((await ask('GET', '/raft/probing')).body)).toMatchObject({ OK: true });
  });

  test('never guesses a hash', async () => {
    expect((await ask('GET', '/members/hashkv')).status).toBe(404);
  });

  test.each([
    [
      'another cluster',
      '/raft/stream/msgapp/1',
      { 'X-Etcd-Cluster-ID': 'def', 'X-Raft-To': '5' },
      412,
    ],
    ['meant for somebody else', '/raft/stream/msgapp/1', { ...CLUSTER, 'X-Raft-To': '6' }, 412],
    ['an unknown sender', '/raft/stream/message/77', { ...CLUSTER, 'X-Raft-To': '5' }, 404],
    ['a member', '/raft/stream/message/1', { ...CLUSTER, 'X-Raft-To': '5' }, 200],
  ])('a stream of %s', async (_, path, headers, status) => {
    const answer = await ask('GET', path, headers);
    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.version).toBe('3.5.30');
  });

  test('a post is answered, and heard from nobody who has not proved who he is', async () => {
    for (const from of [1n, 9n]) {
      const body = encodeMessage(message({ type: 8, to: 5n, from, term: 2 }));
      expect((await ask('POST', '/raft', CLUSTER, body)).status).toBe(204);
    }
    expect(received).toEqual([]);
    expect((await ask('POST', '/raft', CLUSTER, Uint8Array.of(255, 255))).status).toBe(400);
  });

  test.each(['/raft', '/raft/snapshot'])('a post of another cluster to %s', async path => {
    for (const foreign of [{ 'X-Etcd-Cluster-ID': 'def' }, {}]) {
      const headers = { ...foreign, 'X-Server-From': '1' };
      expect((await ask('POST', path, headers, Uint8Array.of(0))).status).toBe(412);
    }
    expect((await ask('PUT', path, CLUSTER)).status).toBe(405);
  });

  test('a message that is too long is refused, and no more', async () => {
    const tooLong = new Uint8Array(65 * 1024 * 1024);
    for (const headers of [CLUSTER, { ...CLUSTER, 'Transfer-Encoding': 'chunked' }]) {
      // The refusal may overtake what is still being sent: then the connection is reset.
      const status = await ask('POST', '/raft', headers, tooLong).then(
        answer => answer.status,
        () => 400,
      );
      expect(status).toBe(400);
      expect((await ask('GET', '/version')).status).toBe(200);
    }
  });

  test.each([
    ['no bytes', new Uint8Array(0)],
    ['random bytes', Uint8Array.from({ length: 5_000 }, (_, i) => (i * 31) % 256)],
    ['a length without end', Buffer.alloc(8, 255)],
    ['a message that is none', Buffer.from([0, 0, 0, 0, 0, 0, 0, 2, 255, 255])],
    ['a MsgApp', encodeMessageFrame(message({ type: 3, to: 5n, from: 1n, term: 2 }))],
  ])('a snapshot of %s is refused, and no more', async (_, body) => {
    const headers = { ...CLUSTER, 'X-Server-From': '1' };
    expect((await ask('POST', '/raft/snapshot', headers, body)).status).toBe(500);
    expect((await ask('GET', '/version')).status).toBe(200);
  });

  test('a snapshot that is refused before its end is answered, not cut off', async () => {
    const status = await new Promise<number>((resolve, reject) => {
      const headers = { ...CLUSTER, 'X-Server-From': '1', 'Transfer-Encoding': 'chunked' };
      const outgoing = request(
        { host: '127.0.0.1', port, method: 'POST', path: '/raft/snapshot', headers, agent: false },
        response => {
          resolve(response.statusCode ?? 0);
          outgoing.destroy();
        },
      );
      outgoing.on('error', reject);
      outgoing.write(Buffer.alloc(100, 255));
    });
    expect(status).toBe(500);
  });

  test('what can shut a member down is never answered: 403 and 410', async () => {
    const path = fc.oneof(
      fc.constantFrom(
        '/raft',
        '/raft/snapshot',
        '/raft/stream/msgapp/1',
        '/raft/stream/x/1',
        '/members',
        '/members/hashkv',
        '/version',
        '/downgrade/enabled',
      ),
      fc.webPath(),
    );
    const headers = fc.record({
      'X-Etcd-Cluster-ID': fc.constantFrom('abc', 'def', ''),
      'X-Raft-To': fc.constantFrom('5', '6', ''),
      'X-Server-From': fc.constantFrom('1', '77'),
      'X-Server-Version': fc.constantFrom('3.5.30', 'nonsense'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD'),
        path,
        headers,
        fc.uint8Array({ maxLength: 100 }),
        async (method, where, with_, body) => {
          const sent = method === 'GET' || method === 'HEAD' ? undefined : body;
          const { status } = await ask(method, where.startsWith('/') ? where : '/', with_, sent);
          expect([403, 410]).not.toContain(status);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('a msgapp stream carries nothing but the heartbeat byte', async () => {
    const bytes = await new Promise<Buffer>((resolve, reject) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port,
          path: '/raft/stream/msgapp/1',
          headers: { ...CLUSTER, 'X-Raft-To': '5' },
          agent: false,
        },
        response => {
          transport.send([message({ type: 4, to: 1n, from: 5n, term: 1, index: 1 })]);
          response.once('data', (chunk: Buffer) => {
            response.destroy();
            resolve(chunk);
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end();
    });
    expect([...bytes].every(byte => byte === 0)).toBe(true);
  });

  test('a thousand idle connections and random bytes do not keep members out', async () => {
    const sockets: Socket[] = [];
    for (let i = 0; i < 1_000; i += 1) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      if (i % 10 === 0) socket.write(Buffer.from([i % 256, 0, 255, 13, 10, 13, 10]));
      sockets.push(socket);
    }
    expect((await ask('GET', '/version')).status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });
});
