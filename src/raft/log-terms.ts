/** The last entry before the ones that are held, or a single position. */
export interface LogPosition {
  readonly index: number;
  readonly term: number;
}

/**
 * Which term each index of the log has, as runs: a log of millions of entries has a handful of terms.
 * Pure bookkeeping, kept by the learner for what it has decided to append and by the log for what
 * it holds.
 */
export class LogTerms {
  #base: LogPosition;
  #last: number;
  /** Ascending; `first` is the first index of the run. */
  #runs: { first: number; term: number }[] = [];

  constructor(base: LogPosition) {
    this.#base = base;
    this.#last = base.index;
  }

  get base(): LogPosition {
    return this.#base;
  }

  get lastIndex(): number {
    return this.#last;
  }

  get lastTerm(): number {
    return this.#runs.at(-1)?.term ?? this.#base.term;
  }

  /** A copy that can go its own way. */
  clone(): LogTerms {
    const copy = new LogTerms(this.#base);
    copy.#last = this.#last;
    copy.#runs = this.#runs.map(run => ({ ...run }));
    return copy;
  }

  /** Term of base.index..lastIndex; undefined outside. */
  termAt(index: number): number | undefined {
    if (index === this.#base.index) return this.#base.term;
    if (index < this.#base.index || index > this.#last) return undefined;
    for (let i = this.#runs.length - 1; i >= 0; i -= 1) {
      const run = this.#runs[i] as { first: number; term: number };
      if (run.first <= index) return run.term;
    }
    return undefined;
  }

  /** Adds lastIndex+1 with its term. */
  push(term: number): void {
    this.#last += 1;
    if (this.#runs.at(-1)?.term !== term) this.#runs.push({ first: this.#last, term });
  }

  /** Forgets everything after `index` (not below the base). */
  truncate(index: number): void {
    this.#last = Math.max(this.#base.index, Math.min(this.#last, index));
    while ((this.#runs.at(-1)?.first ?? 0) > this.#last) this.#runs.pop();
  }

  /** Moves the base up to `index`, which must be held. */
  trim(index: number): void {
    const term = this.termAt(index);
    if (term === undefined || index <= this.#base.index) return;
    this.#base = { index, term };
    while (this.#runs.length > 0) {
      const next = this.#runs[1];
      const end = next === undefined ? this.#last : next.first - 1;
      if (end > index) break;
      this.#runs.shift();
    }
    const first = this.#runs[0];
    if (first !== undefined && first.first <= index) first.first = index + 1;
  }

  /** Highest index at or below `index` whose term is at most `term`; the base when there is none (raft log.findConflictByTerm). */
  lastIndexWithTermAtMost(index: number, term: number): number {
    let at = Math.min(index, this.#last);
    for (let i = this.#runs.length - 1; i >= 0; i -= 1) {
      const run = this.#runs[i] as { first: number; term: number };
      if (run.first > at) continue;
      if (run.term <= term) return at;
      at = run.first - 1;
    }
    return Math.max(at, this.#base.index);
  }
}
