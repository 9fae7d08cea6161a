import type { ErrorCode } from '../ops/error-codes.ts';
import type { Logger } from '../ops/logger.ts';
import { retry } from '../ops/retry.ts';

const MAX_DELAY_MS = 2_000;
const RETRIED: ReadonlySet<ErrorCode> = new Set(['SOURCE_UNREACHABLE', 'DEST_UNREACHABLE']);

/** Repeats reads while a cluster is away, for a limited time: a check has to end. */
export class Patience {
  readonly signal: AbortSignal;
  readonly #logger: Logger;
  readonly #limitMs: number;

  /** @param limitMs how long one request is repeated before its error counts */
  constructor(logger: Logger, signal: AbortSignal, limitMs: number) {
    this.#logger = logger;
    this.signal = signal;
    this.#limitMs = limitMs;
  }

  /** Errors: those of `attempt`; the signal's reason. */
  with<T>(what: string, attempt: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.#limitMs;
    return retry(attempt, {
      logger: this.#logger,
      signal: this.signal,
      what,
      isPermanent: ({ code }) => !RETRIED.has(code) || performance.now() > deadline,
      maxDelayMs: MAX_DELAY_MS,
    });
  }
}
