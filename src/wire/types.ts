import type { ByteString } from './bytes.ts';

/** raftpb.MessageType, the values that cross the wire (raft v3.6, raftpb/raft.proto). */
export const MessageType = {
  Prop: 2,
  App: 3,
  AppResp: 4,
  Vote: 5,
  VoteResp: 6,
  Snap: 7,
  Heartbeat: 8,
  HeartbeatResp: 9,
  TransferLeader: 13,
  TimeoutNow: 14,
  ReadIndex: 15,
  ReadIndexResp: 16,
  PreVote: 17,
  PreVoteResp: 18,
} as const;

/** raftpb.EntryType. */
export const EntryType = { Normal: 0, ConfChange: 1, ConfChangeV2: 2 } as const;

/** Indexes, terms and revisions are numbers (checked to be safe integers when decoded); IDs are unsigned 64-bit bigints. */
export interface Entry {
  readonly type: number;
  readonly term: number;
  readonly index: number;
  /** A slice of the frame it came in, or a copy when `copied`; the log keeps its own bytes. */
  readonly data: Uint8Array;
}

export interface ConfState {
  readonly voters: readonly bigint[];
  readonly learners: readonly bigint[];
  readonly votersOutgoing: readonly bigint[];
  readonly learnersNext: readonly bigint[];
  readonly autoLeave: boolean;
}

export interface SnapshotMetadata {
  readonly index: number;
  readonly term: number;
  readonly confState: ConfState;
  /** The v2 store as JSON; 3.6+ write their members in its form. */
  readonly data: Uint8Array;
}

/** raftpb.Message. Absent fields decode to 0, empty or false. */
export interface Message {
  readonly type: number;
  readonly to: bigint;
  readonly from: bigint;
  readonly term: number;
  readonly logTerm: number;
  readonly index: number;
  readonly entries: readonly Entry[];
  readonly commit: number;
  readonly snapshot?: SnapshotMetadata;
  readonly reject: boolean;
  readonly rejectHint: number;
  readonly context: Uint8Array;
}

export interface ConfChange {
  /** AddNode 0, RemoveNode 1, UpdateNode 2, AddLearnerNode 3. */
  readonly type: number;
  readonly id: bigint;
  readonly nodeId: bigint;
  /** JSON bytes of the member plus isPromote; empty for RemoveNode. */
  readonly context: Uint8Array;
}

/** etcdserverpb.RequestHeader. */
export interface RequestHeader {
  readonly id: bigint;
  readonly username: ByteString;
  readonly authRevision: number;
}

export interface PutRequest {
  readonly kind: 'put';
  readonly key: ByteString;
  readonly value: Uint8Array;
  readonly lease: bigint;
  readonly prevKv: boolean;
  readonly ignoreValue: boolean;
  readonly ignoreLease: boolean;
}

export interface DeleteRangeRequest {
  readonly kind: 'delete-range';
  readonly key: ByteString;
  /** '' = the single key, '\0' = all keys >= key, else exclusive end. */
  readonly rangeEnd: ByteString;
  readonly prevKv: boolean;
}

export interface RangeRequest {
  readonly kind: 'range';
  readonly key: ByteString;
  readonly rangeEnd: ByteString;
  /** Signed; 0 = newest. */
  readonly revision: bigint;
}

export type CompareTarget = 'version' | 'create' | 'mod' | 'value' | 'lease' | 'unknown';
export type CompareResult = 'equal' | 'greater' | 'less' | 'not-equal' | 'unknown';

export interface Compare {
  readonly result: CompareResult;
  readonly target: CompareTarget;
  readonly key: ByteString;
  readonly rangeEnd: ByteString;
  /** Operand of the oneof member that matches target: 0n (or empty bytes) when another or none is set. */
  readonly number: bigint;
  readonly value: Uint8Array;
}

/** `none` is a RequestOp with no member of its oneof set: it does nothing. */
export type RequestOp =
  | PutRequest
  | DeleteRangeRequest
  | RangeRequest
  | TxnRequest
  | { readonly kind: 'none' };

export interface TxnRequest {
  readonly kind: 'txn';
  readonly compare: readonly Compare[];
  readonly success: readonly RequestOp[];
  readonly failure: readonly RequestOp[];
}

export interface Permission {
  /** 0 READ, 1 WRITE, 2 READWRITE. */
  readonly permType: number;
  readonly key: ByteString;
  readonly rangeEnd: ByteString;
}

/**
 * The request of an InternalRaftRequest, as dispatched by etcd (first set field in etcd's order).
 * Names (users, roles) are byte strings: up to 3.6 they may hold invalid UTF-8.
 */
export type Request =
  | PutRequest
  | DeleteRangeRequest
  | RangeRequest
  | TxnRequest
  | { readonly kind: 'compaction'; readonly revision: bigint; readonly physical: boolean }
  | { readonly kind: 'lease-grant'; readonly id: bigint; readonly ttl: bigint }
  | { readonly kind: 'lease-revoke'; readonly id: bigint }
  | {
      readonly kind: 'lease-checkpoint';
      readonly checkpoints: readonly { readonly id: bigint; readonly remainingTtl: bigint }[];
    }
  | {
      readonly kind: 'alarm';
      readonly action: number;
      readonly memberId: bigint;
      readonly alarm: number;
    }
  | { readonly kind: 'auth-enable' }
  | { readonly kind: 'auth-disable' }
  | { readonly kind: 'authenticate' }
  | { readonly kind: 'auth-status' }
  | {
      readonly kind: 'user-add';
      readonly name: ByteString;
      readonly password: Uint8Array;
      /** Base64 text of the bcrypt string (3.5+), as it is on the wire. */
      readonly hashedPassword: ByteString;
      /** undefined when the options message is absent on the wire. */
      readonly noPassword: boolean | undefined;
    }
  | { readonly kind: 'user-delete'; readonly name: ByteString }
  | { readonly kind: 'user-get'; readonly name: ByteString }
  | { readonly kind: 'user-list' }
  | {
      readonly kind: 'user-change-password';
      readonly name: ByteString;
      readonly password: Uint8Array;
      readonly hashedPassword: ByteString;
    }
  | { readonly kind: 'user-grant-role'; readonly user: ByteString; readonly role: ByteString }
  | { readonly kind: 'user-revoke-role'; readonly user: ByteString; readonly role: ByteString }
  | { readonly kind: 'role-add'; readonly name: ByteString }
  | { readonly kind: 'role-delete'; readonly role: ByteString }
  | { readonly kind: 'role-get'; readonly role: ByteString }
  | { readonly kind: 'role-list' }
  | {
      readonly kind: 'role-grant-permission';
      readonly name: ByteString;
      readonly permission: Permission | undefined;
    }
  | {
      readonly kind: 'role-revoke-permission';
      readonly role: ByteString;
      readonly key: ByteString;
      readonly rangeEnd: ByteString;
    }
  | { readonly kind: 'cluster-version-set'; readonly version: string }
  | {
      readonly kind: 'cluster-member-attr-set';
      readonly memberId: bigint;
      readonly name: string;
      readonly clientUrls: readonly string[];
    }
  | { readonly kind: 'downgrade-info-set'; readonly enabled: boolean; readonly version: string }
  | { readonly kind: 'downgrade-version-test' };

/**
 * What the data of a normal entry says. `empty` is a no-op, `v2` a request of the old store
 * (member attributes and cluster version in 3.4 and 3.5, or leftovers).
 */
export type Payload =
  | { readonly kind: 'empty' }
  | { readonly kind: 'v3'; readonly header: RequestHeader; readonly request: Request }
  | { readonly kind: 'v2'; readonly method: string; readonly path: string; readonly value: string };
