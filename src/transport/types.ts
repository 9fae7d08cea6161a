import type { Message } from '../wire/types.ts';

/** A member of the source as the transport needs it. */
export interface PeerMember {
  readonly id: bigint;
  readonly peerUrls: readonly string[];
}

/** What the transport tells its owner. Handlers must not throw and must not block. */
export interface TransportEvents {
  /** A raft message from a member of the source, any path (stream or POST). */
  onMessage(message: Message): void;
  /** A snapshot received whole on disk and checked; resolve = 204, reject = 500. The handler owns the file. */
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
  readonly lastError: string | undefined;
}
