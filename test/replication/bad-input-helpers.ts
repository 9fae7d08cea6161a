import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../../src/ops/error-codes.ts';
import { availableReleases } from '../kit/binaries.ts';
import type { EtcdBinaries } from '../kit/binaries-types.ts';
import type { EtcdCluster } from '../kit/cluster.ts';
import type { Syncer } from '../kit/syncer.ts';

const releases = await availableReleases();

/** The release that bad surroundings are tried with. */
export const release: EtcdBinaries = (() => {
  const found = releases.find(({ version }) => version === '3.5.30') ?? releases.at(-1);
  if (found === undefined) throw new Error('no etcd could be had: see `npm run etcd`');
  return found;
})();

export const both = { source: release, destination: release };

/** The process ends with exit code 3, names `code` on stderr and in the log, and the catalogue says that it stops. */
export async function expectStop(syncer: Syncer, code: ErrorCode): Promise<void> {
  expect(await syncer.exited(), syncer.output.slice(-3_000)).toBe(3);
  expect(syncer.output).toContain(`\n${code}: `);
  expect(syncer.output).toContain(`"level":"fatal"`);
  expect(ERROR_CODES[code].effect).toBe('stops');
}

/** `code` turns up in /status and the log while the process goes on, and the catalogue says that it does. */
export async function expectReported(syncer: Syncer, code: ErrorCode): Promise<void> {
  await syncer.until(status => status.last_errors.some(error => error.code === code));
  expect(syncer.output).toContain(`"code":"${code}"`);
  expect(syncer.output).not.toContain('"level":"fatal"');
  expect(ERROR_CODES[code].effect).not.toBe('stops');
}

/** Polls until the condition holds; what throws does not hold. */
export async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      if (await condition()) return;
    } catch (error) {
      last = error;
    }
    await sleep(100);
  }
  throw new Error(`it did not come to pass: ${what}`, { cause: last });
}

/** Waits until a key has this value at the cluster. */
export async function untilThere(cluster: EtcdCluster, key: string, value: string): Promise<void> {
  await until(
    `${key} is there`,
    async () => (await cluster.etcdctl(['get', key, '--print-value-only'])).trim() === value,
  );
}

/** Everything that the program shows: its log of all runs, and what its HTTP port answers now. */
export async function shown(syncer: Syncer): Promise<string> {
  const pages = await Promise.all(
    ['/status', '/metrics', '/readyz'].map(path => syncer.get(path).catch(() => '')),
  );
  return [syncer.output, ...pages].join('\n');
}

/** None of the secrets is in anything that is shown; a key's PEM counts with every line of its body. */
export async function expectNoSecrets(syncer: Syncer, secrets: readonly string[]): Promise<void> {
  const text = await shown(syncer);
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(5);
    expect(text.includes(secret), `a secret of ${secret.length} characters is shown`).toBe(false);
    expect(text.includes(Buffer.from(secret).toString('base64'))).toBe(false);
  }
}

/** Names and digests of all files under a folder. */
export function digests(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(folder, name);
    try {
      found.set(name, createHash('sha256').update(readFileSync(path)).digest('hex'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EISDIR') throw error;
    }
  }
  return found;
}

/** ID of our seat at the source, as etcdctl writes it. */
export async function seatId(source: EtcdCluster, peerUrl: string): Promise<string> {
  const list = await source.etcdctl(['member', 'list']);
  const id = list
    .split('\n')
    .find(row => row.includes(peerUrl))
    ?.split(',')[0]
    ?.trim();
  if (id === undefined) throw new Error(`our seat is not in: ${list}`);
  return id;
}
