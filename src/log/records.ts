import { crc32 } from 'node:zlib';
import type { LogPosition } from '../raft/log-terms.ts';
import type { Entry } from '../wire/types.ts';
import type { HardState } from './types.ts';

/*
 * A segment is a header and records, integers big-endian:
 *
 *   header   8 bytes magic, u64 cluster ID
 *   record   u32 CRC-32 of all that follows in the record, u32 payload length, u8 type, payload
 *
 *   1 entry       u8 entry type, u48 term, u48 index, data
 *   2 hard state  u48 term, u64 vote, u48 commit
 *   3 base        u48 index, u48 term: the entry before the first one of this segment
 *   4 batch       8 bytes magic, u48 offset: the segment was durable up to there when this was written
 *
 * An entry whose index is not above the last one replaces it and everything behind, as in etcd's WAL.
 */

export const SEGMENT_MAGIC = Buffer.from('ESLOG\x00\x01\n', 'latin1');
export const SEGMENT_HEADER_BYTES = 16;
export const RECORD_HEADER_BYTES = 9;
export const BATCH_MAGIC = Buffer.from('\xfeES\xe1batc', 'latin1');

export const RecordType = { Entry: 1, HardState: 2, Base: 3, Batch: 4 } as const;

const ENTRY_FIELDS_BYTES = 13;
const HARD_STATE_BYTES = 20;
const BASE_BYTES = 12;
const BATCH_BYTES = 14;
/** No record is longer than a frame of the wire may be. */
export const MAX_PAYLOAD_BYTES = 512 * 1024 * 1024 + ENTRY_FIELDS_BYTES;

export function segmentHeader(clusterId: bigint): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  SEGMENT_MAGIC.copy(header);
  header.writeBigUInt64BE(clusterId, 8);
  return header;
}

/** Bytes of an entry's record. */
export function entryRecordBytes(entry: Entry): number {
  return RECORD_HEADER_BYTES + ENTRY_FIELDS_BYTES + entry.data.length;
}

/** Writes an entry's record; returns the data as it lies in the buffer. */
export function putEntry(buffer: Buffer, at: number, entry: Entry): Buffer {
  const payload = at + RECORD_HEADER_BYTES;
  buffer.writeUInt8(entry.type, payload);
  buffer.writeUIntBE(entry.term, payload + 1, 6);
  buffer.writeUIntBE(entry.index, payload + 7, 6);
  buffer.set(entry.data, payload + ENTRY_FIELDS_BYTES);
  const end = payload + ENTRY_FIELDS_BYTES + entry.data.length;
  seal(buffer, at, RecordType.Entry, end);
  return buffer.subarray(payload + ENTRY_FIELDS_BYTES, end);
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
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'hard-state'; readonly hardState: HardState }
  | { readonly kind: 'base'; readonly base: LogPosition }
  | { readonly kind: 'batch'; readonly durableBytes: number };

/** Payload length of the record whose header starts at `at`; undefined when it can't be one. */
export function payloadLength(buffer: Buffer, at: number): number | undefined {
  const length = buffer.readUInt32BE(at + 4);
  const type = buffer.readUInt8(at + 8);
  if (length > MAX_PAYLOAD_BYTES) return undefined;
  if (type === RecordType.Entry) return length >= ENTRY_FIELDS_BYTES ? length : undefined;
  if (type === RecordType.HardState) return length === HARD_STATE_BYTES ? length : undefined;
  if (type === RecordType.Base) return length === BASE_BYTES ? length : undefined;
  if (type === RecordType.Batch) return length === BATCH_BYTES ? length : undefined;
  return undefined;
}

/** Decodes a whole record; undefined when its checksum is wrong. Data is a slice of the buffer. */
export function readRecord(buffer: Buffer, at: number, length: number): LogRecord | undefined {
  const payload = at + RECORD_HEADER_BYTES;
  const end = payload + length;
  if (crc32(buffer.subarray(at + 4, end)) !== buffer.readUInt32BE(at)) return undefined;
  switch (buffer.readUInt8(at + 8)) {
    case RecordType.Entry:
      return {
        kind: 'entry',
        entry: {
          type: buffer.readUInt8(payload),
          term: buffer.readUIntBE(payload + 1, 6),
          index: buffer.readUIntBE(payload + 7, 6),
          data: buffer.subarray(payload + ENTRY_FIELDS_BYTES, end),
        },
      };
    case RecordType.HardState:
      return {
        kind: 'hard-state',
        hardState: {
          term: buffer.readUIntBE(payload, 6),
          vote: buffer.readBigUInt64BE(payload + 6),
          commit: buffer.readUIntBE(payload + 14, 6),
        },
      };
    case RecordType.Base:
      return {
        kind: 'base',
        base: { index: buffer.readUIntBE(payload, 6), term: buffer.readUIntBE(payload + 6, 6) },
      };
    default:
      return { kind: 'batch', durableBytes: buffer.readUIntBE(payload + 8, 6) };
  }
}
