import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { SyncerError } from '../ops/errors.ts';
import { damaged, readFailed } from './faults.ts';

/** SHA-256 of the database, which `etcdctl snapshot save` and the snapshot API append to it. */
export const TRAILER_BYTES = 32;
const CHUNK_BYTES = 1024 * 1024;

/** Whether a file of this size ends in a hash: bbolt files are made of blocks of 512 (snapshot hasChecksum). */
export function hasTrailer(bytes: number): boolean {
  return bytes % 512 === TRAILER_BYTES;
}

/** Reads the first bytes of a file in order, a chunk at a time; the chunk is used again for the next. Errors: SNAPSHOT_READ, SNAPSHOT_DAMAGED. */
export async function* chunksOf(
  path: string,
  handle: FileHandle,
  bytes: number,
): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let at = 0; at < bytes; ) {
    const length = Math.min(CHUNK_BYTES, bytes - at);
    let bytesRead: number;
    try {
      ({ bytesRead } = await handle.read(buffer, 0, length, at));
    } catch (error) {
      throw readFailed(path, error);
    }
    if (bytesRead === 0) throw damaged(path, undefined, `it ends at byte ${at}`);
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

/** Compares the hash behind the database with the database. Errors: SNAPSHOT_HASH, SNAPSHOT_READ. */
export async function checkTrailer(path: string, handle: FileHandle, bytes: number): Promise<void> {
  const hash: Hash = createHash('sha256');
  for await (const chunk of chunksOf(path, handle, bytes)) hash.update(chunk);
  const trailer = Buffer.alloc(TRAILER_BYTES);
  let bytesRead: number;
  try {
    ({ bytesRead } = await handle.read(trailer, 0, TRAILER_BYTES, bytes));
  } catch (error) {
    throw readFailed(path, error);
  }
  if (bytesRead < TRAILER_BYTES) throw damaged(path, undefined, 'it ends inside its hash');
  if (!hash.digest().equals(trailer)) {
    throw new SyncerError(
      'SNAPSHOT_HASH',
      `${path}: the SHA-256 at its end is not that of the database`,
      { file: path },
    );
  }
}
