import type { Destination } from './destination.ts';
import type { Storage } from './open.ts';

/** What is promoted: a running replication, or what one that ended has left on the disk. */
export interface Promotable {
  readonly storage: Pick<Storage, 'state'>;
  readonly destination: Destination;
  /** Last index read from the wire. */
  readonly received: number;
  /** Last index known committed. */
  readonly committed: number;
  /** The destination has what was confirmed before the start, with its leases. */
  readonly isReady: boolean;
  /** Entries so far with which clients changed keys; the end of a lease is none. */
  readonly writes: number;
  /** Milliseconds since anything was heard of the source; undefined = not known. */
  readonly silentMs: number | undefined;
  /** An index that was committed when this was called; undefined when the source told none in time. */
  askSource(timeoutMs: number, signal: AbortSignal): Promise<number | undefined>;
  /** Takes no further entry, for good; resolves when all that were taken are confirmed. */
  freeze(): Promise<void>;
  /** The destination is promoted: the end of the seat is no failure any more. */
  promoted(): void;
  /** Asks the source to remove the seat, without its client API; false when it was not seen to do so in time. */
  proposeLeaving(timeoutMs: number, signal: AbortSignal): Promise<boolean>;
}
