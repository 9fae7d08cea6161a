import { type ByteString, uint64At } from '../wire/bytes.ts';

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
 * The main part of a revision that is the key of a row: main u64 BE, '_', sub u64 BE, for a tombstone 't'
 * behind (mvcc revision.go). -1 when it is none.
 */
export function mainRevision(bytes: Buffer, start = 0, length = bytes.length): number {
  const isTombstone = length === TOMBSTONE_BYTES;
  if (length !== REVISION_BYTES && !isTombstone) return -1;
  if (bytes[start + 8] !== SEPARATOR) return -1;
  if (isTombstone && bytes[start + 17] !== TOMBSTONE_MARK) return -1;
  const main = uint64At(bytes, start);
  return Number.isSafeInteger(main) ? main : -1;
}

/** Whether the revision, which it is, of so many bytes is that of a tombstone. */
export function isTombstone(length: number): boolean {
  return length === TOMBSTONE_BYTES;
}

/** Eight bytes, big endian; undefined when there are not eight or the number is not a safe integer. */
export function decodeUint64(bytes: Buffer): number | undefined {
  if (bytes.length !== 8) return undefined;
  const value = uint64At(bytes, 0);
  return Number.isSafeInteger(value) ? value : undefined;
}
