import type { Message } from '../wire/types.ts';

/** A member of the source as the transport needs it. */
export interface PeerMember {
  readonly id: bigint;
  readonly peerUrls: readonly string[];
}

/** The two kinds of streams between members (etcd rafthttp streamTypeMsgAppV2, streamTypeMessage). */
export type StreamKind = 'msgapp' | 'message';

/** What the transport tells its owner. Handlers must not throw and must not block. */
export interface TransportEvents {
  /** A raft message from a member of the source, any path (stream or POST). */
  onMessage(message: Message): void;
  /**
   * A snapshot received whole on disk and checked. Resolve = 204. Reject = 500 after a long while,
   * since the leader sends the whole database again right after a refusal. The handler owns the file.
   */
  onSnapshot(message: Message, file: string): Promise<void>;
  /** A member said that our ID is removed (410 on a stream dial). */
  onRemoved(by: bigint): void;
  /** Another process seems to run with our ID: the streams are replaced again and again. */
  onStolen(): void;
  /** What each member runs, as of its own /version. */
  onVersions(versions: ReadonlyMap<bigint, string>): void;
}

/** Who we are at the peer port. */
export interface TransportIdentity {
  readonly clusterId: bigint;
  readonly memberId: bigint;
  readonly peerUrls: readonly string[];
}

/** What the network may make us hold. */
export interface TransportLimits {
  /** One message, by stream or POST: what fits into one request of a client, and 1 MiB of entries. */
  readonly maxMessageBytes: number;
  /** All messages being received by POST together. */
  readonly maxInFlightBytes: number;
  readonly maxSnapshotBytes: number;
  /** Connections to the peer port at once; a source has a handful of members with about eight each. */
  readonly maxConnections: number;
  /** How long the sender of a snapshot that could not be taken waits for its refusal at first; it doubles. */
  readonly snapshotRefusalMs: number;
}

export const DEFAULT_LIMITS: TransportLimits = {
  maxMessageBytes: 64 * 1024 * 1024,
  maxInFlightBytes: 128 * 1024 * 1024,
  maxSnapshotBytes: 32 * 1024 * 1024 * 1024,
  maxConnections: 512,
  snapshotRefusalMs: 30_000,
};

/** Counters for metrics and status; they only grow. */
export interface TransportStats {
  receivedBytes: number;
  receivedMessages: number;
  sentMessages: number;
  droppedMessages: number;
  dials: number;
  lostStreams: number;
  refusedRequests: number;
}

/** State of one peer, for status. */
export interface PeerStatus {
  readonly id: bigint;
  readonly url: string;
  readonly version: string | undefined;
  readonly msgappStream: boolean;
  readonly messageStream: boolean;
  readonly servedMessageStream: boolean;
  /** Since anything came on a stream we dialed, heartbeats of the link included; undefined = never. */
  readonly secondsSinceHeard: number | undefined;
  readonly lastError: string | undefined;
}
