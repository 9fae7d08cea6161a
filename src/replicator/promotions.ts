import type { Config } from '../config/options.ts';
import type { EtcdClient } from '../destination/etcd-client.ts';
import type { Fence } from '../destination/write-gate.ts';
import { SyncerError, toSyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { PromotedMark } from '../promote/promoted-mark.ts';
import type { PromotionRequest, PromotionStatus } from '../promote/types.ts';
import type { State } from '../state/state.ts';
import type { ErrorLog } from './error-log.ts';
import { OfflinePart } from './offline-part.ts';
import { openSourceClient } from './open.ts';
import { Promotion } from './promotion.ts';
import { compareAll } from './promotion-check.ts';
import type { Replication } from './replication.ts';
import type { HaStatus, Phase } from './status.ts';

/** How long a seat is looked for before a promotion goes on without it, or is refused. */
const SEAT_MS = { withLoss: 5_000, withoutLoss: 10_000 };

export interface PromotionsOptions {
  readonly config: Config;
  readonly environment: NodeJS.ProcessEnv;
  readonly logger: Logger;
  readonly errors: ErrorLog;
  /** The replication that writes at the moment. */
  readonly replication: () => Replication | undefined;
  /** undefined without --ha. */
  readonly ha: () => HaStatus | undefined;
}

/** Of a promotion whose mark is there: what it was asked for is noted in it. */
const FINISH: PromotionRequest = {
  dryRun: false,
  acceptLoss: true,
  check: false,
  bumpMargin: undefined,
  bumpLimit: 0,
  leaseGrace: 0,
};

/** Without a source: what is there to promote with. */
export interface WithoutSource {
  readonly clusterId: bigint;
  readonly client: EtcdClient;
  readonly fence: (() => Fence) | undefined;
  readonly signal: AbortSignal;
}

/** The promotions of a replicator: at most one is under way. */
export class Promotions {
  readonly #options: PromotionsOptions;
  #current: Promotion | undefined;
  /** Asked for, and waiting for a seat or for the end of the search for one. */
  #waiting: PromotionRequest | undefined;
  /** A replicator that runs anyway goes on after a promotion that came to nothing; a process of its own ends. */
  #isOnlyPurpose = false;
  #finishesOthers = false;
  #seating = new AbortController();
  #seatTimer: NodeJS.Timeout | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(options: PromotionsOptions) {
    this.#options = options;
  }

  get status(): PromotionStatus | undefined {
    return this.#current?.status;
  }

  get phase(): Phase | undefined {
    return this.#current?.phase;
  }

  /** Clients may come: what is left are leases. */
  get isOpen(): boolean {
    return this.#current?.isOpen ?? false;
  }

  /** Aborted when a promotion has waited long enough for a seat. */
  get seating(): AbortSignal {
    return this.#seating.signal;
  }

  /**
   * Begins one, or joins the one under way. Returns at once.
   * Errors: PROMOTE_STANDBY, PROMOTE_SOURCE_SILENT while there is no seat and loss is not accepted.
   */
  begin(request: PromotionRequest): PromotionStatus | undefined {
    const { replication, ha } = this.#options;
    const under = this.#current;
    if (under !== undefined && !under.request.dryRun && (under.isMarked || !under.hasEnded)) {
      return under.status;
    }
    const status = ha();
    if (status !== undefined && status.role !== 'writer') {
      const writer =
        status.writer === undefined ? 'nobody' : `${status.writer.name} at ${status.writer.url}`;
      throw new SyncerError('PROMOTE_STANDBY', `this replica stands by; ${writer} writes`);
    }
    const part = replication();
    if (part?.isWriting === true) {
      this.#runWith(request, part);
      return this.status;
    }
    if (!request.acceptLoss) {
      throw new SyncerError(
        'PROMOTE_SOURCE_SILENT',
        'the source was not reached yet; if it is dead, run this with --accept-loss',
      );
    }
    this.#current = undefined;
    this.#waiting = request;
    this.#seating.abort(new SyncerError('SOURCE_UNREACHABLE', 'promoted without the source'));
    return undefined;
  }

  /** As soon as there is a seat; after a while without one. */
  beginAtStart(request: PromotionRequest): void {
    this.#waiting = request;
    this.#isOnlyPurpose = true;
    if (request.dryRun) {
      this.#seating.abort(new SyncerError('SOURCE_UNREACHABLE', 'a dry run takes no seat'));
      return;
    }
    const waitMs = request.acceptLoss ? SEAT_MS.withLoss : SEAT_MS.withoutLoss;
    const text = `no seat was had within ${waitMs / 1_000} s`;
    this.#seatTimer = setTimeout(
      () => this.#seating.abort(new SyncerError('SOURCE_UNREACHABLE', text)),
      waitMs,
    );
  }

  /** What a promotion before this process left to do is done, instead of ending with DEST_PROMOTED. */
  finishAtStart(): void {
    this.#finishesOthers = true;
  }

  /** A replication writes from now on. */
  writing(part: Replication): void {
    clearTimeout(this.#seatTimer);
    const request = this.#waiting;
    this.#waiting = undefined;
    if (request !== undefined) this.#runWith(request, part);
  }

  /** Whether an error that ended the search for a seat is to be followed by a promotion without the source. */
  takesOver(error: unknown): boolean {
    clearTimeout(this.#seatTimer);
    const { code, message } = toSyncerError(error);
    if (code === 'DEST_PROMOTED' && this.#finishesOthers) this.#waiting ??= FINISH;
    if (this.#waiting === undefined) return false;
    this.#options.logger.info({ code, reason: message }, 'promoting without a seat');
    return this.#seating.signal.aborted || /^(SEAT|SOURCE|PEER)_|^DEST_PROMOTED$/.test(code);
  }

  /**
   * Promotes with what is in the data directory, and settles the leases. False when it came to nothing, or was a
   * dry run, and a replicator is to look for its seat again. Errors: as of Promotion.run.
   */
  async withoutSource({ clusterId, client, fence, signal }: WithoutSource): Promise<boolean> {
    const { config, logger, errors } = this.#options;
    const request = this.#waiting;
    if (request === undefined) throw new SyncerError('INTERNAL', 'no promotion waits');
    this.#waiting = undefined;
    const promotion = this.#new(request, clusterId);
    const options = { config, clusterId, client, logger, errors, fence };
    const part = await OfflinePart.open(
      request.dryRun ? { ...options, isSourceThere: () => this.#isSourceThere() } : options,
    );
    const until = AbortSignal.any([signal, part.failed]);
    try {
      const mark = new PromotedMark(client, config.checkpointPrefix, clusterId);
      const found = await mark.find();
      if (found !== undefined) await promotion.resume(part, found, until);
      else {
        if (!request.dryRun) await part.start();
        await promotion.run(part, until);
      }
      if (!request.dryRun) await promotion.settle(part.storage.state, client, until);
      return this.#isOnlyPurpose || !request.dryRun;
    } catch (thrown) {
      const error = toSyncerError(thrown);
      promotion.failed(error);
      if (this.#isOnlyPurpose || promotion.isMarked || signal.aborted) throw thrown;
      errors.report(error);
      return false;
    } finally {
      this.#seating = new AbortController();
      await part.close();
    }
  }

  /** Gives leases their true lifetimes, and is done. Errors: as of Promotion.settle. */
  async settle(state: State, client: EtcdClient, signal: AbortSignal): Promise<void> {
    await this.#current?.settle(state, client, signal);
    await this.done(signal);
  }

  /** Waits until the process is told to stop: one that ended by itself would be started again in vain. */
  async done(signal: AbortSignal): Promise<void> {
    this.#options.logger.info('the promotion is done: stop this process when you like');
    if (signal.aborted) return;
    await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()));
  }

  /** Nothing of it may be under way when the parts are closed. */
  async idle(): Promise<void> {
    clearTimeout(this.#seatTimer);
    await this.#ended;
  }

  async #isSourceThere(): Promise<boolean> {
    const { config, environment, logger } = this.#options;
    if (config.sourceEndpoints.length === 0) return false;
    const client = await openSourceClient(config, environment, logger);
    try {
      await client.memberList();
      return true;
    } catch (error) {
      const { code, message } = toSyncerError(error);
      logger.info({ code, reason: message }, 'the source does not answer');
      return false;
    } finally {
      client.close();
    }
  }

  #new(request: PromotionRequest, clusterId: bigint): Promotion {
    const { config, environment, logger, errors } = this.#options;
    const promotion = new Promotion({
      request,
      config,
      environment,
      clusterId,
      logger,
      errors,
      compare: signal => compareAll(config, environment, logger, signal),
    });
    this.#current = promotion;
    return promotion;
  }

  #runWith(request: PromotionRequest, part: Replication): void {
    const promotion = this.#new(request, part.seat.clusterId);
    this.#ended = this.#run(promotion, part);
  }

  async #run(promotion: Promotion, part: Replication): Promise<void> {
    try {
      await promotion.run(part, part.ending);
      if (promotion.isOpen) part.stop();
    } catch (thrown) {
      const error = toSyncerError(thrown);
      promotion.failed(error);
      if (part.ending.aborted) return;
      this.#options.errors.report(error);
      // What is left to do can't be gone on with by a replication that has ended.
      if (promotion.isMarked || part.isFrozen) part.abandon(error);
    }
  }
}
