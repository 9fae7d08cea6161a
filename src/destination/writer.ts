import { setTimeout as sleep } from 'node:timers/promises';
import { SyncerError, toSyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import type { Position } from '../state/types.ts';
import type { ByteString } from '../wire/bytes.ts';
import type { AuthWriter } from './auth-writer.ts';
import { CompactionMirror } from './compaction-mirror.ts';
import { type OnNonempty, prepareEmpty } from './emptiness.ts';
import { EntryQueue } from './entry-queue.ts';
import type { EtcdClient } from './etcd-client.ts';
import { type CommitStats, GuardedCommits } from './guarded-commits.ts';
import type { LocalPosition } from './judge-checkpoint.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import { type ConfirmedState, LeaseRecovery } from './lease-recovery.ts';
import { partsOf } from './oversize.ts';
import { PacedCommits } from './paced-commits.ts';
import { type Batch, hasEffects, isPlain, type OversizeEntry, planBatch } from './planner/batch.ts';
import type { KeyFilter } from './planner/filter.ts';
import type { TxnLimits } from './planner/limits.ts';
import { Repair, type RepairReport, type RepairRequest } from './repair.ts';
import { Seeding, type SeedingReport, type SeedingTarget } from './seeding.ts';
import type { Checkpoint, EntryEffects, Promoted } from './types.ts';
import type { Fence } from './write-gate.ts';

/** Entries without effects after which the checkpoint is moved all the same, or the time. */
const REFRESH_ENTRIES = 1_000;
const REFRESH_MS = 60_000;
const DRAIN_POLL_MS = 10;

/** Counters for metrics and status; they only grow. */
export interface WriterStats extends Readonly<CommitStats> {
  readonly splitEntries: number;
}

export interface WriterOptions {
  readonly client: EtcdClient;
  readonly leases: LeaseKeeper;
  /** undefined = changes of users and roles stay here. */
  readonly auth: AuthWriter | undefined;
  readonly filter: KeyFilter;
  readonly limits: TxnLimits;
  readonly clusterId: bigint;
  readonly checkpointKey: ByteString;
  readonly onNonempty: OnNonempty;
  /** Names this process in the checkpoint. */
  readonly writerName: string;
  /** See CommitOptions. */
  readonly fence?: (() => Fence) | undefined;
  readonly logger: Logger;
  /** Everything up to `position` is at the destination. Resolves when the state has taken note; its rejection ends `run`. */
  readonly onConfirmed: (position: Position, checkpointIndex: number) => Promise<void>;
  readonly onBatch?: (batch: Batch, seconds: number) => void;
  /** Told of every failure that is followed by another attempt. */
  readonly onRetry?: (error: SyncerError) => void;
  /** Told when an attempt succeeds after one that failed. */
  readonly onRecovered?: () => void;
}

/** Work that is done while the loop sends nothing: when all is sent, or between two batches. */
interface Job {
  readonly work: () => Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Writes effects to the destination in order, each batch in a guarded transaction. While one is under way
 * the next one fills up: no waiting when idle, large batches when busy. Plain ones are sent while others are
 * under way, as far as it pays (planner/pacing.ts); anything else waits until all before it is confirmed.
 */
export class DestinationWriter {
  readonly #options: WriterOptions;
  readonly #commits: GuardedCommits;
  readonly #recovery: LeaseRecovery;
  readonly #compaction: CompactionMirror;
  readonly #abort = new AbortController();
  readonly #lostLeases = new Set<bigint>();
  readonly #queue = new EntryQueue();
  readonly #paced: PacedCommits;
  #wake: (() => void) | undefined;
  /** Set while more entries would change nothing: only an answer does. */
  #isFull = false;
  #job: Job | undefined;
  #repair: Job | undefined;
  #settled: Promise<void> = Promise.resolve();
  #failure: SyncerError | undefined;
  #isBusy = false;
  #isSplitting = false;
  #splitEntries = 0;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#compaction = new CompactionMirror(options.client, options.logger);
    this.#commits = new GuardedCommits({
      ...options,
      signal: this.#abort.signal,
      onLeaseMissing: ops => this.#recovery.recoverOf(ops),
      onCommitted: (checkpoint, revision) =>
        this.#compaction.confirmed(checkpoint.revision, revision),
    });
    this.#paced = new PacedCommits(this.#commits);
    this.#recovery = new LeaseRecovery({
      ...options,
      commits: this.#commits,
      queuedTtl: id => this.#queue.leaseTtl(id),
      settled: () => this.#settled,
    });
  }

  get stats(): WriterStats {
    return { ...this.#commits.stats, splitEntries: this.#splitEntries };
  }

  /** The last checkpoint known to be at the destination. */
  get checkpoint(): Checkpoint | undefined {
    return this.#commits.checkpoint;
  }

  /** False while the destination is seeded, or an entry that had to be split is only partly there. */
  get consistent(): boolean {
    const { partsDone = 0, seeding } = this.checkpoint ?? {};
    return !this.#isSplitting && partsDone === 0 && seeding === undefined;
  }

  /** Nothing was written yet, and nothing was there before. */
  get isBlank(): boolean {
    const { index, partsDone, seeding } = this.checkpoint ?? {};
    const isUntouched = index === 0 && partsDone === 0 && seeding === undefined;
    return isUntouched && this.#options.onNonempty !== 'merge';
  }

  get queuedEntries(): number {
    return this.#queue.entries.length;
  }

  get isIdle(): boolean {
    return this.queuedEntries === 0 && !this.#isBusy;
  }

  /**
   * Meets the destination: reads its checkpoint, decides whether it is ours to go on with, makes room
   * before the first one, and claims it. Unreachable is retried.
   *
   * Errors: those of judgeCheckpoint, DEST_NOT_EMPTY, permanent ones of the client.
   */
  async open(local: LocalPosition): Promise<Checkpoint> {
    const { client, filter, onNonempty } = this.#options;
    return await this.#commits.claim(local, () => prepareEmpty(client, filter, onNonempty));
  }

  /**
   * Brings the destination's leases in line with the state, before anything else is replicated, and keeps
   * them alive from then on.
   *
   * @param state what is at the destination, i.e. the state at its checkpoint; it is read again later
   */
  async reconcileLeases(state: ConfirmedState): Promise<void> {
    await this.#recovery.reconcile(state);
    if (!this.#abort.signal.aborted) this.#options.leases.start();
  }

  /**
   * Brings the destination to a snapshot's state, when everything submitted is confirmed; nothing may be
   * submitted meanwhile. Errors: those of Seeding; the abort's reason when the writer is stopped.
   */
  async seed(target: SeedingTarget): Promise<SeedingReport> {
    const { signal } = this.#abort;
    const recoveries = (): number => this.#recovery.count;
    const options = { ...this.#options, commits: this.#commits, signal, recoveries };
    const seeding = new Seeding(options, target);
    await this.#exclusively(() => {
      // A lease that is lost from now on comes back with the keys of the snapshot.
      this.#recovery.use(target.state);
      return seeding.run();
    });
    return seeding.report;
  }

  /**
   * Ends replication: the checkpoint says so from now on, and every later write of anybody's is refused. Everything
   * submitted must be confirmed. Errors: as of GuardedCommits.commit.
   */
  async promote(position: Position, revision: number, promoted: Promoted): Promise<void> {
    const { clusterId, writerName } = this.#options;
    const checkpoint = { clusterId, ...position, revision, writer: writerName, partsDone: 0 };
    await this.#exclusively(() => this.#commits.commit({ ...checkpoint, promoted }, new Map()));
  }

  /** Revokes leases that entries up to the checkpoint revoked, where a process that died left them over. */
  async revokeLeftOver(ids: readonly bigint[]): Promise<void> {
    await this.#recovery.revokeLeftOver(ids);
  }

  /**
   * Makes named things of the destination what they are to be, between two batches. Errors: REPAIR_NOT_NOW, those
   * of Repair; the abort's reason when the writer is stopped.
   */
  async repair(request: RepairRequest): Promise<RepairReport> {
    if (this.#repair !== undefined) {
      throw new SyncerError('REPAIR_NOT_NOW', 'another repair is under way');
    }
    return await new Promise((resolve, reject) => {
      const work = async (): Promise<void> => resolve(await this.#repairNow(request));
      this.#repair = { work, resolve: () => undefined, reject };
      this.#wake?.();
    });
  }

  async #repairNow(request: RepairRequest): Promise<RepairReport> {
    const { state } = this.#recovery;
    if (this.checkpoint?.promoted !== undefined) {
      throw new SyncerError(
        'REPAIR_NOT_NOW',
        'the destination was promoted: it is what counts now',
      );
    }
    if (state === undefined || !this.consistent) {
      const text = 'the destination does not stand at one revision of the source yet';
      throw new SyncerError('REPAIR_NOT_NOW', text);
    }
    const recovery = this.#recovery;
    const repair = new Repair({ ...this.#options, commits: this.#commits, recovery, state });
    return await repair.run(request);
  }

  /** Takes the effects of the next entry. */
  submit(entry: EntryEffects): void {
    this.#queue.push(entry);
    if (!this.#isFull) this.#wake?.();
  }

  /** Resolves when there is room for more. Rejects when the writer is stopped. */
  async room(): Promise<void> {
    await this.#queue.room(this.#abort.signal);
  }

  /** A lease that the destination has lost; its keys are gone there. */
  leaseLost(id: bigint): void {
    // Keys and leases are its clients' affair by now.
    if (this.checkpoint?.promoted !== undefined) return;
    this.#lostLeases.add(id);
    this.#wake?.();
  }

  /** Sends until stopped. Rejects with the first error that no repetition mends. */
  async run(): Promise<void> {
    try {
      await this.#sendAll();
    } catch (error) {
      this.#failure ??= toSyncerError(error);
      throw error;
    }
  }

  async #sendAll(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#paced.underWay > 0 && (await this.#waitsForPacing())) continue;
      const planned = planBatch(this.#queue.entries, this.#options.limits, this.#queue.sent);
      this.#isBusy = planned !== undefined || this.#paced.underWay > 0 || this.#lostLeases.size > 0;
      if (planned !== undefined && 'batch' in planned && this.#maySendAhead(planned.batch)) {
        this.#sendAhead(planned.batch);
      } else if (this.#paced.underWay > 0) await this.#pause(planned !== undefined);
      else if (this.#lostLeases.size > 0) await this.#recoverLostLeases();
      else if (this.#repair !== undefined) await this.#runJob(this.#repair);
      else if (planned === undefined && this.#job !== undefined) await this.#runJob(this.#job);
      else if (planned === undefined) await this.#pause(false);
      else if ('batch' in planned) await this.#send(planned.batch);
      else await this.#sendOversize(planned.oversize);
    }
  }

  /** Waits while it is too early for another batch; false when it is not. */
  async #waitsForPacing(): Promise<boolean> {
    if (this.#queue.waiting === 0) return false;
    const { waitMs } = this.#paced;
    if (waitMs === 0) return false;
    const timer = Number.isFinite(waitMs) ? setTimeout(() => this.#wake?.(), waitMs) : undefined;
    await this.#pause(true);
    clearTimeout(timer);
    return true;
  }

  #maySendAhead(batch: Batch): boolean {
    const isWhole = (this.checkpoint?.partsDone ?? 0) === 0;
    return isPlain(batch) && isWhole && this.#lostLeases.size === 0 && this.#paced.isInOrder;
  }

  #sendAhead(batch: Batch): void {
    this.#queue.markSent(batch.entries);
    this.#paced
      .send(this.#checkpointOf(batch), batch.ops, (result, tookMs) => {
        if (result === 'refused') {
          // All behind it are refused, too: when the last of them is, they are planned anew, as one if they fit.
          if (this.#paced.underWay === 0) this.#queue.sendAgain();
          return;
        }
        this.#options.onBatch?.(batch, tookMs / 1000);
        this.#confirmBatch(batch);
      })
      .catch((error: unknown) => {
        if (!this.#abort.signal.aborted) this.#failure ??= toSyncerError(error);
      })
      .finally(() => this.#wake?.());
  }

  /**
   * Waits until everything submitted is confirmed and noted; false when `timeoutMs` passed before, or
   * the writer has failed or is stopped.
   */
  async drain(timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    const hasEnded = (): boolean => this.#failure !== undefined || this.#abort.signal.aborted;
    while (!this.isIdle && performance.now() < deadline && !hasEnded()) {
      await sleep(DRAIN_POLL_MS);
    }
    await this.#settled;
    return this.isIdle;
  }

  /** Stops at once. A request under way may still land; nothing is confirmed any more. */
  stop(): void {
    this.#abort.abort();
    this.#options.leases.stop();
    this.#wake?.();
    this.#queue.stopped();
    for (const job of [this.#job, this.#repair]) job?.reject(this.#abort.signal.reason);
  }

  /** Runs `work` in the loop's own turn, with nothing else being written. */
  #exclusively(work: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#job = { work, resolve, reject };
      this.#wake?.();
    });
  }

  async #runJob(job: Job): Promise<void> {
    const { work, resolve, reject } = job;
    try {
      await this.#settled;
      await work();
      resolve();
    } catch (error) {
      reject(error);
    } finally {
      if (this.#job === job) this.#job = undefined;
      else this.#repair = undefined;
    }
  }

  /** Waits for something to do; with `isFull` for an answer, more work changes nothing. */
  #pause(isFull: boolean): Promise<void> {
    return new Promise(resolve => {
      this.#isFull = isFull;
      this.#wake = () => {
        this.#wake = undefined;
        this.#isFull = false;
        resolve();
      };
      const hasJob = this.#job !== undefined || this.#repair !== undefined;
      const hasWork =
        this.#queue.waiting > 0 ||
        (this.#paced.underWay === 0 && (this.#lostLeases.size > 0 || hasJob));
      if (this.#failure !== undefined || this.#abort.signal.aborted) this.#wake();
      else if (hasWork && !isFull) this.#wake();
    });
  }

  async #send(batch: Batch): Promise<void> {
    const { auth, leases } = this.#options;
    const started = performance.now();
    if (hasEffects(batch) || this.#refreshIsDue(batch)) {
      await this.#grant(batch);
      if (auth !== undefined) {
        for (const { mutation, after } of batch.auth) {
          await this.#commits.retry('change users and roles', () => auth.apply(mutation, after));
        }
      }
      await this.#commits.commit(this.#checkpointOf(batch), batch.ops);
      await this.#finish(batch, started);
    }
    await this.#commits.retry('revoke leases that a process before us left', () =>
      leases.revokeUnclaimed(batch.brief),
    );
    this.#confirmBatch(batch);
  }

  #confirmBatch({ position, entries, compactRevision }: Batch): void {
    if (compactRevision !== undefined) this.#compaction.compact(compactRevision);
    this.#options.logger.trace({ index: position.index, entries }, 'batch confirmed');
    this.#confirm(position, entries);
  }

  #refreshIsDue(batch: Batch): boolean {
    const behind = batch.position.index - (this.checkpoint?.index ?? 0);
    return behind >= REFRESH_ENTRIES || this.#commits.ageMs >= REFRESH_MS;
  }

  /** One entry that the destination can't take in one transaction: as one range delete where that is equal, else in parts. */
  async #sendOversize(oversize: OversizeEntry): Promise<void> {
    const { client, limits, checkpointKey, logger } = this.#options;
    const { entry, batch } = oversize;
    const started = performance.now();
    const parts = await this.#commits.retry('count keys', () =>
      partsOf(oversize, { client, limits, checkpointKey }),
    );
    if (parts.length > 1) {
      this.#splitEntries += 1;
      this.#isSplitting = true;
      const details = {
        index: entry.position.index,
        parts: parts.length,
        operations: batch.ops.size,
      };
      const text = 'one source transaction is sent in parts';
      logger.error({ code: 'DEST_ENTRY_SPLIT', ...details }, text);
    }
    await this.#grant(batch);
    for (const [i, part] of parts.entries()) {
      // Until the last part is there, the checkpoint stays before the entry: a restart sends it all again.
      const isLast = i === parts.length - 1;
      const before = { ...(this.checkpoint as Checkpoint), partsDone: i + 1 };
      await this.#commits.commit(isLast ? this.#checkpointOf(batch) : before, part);
    }
    this.#isSplitting = false;
    await this.#finish(batch, started);
    this.#confirm(entry.position, 1);
  }

  /** Leases go ahead of the batch that uses them. */
  async #grant({ grants }: Batch): Promise<void> {
    await this.#commits.retry('grant leases', () => this.#options.leases.grant(grants));
  }

  /** Leases are revoked after the batch that deletes their keys. */
  async #finish(batch: Batch, startedMs: number): Promise<void> {
    const { leases, onBatch } = this.#options;
    await this.#commits.retry('revoke leases', () => leases.revoke(batch.revokes));
    onBatch?.(batch, (performance.now() - startedMs) / 1000);
  }

  #confirm(position: Position, entries: number): void {
    this.#abort.signal.throwIfAborted();
    this.#queue.confirm(entries, position);
    const { onConfirmed } = this.#options;
    this.#settled = onConfirmed(position, this.checkpoint?.index ?? 0).catch((error: unknown) => {
      this.#failure ??= toSyncerError(error);
      this.#wake?.();
    });
  }

  #checkpointOf(batch: Batch): Checkpoint {
    const { clusterId, writerName } = this.#options;
    const { index, term } = batch.position;
    // A refresh does not complete an entry of which parts are there.
    const partsDone = hasEffects(batch) ? 0 : (this.checkpoint?.partsDone ?? 0);
    return { clusterId, index, term, revision: batch.revision, writer: writerName, partsDone };
  }

  async #recoverLostLeases(): Promise<void> {
    const lost = [...this.#lostLeases];
    // Cleared first: a lease may be lost again while it is being brought back.
    this.#lostLeases.clear();
    await this.#commits.retry('grant lost leases again', () => this.#recovery.recover(lost));
  }
}
