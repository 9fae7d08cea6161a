import type { HardState } from '../log/types.ts';
import type { Entry, Message, SnapshotMetadata } from '../wire/types.ts';

/** What the learner reads of its log. */
export interface LogView {
  readonly base: { readonly index: number; readonly term: number };
  readonly lastIndex: number;
  readonly lastTerm: number;
  termAt(index: number): number | undefined;
}

/**
 * What the shell must do after a step, in this order: append `entries` (truncating), store
 * `hardState`, send `immediate`; after the fsync of both, call `Learner.synced`, and send what it returns.
 */
export interface Ready {
  readonly hardState?: HardState;
  readonly entries: readonly Entry[];
  /** Messages that promise nothing about disk (heartbeat answers in an unchanged term, rejections). */
  readonly immediate: readonly Message[];
  /** Known committed and held in the log; what may be applied. */
  readonly commit: number;
  /** A snapshot to install; the shell answers with `snapshotInstalled` or `snapshotFailed`. */
  readonly install?: SnapshotMetadata;
  /** Things an operator should hear of, by name (`lost-log`, `diverged`, `promoted`, `removed`, `leader-changed`, `read-index` ...). */
  readonly events: readonly RaftEvent[];
}

export type RaftEvent =
  | { readonly kind: 'leader-changed'; readonly leader: bigint; readonly term: number }
  | { readonly kind: 'lost-log'; readonly acked: number; readonly last: number }
  | { readonly kind: 'diverged'; readonly index: number; readonly commit: number }
  | { readonly kind: 'wrong-base'; readonly index: number; readonly term: number }
  | { readonly kind: 'read-index'; readonly context: Uint8Array; readonly index: number }
  | { readonly kind: 'timeout-now-ignored'; readonly from: bigint };
