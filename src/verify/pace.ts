/** Holds readers back to so many keys a second. */
export class Pace {
  readonly #perSecond: number;
  readonly #now: () => number;
  readonly #sleep: (delayMs: number) => Promise<unknown>;
  #freeAtMs = 0;

  /** @param perSecond 0 = as fast as it goes; @param now monotonic milliseconds */
  constructor(perSecond: number, now: () => number, sleep: (delayMs: number) => Promise<unknown>) {
    this.#perSecond = perSecond;
    this.#now = now;
    this.#sleep = sleep;
  }

  /** At most this many keys in one request, so that a low rate is no row of bursts. */
  get pageKeys(): number {
    return this.#perSecond === 0 ? Number.POSITIVE_INFINITY : Math.max(1, this.#perSecond);
  }

  /** Waits until what was read before has had its time, then counts these. */
  async take(keys: number): Promise<void> {
    if (this.#perSecond === 0) return;
    const now = this.#now();
    const begins = Math.max(now, this.#freeAtMs);
    this.#freeAtMs = begins + (1_000 * keys) / this.#perSecond;
    if (begins > now) await this.#sleep(begins - now);
  }
}
