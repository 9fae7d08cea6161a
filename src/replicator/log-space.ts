import type { SegmentedLog } from '../log/segmented-log.ts';
import { SyncerError, toSyncerError } from '../ops/errors.ts';
import type { State } from '../state/state.ts';
import type { ErrorLog } from './error-log.ts';

export interface LogSpaceOptions {
  readonly log: SegmentedLog;
  readonly state: State;
  /** Bytes at which appends are dropped (`--log-max-size`). */
  readonly maxBytes: number;
  /** The first entry that a standby still needs. */
  readonly neededFrom: () => number;
  readonly errors: ErrorLog;
  readonly onFailed: (error: SyncerError) => void;
}

/** Gives the space of entries back that nobody needs any more, and says when there is none left. */
export class LogSpace {
  readonly #options: LogSpaceOptions;
  #isFull = false;

  constructor(options: LogSpaceOptions) {
    this.#options = options;
  }

  /** After entries were confirmed. Errors: LOG_WRITE. */
  async trim(): Promise<void> {
    const { log, maxBytes } = this.#options;
    await log.trim(this.#trimmable);
    if (log.sizeBytes < maxBytes) this.#isFull = false;
  }

  /** An append was dropped: reported once while it lasts. What was confirmed last may not have been durable when the log was trimmed. */
  full(): void {
    const { log, state, maxBytes, errors, onFailed } = this.#options;
    if (!this.#isFull) {
      errors.report(new SyncerError('LOG_FULL', `the local log holds its ${maxBytes} bytes`));
    }
    this.#isFull = true;
    log.trim(state.durable.index).catch((error: unknown) => onFailed(toSyncerError(error)));
  }

  /** What standbys have not got yet stays, while the log is short. */
  get #trimmable(): number {
    const { log, state, maxBytes, neededFrom } = this.#options;
    const { index } = state.durable;
    return log.sizeBytes > maxBytes / 2 ? index : Math.min(index, neededFrom());
  }
}
