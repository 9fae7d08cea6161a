import type { FileHandle } from 'node:fs/promises';
import { SyncerError } from '../ops/errors.ts';
import {
  BATCH_MAGIC,
  BATCH_RECORD_BYTES,
  type LogRecord,
  payloadLength,
  RECORD_HEADER_BYTES,
  readRecord,
  SEGMENT_HEADER_BYTES,
  SEGMENT_MAGIC,
} from './records.ts';

const CHUNK_BYTES = 1024 * 1024;

/** Checks the header of a segment. Errors: LOG_FORMAT. `undefined` = the file ends within it (a crash while it was made). */
export async function checkSegmentHeader(
  file: FileHandle,
  path: string,
  clusterId: bigint,
): Promise<true | undefined> {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  const { bytesRead } = await file.read(header, 0, header.length, 0);
  if (bytesRead < header.length) return undefined;
  if (!header.subarray(0, SEGMENT_MAGIC.length).equals(SEGMENT_MAGIC)) {
    throw new SyncerError('LOG_FORMAT', `${path} is not a log segment of this format`);
  }
  const found = header.readBigUInt64BE(8);
  if (found !== clusterId) {
    throw new SyncerError(
      'SOURCE_CLUSTER_MISMATCH',
      `${path} belongs to cluster ${found.toString(16)}, the source is ${clusterId.toString(16)}`,
    );
  }
  return true;
}

/**
 * Reads the records of a segment from `offset` on, in bounded memory. The visitor gets each record with
 * its offset and returns false to stop; `chunkBytes` are read at a time. Returns the offset behind the last good record and the file's size.
 */
export async function scanSegment(
  file: FileHandle,
  offset: number,
  visit: (record: LogRecord, offset: number) => boolean,
  chunkBytes = CHUNK_BYTES,
): Promise<{ goodBytes: number; sizeBytes: number }> {
  const { size } = await file.stat();
  let buffer = Buffer.alloc(0);
  let bufferStart = offset;
  let at = offset;
  for (;;) {
    let length: number | undefined;
    for (;;) {
      const inBuffer = at - bufferStart;
      const have = buffer.length - inBuffer;
      if (have >= RECORD_HEADER_BYTES) {
        length = payloadLength(buffer, inBuffer);
        if (length === undefined) return { goodBytes: at, sizeBytes: size };
        if (have >= RECORD_HEADER_BYTES + length) break;
      }
      const wanted = RECORD_HEADER_BYTES + (length ?? 0);
      // A length that the file can't hold is damage; no memory is taken for it.
      if (at + wanted > size) return { goodBytes: at, sizeBytes: size };
      const next = Buffer.allocUnsafe(Math.max(chunkBytes, wanted));
      const { bytesRead } = await file.read(next, 0, Math.min(next.length, size - at), at);
      if (bytesRead < wanted) return { goodBytes: at, sizeBytes: size };
      buffer = next.subarray(0, bytesRead);
      bufferStart = at;
    }
    const record = readRecord(buffer, at - bufferStart, length);
    if (record === undefined) return { goodBytes: at, sizeBytes: size };
    const start = at;
    at += RECORD_HEADER_BYTES + length;
    if (!visit(record, start)) return { goodBytes: at, sizeBytes: size };
  }
}

/**
 * Whether bytes from `damagedAt` on had been durable: a later batch record says how far the segment had
 * been fsynced when it was written. If so they are damaged; if not, a crash cut off a write.
 */
export async function wasDurable(file: FileHandle, damagedAt: number): Promise<boolean> {
  const { size } = await file.stat();
  const overlap = BATCH_RECORD_BYTES;
  const buffer = Buffer.alloc(CHUNK_BYTES + overlap);
  for (let start = damagedAt; start < size; start += CHUNK_BYTES) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
    const chunk = buffer.subarray(0, bytesRead);
    for (let found = chunk.indexOf(BATCH_MAGIC); found >= 0; ) {
      const at = found - RECORD_HEADER_BYTES;
      if (at >= 0 && at + BATCH_RECORD_BYTES <= chunk.length) {
        const length = payloadLength(chunk, at);
        const record = length === undefined ? undefined : readRecord(chunk, at, length);
        if (record?.kind === 'batch' && record.durableBytes > damagedAt) return true;
      }
      found = chunk.indexOf(BATCH_MAGIC, found + 1);
    }
  }
  return false;
}
