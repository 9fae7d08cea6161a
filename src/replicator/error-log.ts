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

  /** Keeps an error that somebody else reports. */
  note(error: SyncerError): SyncerError {
    const { code, message } = error;
    this.#metrics.add('etcd_syncer_errors_total', 1, { code });
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
