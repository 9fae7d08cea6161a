import type { Logger } from '../ops/logger.ts';
import type { Progress } from './status.ts';
import { describeProgress } from './status-text.ts';

const REPORT_MS = 5_000;

/**
 * How far a bootstrap is: one line of the log per interval, also while the destination gives no answer, and the
 * numbers for /status, the metrics and the bar.
 */
export class BootstrapProgress {
  readonly #logger: Logger;
  #current: Progress | undefined;
  #startedMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** undefined outside of a bootstrap. */
  get current(): Progress | undefined {
    return this.#current;
  }

  /** A step begins; `total` is 0 where it is not known. */
  start(step: Progress['step'], index: number, total: number): void {
    this.#startedMs = performance.now();
    this.#current = { step, index, done: 0, total, writes: 0, seconds: 0 };
    this.#timer ??= setInterval(() => this.#log(), REPORT_MS);
  }

  report(done: number, writes: number): void {
    if (this.#current !== undefined) {
      this.#current = { ...this.#current, done, writes, seconds: this.#seconds() };
    }
  }

  /** Does work whose steps are told; when it is over, or has failed, there is no bootstrap under way any more. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      clearInterval(this.#timer);
      this.#timer = undefined;
      this.#current = undefined;
    }
  }

  #log(): void {
    if (this.#current === undefined) return;
    this.#current = { ...this.#current, seconds: this.#seconds() };
    const { index } = this.#current;
    this.#logger.info({ index }, `bootstrapping: ${describeProgress(this.#current)}`);
  }

  #seconds(): number {
    return (performance.now() - this.#startedMs) / 1000;
  }
}
