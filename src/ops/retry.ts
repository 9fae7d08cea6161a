import { setTimeout as sleep } from 'node:timers/promises';
import { type SyncerError, toSyncerError } from './errors.ts';
import type { Logger } from './logger.ts';

const INITIAL_DELAY_MS = 100;
const MAX_DELAY_MS = 10_000;
/** Below this a retry is nothing unusual; above WARN_DELAY_MS somebody should look. */
const WARN_DELAY_MS = 1_000;
const ERROR_DELAY_MS = 5_000;

export interface RetryOptions {
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** What is being tried, for the log: "reach the destination". */
  readonly what: string;
  /** True for errors that no repetition mends. */
  readonly isPermanent: (error: SyncerError) => boolean;
  readonly onRetry?: (error: SyncerError) => void;
  readonly maxDelayMs?: number;
  readonly random?: () => number;
  readonly sleep?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

/**
 * The one retry loop: full jitter over a growing delay, a log level that grows with it, permanent
 * errors thrown at once. Resolves with the first success; rejects with the permanent error, or
 * with the signal's reason when it is aborted.
 */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { logger, signal, what, isPermanent } = options;
  const random = options.random ?? Math.random;
  const pause = options.sleep ?? defaultSleep;
  let ceiling = INITIAL_DELAY_MS;
  for (;;) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (cause) {
      signal.throwIfAborted();
      const error = toSyncerError(cause);
      if (isPermanent(error)) throw error;
      const delayMs = Math.ceil(random() * ceiling);
      const facts = { code: error.code, error, delay_ms: delayMs };
      const text = `could not ${what}, trying again`;
      if (ceiling >= ERROR_DELAY_MS) logger.error(facts, text);
      else if (ceiling >= WARN_DELAY_MS) logger.warn(facts, text);
      else logger.info(facts, text);
      options.onRetry?.(error);
      await pause(delayMs, signal);
      ceiling = Math.min(ceiling * 2, options.maxDelayMs ?? MAX_DELAY_MS);
    }
  }
}

async function defaultSleep(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal });
  } catch (error) {
    // The timer has an error of its own for this.
    signal.throwIfAborted();
    throw error;
  }
}
