/** Of durations in milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** By nearest rank; undefined of nothing. Pure. */
export function percentilesOf(durations: readonly number[]): Percentiles | undefined {
  const sorted = durations.toSorted((a, b) => a - b);
  const max = sorted.at(-1);
  if (max === undefined) return undefined;
  const rank = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? max;
  return { p50: rank(0.5), p99: rank(0.99), max };
}
