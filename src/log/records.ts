import { crc32 } from 'node:zlib';
import type { LogPosition } from '../raft/log-terms.ts';
import { uint48At } from '../wire/bytes.ts';
import type { Entry } from '../wire/types.ts';
import { EntryRun, putRunEntries, RUN_FIELDS_BYTES } from './entry-run.ts';
import type { HardState } from './types.ts';

/*
 * A segment is a header and records, integers big-endian:
 *
 *   header   8 bytes magic, u64 cluster ID
 *   record   u32 CRC-32 of all that follows in the record, u32 payload length, u8 type, payload
 *
 *   1 entries     consecutive ones of one term: see entry-run.ts
 *   2 hard state  u48 term, u64 vote, u48 commit
 *   3 base        u48 index, u48 term: the entry before the first one of this segment
 *   4 batch       8 bytes magic, u48 offset: the segment was durable up to there when this was written
 *
 * An entry whose index is not above the last one replaces it and everything behind, as in etcd's WAL. Entries that
 * came together share a record: the checksum of each alone would cost more than all else that the log does.
 */

export const SEGMENT_MAGIC = Buffer.from('ESLOG\x00\x02\n', 'latin1');
export const SEGMENT_HEADER_BYTES = 16;
export const RECORD_HEADER_BYTES = 9;
export const BATCH_MAGIC = Buffer.from('\xfeES\xe1batc', 'latin1');

export const RecordType = { Entries: 1, HardState: 2, Base: 3, Batch: 4 } as const;

const HARD_STATE_BYTES = 20;
const BASE_BYTES = 12;
const BATCH_BYTES = 14;
/** No record is longer than a frame of the wire may be, and a little. */
export const MAX_PAYLOAD_BYTES = 512 * 1024 * 1024 + 1_024;

export function segmentHeader(clusterId: bigint): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  SEGMENT_MAGIC.copy(header);
  header.writeBigUInt64BE(clusterId, 8);
  return header;
}

/** Writes a record of `entries[from..to)`, which are consecutive and of one term; returns them as they lie in the buffer. */
export function putEntries(
  buffer: Buffer,
  at: number,
  entries: readonly Entry[],
  from: number,
  to: number,
): EntryRun {
  const payload = at + RECORD_HEADER_BYTES;
  const end = putRunEntries(buffer, payload, entries, from, to);
  seal(buffer, at, RecordType.Entries, end);
  const { term, index } = entries[from] as Entry;
  return new EntryRun(buffer, payload, end, term, index, to - from);
}

export const HARD_STATE_RECORD_BYTES = RECORD_HEADER_BYTES + HARD_STATE_BYTES;

export function putHardState(buffer: Buffer, at: number, hardState: HardState): void {
  const payload = at + RECORD_HEADER_BYTES;
  buffer.writeUIntBE(hardState.term, payload, 6);
  buffer.writeBigUInt64BE(hardState.vote, payload + 6);
  buffer.writeUIntBE(hardState.commit, payload + 14, 6);
  seal(buffer, at, RecordType.HardState, payload + HARD_STATE_BYTES);
}

export const BASE_RECORD_BYTES = RECORD_HEADER_BYTES + BASE_BYTES;

export function putBase(buffer: Buffer, at: number, base: LogPosition): void {
  const payload = at + RECORD_HEADER_BYTES;
  buffer.writeUIntBE(base.index, payload, 6);
  buffer.writeUIntBE(base.term, payload + 6, 6);
  seal(buffer, at, RecordType.Base, payload + BASE_BYTES);
}

export const BATCH_RECORD_BYTES = RECORD_HEADER_BYTES + BATCH_BYTES;

export function putBatch(buffer: Buffer, at: number, durableBytes: number): void {
  const payload = at + RECORD_HEADER_BYTES;
  BATCH_MAGIC.copy(buffer, payload);
  buffer.writeUIntBE(durableBytes, payload + 8, 6);
  seal(buffer, at, RecordType.Batch, payload + BATCH_BYTES);
}

function seal(buffer: Buffer, at: number, type: number, end: number): void {
  buffer.writeUInt32BE(end - at - RECORD_HEADER_BYTES, at + 4);
  buffer.writeUInt8(type, at + 8);
  buffer.writeUInt32BE(crc32(buffer.subarray(at + 4, end)), at);
}

export type LogRecord =
  | { readonly kind: 'entries'; readonly run: EntryRun }
  | { readonly kind: 'hard-state'; readonly hardState: HardState }
  | { readonly kind: 'base'; readonly base: LogPosition }
  | { readonly kind: 'batch'; readonly durableBytes: number };

/** Payload length of the record whose header starts at `at`; undefined when it can't be one. */
export function payloadLength(buffer: Buffer, at: number): number | undefined {
  const length = buffer.readUInt32BE(at + 4);
  const type = buffer.readUInt8(at + 8);
  if (length > MAX_PAYLOAD_BYTES) return undefined;
  if (type === RecordType.Entries) return length > RUN_FIELDS_BYTES ? length : undefined;
  if (type === RecordType.HardState) return length === HARD_STATE_BYTES ? length : undefined;
  if (type === RecordType.Base) return length === BASE_BYTES ? length : undefined;
  if (type === RecordType.Batch) return length === BATCH_BYTES ? length : undefined;
  return undefined;
}

/** Decodes a whole record; undefined when its checksum is wrong. Entries stay slices of the buffer. */
export function readRecord(buffer: Buffer, at: number, length: number): LogRecord | undefined {
  const payload = at + RECORD_HEADER_BYTES;
  const end = payload + length;
  if (crc32(buffer.subarray(at + 4, end)) !== buffer.readUInt32BE(at)) return undefined;
  switch (buffer.readUInt8(at + 8)) {
    case RecordType.Entries: {
      const run = EntryRun.read(buffer, payload, end);
      return run === undefined ? undefined : { kind: 'entries', run };
    }
    case RecordType.HardState:
      return {
        kind: 'hard-state',
        hardState: {
          term: uint48At(buffer, payload),
          vote: buffer.readBigUInt64BE(payload + 6),
          commit: uint48At(buffer, payload + 14),
        },
      };
    case RecordType.Base:
      return {
        kind: 'base',
        base: { index: uint48At(buffer, payload), term: uint48At(buffer, payload + 6) },
      };
    default:
      return { kind: 'batch', durableBytes: uint48At(buffer, payload + 8) };
  }
}
