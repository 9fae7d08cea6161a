import { applyEntry } from '../apply/apply-entry.ts';
import type { Applied, SourceProfile } from '../apply/types.ts';
import { ManyKeys } from '../state/live-ahead.ts';
import type { State } from '../state/state.ts';
import type { Entry } from '../wire/types.ts';

/**
 * Decides what an entry did (`applyEntry`), at once for nearly every one. Where it deletes so many keys that to read
 * them would hold up the event loop, a promise: they are read in turns, and then it is decided. The state must
 * not be moved on before.
 */
export function applyInTurns(
  entry: Entry,
  state: State,
  profile: SourceProfile,
): Applied | Promise<Applied> {
  try {
    return applyEntry(entry, state, profile);
  } catch (error) {
    if (!(error instanceof ManyKeys)) throw error;
    return state.readAhead(error).then(() => applyInTurns(entry, state, profile));
  }
}
