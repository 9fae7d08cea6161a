import { createHash, randomUUID } from 'node:crypto';
import { access, type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorText, SyncerError, systemCode } from '../ops/errors.ts';
import { syncDirectory } from '../ops/files.ts';
import { SnapshotFile } from './snapshot-file.ts';

/** File systems without links say one of these. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
]);

export interface Exported {
  /** Bytes of the new file. */
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
}

/**
 * Writes a database with its SHA-256 behind it, the form that `etcdutl snapshot restore` checks. The source
 * is gone through first; the file appears under its name when it is whole and on disk, readable by its
 * owner only (it holds all values and password hashes). Errors: SNAPSHOT_WRITE, those of SnapshotFile.
 */
export async function exportSnapshot(source: string, target: string): Promise<Exported> {
  await refuseExisting(target);
  await using file = await SnapshotFile.open(source);
  await file.verify();
  const partial = join(dirname(target), `.${basename(target)}.${randomUUID()}.partial`);
  try {
    const exported = await writing(target, async () => {
      const handle = await open(partial, 'wx', 0o600);
      try {
        return await copy(file, handle);
      } finally {
        await handle.close();
      }
    });
    await writing(target, () => publish(partial, target));
    return exported;
  } finally {
    await rm(partial, { force: true });
  }
}

async function copy(file: SnapshotFile, handle: FileHandle): Promise<Exported> {
  const hash = createHash('sha256');
  for await (const chunk of file.chunks()) {
    hash.update(chunk);
    await handle.writeFile(chunk);
  }
  const digest = hash.digest();
  await handle.writeFile(digest);
  await handle.sync();
  return { bytes: file.meta.bytes + digest.length, sha256: digest.toString('hex') };
}

/** A link, unlike a rename, does not replace a file that came into being meanwhile. */
async function publish(partial: string, target: string): Promise<void> {
  try {
    await link(partial, target);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw exists(target);
    if (!NO_LINKS.has(systemCode(error))) throw error;
    await refuseExisting(target);
    await rename(partial, target);
  }
  await syncDirectory(dirname(target));
}

/** Errors: SNAPSHOT_WRITE when the file is there already. */
export async function refuseExisting(target: string): Promise<void> {
  try {
    await access(target);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw writeFailed(target, error);
  }
  throw exists(target);
}

function exists(target: string): SyncerError {
  return new SyncerError('SNAPSHOT_WRITE', `${target} is there already`, { file: target });
}

async function writing<T>(target: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw writeFailed(target, error);
  }
}

function writeFailed(target: string, error: unknown): SyncerError {
  if (error instanceof SyncerError) return error;
  return new SyncerError(
    'SNAPSHOT_WRITE',
    `${target}: ${errorText(error)}`,
    { file: target },
    { cause: error },
  );
}
