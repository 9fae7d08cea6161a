import type { ByteString } from '../wire/bytes.ts';

/**
 * Whether requests that change something may go out: those of a replica that lost leadership must not. A
 * transaction fails by its guard all the same; leases, users, roles and compactions have none.
 */
export interface WriteGate {
  /** Errors: DEST_FENCED when somebody else leads; DEST_UNREACHABLE while it is not known who does. */
  check(): void;
  /** How long leadership lasts without another word of the destination, in milliseconds. */
  readonly remainingMs: number;
}

/** A key that exists as long as we lead, in the shape in which it was made. */
export interface Fence {
  readonly key: ByteString;
  readonly createRevision: number;
}

/** Calls of the v3 API, as far as we make them, that change nothing. */
const READS: ReadonlySet<string> = new Set([
  'KV/Range',
  'Lease/LeaseTimeToLive',
  'Lease/LeaseLeases',
  'Cluster/MemberList',
  'Maintenance/Status',
  'Auth/Authenticate',
  'Auth/UserGet',
  'Auth/UserList',
  'Auth/RoleGet',
  'Auth/RoleList',
]);

export function isRead(method: string): boolean {
  return READS.has(method);
}
