import type { AuthState } from '../apply/types.ts';
import type { Config } from '../config/options.ts';
import type { EtcdClient } from '../destination/etcd-client.ts';
import { settleHeld } from '../destination/settle-held.ts';
import type { Checkpoint } from '../destination/types.ts';
import { SyncerError, toSyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { retry } from '../ops/retry.ts';
import { RevisionBump } from '../promote/bump-revision.ts';
import { QUIET_MS } from '../promote/judge-lease.ts';
import { PromotedMark } from '../promote/promoted-mark.ts';
import { settleLeases } from '../promote/settle-leases.ts';
import type { PromotionRequest, PromotionStatus, Step } from '../promote/types.ts';
import { highestRevision, judge, unapplied } from '../promote/verdict.ts';
import type { State } from '../state/state.ts';
import type { ErrorLog } from './error-log.ts';
import { giveUpSeat } from './give-up-seat.ts';
import { RETRIED } from './open.ts';
import type { Promotable } from './promotable.ts';
import { Outlook, pause } from './promotion-outlook.ts';
import type { Phase } from './status.ts';

/** How long the source may take to say where it stands. */
const ASK_MS = 5_000;
/** How long a written source is looked out for. */
const LOOK_MS = 1_000;
/** A dry run waits no longer for what is on its way. */
const DRY_DRAIN_MS = 10_000;
/** Of the leases' time, what may have gone by since their last keepalive, at the most. */
const FRESH_SHARE = 2 / 3;
const FRESH_SECONDS = 10;

export interface PromotionOptions {
  readonly request: PromotionRequest;
  readonly config: Config;
  readonly environment: NodeJS.ProcessEnv;
  readonly clusterId: bigint;
  readonly logger: Logger;
  readonly errors: ErrorLog;
  /** Compares source and destination; returns how many differences there are. Errors: those of Check. */
  readonly compare: (signal: AbortSignal) => Promise<number>;
}

/**
 * One cut-over, from the question whether it can be done to the last lease. What it has done is at the
 * destination: after a crash another one goes on (`resume`).
 */
export class Promotion {
  readonly request: PromotionRequest;
  readonly #options: PromotionOptions;
  readonly #outlook: Outlook;
  readonly #startedMs = performance.now();
  #step: Step = 'asking the source';
  #mark: Checkpoint | undefined;
  #highest: number | undefined;
  #seat: string | undefined;
  #lateRevisions = 0;
  #seconds: number | undefined;
  #leases: PromotionStatus['leases'];
  #error: SyncerError | undefined;

  constructor(options: PromotionOptions) {
    this.#options = options;
    this.request = options.request;
    this.#outlook = new Outlook({
      ...options,
      retry: (what, attempt, signal) => this.#retry(what, attempt, signal),
    });
  }

  /** Of the replicator with it; undefined = that of its own. */
  get phase(): Phase | undefined {
    if (this.#step === 'refused' || this.request.dryRun) return undefined;
    return this.#mark?.promoted?.openMs === undefined ? 'promoting' : 'promoted';
  }

  /** Replication has ended for good. */
  get isMarked(): boolean {
    return this.#mark !== undefined;
  }

  /** Clients may come. */
  get isOpen(): boolean {
    return this.#mark?.promoted?.openMs !== undefined;
  }

  /** Nothing more comes of it. */
  get hasEnded(): boolean {
    return this.#step === 'done' || this.#step === 'refused';
  }

  get status(): PromotionStatus {
    const standing = this.#outlook.standing;
    const promoted = this.#mark?.promoted;
    const judged = judge(standing, this.request);
    // What is done needs nothing any more.
    const verdict = promoted === undefined ? judged : { ...judged, ready: true, hindrances: [] };
    const late = this.#lateRevisions;
    return {
      step: this.#step,
      dry_run: this.request.dryRun,
      ...verdict,
      warnings: [
        ...verdict.warnings,
        ...(late === 0
          ? []
          : [
              {
                text: `the source stood ${late} revisions further when the seat was given up: they are not here (leases that ended there count, too)`,
              },
            ]),
      ],
      source_answers: standing.isSourceAnswering,
      ...(standing.silentMs === undefined
        ? {}
        : { source_silent_seconds: Math.round(standing.silentMs) / 1_000 }),
      received: standing.received,
      committed: standing.committed,
      confirmed: standing.confirmed,
      unapplied: unapplied(standing),
      revision: standing.revision,
      highest_revision: this.#highest ?? highestRevision(standing),
      destination_revision: standing.destinationRevision,
      ...(promoted === undefined
        ? {}
        : {
            promoted_at: new Date(promoted.atMs).toISOString(),
            complete: promoted.isComplete && late === 0,
          }),
      ...(this.#seat === undefined ? {} : { seat: this.#seat }),
      ...(this.#seconds === undefined ? {} : { seconds: this.#seconds }),
      ...(this.#leases === undefined ? {} : { leases: this.#leases }),
      ...(this.#error === undefined
        ? {}
        : { error: { code: this.#error.code, message: this.#error.message } }),
    };
  }

  /** It ended before anything was done, or broke off. */
  failed(error: SyncerError): void {
    this.#error = error;
    if (!this.isMarked) this.#step = 'refused';
  }

  /**
   * Everything up to where clients may come; a dry run only looks.
   * Errors: PROMOTE_..., those of the check and the writer, the signal's reason. Replication goes on after one
   * unless `isMarked`.
   */
  async run(part: Promotable, signal: AbortSignal): Promise<void> {
    const isReady = await this.#look(part, signal);
    if (this.request.dryRun) {
      this.#to('done');
      return;
    }
    if (!isReady) {
      const { hindrances } = this.status;
      const [first] = hindrances;
      const text = hindrances.map(hindrance => hindrance.text).join('; ');
      throw new SyncerError(first?.code ?? 'INTERNAL', text);
    }
    await this.#end(part, signal);
    await this.#open(part, signal);
  }

  /** Goes on with a promotion whose mark is at the destination. Errors: as of `run`. */
  async resume(part: Promotable, found: Checkpoint, signal: AbortSignal): Promise<void> {
    this.#mark = found;
    this.#highest = found.promoted?.highestRevision;
    this.#outlook.note({
      received: part.received,
      committed: part.committed,
      confirmed: found.index,
      revision: found.revision,
      held: part.destination.auth?.held ?? [],
    });
    await this.#outlook.readRevision(part.destination.client, signal);
    const { confirmed } = part.storage.state;
    if (confirmed.index < found.index) {
      this.#options.logger.warn(
        { state: confirmed.index, checkpoint: found.index },
        'the state here is older than the destination: leases that it does not know run out by themselves',
      );
    }
    if (this.isOpen) return;
    for (const [id, { ttl }] of part.storage.state.confirmedReader.leases()) {
      part.destination.leases.adopt(id, ttl);
    }
    await this.#open(part, signal);
  }

  /** Gives leases their true lifetimes. Errors: permanent ones of the client; the signal's reason. */
  async settle(state: State, client: EtcdClient, signal: AbortSignal): Promise<void> {
    const { config, clusterId } = this.#options;
    const promoted = this.#mark?.promoted;
    if (promoted?.openMs === undefined) throw new SyncerError('INTERNAL', 'clients are not in yet');
    if (!promoted.areLeasesSettled) {
      this.#to('settling leases');
      const counts = await settleLeases({
        client,
        leases: [...state.confirmedReader.leases()],
        floorSeconds: config.leaseTtlFloor,
        graceSeconds: promoted.leaseGrace,
        // A clock that was set back counts as no time at all: leases get their whole time anew.
        openMs: performance.now() - Math.max(0, Date.now() - promoted.openMs),
        now: () => performance.now(),
        retry: (what, attempt) => this.#retry(what, attempt, signal),
        signal,
        onProgress: current => {
          this.#leases = current;
        },
      });
      this.#leases = counts;
      this.#options.logger.info({ ...counts }, 'settled the leases');
      const mark = new PromotedMark(client, config.checkpointPrefix, clusterId);
      this.#mark = await this.#retry(
        'note that leases are settled',
        () => mark.change({ areLeasesSettled: true }),
        signal,
      );
    }
    this.#to('done');
  }

  /** Asks, drains and looks; whether all is well. */
  async #look(part: Promotable, signal: AbortSignal): Promise<boolean> {
    const { request } = this;
    const limitMs = request.dryRun ? DRY_DRAIN_MS : Number.POSITIVE_INFINITY;
    this.#to('asking the source');
    let barrier = await part.askSource(ASK_MS, signal);
    this.#outlook.look(part, { isSourceAnswering: barrier !== undefined });
    this.#to('draining');
    await this.#outlook.drain(part, barrier ?? part.committed, limitMs, signal);
    if (barrier !== undefined) {
      const before = part.writes;
      await pause(LOOK_MS, signal);
      barrier = await part.askSource(ASK_MS, signal);
      await this.#outlook.drain(part, barrier ?? part.committed, limitMs, signal);
      const lateWrites = part.writes - before;
      this.#outlook.look(part, { isSourceAnswering: barrier !== undefined, lateWrites });
    }
    await this.#outlook.readRevision(part.destination.client, signal);
    await this.#outlook.readCheckpoint(part, signal);
    if (request.check) {
      this.#to('checking');
      this.#outlook.note({ differences: await this.#options.compare(signal) });
    }
    if (!judge(this.#outlook.standing, request).ready || request.dryRun)
      return judge(this.#outlook.standing, request).ready;
    if (request.bumpMargin === undefined) return true;
    this.#to('measuring');
    const bump = this.#bump(part.destination.client, signal);
    const target = highestRevision(this.#outlook.standing) + request.bumpMargin;
    const bumpSeconds = await bump.estimate(target);
    this.#outlook.note({ bumpSeconds, destinationRevision: bump.revision });
    const isReady = judge(this.#outlook.standing, request).ready;
    if (!isReady) await bump.clean();
    return isReady;
  }

  /** The point of no return: from the mark on nobody replicates. */
  async #end(part: Promotable, signal: AbortSignal): Promise<void> {
    const { request } = this;
    this.#to('ending replication');
    const { writer } = part.destination;
    await part.freeze();
    this.#outlook.look(part);
    if (!this.#outlook.standing.isWhole) {
      // A lease that was lost at the last moment, or the like: a start anew mends it.
      throw new SyncerError('PROMOTE_INCONSISTENT', 'the destination came to no whole state');
    }
    const { confirmed, confirmedReader } = part.storage.state;
    const there = writer.checkpoint;
    const isStateThere = there === undefined || confirmed.index >= there.index;
    if (isStateThere) await this.#settleHeld(part, confirmedReader.auth, signal);
    const position = isStateThere ? confirmed : { index: there.index, term: there.term };
    const revision = isStateThere ? confirmedReader.revision : there.revision;
    this.#outlook.note({ endedAt: position.index, confirmed: position.index, revision });
    const { isSourceAnswering, lateWrites } = this.#outlook.standing;
    const { bumpMargin } = request;
    const highest = highestRevision(this.#outlook.standing);
    const promoted = {
      atMs: Date.now(),
      isComplete: isSourceAnswering && lateWrites === 0,
      highestRevision: highest,
      bumpTo: bumpMargin === undefined ? undefined : highest + bumpMargin,
      openMs: undefined,
      leaseGrace: request.leaseGrace,
      areLeasesSettled: false,
    };
    signal.throwIfAborted();
    await writer.promote(position, revision, promoted);
    part.promoted();
    this.#mark = writer.checkpoint;
    this.#highest = highest;
    this.#options.logger.warn(
      {
        ...position,
        revision,
        highest_revision: highest,
        complete: promoted.isComplete,
      },
      'the destination is promoted: replication has ended for good',
    );
  }

  /** Users and roles as the source has them at the end. What can't be done does not stand in the way of a cut-over: it is told. */
  async #settleHeld(part: Promotable, wanted: AuthState, signal: AbortSignal): Promise<void> {
    const { client, auth } = part.destination;
    if (auth === undefined) return;
    try {
      const retry = <T>(what: string, attempt: () => Promise<T>): Promise<T> =>
        this.#retry(what, attempt, signal);
      await settleHeld({ client, auth, wanted, retry });
    } catch (error) {
      signal.throwIfAborted();
      const { code, message } = toSyncerError(error);
      this.#options.logger.warn({ code, reason: message }, 'held changes were not tried again');
    }
    this.#outlook.look(part);
  }

  /** After the mark; may be repeated. */
  async #open(part: Promotable, signal: AbortSignal): Promise<void> {
    const { config, environment, clusterId, logger } = this.#options;
    const { client } = part.destination;
    const [left] = await Promise.all([
      giveUpSeat({ config, environment, logger, part, signal }),
      this.#prepare(part, signal),
    ]);
    this.#seat = left.text;
    if (left.sourceRevision !== undefined && this.#outlook.standing.isSourceAnswering) {
      this.#lateRevisions = Math.max(0, left.sourceRevision - this.#outlook.standing.revision);
    }
    await this.#outlook.readRevision(client, signal);
    const mark = new PromotedMark(client, config.checkpointPrefix, clusterId);
    const openMs = Date.now();
    this.#mark = await this.#retry('let clients in', () => mark.change({ openMs }), signal);
    this.#seconds = Math.round(performance.now() - this.#startedMs) / 1_000;
    logger.warn({ seconds: this.#seconds }, 'clients may come');
  }

  /** What clients must find done, beside the seat that is given up meanwhile. */
  async #prepare(part: Promotable, signal: AbortSignal): Promise<void> {
    const { client, leases } = part.destination;
    const bumpTo = this.#mark?.promoted?.bumpTo;
    if (bumpTo !== undefined) {
      this.#to('raising the revision');
      await this.#bump(client, signal).raise(bumpTo);
    }
    this.#to('letting clients in');
    const fading = this.#fading(part);
    if (fading.length > 0) await leases.renew(fading, signal);
    leases.pause();
    await pause(QUIET_MS, signal);
  }

  /** Leases that may have less left than the whole TTL of the source. */
  #fading(part: Promotable): bigint[] {
    const { leaseTtlFloor } = this.#options.config;
    const { leaseGrace = 0 } = this.#mark?.promoted ?? {};
    const { leases } = part.destination;
    const fading: bigint[] = [];
    for (const [id, { ttl }] of part.storage.state.confirmedReader.leases()) {
      const least = Math.max(ttl, leaseTtlFloor) * FRESH_SHARE;
      if (ttl + leaseGrace + FRESH_SECONDS > least || leases.isUnseen(id)) fading.push(id);
    }
    return fading;
  }

  #bump(client: EtcdClient, signal: AbortSignal): RevisionBump {
    const { config, clusterId } = this.#options;
    const { key: checkpointKey } = new PromotedMark(client, config.checkpointPrefix, clusterId);
    return new RevisionBump({
      client,
      checkpointKey,
      retry: (what, attempt) => this.#retry(what, attempt, signal),
      signal,
    });
  }

  #to(step: Step): void {
    if (step === this.#step && step !== 'asking the source') return;
    this.#step = step;
    this.#options.logger.info({ step, dry_run: this.request.dryRun }, 'promotion');
  }

  #retry<T>(what: string, attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const { logger, errors } = this.#options;
    return retry(attempt, {
      logger,
      signal,
      what,
      isPermanent: ({ code }) =>
        !RETRIED.has(code) && code !== 'DEST_UNREACHABLE' && code !== 'DEST_NOSPACE',
      maxDelayMs: 2_000,
      onRetry: error => errors.note(error),
    });
  }
}
