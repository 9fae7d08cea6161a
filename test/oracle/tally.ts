/** Counts by kind of request and what became of it. */
export class Tally {
  readonly #counts = new Map<string, Map<string, number>>();

  add(kind: string, what: string, count = 1): void {
    const ofKind = this.#counts.get(kind) ?? new Map<string, number>();
    ofKind.set(what, (ofKind.get(what) ?? 0) + count);
    this.#counts.set(kind, ofKind);
  }

  merge(other: Tally): void {
    for (const kind of other.kinds) {
      for (const [what, count] of other.of(kind)) this.add(kind, what, count);
    }
  }

  get kinds(): string[] {
    return [...this.#counts.keys()].sort();
  }

  of(kind: string): ReadonlyMap<string, number> {
    return this.#counts.get(kind) ?? new Map();
  }

  count(kind: string, what: string): number {
    return this.of(kind).get(what) ?? 0;
  }

  /** Of one kind, or of all of them. */
  total(kind?: string): number {
    const kinds = kind === undefined ? this.kinds : [kind];
    return kinds.reduce((sum, one) => [...this.of(one).values()].reduce((a, b) => a + b, sum), 0);
  }
}
