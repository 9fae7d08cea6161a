/** Rejections of one prev index that go out at once, before one a second. */
const FREE_REJECTIONS = 3;
const INTERVAL_MS = 1_000;

/**
 * A leader from 3.6 on never goes back below what it believes acknowledged: if our log lost that, it
 * resends and we reject, more than ten thousand rounds a second. This lets the first few rejections of
 * an index through and then one a second, which still lets the leader send a snapshot in the end.
 */
export class RejectThrottle {
  #index = -1;
  #count = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  /** True when a rejection of `index` may go out now. */
  allow(index: number, nowMs: number): boolean {
    if (index !== this.#index) {
      this.#index = index;
      this.#count = 0;
    }
    if (this.#count >= FREE_REJECTIONS && nowMs - this.#lastMs < INTERVAL_MS) return false;
    this.#count += 1;
    this.#lastMs = nowMs;
    return true;
  }

  /** Rejections of the same index so far: a high number means that our log lost what was acknowledged. */
  get repeated(): number {
    return this.#count;
  }

  reset(): void {
    this.#index = -1;
    this.#count = 0;
  }
}
