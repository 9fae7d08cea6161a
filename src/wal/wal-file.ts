import { SyncerError } from '../ops/errors.ts';
import { WireError } from '../wire/cursor.ts';
import { crc32c } from './crc32c.ts';
import {
  decodeRecord,
  FRAME_HEADER_BYTES,
  type Frame,
  innerLength,
  type RawRecord,
  RecordType,
  readFrame,
  readRecord,
  type WalRecord,
} from './records.ts';

/** Disks write whole sectors: a torn write leaves zeros in one of them (decoder.go minSectorSize). */
const SECTOR_BYTES = 512;

export interface WalFileOptions {
  readonly path: string;
  readonly bytes: Buffer;
  /** A torn end is no damage in the last file: the member was still writing. */
  readonly isLast: boolean;
  /** Checksum of all files before; undefined when they are not known. */
  readonly crc: number | undefined;
}

/** A record with the offset of its frame. */
export interface Located {
  readonly at: number;
  readonly record: WalRecord;
}

/**
 * Reads the records of one file in order and returns the checksum to go on from. The rules are those of
 * ReadAll and decoder.decodeRecord (server/storage/wal).
 *
 * Errors: WAL_DAMAGED with file and offset.
 */
export function* readWalFile(options: WalFileOptions): Generator<Located, number> {
  const { path, bytes, isLast } = options;
  let crc = options.crc;
  let at = 0;
  while (at + FRAME_HEADER_BYTES <= bytes.length) {
    const frame = readFrame(bytes, at);
    if (frame === undefined) {
      const endsSector = (at + FRAME_HEADER_BYTES) % SECTOR_BYTES === 0;
      if (!endsSector && isWhole(bytes, at, 0, crc)) throw damaged(path, at, 'a length is gone');
      break;
    }
    const end = at + FRAME_HEADER_BYTES + frame.recordBytes + frame.paddingBytes;
    if (end > bytes.length) {
      if (isLast && !isWhole(bytes, at, frame.recordBytes, crc)) break;
      throw damaged(path, at, 'a record goes past the end of the file');
    }
    const taken = recordAt(bytes, at, frame, crc);
    if (typeof taken === 'string') {
      if (isLast && isTorn(bytes, at, end) && !isWhole(bytes, at, frame.recordBytes, crc)) break;
      throw damaged(path, at, taken);
    }
    crc = taken.crc;
    yield { at, record: taken.record };
    at = end;
  }
  return crc ?? 0;
}

/** The record of a file again that was read before: without its checksum. Errors: WAL_DAMAGED. */
export function reread(path: string, bytes: Buffer, at: number): WalRecord {
  const frame = at + FRAME_HEADER_BYTES <= bytes.length ? readFrame(bytes, at) : undefined;
  const end = at + FRAME_HEADER_BYTES + (frame?.recordBytes ?? 0);
  if (frame === undefined || end > bytes.length) throw damaged(path, at, 'a record is gone');
  try {
    return decodeRecord(readRecord(bytes.subarray(at + FRAME_HEADER_BYTES, end)));
  } catch (error) {
    throw damaged(path, at, String(error));
  }
}

/** The record and the checksum behind it, or what is wrong with it. */
function recordAt(
  bytes: Buffer,
  at: number,
  frame: Frame,
  crc: number | undefined,
): { readonly record: WalRecord; readonly crc: number } | string {
  const start = at + FRAME_HEADER_BYTES;
  try {
    const raw = readRecord(bytes.subarray(start, start + frame.recordBytes));
    const after = checksumBehind(raw, crc);
    return after === undefined
      ? 'a record fails its checksum'
      : { record: decodeRecord(raw), crc: after };
  } catch (error) {
    if (error instanceof WireError) return error.message;
    throw error;
  }
}

/** undefined = it does not fit. A record of type crc sets the checksum, and must repeat the one so far if there is one. */
function checksumBehind(raw: RawRecord, before: number | undefined): number | undefined {
  if (raw.type === RecordType.Crc) {
    const fits = before === undefined || before === 0 || before === raw.crc;
    return fits ? raw.crc : undefined;
  }
  const crc = crc32c(before ?? 0, raw.data);
  return crc === raw.crc ? crc : undefined;
}

/**
 * Whether the record is all there by its own inner length, so that it is the frame's length that is wrong:
 * damage, and not a write that was never finished.
 */
function isWhole(bytes: Buffer, at: number, framed: number, crc: number | undefined): boolean {
  const recordBytes = innerLength(bytes.subarray(at + FRAME_HEADER_BYTES));
  if (recordBytes === undefined || recordBytes === framed) return false;
  return typeof recordAt(bytes, at, { recordBytes, paddingBytes: 0 }, crc) !== 'string';
}

/** Whether a sector that the frame lies in is all zeros within it (decoder.isTornEntry). */
function isTorn(bytes: Buffer, at: number, end: number): boolean {
  for (let from = at + FRAME_HEADER_BYTES; from < end; ) {
    const to = Math.min(from - (from % SECTOR_BYTES) + SECTOR_BYTES, end);
    if (bytes.subarray(from, to).every(byte => byte === 0)) return true;
    from = to;
  }
  return false;
}

export function damaged(file: string, offset: number, text: string): SyncerError {
  const message = `${file}: offset ${offset}: ${text}`;
  return new SyncerError('WAL_DAMAGED', message, { file, offset });
}
