import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from '../ops/files.ts';
import type { LogPosition, LogTerms } from '../raft/log-terms.ts';
import type { HardState } from './types.ts';

/** One file of the log. */
export interface Segment {
  readonly number: number;
  readonly path: string;
  /** Made before its first write. */
  file: FileHandle | undefined;
  /** Its beginning is on disk, so that those before it may go. */
  isDurable: boolean;
  /** The entry before the first one of this segment. */
  readonly base: LogPosition;
  /** Bytes written or handed over for writing. */
  sizeBytes: number;
}

/** Entries from `index` up to the next mark lie one behind the other from `offset` on. */
export interface Mark {
  readonly index: number;
  readonly segment: Segment;
  readonly offset: number;
}

/** What an open log holds. */
export interface LogContents {
  readonly segments: Segment[];
  readonly marks: Mark[];
  readonly terms: LogTerms;
  readonly hardState: HardState;
}

/** Entries between two marks; a read scans at most about this many entries that nobody asked for. */
export const MARK_EVERY = 256;

export function segmentPath(dir: string, number: number): string {
  return join(dir, `${String(number).padStart(16, '0')}.log`);
}

/** Creates the file of a new segment, mode 0600, and makes its name durable. */
export async function createSegmentFile(path: string): Promise<FileHandle> {
  const file = await open(path, 'wx+', 0o600);
  await syncDirectory(dirname(path));
  return file;
}

/** Writes all buffers at `offset`. */
export async function writeAll(
  file: FileHandle,
  buffers: readonly Buffer[],
  offset: number,
): Promise<void> {
  let at = offset;
  let rest = [...buffers];
  while (rest.length > 0) {
    let { bytesWritten } = await file.writev(rest.slice(0, 512), at);
    at += bytesWritten;
    while (bytesWritten > 0 && rest[0] !== undefined) {
      const first = rest[0];
      if (bytesWritten >= first.length) {
        bytesWritten -= first.length;
        rest.shift();
      } else {
        rest = [first.subarray(bytesWritten), ...rest.slice(1)];
        bytesWritten = 0;
      }
    }
  }
}
