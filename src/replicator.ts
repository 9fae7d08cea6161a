import type { Config } from './config/options.ts';
import { SyncerError, toSyncerError } from './ops/errors.ts';
import { HttpServer } from './ops/http.ts';
import type { Logger } from './ops/logger.ts';
import { Metrics } from './ops/metrics.ts';
import { retry } from './ops/retry.ts';
import { openDestinationClient } from './replicator/destination.ts';
import { ErrorLog } from './replicator/error-log.ts';
import { exportMetrics } from './replicator/export-metrics.ts';
import { leaveSeat } from './replicator/leave-seat.ts';
import {
  openDataDir,
  openSource,
  openSourceClient,
  openStorage,
  takeSeat,
} from './replicator/open.ts';
import { Replication } from './replicator/replication.ts';
import { ScheduledCheck } from './replicator/scheduled-check.ts';
import type { Phase, Status } from './replicator/status.ts';
import { statusOf } from './replicator/status-of.ts';

const LEAVE_RETRY_MS = 2_000;

/**
 * The whole: takes the seat, follows the log and writes to the destination until it is told to stop or
 * meets an error that no repetition mends. Owns what outlives a seat: the data directory's lock, the
 * HTTP port, metrics and the last errors.
 */
export class Replicator {
  readonly #config: Config;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #logger: Logger;
  readonly #metrics = new Metrics();
  readonly #errors: ErrorLog;
  readonly #snapshotOut: string | undefined;
  readonly #abort = new AbortController();
  readonly #startedMs = Date.now();
  #phase: Phase = 'starting';
  #replication: Replication | undefined;

  /** @param snapshotOut where a snapshot that the leader sends is kept as a backup; undefined = nowhere */
  constructor(
    config: Config,
    environment: NodeJS.ProcessEnv,
    logger: Logger,
    snapshotOut?: string,
  ) {
    this.#snapshotOut = snapshotOut;
    this.#config = config;
    this.#environment = environment;
    this.#logger = logger;
    this.#errors = new ErrorLog(logger, this.#metrics);
    exportMetrics(
      this.#metrics,
      () => this.status(),
      () => this.#replication,
    );
  }

  get phase(): Phase {
    return this.#phase === 'seating' ? (this.#replication?.phase ?? this.#phase) : this.#phase;
  }

  /** Runs until `stop` or a failure. Rejects with the SyncerError that ended it. */
  async run(): Promise<void> {
    const health = {
      status: () => this.status(),
      ready: () => this.phase === 'replicating' && this.#replication?.isBlocked === false,
    };
    const http = new HttpServer(this.#metrics, health, this.#logger);
    try {
      await http.listen(this.#config.httpListen);
      await this.#withDataDir(() => this.#replicateBySeats());
    } catch (error) {
      if (this.#abort.signal.aborted && error === this.#abort.signal.reason) return;
      throw this.#errors.note(toSyncerError(error));
    } finally {
      this.#phase = 'stopped';
      await http.close();
      this.#metrics.close();
    }
  }

  /** Ends after what is under way is confirmed, or some seconds later. */
  stop(): void {
    this.#replication?.stop();
    this.#abort.abort();
  }

  status(): Status {
    const uptimeSeconds = Math.floor((Date.now() - this.#startedMs) / 1000);
    return statusOf(this.phase, uptimeSeconds, this.#errors.recent, this.#replication);
  }

  async #withDataDir(work: () => Promise<void>): Promise<void> {
    const lock = await openDataDir(this.#config.dataDir);
    try {
      await work();
    } finally {
      await lock.release();
    }
  }

  /** A seat whose log is lost can't be gone on with: with --join it is given up for a new one. */
  async #replicateBySeats(): Promise<void> {
    for (;;) {
      try {
        await this.#replicate();
        return;
      } catch (error) {
        const failure = toSyncerError(error);
        if (failure.code !== 'LOG_LOST' || !this.#config.join) throw error;
        this.#errors.report(failure);
        await this.#giveUpSeat();
      }
    }
  }

  async #giveUpSeat(): Promise<void> {
    const config = this.#config;
    const logger = this.#logger;
    const given = await retry(() => leaveSeat(config, this.#environment, logger), {
      logger,
      signal: this.#abort.signal,
      what: 'give up the seat',
      isPermanent: error => error.code !== 'SOURCE_UNREACHABLE',
      maxDelayMs: LEAVE_RETRY_MS,
    });
    logger.warn({ member_id: given.toString(16) }, 'gave up the seat, to take a new one');
  }

  async #replicate(): Promise<void> {
    const config = this.#config;
    const logger = this.#logger;
    this.#phase = 'seating';
    const source = await openSource(config, this.#environment, logger);
    try {
      const seat = await takeSeat(config, source, logger, this.#abort.signal, error =>
        this.#errors.note(error),
      );
      const storage = await openStorage(
        config.dataDir,
        seat.clusterId,
        config.logMaxSize,
        seconds => this.#metrics.observe('etcd_syncer_log_fsync_seconds', seconds),
      );
      const client = await openDestinationClient(config, this.#environment, logger);
      try {
        this.#replication = new Replication({
          config,
          logger,
          metrics: this.#metrics,
          errors: this.#errors,
          seat,
          source,
          storage,
          client,
          snapshotOut: this.#snapshotOut,
        });
        const checks = await this.#scheduleChecks(this.#replication);
        try {
          await this.#replication.run(this.#abort.signal);
        } finally {
          await checks?.stop();
        }
      } finally {
        client.close();
        await storage.state.close();
        await storage.log.close();
      }
    } finally {
      source.client?.close();
      source.peerTls.close();
    }
  }

  async #scheduleChecks(replication: Replication): Promise<ScheduledCheck | undefined> {
    const config = this.#config;
    if (config.checkInterval === 0) return undefined;
    if (config.sourceEndpoints.length === 0) {
      throw new SyncerError('CONFIG_INVALID', '--check-interval needs --source-endpoints');
    }
    const checks = new ScheduledCheck({
      config,
      source: await openSourceClient(config, this.#environment, this.#logger),
      destination: await openDestinationClient(config, this.#environment, this.#logger),
      filter: replication.destination.filter,
      isReplicating: () => replication.phase === 'replicating',
      confirmedIndex: () => replication.storage.state.confirmed.index,
      metrics: this.#metrics,
      errors: this.#errors,
      logger: this.#logger,
    });
    checks.start();
    return checks;
  }
}
