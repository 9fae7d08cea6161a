import { open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SyncerError, systemCode } from '../ops/errors.ts';

const FILE = 'data.mdb';
/** Beside the store's own file: a size that it had once, in decimal. The file never shrinks. */
const SIZE_FILE = 'data.size';
/** lmdb's page header, and where its meta page has the magic number and the page size (mdb.c MDB_meta). */
const MAGIC_AT = 24;
const MAGIC = 0xbeefc0de;
const PAGE_SIZE_AT = 48;
const META_BYTES = 52;

/**
 * Looks at the store's file before lmdb maps it into memory, where a file that is cut short or holds
 * something else ends the process without a word. Nothing to look at in a new directory.
 * Errors: STATE_DAMAGED.
 */
export async function checkStateFile(dir: string): Promise<void> {
  const path = join(dir, FILE);
  const size = await sizeOf(path);
  if (size === undefined || size === 0) return;
  const atLeast = await recordedSize(dir);
  if (size < atLeast) {
    throw new SyncerError('STATE_DAMAGED', `${path} has ${size} bytes and had ${atLeast}`, {
      file: path,
    });
  }
  // As lmdb will open it: a file that may not be written is no damage.
  const file = await open(path, 'r+');
  try {
    const pageSize = await metaPageSize(file, 0);
    if (pageSize === undefined || (await metaPageSize(file, pageSize)) !== pageSize) {
      throw new SyncerError('STATE_DAMAGED', `${path} does not begin as a store does`, {
        file: path,
      });
    }
  } finally {
    await file.close();
  }
}

/** Notes how large the store's file is, for the check of a later start. */
export async function noteStateSize(dir: string): Promise<void> {
  const size = (await sizeOf(join(dir, FILE))) ?? 0;
  await writeFile(join(dir, SIZE_FILE), String(size), { mode: 0o600 });
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** 0 when none was noted, or the note was cut off by a crash. */
async function recordedSize(dir: string): Promise<number> {
  try {
    const text = await readFile(join(dir, SIZE_FILE), 'utf8');
    return /^\d{1,15}$/.test(text) ? Number(text) : 0;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0;
    throw error;
  }
}

/** The page size that a meta page names; undefined when it is none. */
async function metaPageSize(
  file: Awaited<ReturnType<typeof open>>,
  at: number,
): Promise<number | undefined> {
  const meta = Buffer.alloc(META_BYTES);
  const { bytesRead } = await file.read(meta, 0, META_BYTES, at);
  if (bytesRead < META_BYTES || meta.readUInt32LE(MAGIC_AT) !== MAGIC) return undefined;
  const pageSize = meta.readUInt32LE(PAGE_SIZE_AT);
  return pageSize >= 512 && pageSize <= 65_536 ? pageSize : undefined;
}
