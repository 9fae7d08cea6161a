import type { Outcome } from '../apply/types.ts';

/** Entries by what they did, since somebody took the counts: a counter of metrics is too slow for every entry. */
export class OutcomeCounts {
  #counts = new Map<Outcome['kind'], number>();

  count({ kind }: Outcome): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  /** What was counted, which begins anew. */
  take(): ReadonlyMap<Outcome['kind'], number> {
    const counts = this.#counts;
    this.#counts = new Map();
    return counts;
  }
}
