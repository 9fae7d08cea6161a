import type { ByteString } from '../wire/bytes.ts';

/** The top-level buckets (server/storage/schema/bucket.go; the same in 3.4 to 3.7). */
export const BucketName = {
  Key: 'key' as ByteString,
  Lease: 'lease' as ByteString,
  Alarm: 'alarm' as ByteString,
  Auth: 'auth' as ByteString,
  AuthUsers: 'authUsers' as ByteString,
  AuthRoles: 'authRoles' as ByteString,
  Members: 'members' as ByteString,
  MembersRemoved: 'members_removed' as ByteString,
  Cluster: 'cluster' as ByteString,
  Meta: 'meta' as ByteString,
} as const;

const REVISION_BYTES = 17;
const TOMBSTONE_BYTES = 18;
const SEPARATOR = 0x5f;
const TOMBSTONE_MARK = 0x74;

/**
 * A revision as key of a row: main u64 BE, '_', sub u64 BE, for a tombstone 't' behind (mvcc revision.go).
 * undefined when it is none.
 */
export function decodeRevision(
  bytes: Buffer,
): { readonly main: number; readonly isTombstone: boolean } | undefined {
  const isTombstone = bytes.length === TOMBSTONE_BYTES;
  if (bytes.length !== REVISION_BYTES && !isTombstone) return undefined;
  if (bytes[8] !== SEPARATOR || (isTombstone && bytes[17] !== TOMBSTONE_MARK)) return undefined;
  const main = uint64At0(bytes);
  return Number.isSafeInteger(main) ? { main, isTombstone } : undefined;
}

/** Eight bytes, big endian; undefined when there are not eight or the number is not a safe integer. */
export function decodeUint64(bytes: Buffer): number | undefined {
  if (bytes.length !== 8) return undefined;
  const value = uint64At0(bytes);
  return Number.isSafeInteger(value) ? value : undefined;
}

function uint64At0(bytes: Buffer): number {
  return bytes.readUInt32BE(0) * 0x1_0000_0000 + bytes.readUInt32BE(4);
}
