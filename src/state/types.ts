import type { Change, StateReader } from '../apply/types.ts';

export interface Position {
  readonly index: number;
  readonly term: number;
}

/**
 * The state store at `confirmed`, plus the overlay up to `resolved`.
 *
 * `advance` is synchronous and in memory; `confirm` moves the changes of all entries up to an index
 * into the durable store in one transaction.
 */
export interface State extends StateReader {
  /** Last entry whose changes are in the overlay or the store. */
  readonly resolved: Position;
  /** Last entry confirmed (what the destination has acknowledged, or had no effect). */
  readonly confirmed: Position;
  /** Confirmed and flushed to disk: the log may be trimmed up to here. */
  readonly durable: Position;
  /** Index of the last checkpoint known to be at the destination; 0 = none yet. */
  readonly checkpointIndex: number;
  /** Bytes held by the overlay, for backpressure. */
  readonly overlayBytes: number;
  /** The StateReader of what is confirmed only (lease reconciliation, verification). */
  readonly confirmedReader: StateReader;
  advance(position: Position, changes: readonly Change[]): void;
  /** Errors: STATE_WRITE (disk full ...). `checkpointIndex` is stored with it. */
  confirm(index: number, checkpointIndex: number): Promise<void>;
  /** All lease IDs of the resolved state. */
  leases(): Iterable<bigint>;
  /** Waits until `durable` has reached what was confirmed when called. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
