import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type RequestOptions, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { SyncerError } from '../../src/ops/errors.ts';
import { type Call, call, openStream } from '../../src/ops/http/client.ts';
import { logLevelRoutes } from '../../src/ops/http/log-level-routes.ts';
import { readJson, replyJson, replyText } from '../../src/ops/http/reply.ts';
import { type Route, RouteTable } from '../../src/ops/http/routes.ts';
import { type HttpOptions, HttpServer } from '../../src/ops/http/server.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { TlsSource } from '../../src/ops/tls.ts';
import { Authority, CertificateFolder } from '../kit/certs.ts';

const TOKEN = 'correct-horse-battery-staple';

const ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/open',
    access: 'open',
    handle: (_, response) => replyJson(response, { ok: true }),
  },
  {
    method: 'POST',
    path: '/change',
    access: 'operator',
    handle: async (request, response) => replyJson(response, { given: await readJson(request) }),
  },
  {
    method: 'GET',
    path: '/log',
    access: 'operator',
    handle: (_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
      for (const part of ['one ', 'two ', 'three']) response.write(part);
      response.end();
    },
  },
  {
    method: 'GET',
    path: '/fails',
    access: 'open',
    handle: () => {
      throw new Error('a fault');
    },
  },
  {
    method: 'GET',
    path: '/proxy-page',
    access: 'open',
    handle: (_, response) => replyText(response, 502, '<html>'),
  },
];

async function serve(options: Partial<HttpOptions> = {}, scheme = 'http') {
  const lines: string[] = [];
  const logger = createLogger({
    level: 'debug',
    format: 'json',
    destination: { write: line => lines.push(line) },
  });
  const server = new HttpServer(
    { listen: '127.0.0.1:0', tls: {}, tokenFile: undefined, ...options },
    logger,
  );
  server.add(...ROUTES);
  await server.listen();
  onTestFinished(() => server.close());
  return { url: `${scheme}://127.0.0.1:${server.port}`, lines, logger, server };
}

function tokenFile(text: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-token-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const path = join(dir, 'token');
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** "CODE: message" of what it rejects with. */
async function failure(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown as SyncerError,
  );
  return error === undefined ? 'no error' : `${error.code}: ${error.message}`;
}

async function certificates() {
  const folder = new CertificateFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const [own, clients] = [await Authority.create('own'), await Authority.create('clients')];
  return {
    folder,
    clients,
    ca: folder.write('ca.crt', own.pem),
    server: await folder.issue(own, 'server', { name: 'server' }),
    clientCa: folder.write('client-ca.crt', clients.pem),
    operator: await folder.issue(clients, 'operator', { name: 'operator' }),
    stranger: await folder.issue(own, 'stranger', { name: 'stranger' }),
  };
}

const change: Call = { method: 'POST', path: '/change', body: { level: 'debug' } };

describe('who may ask', () => {
  test('everybody, what is open', async () => {
    const { url } = await serve();
    expect(await call(url, { path: '/open' })).toEqual({ ok: true });
  });

  test('nobody may change anything where no operators are known: the answer says how to have some', async () => {
    const { url } = await serve();
    const text = await failure(call(url, { ...change, token: TOKEN }));
    expect(text).toMatch(/^HTTP_FORBIDDEN: .*--http-token-file/);
    const response = await fetch(`${url}/change`, { method: 'POST' });
    expect(response.status).toBe(403);
  });

  test('the token lets through; a wrong one, a part of it or none do not, and none is logged', async () => {
    const { url, lines } = await serve({ tokenFile: tokenFile(`${TOKEN}\n`) });
    expect(await call(url, { ...change, token: TOKEN })).toEqual({ given: { level: 'debug' } });
    for (const token of ['wrong-token-of-some-length', TOKEN.slice(0, -1), `${TOKEN}x`])
      expect(await failure(call(url, { ...change, token }))).toMatch(/^HTTP_UNAUTHORISED/);
    expect(await failure(call(url, change))).toMatch(/^HTTP_UNAUTHORISED: .*Bearer/);
    expect(await failure(openStream(url, { path: '/log' }))).toMatch(/^HTTP_UNAUTHORISED/);
    expect(lines.filter(line => line.includes('"warn"'))).toHaveLength(1);
    expect(lines.join('')).not.toMatch(/battery|wrong-token/);
  });

  test('a token that changes counts at once; without its file nobody gets in', async () => {
    const path = tokenFile(TOKEN);
    const { url } = await serve({ tokenFile: path });
    writeFileSync(path, 'another-token-of-length\n');
    expect(await failure(call(url, { ...change, token: TOKEN }))).toMatch(/^HTTP_UNAUTHORISED/);
    await call(url, { ...change, token: 'another-token-of-length' });
    rmSync(path);
    const text = await failure(call(url, { ...change, token: 'another-token-of-length' }));
    expect(text).toMatch(/^HTTP_TOKEN/);
    writeFileSync(path, TOKEN);
  });

  test.each([
    ['short', 'fifteen-bytes--'],
    ['empty', ''],
    ['two lines', `${TOKEN}\n${TOKEN}\n`],
    ['long', 'x'.repeat(5_000)],
  ])('a token that is %s is refused at the start', async (_, text) => {
    expect(await failure(serve({ tokenFile: tokenFile(text) }))).toMatch(/^HTTP_TOKEN/);
  });

  test('a page of another origin can not use what the browser has', async () => {
    const { url } = await serve({ tokenFile: tokenFile(TOKEN) });
    const ask = (origin: string) =>
      fetch(`${url}/change`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN}`, origin },
      });
    expect((await ask('http://elsewhere.example')).status).toBe(403);
    expect((await ask('null')).status).toBe(403);
    expect((await ask(url)).status).toBe(200);
  });
});

describe('https', () => {
  test('operators by certificate: theirs does, none or one of another CA does not', async () => {
    const { ca, server, clientCa, operator, stranger } = await certificates();
    const { url, logger } = await serve({ tls: { ...server, ca: clientCa } }, 'https');
    const as = async (pair: object) => {
      const tls = await TlsSource.open({ ca, ...pair }, logger);
      onTestFinished(() => tls.close());
      return tls;
    };
    expect(await call(url, { path: '/open', tls: await as({}) })).toEqual({ ok: true });
    expect(await call(url, { ...change, tls: await as(operator) })).toHaveProperty('given');
    const texts = [
      await failure(call(url, { ...change, tls: await as({}) })),
      await failure(call(url, { ...change, tls: await as(stranger) })),
    ];
    for (const text of texts) expect(text).toMatch(/^HTTP_UNAUTHORISED: .*--http-client-ca-file/);
  });

  test('a session that is resumed makes no operator of who has no certificate', async () => {
    const { folder, ca, server, clientCa } = await certificates();
    const { url } = await serve({ tls: { ...server, ca: clientCa } }, 'https');
    const pem = folder.read(ca);
    const { port } = new URL(url);
    const first = connect({ host: '127.0.0.1', port: Number(port), ca: pem });
    const [session] = (await once(first, 'session')) as [Buffer];
    first.destroy();
    // Node.js hands the session on to TLS; its types do not know of it.
    const options = { method: 'POST', ca: pem, session, agent: false } as const;
    const again = request(`${url}/change`, options as RequestOptions);
    again.end();
    const [response] = await once(again, 'response');
    expect((response.socket as TLSSocket).isSessionReused()).toBe(true);
    expect(response.statusCode).toBe(401);
    response.destroy();
  });

  test('new certificates are taken while it runs', async () => {
    const { folder, ca, logger, url } = await serveWithTls();
    const next = await Authority.create('next');
    await folder.issue(next, 'server', { name: 'server' });
    const path = folder.write('next-ca.crt', next.pem);
    const tls = await TlsSource.open({ ca: path }, logger);
    onTestFinished(() => tls.close());
    await expect
      .poll(() => call(url, { path: '/open', tls }).catch(() => undefined), { timeout: 30_000 })
      .toEqual({ ok: true });
    const before = await TlsSource.open({ ca }, logger);
    onTestFinished(() => before.close());
    expect(await failure(call(url, { path: '/open', tls: before }))).toMatch(/^TLS_UNTRUSTED/);
  });

  test('a CA for clients without a certificate of its own is a fault of the flags', async () => {
    const { clientCa } = await certificates();
    expect(await failure(serve({ tls: { ca: clientCa } }))).toMatch(/^CONFIG_INVALID/);
  });
});

async function serveWithTls() {
  const files = await certificates();
  const served = await serve({ tls: files.server }, 'https');
  return { ...files, ...served };
}

describe('the level of the log', () => {
  test('everybody sees it, operators change it, and it must be one', async () => {
    const { url, server, logger, lines } = await serve({ tokenFile: tokenFile(TOKEN) });
    server.add(...logLevelRoutes(logger));
    const path = '/v1/log-level';
    const set = (level: string, token?: string) =>
      call(url, { method: 'POST', path, body: { level }, token });
    expect(await call(url, { path })).toEqual({ level: 'debug' });
    expect(await failure(set('error'))).toMatch(/^HTTP_UNAUTHORISED/);
    expect(await failure(set('loud', TOKEN))).toMatch(/^HTTP_REQUEST: .*trace, debug/);
    expect(await set('error', TOKEN)).toEqual({ level: 'error' });
    const before = lines.length;
    logger.info('not shown');
    expect(lines.length).toBe(before);
    expect(await set('info', TOKEN)).toEqual({ level: 'info' });
    logger.info('shown');
    expect(lines.at(-1)).toContain('shown');
  });
});

describe('what is asked', () => {
  test('bodies are bounded, and JSON', async () => {
    const { url } = await serve({ tokenFile: tokenFile(TOKEN) });
    const post = (body: string) =>
      fetch(`${url}/change`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN}` },
        body,
      });
    expect((await post('x'.repeat(70_000))).status).toBe(413);
    expect((await post('{"half')).status).toBe(400);
    expect((await post('')).status).toBe(200);
  });

  test('a path or method that is not there; a fault in a handler', async () => {
    const { url, lines } = await serve();
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);
    expect((await fetch(`${url}/open`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${url}/open`, { method: 'HEAD' })).status).toBe(200);
    expect(await failure(call(url, { path: '/fails' }))).toMatch(/^INTERNAL/);
    expect(lines.join('')).toMatch(/"code":"INTERNAL"/);
  });

  test('a stream is read as it comes', async () => {
    const { url } = await serve({ tokenFile: tokenFile(TOKEN) });
    const stream = await openStream(url, { path: '/log', token: TOKEN });
    const parts = await stream.map(String).toArray();
    expect(parts.join('')).toBe('one two three');
  });

  test('the caller is told why nobody, or somebody else, answers', async () => {
    const { url, server } = await serve();
    expect(await failure(call(url, { path: '/proxy-page' }))).toMatch(/^HTTP_REQUEST: .*502/);
    await server.close();
    expect(await failure(call(url, { path: '/open' }))).toMatch(/^STATUS_UNREACHABLE: .*REFUSED/);
  });

  test('two parts can not have one path', () => {
    const table = new RouteTable();
    const route = ROUTES[0] as Route;
    table.add(route);
    expect(() => table.add(route)).toThrow('GET /open is taken');
  });
});
