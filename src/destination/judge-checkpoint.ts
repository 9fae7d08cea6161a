import { SyncerError } from '../ops/errors.ts';
import type { Position } from '../state/types.ts';
import type { Checkpoint } from './types.ts';

/** What the local state knows when it meets the destination. */
export interface LocalPosition {
  readonly clusterId: bigint;
  readonly confirmed: Position;
  /** Index of the last checkpoint that the destination confirmed to us; 0 = none. */
  readonly checkpointIndex: number;
}

/**
 * Decides how to go on with what is at the destination: `fresh` to seed it, `resume` behind its
 * checkpoint. Pure.
 *
 * Errors: DEST_PROMOTED, DEST_CHECKPOINT_LOST, DEST_CHECKPOINT_OLDER, DEST_CHECKPOINT_FOREIGN.
 */
export function judgeCheckpoint(
  found: Checkpoint | undefined,
  local: LocalPosition,
): 'fresh' | 'resume' {
  if (found === undefined) {
    if (local.checkpointIndex === 0) return 'fresh';
    throw new SyncerError(
      'DEST_CHECKPOINT_LOST',
      `the destination has no checkpoint, but confirmed entry ${local.checkpointIndex}`,
    );
  }
  if (found.clusterId !== local.clusterId) {
    throw new SyncerError(
      'DEST_CHECKPOINT_FOREIGN',
      `the checkpoint is of cluster ${found.clusterId.toString(16)}, the source is ${local.clusterId.toString(16)}`,
    );
  }
  refusePromoted(found);
  if (found.index < local.checkpointIndex) {
    throw new SyncerError(
      'DEST_CHECKPOINT_OLDER',
      `the checkpoint is at entry ${found.index}, but entry ${local.checkpointIndex} was confirmed`,
    );
  }
  const terms = [found.term, local.confirmed.term];
  // A position that came from a 3.4 file has no term.
  if (
    found.index === local.confirmed.index &&
    found.term !== local.confirmed.term &&
    !terms.includes(0)
  ) {
    throw new SyncerError(
      'DEST_CHECKPOINT_FOREIGN',
      `entry ${found.index} has term ${found.term} at the destination, ${local.confirmed.term} here`,
    );
  }
  return 'resume';
}

/** Nobody replicates into a destination that was cut over to. Errors: DEST_PROMOTED. */
export function refusePromoted({ index, promoted }: Checkpoint): void {
  if (promoted === undefined) return;
  const since = new Date(promoted.atMs).toISOString();
  throw new SyncerError(
    'DEST_PROMOTED',
    `the destination was promoted at ${since}, standing at entry ${index}`,
  );
}
