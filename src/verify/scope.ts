import type { KeyFilter } from '../destination/planner/filter.ts';
import type { ByteString } from '../wire/bytes.ts';

/** Where to look for replicated keys, at the source and at the destination; both ascend together. */
export interface Scope {
  readonly source: readonly ByteString[];
  readonly destination: readonly ByteString[];
}

/**
 * The prefixes that a filter lets through, narrowed to those source keys that begin with `only`. Pure.
 *
 * @param only '' = all
 */
export function scopeOf(filter: KeyFilter, only: ByteString): Scope {
  const [renamedTo] = filter.destinationPrefixes;
  const source: ByteString[] = [];
  const destination: ByteString[] = [];
  for (const prefix of filter.sourcePrefixes) {
    const narrowed = prefix.startsWith(only) ? prefix : only.startsWith(prefix) ? only : undefined;
    if (narrowed === undefined) continue;
    source.push(narrowed);
    // Several prefixes keep their names: see KeyFilter.
    const isRenamed = filter.sourcePrefixes.length === 1 && renamedTo !== undefined;
    destination.push(
      isRenamed ? (`${renamedTo}${narrowed.slice(prefix.length)}` as ByteString) : narrowed,
    );
  }
  return { source, destination };
}
