import { Refusal } from './refusal.ts';
import type { Change, StateReader } from './types.ts';

/** mvcc store.updateCompactRev. Starting from -1, a compaction at 0 succeeds once. Throws Refusal. */
export function applyCompaction(revision: bigint, state: StateReader): Change[] {
  if (revision <= BigInt(state.compactRevision)) {
    throw new Refusal('required revision has been compacted');
  }
  if (revision > BigInt(state.revision))
    throw new Refusal('required revision is a future revision');
  return [{ kind: 'compact', revision: Number(revision) }];
}
