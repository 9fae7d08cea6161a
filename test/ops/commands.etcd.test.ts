import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Authority, CertificateFolder } from '../kit/certs.ts';
import { freePort } from '../kit/ports.ts';
import { Program } from '../kit/program.ts';

const TOKEN = 'correct-horse-battery-staple';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function ended(...args: string[]): Promise<Ended> {
  await using program = new Program(args);
  const code = await program.exited();
  return { code, stdout: program.stdout, stderr: program.stderr };
}

test('status and log-level of a process that serves https, by token and by certificate', async () => {
  using folder = new CertificateFolder();
  const [own, clients] = [await Authority.create('own'), await Authority.create('clients')];
  const ca = folder.write('ca.crt', own.pem);
  const server = await folder.issue(own, 'server', { name: 'server' });
  const operator = await folder.issue(clients, 'operator', { name: 'operator' });
  const clientCa = folder.write('client-ca.crt', clients.pem);
  const token = folder.write('token', `${TOKEN}\n`);
  const wrong = folder.write('wrong', 'another-token-of-some-length\n');
  const dataDir = join(token, '..', 'data');
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const port = await freePort();
  // It has nobody to talk to: the HTTP port answers all the same.
  await using running = new Program([
    ...['run', '--source-endpoints=127.0.0.1:1', '--dest-endpoints=127.0.0.1:1'],
    ...[`--data-dir=${dataDir}`, `--listen-peer-urls=http://127.0.0.1:${await freePort()}`],
    ...[`--http-listen=127.0.0.1:${port}`, `--http-token-file=${token}`],
    ...[`--http-cert-file=${server.cert}`, `--http-key-file=${server.key}`],
    `--http-client-ca-file=${clientCa}`,
  ]);
  const url = `--http-url=https://127.0.0.1:${port}`;
  const ask = (...args: string[]) => ended(...args, url, `--http-server-ca-file=${ca}`);
  await expect
    .poll(async () => (await ask('log-level')).stdout, { timeout: 60_000 })
    .toBe('info\n');

  const asOperator = [`--http-token-file=${token}`];
  expect(await ask('log-level', 'debug', ...asOperator)).toMatchObject({ stdout: 'debug\n' });
  expect((await ask('log-level')).stdout).toBe('debug\n');
  const refused = await ask('log-level', 'info', `--http-token-file=${wrong}`);
  expect(refused.code).toBe(3);
  expect(refused.stderr).toMatch(/^HTTP_UNAUTHORISED: .*\nSee: etcd-syncer explain HTTP_UNAUTH/);
  expect((await ask('log-level', 'info')).stderr).toMatch(/^HTTP_UNAUTHORISED/);
  expect((await ask('log-level', 'loud')).code).toBe(2);
  const certificate = [
    `--http-client-cert-file=${operator.cert}`,
    `--http-client-key-file=${operator.key}`,
  ];
  expect((await ask('log-level', 'warn', ...certificate)).stdout).toBe('warn\n');
  const untrusted = await ended('status', url, `--http-server-ca-file=${clientCa}`);
  expect(untrusted.stderr).toMatch(/^TLS_UNTRUSTED/);

  const status = JSON.parse((await ask('status', '--json')).stdout) as Record<string, unknown>;
  expect(status).toMatchObject({ lag: { entries: 0, bytes: 0, seconds: 0 } });
  await using watching = new Program([
    ...['status', '--watch', '--interval=0.1', url, `--http-server-ca-file=${ca}`],
  ]);
  const lines = () => watching.stdout.trim().split('\n');
  await expect.poll(() => lines().length, { timeout: 60_000 }).toBeGreaterThan(2);
  for (const line of lines())
    expect(line).toMatch(/^20\S+Z {2}\S+ {2}lag 0 entries, 0 B, 0\.000 s {2}0 /);

  // It ends, and comes back perhaps: who watches is told, and goes on.
  expect(await running.kill('SIGTERM')).toBe(0);
  await expect.poll(() => watching.stdout, { timeout: 60_000 }).toContain('STATUS_UNREACHABLE');
  expect(watching.isRunning).toBe(true);
  for (const text of [running.stdout, running.stderr, refused.stderr])
    expect(text).not.toMatch(/battery|another-token/);
});
