import type { Config } from './config/options.ts';
import type { Seat } from './ha/seat.ts';
import { SyncerError, toSyncerError } from './ops/errors.ts';
import { healthRoutes } from './ops/http/health-routes.ts';
import { logLevelRoutes } from './ops/http/log-level-routes.ts';
import { pageRoutes } from './ops/http/page-routes.ts';
import { HttpServer } from './ops/http/server.ts';
import type { Logger } from './ops/logger.ts';
import { Metrics } from './ops/metrics.ts';
import { retry } from './ops/retry.ts';
import type { PromotionRequest } from './promote/types.ts';
import { standBackRoute } from './replicator/challenge.ts';
import { openDestinationClient } from './replicator/destination.ts';
import { ErrorLog } from './replicator/error-log.ts';
import { exportMetrics } from './replicator/export-metrics.ts';
import { httpOptionsOf } from './replicator/http-access.ts';
import { readIdentity } from './replicator/identity.ts';
import { leaveSeat } from './replicator/leave-seat.ts';
import { feedRoutes } from './replicator/log-feed.ts';
import {
  closeStorage,
  findClusterId,
  meetSource,
  openDataDir,
  openSource,
  openSourceClient,
  openStorage,
  type SourceAccess,
  type Storage,
  takeSeat,
} from './replicator/open.ts';
import { refusePromotedBefore } from './replicator/promoted-before.ts';
import { promotionRoutes } from './replicator/promotion-routes.ts';
import { Promotions } from './replicator/promotions.ts';
import { Recorder } from './replicator/recorder.ts';
import { repairRoute } from './replicator/repair-route.ts';
import { Replica } from './replicator/replica.ts';
import { replicaIdOf } from './replicator/replica-id.ts';
import { Replication, type ReplicationOptions } from './replicator/replication.ts';
import { ScheduledCheck } from './replicator/scheduled-check.ts';
import { SeatLead } from './replicator/seat-lead.ts';
import { Standby } from './replicator/standby.ts';
import type { Phase, Status } from './replicator/status.ts';
import { statusOf } from './replicator/status-of.ts';

const LEAVE_RETRY_MS = 2_000;
/** Of calls that keep leadership. */
const LEAST_DEADLINE_MS = 500;

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
  readonly #http: HttpServer;
  readonly #recorder: Recorder;
  readonly #promotions: Promotions;
  readonly #snapshotOut: string | undefined;
  readonly #abort = new AbortController();
  readonly #startedMs = performance.now();
  #phase: Phase = 'starting';
  #replication: Replication | undefined;
  /** undefined without --check-interval. */
  #checks: ScheduledCheck | undefined;
  /** undefined without --ha. */
  #replica: Replica | undefined;

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
    this.#recorder = new Recorder(
      () => this.status(),
      () => this.#replication,
    );
    this.#promotions = new Promotions({
      config,
      environment,
      logger,
      errors: this.#errors,
      replication: () => this.#replication,
      ha: () => this.#replica?.status,
    });
    if (config.afterPromote) this.#promotions.finishAtStart();
    this.#http = new HttpServer(httpOptionsOf(config), logger);
    this.#http.add(...promotionRoutes(this.#promotions));
    this.#http.add(
      this.#recorder.route,
      ...logLevelRoutes(logger),
      ...pageRoutes(),
      ...healthRoutes(this.#metrics, {
        status: () => this.status(),
        ready: () =>
          this.#replica?.isWarm === true ||
          (this.phase === 'replicating' && this.#replication?.isBlocked === false),
      }),
      repairRoute(() => this.#replication),
    );
    if (config.ha) {
      this.#http.add(...feedRoutes(() => this.#replication?.feed));
      this.#http.add(standBackRoute(() => this.#standBack()));
    }
  }

  get phase(): Phase {
    if (this.#promotions.phase !== undefined) return this.#promotions.phase;
    return this.#phase === 'seating' ? (this.#replication?.phase ?? this.#phase) : this.#phase;
  }

  /** Runs until `stop` or a failure. Rejects with the SyncerError that ended it. */
  async run(): Promise<void> {
    try {
      await this.#http.listen();
      this.#recorder.start();
      await this.#withDataDir(() =>
        this.#config.ha ? this.#asReplicaOrAfter() : this.#replicateBySeats(undefined),
      );
    } catch (error) {
      if (this.#abort.signal.aborted && error === this.#abort.signal.reason) return;
      throw this.#errors.note(toSyncerError(error));
    } finally {
      this.#phase = 'stopped';
      this.#recorder.stop();
      await this.#http.close();
      this.#metrics.close();
    }
  }

  /** Ends after what is under way is confirmed, or some seconds later. */
  stop(): void {
    this.#replication?.stop();
    this.#abort.abort();
  }

  /** Has the destination promoted, as soon as there is a seat, or after a while without one. Before `run`. */
  promoteAtStart(request: PromotionRequest): void {
    this.#promotions.beginAtStart(request);
  }

  status(): Status {
    const uptimeSeconds = Math.floor((performance.now() - this.#startedMs) / 1000);
    const replication = this.#replication;
    const { throughput } = this.#recorder;
    const check = this.#checks?.last;
    const standbys = replication === undefined ? {} : { standbys: replication.feed.standbys };
    const ha = this.#replica === undefined ? {} : { ha: { ...this.#replica.status, ...standbys } };
    const promotion = this.#promotions.status;
    return {
      ...statusOf(this.phase, uptimeSeconds, this.#errors.recent, replication, throughput),
      ...ha,
      ...(check === undefined ? {} : { check }),
      ...(promotion === undefined ? {} : { promotion }),
      // What the source does from then on is nothing that waits.
      ...(this.#promotions.isOpen ? { lag: { entries: 0, bytes: 0, seconds: 0 } } : {}),
    };
  }

  /** A standby that reaches the source wants to write. A promotion has to be done by whoever has begun it. */
  #standBack(): boolean {
    if (this.#promotions.phase !== undefined) return false;
    return this.#replica?.standBack(this.#replication?.silentMs) === true;
  }

  async #withDataDir(work: () => Promise<void>): Promise<void> {
    const lock = await openDataDir(this.#config.dataDir);
    try {
      await work();
    } finally {
      await lock.release();
    }
  }

  /** What a promotion left to do needs no leader: nobody writes any more. */
  async #asReplicaOrAfter(): Promise<void> {
    try {
      await this.#asReplica();
    } catch (error) {
      const { signal } = this.#abort;
      const clusterId = (await readIdentity(this.#config.dataDir))?.clusterId;
      const isPromoted = toSyncerError(error).code === 'DEST_PROMOTED';
      if (signal.aborted || clusterId === undefined || !isPromoted) throw error;
      if (!this.#promotions.takesOver(error)) throw error;
      await this.#promoteWithoutSource(clusterId, undefined, signal);
    }
  }

  /** One of several: writes when it leads. */
  async #asReplica(): Promise<void> {
    const config = this.#config;
    if (!config.join || config.sourceEndpoints.length === 0) {
      throw new SyncerError('CONFIG_INVALID', '--ha needs --join and --source-endpoints');
    }
    if (config.httpTokenFile === undefined && config.httpClientCaFile === undefined) {
      const text =
        '--ha needs --http-token-file or --http-client-ca-file: standbys follow the writer';
      throw new SyncerError('CONFIG_INVALID', text);
    }
    const clusterId = await findClusterId(config, this.#environment, this.#logger, {
      signal: this.#abort.signal,
      onRetry: error => this.#errors.note(error),
    });
    const deadlineMs = Math.max(LEAST_DEADLINE_MS, (config.haLeaseTtl * 1_000) / 3);
    const client = await openDestinationClient(config, this.#environment, this.#logger, {
      deadlineMs,
    });
    try {
      this.#replica = new Replica({
        config,
        clusterId,
        replicaId: await replicaIdOf(config.dataDir),
        client,
        logger: this.#logger,
        errors: this.#errors,
        signal: this.#abort.signal,
        meetSource: () => meetSource(config, this.#environment, this.#logger),
        standBy: async () => {
          this.#phase = 'standby';
          const storage = await this.#openStorage(clusterId);
          return new Standby({ config, storage, logger: this.#logger, errors: this.#errors });
        },
      });
      const replica = this.#replica;
      await replica.run(async lead => {
        const options = { ...lead, config, logger: this.#logger, clusterId, client, replica };
        const seatLead = new SeatLead(options);
        try {
          await this.#replicateBySeats(seatLead);
        } finally {
          await seatLead.close();
          this.#replication = undefined;
        }
      });
    } finally {
      client.close();
    }
  }

  /** A seat whose log is lost can't be gone on with: with --join it is given up for a new one. */
  async #replicateBySeats(lead: SeatLead | undefined): Promise<void> {
    for (let isLogLost = false; ; ) {
      try {
        await this.#replicate(lead, isLogLost);
        return;
      } catch (error) {
        const failure = toSyncerError(error);
        if (failure.code !== 'LOG_LOST' || !this.#config.join) throw error;
        this.#errors.report(failure);
        isLogLost = true;
        if (lead === undefined) await this.#giveUpSeat();
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

  /** Until told to stop. A promotion that waited for a seat in vain is done without the source. */
  async #replicate(lead: SeatLead | undefined, isLogLost: boolean): Promise<void> {
    const config = this.#config;
    const until =
      lead === undefined ? this.#abort.signal : AbortSignal.any([this.#abort.signal, lead.signal]);
    this.#phase = 'seating';
    const clusterId = lead?.clusterId ?? (await readIdentity(config.dataDir))?.clusterId;
    try {
      if (clusterId !== undefined) {
        await refusePromotedBefore(config, this.#environment, this.#logger, clusterId);
      }
      const signal = AbortSignal.any([until, this.#promotions.seating]);
      await this.#replicateOnSeat(lead, isLogLost, signal);
    } catch (error) {
      if (until.aborted || clusterId === undefined || !this.#promotions.takesOver(error))
        throw error;
      if (await this.#promoteWithoutSource(clusterId, lead, until)) return;
      await this.#replicate(lead, isLogLost);
    }
  }

  /** False when it came to nothing. */
  async #promoteWithoutSource(
    clusterId: bigint,
    lead: SeatLead | undefined,
    signal: AbortSignal,
  ): Promise<boolean> {
    const gate = lead?.leadership;
    const fence = gate === undefined ? undefined : () => gate.fence;
    // What the standby had open, when no seat has taken it over.
    await lead?.close();
    const config = this.#config;
    const client = await openDestinationClient(config, this.#environment, this.#logger, { gate });
    try {
      const isDone = await this.#promotions.withoutSource({ clusterId, client, fence, signal });
      if (!isDone) return false;
    } finally {
      client.close();
    }
    await this.#promotions.done(signal);
    return true;
  }

  async #replicateOnSeat(
    lead: SeatLead | undefined,
    isLogLost: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const config = this.#config;
    const source = await openSource(config, this.#environment, this.#logger);
    try {
      const { seat, storage } = await this.#openSeat(lead, source, isLogLost, signal);
      const gate = lead?.leadership;
      try {
        const client = await openDestinationClient(config, this.#environment, this.#logger, {
          gate,
          opensAhead: true,
        });
        try {
          await this.#run({ seat, storage, source, client }, lead, signal);
        } finally {
          client.close();
        }
      } finally {
        await closeStorage(storage);
      }
    } finally {
      source.client?.close();
      source.reference?.close();
      source.peerTls.close();
    }
  }

  async #openSeat(
    lead: SeatLead | undefined,
    source: SourceAccess,
    isLogLost: boolean,
    signal: AbortSignal,
  ): Promise<{ seat: Seat; storage: Storage }> {
    const config = this.#config;
    const onRetry = (error: SyncerError): unknown => this.#errors.note(error);
    if (lead === undefined) {
      const seat = await takeSeat(config, source, this.#logger, signal, onRetry);
      return { seat, storage: await this.#openStorage(seat.clusterId) };
    }
    const storage = lead.takeStorage() ?? (await this.#openStorage(lead.clusterId));
    try {
      return {
        seat: await lead.takeSeat({ source, storage, isLogLost, signal, onRetry }),
        storage,
      };
    } catch (error) {
      await closeStorage(storage);
      throw error;
    }
  }

  #openStorage(clusterId: bigint): Promise<Storage> {
    const { dataDir, logMaxSize } = this.#config;
    return openStorage(dataDir, clusterId, logMaxSize, seconds =>
      this.#metrics.observe('etcd_syncer_log_fsync_seconds', seconds),
    );
  }

  /** Replicates on a seat. */
  async #run(
    parts: Pick<ReplicationOptions, 'seat' | 'storage' | 'source' | 'client'>,
    lead: SeatLead | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const replication: Replication = new Replication({
      ...parts,
      config: this.#config,
      logger: this.#logger,
      metrics: this.#metrics,
      errors: this.#errors,
      snapshotOut: this.#snapshotOut,
      fence: lead === undefined ? undefined : () => lead.leadership.fence,
      isDeaf: silentMs => this.#replica?.isDeaf(silentMs) === true,
      onCaughtUp: () => lead?.caughtUp(),
      onWriting: () => this.#promotions.writing(replication),
    });
    this.#replication = replication;
    const abandon = (): void => replication.abandon(toSyncerError(lead?.signal.reason));
    lead?.signal.addEventListener('abort', abandon);
    const checks = await this.#scheduleChecks(replication);
    this.#checks = checks;
    try {
      await replication.run(signal);
      const { seat, storage, client } = parts;
      if (this.#promotions.isOpen)
        await this.#promotions.settle(storage.state, client, this.#abort.signal);
      else await lead?.handOver(seat, storage);
    } finally {
      lead?.signal.removeEventListener('abort', abandon);
      await this.#promotions.idle();
      await checks?.stop();
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
      confirmedIndex: () => replication.confirmed,
      lagSeconds: () => this.status().lag.seconds,
      metrics: this.#metrics,
      errors: this.#errors,
      logger: this.#logger,
    });
    checks.start();
    return checks;
  }
}
