import type { SyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import type { Metrics } from '../ops/metrics.ts';

const KEPT = 20;

/** An error as /status shows it. */
export interface NotedError {
  readonly at: string;
  readonly code: string;
  readonly message: string;
}

/** The last errors with their codes, for status, metrics and the log. */
export class ErrorLog {
  readonly #logger: Logger;
  readonly #metrics: Metrics;
  readonly #recent: NotedError[] = [];

  constructor(logger: Logger, metrics: Metrics) {
    this.#logger = logger;
    this.#metrics = metrics;
  }

  get recent(): readonly NotedError[] {
    return this.#recent;
  }

  /** Keeps an error that somebody else reports; one that repeats takes the place of its last time. */
  note(error: SyncerError): SyncerError {
    const { code, message } = error;
    this.#metrics.add('etcd_syncer_errors_total', 1, { code });
    const before = this.#recent.findIndex(last => last.code === code && last.message === message);
    if (before >= 0) this.#recent.splice(before, 1);
    this.#recent.push({ at: new Date().toISOString(), code, message });
    if (this.#recent.length > KEPT) this.#recent.shift();
    return error;
  }

  /** Keeps an error and logs it; the process goes on. */
  report(error: SyncerError): void {
    this.note(error);
    this.#logger.error({ code: error.code, ...error.details }, error.message);
  }
}
