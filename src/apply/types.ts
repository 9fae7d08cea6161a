import type { ByteString } from '../wire/bytes.ts';
import type { Permission } from '../wire/types.ts';

/** The newest record of a live key. Revisions and version are safe integers. */
export interface KeyRecord {
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
  readonly lease: bigint;
  readonly value: Uint8Array;
}

/** A record without its value: all that most decisions need. */
export type KeyHead = Omit<KeyRecord, 'value'>;

/** TTLs in seconds. `remainingTtl` is 0 when no checkpoint was taken. */
export interface LeaseRecord {
  readonly ttl: number;
  readonly remainingTtl: number;
}

export interface User {
  readonly name: ByteString;
  /** The stored bcrypt string; empty = no password; 'unknown' when only members know it (3.4 sources). */
  readonly password: Uint8Array | 'unknown';
  /** Sorted bytewise. */
  readonly roles: readonly ByteString[];
  /** undefined = record without options (users made before 3.4). */
  readonly noPassword: boolean | undefined;
}

export interface Role {
  readonly name: ByteString;
  /** In etcd's own order, duplicates included. */
  readonly permissions: readonly Permission[];
}

/** Immutable: every mutation makes a new one, so that an older reader keeps its view. */
export interface AuthState {
  readonly enabled: boolean;
  readonly revision: number;
  readonly users: ReadonlyMap<ByteString, User>;
  readonly roles: ReadonlyMap<ByteString, Role>;
}

/** NONE 0 (3.4 stores it), NOSPACE 1, CORRUPT 2. */
export interface Alarm {
  readonly memberId: bigint;
  readonly type: number;
}

/** Alarms, and which applier a 3.4/3.5 member runs that saw them being raised (EtcdServer.applyV3 in those lines). */
export interface AlarmState {
  readonly alarms: readonly Alarm[];
  readonly runtimeApplier: 'normal' | 'capped' | 'corrupt';
}

export interface Member {
  readonly id: bigint;
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  readonly isLearner: boolean;
}

/** Immutable, like AuthState. `removed` holds IDs that may never come back. */
export interface MembershipState {
  readonly members: ReadonlyMap<bigint, Member>;
  readonly removed: ReadonlySet<bigint>;
  /** '' until the cluster has agreed on one. */
  readonly clusterVersion: string;
}

/** A key that is there, and the lease that it is bound to; 0n = none. */
export type LiveKey = readonly [key: ByteString, attached: bigint];

/** What `applyEntry` reads: the state after the entries resolved so far. Synchronous by design: apply is pure and sequential. */
export interface StateReader {
  /** Current revision; 1 on an empty store. */
  readonly revision: number;
  /** -1 = never compacted; 0 is a different, legal state. */
  readonly compactRevision: number;
  readonly auth: AuthState;
  readonly alarms: AlarmState;
  readonly membership: MembershipState;
  getKey(key: ByteString): KeyRecord | undefined;
  /** The same, for whoever does not need the value, which would have to be copied. */
  getKeyHead(key: ByteString): KeyHead | undefined;
  /** Live keys in [start, end) ascending by bytes; `end` undefined = to the last key. */
  scanKeys(
    start: ByteString,
    end: ByteString | undefined,
  ): Iterable<readonly [ByteString, KeyRecord]>;
  /** The same keys without their records: all that a delete has to know. */
  liveKeys(start: ByteString, end: ByteString | undefined): readonly LiveKey[];
  getLease(id: bigint): LeaseRecord | undefined;
  /** Whether the lessor's map binds the key to the lease: a record can name a lease that is long gone, and is bound to nothing then. */
  isAttached(id: bigint, key: ByteString): boolean;
  /** Keys attached to the lease, ascending by bytes (the lessor's map, not the records' lease fields). */
  scanAttachments(id: bigint): Iterable<ByteString>;
  /** Those of them that are live, ascending by bytes. */
  liveKeysOf(id: bigint): readonly LiveKey[];
}

/** One change to the state, in execution order. `put` and `delete` also bind and unbind leases: see `attachmentChanges`. */
export type Change =
  | {
      readonly kind: 'put';
      readonly key: ByteString;
      readonly record: KeyRecord;
      readonly previousLease: bigint;
    }
  | { readonly kind: 'delete'; readonly key: ByteString; readonly previousLease: bigint }
  | { readonly kind: 'revision'; readonly revision: number }
  | { readonly kind: 'compact'; readonly revision: number }
  | { readonly kind: 'lease-grant'; readonly id: bigint; readonly ttl: number }
  | { readonly kind: 'lease-revoke'; readonly id: bigint }
  | { readonly kind: 'lease-checkpoint'; readonly id: bigint; readonly remainingTtl: number }
  | { readonly kind: 'auth'; readonly auth: AuthState; readonly mutation: AuthMutation }
  | { readonly kind: 'alarms'; readonly alarms: AlarmState }
  | { readonly kind: 'membership'; readonly membership: MembershipState };

/** What an auth entry did, for the destination. Passwords are masked by `describe`. */
export type AuthMutation =
  | { readonly kind: 'enable' }
  | { readonly kind: 'disable' }
  | { readonly kind: 'user-add'; readonly user: User }
  | { readonly kind: 'user-delete'; readonly name: ByteString }
  | { readonly kind: 'user-change-password'; readonly user: User }
  | { readonly kind: 'user-grant-role'; readonly user: ByteString; readonly role: ByteString }
  | { readonly kind: 'user-revoke-role'; readonly user: ByteString; readonly role: ByteString }
  | { readonly kind: 'role-add'; readonly name: ByteString }
  | { readonly kind: 'role-delete'; readonly name: ByteString }
  | {
      readonly kind: 'role-grant-permission';
      readonly name: ByteString;
      readonly permission: Permission;
    }
  | {
      readonly kind: 'role-revoke-permission';
      readonly name: ByteString;
      readonly key: ByteString;
      readonly rangeEnd: ByteString;
    };

/**
 * What an entry did. `refused` changed nothing (reason is etcd's error in a few words);
 * `none` is an entry that changes nothing by nature; `ambiguous` names the readings, the changes are
 * those of a member that did not propose it.
 */
export type Outcome =
  | { readonly kind: 'applied' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'ambiguous'; readonly readings: readonly string[]; readonly taken: string };

export interface Applied {
  readonly outcome: Outcome;
  readonly changes: readonly Change[];
  /** The compact form of a single DeleteRange whose changes are exactly its keys, for destinations that can't take them one by one. */
  readonly range?: { readonly start: ByteString; readonly end: ByteString | undefined };
  /** Of an ambiguous entry: what each reading makes of it, the one taken first; one that would crash its member is left out. */
  readonly alternatives?: readonly Alternative[];
}

/** What an entry did by one reading. */
export interface Alternative {
  readonly reading: string;
  readonly applied: Applied;
}

/** Behaviour that differs between etcd lines and patch levels. One value per possible reading. */
export interface Semantics {
  /** Members that did not propose a transaction drop the ranges at its top level before anything is checked. */
  readonly stripTopLevelRanges: boolean;
  /** An alarm raised at run time replaces the whole applier, auth included; false also for a 3.4/3.5 member restarted since. */
  readonly alarmDropsAuth: boolean;
  /** Contents of nested transactions are checked by auth. */
  readonly nestedTxnAuth: boolean;
  /** A put in a transaction is checked like one outside: prev_kv and the keys of its lease too. */
  readonly putInTxnAuth: boolean;
  readonly adminLeaseShortcut: boolean;
  /** Permissions with the same key are merged in the order of their ends; decides about ranges that end before they begin. */
  readonly permissionsSortedByEnd: boolean;
  readonly invalidPermissionRefused: boolean;
  readonly nospaceCountsNestedPuts: boolean;
  readonly storesNoneAlarm: boolean;
  readonly updateNodeKeepsLearner: boolean;
  /** Learners a cluster may have: one up to 3.5, --max-learners (default one) later. */
  readonly maxLearners: number;
  readonly authStatusNeedsAdmin: boolean;
  /** Built with Go 1.19, whose sort.Sort scatters by other numbers: the order of more than twelve permissions of a role. */
  readonly sortsAsGo119: boolean;
  /** The log holds plaintext passwords; each member salts its own hash (3.4). */
  readonly plaintextPasswords: boolean;
  /** Bare v2 requests are decoded (up to 3.6). */
  readonly v2Requests: boolean;
}

/** A way in which a member may apply an entry. */
export interface Reading {
  /** Names it in outcomes, logs and reports. */
  readonly name: string;
  readonly semantics: Semantics;
}

/** What is known of the source when an entry is applied. */
export interface SourceProfile {
  /** First the reading to take; further ones are other possible readings. */
  readonly readings: readonly Reading[];
  /** Seconds; grants below it are raised to it (lessor.Grant, from the member's election timeout). */
  readonly minLeaseTtl: number;
}
