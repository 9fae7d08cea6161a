import type { ByteString } from '../wire/bytes.ts';
import type { Alternative, Applied, Change, KeyRecord, StateReader } from './types.ts';

/** Keys that a member is asked for, at most: they tell readings apart, more of them do so no better. */
const MAX_KEYS = 16;

/** What a member holds of keys at a revision; `future` when it has not made that revision. */
export type Observed = ReadonlyMap<ByteString, KeyRecord | undefined> | 'future';

/** The keys that an ambiguous entry changes by any of its readings; empty when it is about something else. */
export function keysToAsk({ alternatives = [] }: Applied): readonly ByteString[] {
  const keys = new Set(alternatives.flatMap(({ applied }) => [...writtenBy(applied).keys()]));
  return [...keys].slice(0, MAX_KEYS);
}

/** Whether the member held the same of the keys before the entry: else its revisions are not ours, and tell nothing. */
export function agreesBefore(observed: Observed, before: StateReader): boolean {
  if (observed === 'future') return false;
  return [...observed].every(([key, record]) => isSame(record, before.getKey(key)));
}

/**
 * The reading by which a member has applied an ambiguous entry, from what it holds of `keysToAsk` at the revision
 * behind that of the state before. A reading that writes must have left exactly its own records. One that
 * writes nothing is told by that alone: the revision may be of a later entry. Undefined when this does not decide.
 */
export function readingOf(
  { alternatives = [] }: Applied,
  observed: Observed,
  before: StateReader,
): Alternative | undefined {
  const writing = alternatives.filter(({ applied }) => writtenBy(applied).size > 0);
  const fitting = writing.filter(({ applied }) => fits(writtenBy(applied), observed, before));
  if (fitting.length > 0) return fitting.length === 1 ? fitting[0] : undefined;
  const silent = alternatives.filter(alternative => !writing.includes(alternative));
  return silent.length === 1 ? silent[0] : undefined;
}

function fits(
  written: ReadonlyMap<ByteString, KeyRecord | undefined>,
  observed: Observed,
  before: StateReader,
): boolean {
  if (observed === 'future') return false;
  return [...observed].every(([key, record]) =>
    isSame(record, written.has(key) ? written.get(key) : before.getKey(key)),
  );
}

/** The last that an entry did to each key: a record, or undefined for a delete. */
function writtenBy({
  changes,
}: {
  readonly changes: readonly Change[];
}): ReadonlyMap<ByteString, KeyRecord | undefined> {
  const written = new Map<ByteString, KeyRecord | undefined>();
  for (const change of changes) {
    if (change.kind === 'put') written.set(change.key, change.record);
    if (change.kind === 'delete') written.set(change.key, undefined);
  }
  return written;
}

function isSame(a: KeyRecord | undefined, b: KeyRecord | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.modRevision === b.modRevision &&
    a.createRevision === b.createRevision &&
    a.version === b.version &&
    a.lease === b.lease &&
    Buffer.compare(a.value, b.value) === 0
  );
}
