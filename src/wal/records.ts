import { EMPTY_BYTES } from '../wire/bytes.ts';
import { Reader, WireError } from '../wire/cursor.ts';
import { decodeEntry } from '../wire/entry.ts';
import type { Entry } from '../wire/types.ts';

/*
 * A file of a member's log (server/storage/wal, walpb/record.proto; the same from 3.4 to 3.7) is a row of frames:
 *
 *   8 bytes  little endian: bits 0 to 55 length of the record; when bit 63 is set, bits 56 to 58 the padding
 *   record   walpb.Record: type=1 (int64), crc=2 (uint32), data=3 (bytes)
 *   padding  zeros, so that the next frame begins at a multiple of eight
 *
 * Space that was allocated ahead is zeros: a frame of length zero is the end. `crc` covers the data of all
 * records so far, also those of the files before; each file begins with a record of type 4 that holds it.
 */

/** walpb record types (wal.go). */
export const RecordType = { Metadata: 1, Entry: 2, State: 3, Crc: 4, Snapshot: 5 } as const;

export const FRAME_HEADER_BYTES = 8;

export interface Frame {
  readonly recordBytes: number;
  readonly paddingBytes: number;
}

/** The length field of a frame (decodeFrameSize in decoder.go); undefined = zero: nothing was written from here on. */
export function readFrame(bytes: Buffer, at: number): Frame | undefined {
  const [low, high] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
  if (low === 0 && high === 0) return undefined;
  const recordBytes = (high & 0x00ff_ffff) * 2 ** 32 + low;
  return { recordBytes, paddingBytes: high >>> 31 === 1 ? (high >>> 24) & 7 : 0 };
}

export interface RawRecord {
  readonly type: number;
  readonly crc: number;
  /** A slice of the input. */
  readonly data: Uint8Array;
}

/** Decodes a walpb.Record. Errors: WireError. */
export function readRecord(bytes: Uint8Array): RawRecord {
  const reader = new Reader(bytes);
  let [type, crc] = [0, -1];
  let data = EMPTY_BYTES;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x08) type = reader.uint();
    else if (tag === 0x10) crc = reader.uint();
    else if (tag === 0x1a) data = reader.slice();
    else if (tag >>> 3 <= 3) throw new WireError('record field of a wrong wire type', reader.pos);
    else reader.skip(tag);
  }
  // Members write it even when it is zero (proto2).
  if (crc === -1) throw new WireError('record without a checksum', reader.pos);
  return { type, crc, data };
}

/** Bytes of the record at the front of `bytes`, by its fields in the order in which members write them; undefined when it is not all there. */
export function innerLength(bytes: Uint8Array): number | undefined {
  const reader = new Reader(bytes);
  try {
    if (reader.tag() !== 0x08) return undefined;
    reader.uint();
    if (reader.tag() !== 0x10) return undefined;
    reader.uint();
    if (bytes[reader.pos] === 0x1a && reader.tag() === 0x1a) reader.slice();
    return reader.pos;
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** What a record says. */
export type WalRecord =
  | { readonly kind: 'metadata'; readonly memberId: bigint; readonly clusterId: bigint }
  | { readonly kind: 'entry'; readonly entry: Entry }
  | {
      readonly kind: 'state';
      readonly term: number;
      readonly vote: bigint;
      readonly commit: number;
    }
  | { readonly kind: 'crc' }
  | { readonly kind: 'snapshot'; readonly index: number; readonly term: number };

/** Decodes the data of a record. Errors: WireError. */
export function decodeRecord({ type, data }: RawRecord): WalRecord {
  switch (type) {
    case RecordType.Entry:
      return { kind: 'entry', entry: decodeEntry(new Reader(data)) };
    case RecordType.Metadata: {
      const [, memberId = 0n, clusterId = 0n] = numbers(data);
      return { kind: 'metadata', memberId, clusterId };
    }
    case RecordType.State: {
      const [, term = 0n, vote = 0n, commit = 0n] = numbers(data);
      return { kind: 'state', term: Number(term), vote, commit: Number(commit) };
    }
    case RecordType.Snapshot: {
      const [, index = 0n, term = 0n] = numbers(data);
      return { kind: 'snapshot', index: Number(index), term: Number(term) };
    }
    case RecordType.Crc:
      return { kind: 'crc' };
    default:
      throw new WireError(`record of type ${type}`, 0);
  }
}

/** The numbers of a message by field; other fields are passed over. */
function numbers(data: Uint8Array): bigint[] {
  const reader = new Reader(data);
  const found: bigint[] = [];
  while (!reader.done) {
    const tag = reader.tag();
    if ((tag & 7) === 0 && tag >>> 3 <= 3) found[tag >>> 3] = reader.uint64();
    else reader.skip(tag);
  }
  return found;
}
