/**
 * How far behind the destination is, in time: the age of the oldest committed entry that is not
 * confirmed. Truly zero when everything committed is confirmed, however long ago that was.
 */
export class LagClock {
  readonly #samples: { readonly index: number; readonly atMs: number }[] = [];
  #head = 0;
  #confirmed = 0;

  /** Notes that entries up to `index` were known committed at `atMs`, of a clock that nobody sets. */
  committed(index: number, atMs: number): void {
    const last = this.#samples.at(-1);
    if (index <= this.#confirmed || (last !== undefined && last.index >= index)) return;
    // One sample a millisecond is finer than anybody reads; it bounds memory under load.
    if (last !== undefined && last.atMs === atMs && this.#samples.length - this.#head > 1) {
      this.#samples[this.#samples.length - 1] = { index, atMs };
      return;
    }
    if (this.#samples.length - this.#head >= MAX_SAMPLES) this.#thin();
    this.#samples.push({ index, atMs });
  }

  /** Notes that entries up to `index` are confirmed. */
  confirmed(index: number): void {
    this.#confirmed = Math.max(this.#confirmed, index);
    let sample = this.#samples[this.#head];
    while (sample !== undefined && sample.index <= this.#confirmed) {
      this.#head += 1;
      sample = this.#samples[this.#head];
    }
    if (this.#head > 1024 && this.#head * 2 > this.#samples.length) {
      this.#samples.splice(0, this.#head);
      this.#head = 0;
    }
  }

  /** Age of the oldest unconfirmed committed entry, in milliseconds. */
  lagMs(nowMs: number): number {
    const oldest = this.#samples[this.#head];
    return oldest === undefined ? 0 : Math.max(0, nowMs - oldest.atMs);
  }

  /** Halves the resolution of a long backlog; the oldest sample stays, so the lag stays true. */
  #thin(): void {
    const live = this.#samples.slice(this.#head);
    this.#samples.length = 0;
    this.#head = 0;
    for (let i = 0; i < live.length; i += 2) this.#samples.push(live[i] as (typeof live)[number]);
  }
}

const MAX_SAMPLES = 65_536;
