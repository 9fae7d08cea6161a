import { DIFFERENCE_KINDS, type Difference, type DifferenceKind } from './types.ts';

/** Counts differences by kind and keeps the first ones. */
export class Findings {
  readonly #limit: number;
  readonly #counts = new Map<DifferenceKind, number>();
  readonly #first: Difference[] = [];

  /** @param limit how many are kept */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(found: Iterable<Difference>): void {
    for (const difference of found) {
      this.#counts.set(difference.kind, (this.#counts.get(difference.kind) ?? 0) + 1);
      if (this.#first.length < this.#limit) this.#first.push(difference);
    }
  }

  /** Takes over what was found before. */
  restore({
    counts,
    first,
  }: {
    readonly counts: Readonly<Partial<Record<DifferenceKind, number>>>;
    readonly first: readonly Difference[];
  }): void {
    for (const kind of DIFFERENCE_KINDS) this.#counts.set(kind, counts[kind] ?? 0);
    this.#first.push(...first.slice(0, this.#limit));
  }

  /** Of every kind, in the order of reports. */
  get counts(): Readonly<Record<DifferenceKind, number>> {
    const entries = DIFFERENCE_KINDS.map(kind => [kind, this.#counts.get(kind) ?? 0] as const);
    return Object.fromEntries(entries) as Record<DifferenceKind, number>;
  }

  get total(): number {
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }

  get first(): readonly Difference[] {
    return this.#first;
  }
}
