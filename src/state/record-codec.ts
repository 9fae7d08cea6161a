import type { KeyHead, KeyRecord, LeaseRecord } from '../apply/types.ts';
import { SyncerError } from '../ops/errors.ts';
import { uint48At } from '../wire/bytes.ts';

/*
 * Records of the store, big-endian:
 *   key    u48 create revision, u48 mod revision, u48 version, i64 lease, value
 *   lease  i64 TTL, i64 remaining TTL (seconds)
 */
const LEASE_AT = 18;
const KEY_FIELDS_BYTES = 26;
const LEASE_BYTES = 16;

/** @param room what it is written into when it is large enough; for whoever has done with it before the next one */
export function encodeKeyRecord(record: KeyRecord, room?: Buffer): Buffer {
  const length = KEY_FIELDS_BYTES + record.value.length;
  const bytes =
    room !== undefined && length <= room.length
      ? room.subarray(0, length)
      : Buffer.allocUnsafe(length);
  putUint48(bytes, 0, record.createRevision);
  putUint48(bytes, 6, record.modRevision);
  putUint48(bytes, 12, record.version);
  // Most keys are bound to no lease, and a bigint is dear to write.
  if (record.lease === 0n) bytes.fill(0, LEASE_AT, KEY_FIELDS_BYTES);
  else bytes.writeBigInt64BE(record.lease, LEASE_AT);
  bytes.set(record.value, KEY_FIELDS_BYTES);
  return bytes;
}

/** What writeUIntBE does, without its checks of arguments that can't be wrong: they cost more than the writing. */
function putUint48(bytes: Buffer, at: number, value: number): void {
  const high = Math.floor(value / 2 ** 32);
  if (high > 0xffff) throw new RangeError(`${value} does not fit into 48 bits`);
  bytes[at] = high >>> 8;
  bytes[at + 1] = high;
  bytes[at + 2] = value >>> 24;
  bytes[at + 3] = value >>> 16;
  bytes[at + 4] = value >>> 8;
  bytes[at + 5] = value;
}

export function decodeKeyRecord(bytes: Buffer): KeyRecord {
  return { ...decodeKeyHead(bytes), value: bytes.subarray(KEY_FIELDS_BYTES) };
}

/** The record without its value; the bytes may change afterwards. */
export function decodeKeyHead(bytes: Buffer): KeyHead {
  if (bytes.length < KEY_FIELDS_BYTES)
    throw new SyncerError('STATE_DAMAGED', 'a key record is cut off');
  return {
    createRevision: uint48At(bytes, 0),
    modRevision: uint48At(bytes, 6),
    version: uint48At(bytes, 12),
    lease: leaseAt(bytes),
  };
}

/** Most keys are bound to no lease, and a bigint is dear to make. */
function leaseAt(bytes: Buffer): bigint {
  for (let at = LEASE_AT; at < KEY_FIELDS_BYTES; at += 1) {
    if (bytes[at] !== 0) return bytes.readBigInt64BE(LEASE_AT);
  }
  return 0n;
}

export function encodeLeaseRecord(record: LeaseRecord): Buffer {
  const bytes = Buffer.allocUnsafe(LEASE_BYTES);
  bytes.writeBigInt64BE(BigInt(record.ttl), 0);
  bytes.writeBigInt64BE(BigInt(record.remainingTtl), 8);
  return bytes;
}

export function decodeLeaseRecord(bytes: Buffer): LeaseRecord {
  if (bytes.length < LEASE_BYTES)
    throw new SyncerError('STATE_DAMAGED', 'a lease record is cut off');
  return { ttl: Number(bytes.readBigInt64BE(0)), remainingTtl: Number(bytes.readBigInt64BE(8)) };
}
