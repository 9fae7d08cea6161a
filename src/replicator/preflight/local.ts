import { open, rm, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../../config/options.ts';
import { errorText, SyncerError, systemCode } from '../../ops/errors.ts';
import { formatBytes } from '../../ops/units.ts';
import { percentilesOf } from '../../verify/percentiles.ts';
import { type Finding, ok, warning } from './finding.ts';

const SYNCS = 20;
const ENOUGH_MS = 1_000;
const BLOCK_BYTES = 8 * 1024;
/** What etcd asks of a disk: p99 of fsync below 10 ms. Ours may be slower, as nobody waits for one entry. */
const SLOW_MS = 100;

/** Room and speed of the data directory's disk, or of the one that it will be made on. Errors: DATA_DIR. */
export async function lookAtDisk(config: Config): Promise<readonly Finding[]> {
  const dir = resolve(config.dataDir);
  try {
    return await nearestThere(dir, async existing => [
      await lookAtSpace(existing, config.logMaxSize),
      await lookAtSync(existing),
    ]);
  } catch (error) {
    throw new SyncerError('DATA_DIR', `${dir}: ${errorText(error)}`, {}, { cause: error });
  }
}

/** The directory, or the first above it that is there. */
async function nearestThere<T>(dir: string, work: (dir: string) => Promise<T>): Promise<T> {
  try {
    return await work(dir);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || dir === dirname(dir)) throw error;
    return await nearestThere(dirname(dir), work);
  }
}

async function lookAtSpace(dir: string, logMaxSize: number): Promise<Finding> {
  const { bavail, bsize } = await statfs(dir);
  const free = bavail * bsize;
  const text = `${formatBytes(free)} free at ${dir}, the log may take ${formatBytes(logMaxSize)}`;
  return free < logMaxSize ? warning('disk space', 'DISK_SPACE', text) : ok('disk space', text);
}

async function lookAtSync(dir: string): Promise<Finding> {
  const path = join(dir, `.etcd-syncer-preflight-${process.pid}`);
  // One that was killed may have left it.
  await rm(path, { force: true });
  const file = await open(path, 'wx', 0o600);
  const durations: number[] = [];
  try {
    const start = performance.now();
    while (durations.length < SYNCS && performance.now() - start < ENOUGH_MS) {
      const begin = performance.now();
      await file.write(Buffer.alloc(BLOCK_BYTES, durations.length), 0, BLOCK_BYTES, 0);
      await file.datasync();
      durations.push(performance.now() - begin);
    }
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
  const { p50 = 0, max = 0 } = percentilesOf(durations) ?? {};
  const text = `fsync takes ${p50.toFixed(1)} ms, at most ${max.toFixed(1)} ms of ${durations.length}`;
  return p50 > SLOW_MS ? warning('disk', 'DISK_SLOW', text) : ok('disk', text);
}
