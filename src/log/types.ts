import type { LogPosition, LogTerms } from '../raft/log-terms.ts';
import type { Entry } from '../wire/types.ts';

/** raft's hard state. `vote` 0n = none. */
export interface HardState {
  readonly term: number;
  readonly vote: bigint;
  readonly commit: number;
}

/**
 * The durable raft log: own append-only segments. All writes are ordered; `sync` makes what was
 * written before it durable, with one fsync for all callers that wait.
 */
export interface RaftLog {
  /** The entry before the first one held (index 0, term 0 on a new log). */
  readonly base: LogPosition;
  readonly lastIndex: number;
  readonly lastTerm: number;
  /** Last index that survives a crash. */
  readonly durableIndex: number;
  readonly hardState: HardState;
  /** Bytes of all segments, on disk and about to be written. */
  readonly sizeBytes: number;
  /** Terms of what is held; the caller must not change it. */
  readonly terms: LogTerms;
  /** Term of base.index..lastIndex, undefined outside. */
  termAt(index: number): number | undefined;
  /** Appends consecutive entries; entries[0].index <= lastIndex truncates from there first. The bytes are copied. Errors: LOG_WRITE. */
  append(entries: readonly Entry[]): void;
  /** A change of term or vote makes the next `sync` write; a commit index alone rides along with the next write. */
  setHardState(hardState: HardState): void;
  /** Resolves with the durable index. Errors: LOG_WRITE (disk full ...), after which the log takes no more. */
  sync(): Promise<number>;
  /** Entries from `from` up to `to` inclusive, at least one, about maxBytes at most. Recent ones come from memory. Errors: LOG_DAMAGED. */
  read(from: number, to: number, maxBytes: number): Promise<Entry[]>;
  /** Frees whole segments behind `index`; `base` moves to a segment border at or below it. */
  trim(index: number): Promise<void>;
  /** Drops everything and starts behind a snapshot or checkpoint. */
  reset(base: LogPosition): Promise<void>;
  /** Writes what is left, and the mark of a clean end. */
  close(): Promise<void>;
}
