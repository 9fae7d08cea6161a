import type { HardState } from '../log/types.ts';
import type { Entry, Message } from '../wire/types.ts';

/**
 * What the shell must do after a step, in this order: append `entries` (the first one's index may be
 * at or below the last: then the log is truncated from there), store `hardState`, send `immediate`;
 * when `needsSync`, fsync both and send what `Learner.synced` returns.
 */
export interface Ready {
  readonly hardState: HardState | undefined;
  readonly entries: readonly Entry[];
  /** Messages that promise nothing about the disk (heartbeat answers in an unchanged term, rejections). */
  readonly immediate: readonly Message[];
  /** An answer waits for the disk. */
  readonly needsSync: boolean;
  /** Known committed and held; what may be applied. */
  readonly commit: number;
  /** The MsgSnap to install; the shell answers with `snapshotInstalled` or `snapshotFailed`. */
  readonly install: Message | undefined;
  readonly events: readonly RaftEvent[];
}

/** Things an operator or the rest of the process should hear of. */
export type RaftEvent =
  | { readonly kind: 'leader-changed'; readonly leader: bigint; readonly term: number }
  /** The leader believes that more is acknowledged than we hold: our log lost entries. */
  | { readonly kind: 'lost-log'; readonly acknowledged: number; readonly last: number }
  /** The leader's log contradicts what we know to be committed: the source's history was replaced. */
  | { readonly kind: 'diverged'; readonly index: number; readonly commit: number }
  | { readonly kind: 'read-index'; readonly context: Uint8Array; readonly index: number }
  | {
      readonly kind: 'vote';
      readonly candidate: bigint;
      readonly term: number;
      readonly granted: boolean;
    }
  | { readonly kind: 'timeout-now-ignored'; readonly from: bigint }
  | { readonly kind: 'malformed'; readonly from: bigint; readonly reason: string };
