import { setTimeout as sleep } from 'node:timers/promises';
import type { AlignedPairs } from './pair.ts';
import type { Patience } from './patience.ts';
import type { Difference } from './types.ts';

/** Looks after the destination has caught up: a lease is revoked there shortly after the batch that took its keys. */
const LOOKS = 3;
const LOOK_MS = 1_000;

export interface SettleOptions {
  /** What differs now, read at the destination first and at the source afterwards. */
  readonly look: () => Promise<readonly Difference[]>;
  /** Index up to which the source has committed. */
  readonly committedIndex: () => Promise<number>;
  readonly pairs: Pick<AlignedPairs, 'reaches'>;
  readonly patience: Pick<Patience, 'signal'>;
}

export interface Settled {
  readonly differences: readonly Difference[];
  /** False when it could not be seen that the destination has caught up: they may be on their way. */
  readonly isCertain: boolean;
}

/**
 * Differences of what has no revisions (leases, users, roles): etcd tells only how they are now. What differs
 * is looked at again when the destination has everything that the source had committed by then; what was
 * merely on its way is gone by that time.
 *
 * Errors: those of `look` and AlignedPairs.
 */
export async function settledDifferences(options: SettleOptions): Promise<Settled> {
  const { look, committedIndex, pairs, patience } = options;
  let left = await look();
  if (left.length === 0) return { differences: [], isCertain: true };
  const isCertain = await pairs.reaches(await committedIndex());
  for (let i = 0; i < LOOKS && left.length > 0; i += 1) {
    if (i > 0) await sleep(LOOK_MS, undefined, { signal: patience.signal });
    const again = new Set((await look()).map(identity));
    left = left.filter(difference => again.has(identity(difference)));
  }
  return { differences: left, isCertain: isCertain || left.length === 0 };
}

function identity(difference: Difference): string {
  const { kind, subject, source, destination } = difference;
  return JSON.stringify([kind, subject, source, destination]);
}
