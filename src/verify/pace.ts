const BEHIND_POLL_MS = 500;

export interface PaceOptions {
  /** Keys a second; 0 = as fast as it goes. */
  readonly perSecond: number;
  /**
   * Share of the time that is spent reading, 0 to 1. A cluster that has much to do answers more slowly, and is
   * left alone the longer.
   */
  readonly share: number;
  /** Whether the replicator lags so far behind that reading has to wait. */
  readonly isBehind: () => Promise<boolean>;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly sleep: (delayMs: number) => Promise<unknown>;
}

/** Holds the readers of one side back. */
export class Pace {
  readonly #options: PaceOptions;
  #freeAtMs = 0;

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  /** At most this many keys in one request, so that a low rate is no row of bursts. */
  get pageKeys(): number {
    const { perSecond } = this.#options;
    return perSecond === 0 ? Number.POSITIVE_INFINITY : Math.max(1, perSecond);
  }

  /**
   * Waits until what was read before has had its time, then counts these.
   *
   * @param tookMs how long the cluster had for them
   */
  async take(keys: number, tookMs: number): Promise<void> {
    const { perSecond, share, isBehind, now, sleep } = this.#options;
    if (share < 1) await sleep((tookMs * (1 - share)) / share);
    while (await isBehind()) await sleep(BEHIND_POLL_MS);
    if (perSecond === 0) return;
    const nowMs = now();
    const begins = Math.max(nowMs, this.#freeAtMs);
    this.#freeAtMs = begins + (1_000 * keys) / perSecond;
    if (begins > nowMs) await sleep(begins - nowMs);
  }
}
