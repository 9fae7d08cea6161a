import type { Message } from '../wire/types.ts';

export interface PeerMember {
  readonly id: bigint;
  readonly peerUrls: readonly string[];
}

/** What the transport tells its owner. Handlers must not throw and must not block. */
export interface TransportEvents {
  /** A raft message from a member of the source, any path (stream or POST). */
  onMessage(message: Message): void;
  /** A snapshot received whole on disk and checked; the returned promise decides the HTTP answer (resolve = 204, reject = 500 held back). */
  onSnapshot(message: Message, file: string): Promise<void>;
  /** A voter said that our member ID is removed (410 on a stream dial). */
  onRemoved(by: bigint): void;
  /** Another process seems to run with our ID (streams stolen in turns). */
  onStolen(): void;
}
