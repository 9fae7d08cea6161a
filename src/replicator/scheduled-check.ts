import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/options.ts';
import type { EtcdClient } from '../destination/etcd-client.ts';
import type { KeyFilter } from '../destination/planner/filter.ts';
import { SyncerError, toSyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import type { Metrics } from '../ops/metrics.ts';
import { Check, type CheckReport } from '../verify/check.ts';
import { type ByteString, utf8ToByteString } from '../wire/bytes.ts';
import type { ErrorLog } from './error-log.ts';
import type { CheckStatus } from './status.ts';

const WAIT_MS = 90_000;
/** Differences that are kept for the message. */
const LIMIT = 3;

export interface ScheduledCheckOptions {
  readonly config: Config;
  /** Clients of their own: a slow read of a check must not turn the writer to another endpoint. */
  readonly source: EtcdClient;
  readonly destination: EtcdClient;
  readonly filter: KeyFilter;
  /** Whether the replicator has caught up; until then nothing is compared. */
  readonly isReplicating: () => boolean;
  readonly confirmedIndex: () => number;
  readonly lagSeconds: () => number;
  readonly metrics: Metrics;
  readonly errors: ErrorLog;
  readonly logger: Logger;
}

/**
 * Compares the destination with the source every --check-interval while `run` replicates. What it finds is
 * told by metrics and CHECK_DIFFERENT; a check that fails is told as well, and nothing ends.
 */
export class ScheduledCheck {
  readonly #options: ScheduledCheckOptions;
  readonly #abort = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #runs = 0;
  #last: CheckStatus | undefined;

  constructor(options: ScheduledCheckOptions) {
    this.#options = options;
  }

  /** How the last one ended that went through; undefined before. */
  get last(): CheckStatus | undefined {
    return this.#last;
  }

  start(): void {
    this.#running = this.#loop();
  }

  /** Resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
    this.#options.source.close();
    this.#options.destination.close();
  }

  async #loop(): Promise<void> {
    const { config, isReplicating } = this.#options;
    const { signal } = this.#abort;
    try {
      for (;;) {
        await sleep(config.checkInterval * 1_000, undefined, { signal });
        if (isReplicating()) await this.#once(signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #once(signal: AbortSignal): Promise<void> {
    const { config, source, destination, filter, confirmedIndex } = this.#options;
    const { metrics, errors, logger } = this.#options;
    const check = new Check({
      source,
      destination,
      filter,
      checkpointPrefix: utf8ToByteString(config.checkpointPrefix),
      onlyPrefix: '' as ByteString,
      withValues: true,
      withLeases: true,
      withAuth: config.auth !== 'skip',
      share: config.checkSample / 100,
      // Another part each time.
      seed: this.#runs,
      keepsForeign: config.onNonempty === 'merge',
      maxRate: config.checkMaxRate,
      maxLoad: config.checkMaxLoad / 100,
      isBehind: async () =>
        config.checkMaxLag > 0 && this.#options.lagSeconds() > config.checkMaxLag,
      waitMs: WAIT_MS,
      limit: LIMIT,
      confirmedIndex: async () => confirmedIndex(),
      logger,
      signal,
    });
    this.#runs += 1;
    try {
      this.#tell(await check.run());
    } catch (error) {
      if (signal.aborted) return;
      metrics.add('etcd_syncer_check_failures_total');
      if (this.#last !== undefined) {
        this.#last = { ...this.#last, failed_at: new Date().toISOString() };
      }
      errors.report(toSyncerError(error));
    }
  }

  #tell(report: CheckReport): void {
    const { metrics, errors, logger } = this.#options;
    const { keys, values, leases, total, unsettled, counts, first, seconds } = report;
    for (const [kind, count] of Object.entries(counts)) {
      metrics.set('etcd_syncer_check_differences', count, { kind });
    }
    metrics.set('etcd_syncer_check_keys', keys);
    metrics.set('etcd_syncer_check_coverage_ratio', keys === 0 ? 1 : values / keys);
    metrics.set('etcd_syncer_check_last_success_timestamp_seconds', Date.now() / 1_000);
    this.#last = { at: new Date().toISOString(), keys, differences: total, seconds };
    logger.info({ keys, leases, differences: total, unsettled, seconds }, 'checked');
    if (total === 0) return;
    const kinds = Object.entries(counts).filter(([, count]) => count > 0);
    const text = kinds.map(([kind, count]) => `${count} ${kind}`).join(', ');
    const named = first.map(({ subject }) => JSON.stringify(subject)).join(', ');
    errors.report(new SyncerError('CHECK_DIFFERENT', `${text}; such as ${named}`));
  }
}
