import { NEW_AUTH_STATE } from '../apply/auth/store.ts';
import type { AuthState } from '../apply/types.ts';
import { SyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import type { Position } from '../state/types.ts';
import type { ByteString } from '../wire/bytes.ts';
import type { AuthWriter } from './auth-writer.ts';
import { BatchesAhead } from './batches-ahead.ts';
import { isAlone, type OnNonempty } from './emptiness.ts';
import type { EtcdClient } from './etcd-client.ts';
import type { GuardedCommits } from './guarded-commits.ts';
import { targetPages } from './key-pages.ts';
import { leaseIds } from './lease-ids.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import type { ConfirmedState } from './lease-recovery.ts';
import { authDifference } from './planner/auth-difference.ts';
import { type KeyOp, opBytes, splitOps } from './planner/batch.ts';
import { type DifferencePiece, difference, type KeyPage } from './planner/difference.ts';
import type { KeyFilter } from './planner/filter.ts';
import type { TxnLimits } from './planner/limits.ts';
import { readAuth } from './read-auth.ts';
import { RowFill, type Rows } from './row-fill.ts';
import { statePages } from './state-pages.ts';
import type { Checkpoint, Seeding as SeedingMark } from './types.ts';

const GRANTS_AT_ONCE = 1_000;
/** Pieces of up to a MiB of the state after which the memory that its file is mapped into is given back. */
const PIECES_MAPPED = 48;
const NONE = '' as ByteString;

export interface SeedingOptions {
  readonly client: EtcdClient;
  readonly commits: GuardedCommits;
  readonly leases: LeaseKeeper;
  readonly auth: AuthWriter | undefined;
  readonly filter: KeyFilter;
  readonly limits: TxnLimits;
  readonly writerName: string;
  readonly onNonempty: OnNonempty;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** How often leases that the destination had lost were granted again. */
  readonly recoveries: () => number;
}

export interface SeedingTarget {
  /** Where the destination is to stand. */
  readonly position: Position;
  readonly state: ConfirmedState;
  /** The state at the destination's checkpoint, asked for when all else is confirmed; undefined when there is none to be had. */
  readonly before: () => ConfirmedState | undefined;
  /** Asked where there is none: what the source had at another moment. What of it is at the destination is not somebody else's. */
  readonly ours?: () => ConfirmedState | undefined;
  /**
   * For a destination that holds nothing: the rows that lead to `state`, which has its leases now and the rest when
   * they have ended. undefined = there is something to compare.
   */
  readonly rows?: Rows;
  /** Gives back the memory that the file of `state` is mapped into; called when it is not being read. */
  readonly relieve?: () => Promise<void>;
  /** Told how many keys are compared and how many writes they took. */
  readonly onProgress: (compared: number, writes: number) => void;
}

export interface SeedingReport {
  /** What it was compared with; `nothing` = the rows were sent as they were read. */
  readonly base: SeedingMark['base'] | 'nothing';
  /** Keys compared and what was written, since this process began. */
  readonly compared: number;
  readonly puts: number;
  readonly deletes: number;
}

/**
 * Brings the destination from where it stands to a snapshot's state by writing the difference, in guarded
 * batches. The checkpoint keeps its position until all is there, and tells how far we are, so that a
 * restart goes on. At no moment is a key deleted that the snapshot has.
 */
export class Seeding {
  readonly #options: SeedingOptions;
  readonly #target: SeedingTarget;
  readonly #changedLeases = new Set<bigint>();
  #mark: SeedingMark;
  /** What the destination is compared with; undefined = with what it is found to hold. */
  #before: ConfirmedState | undefined;
  /** What we had written there: its keys, users and roles are ours to delete, its leases ours to revoke. */
  #ours: ConfirmedState | undefined;
  /** The users and roles that are there; undefined = to be read: an earlier run may have changed some on the way to another snapshot. */
  #authBefore: AuthState | undefined;
  #ops = new Map<ByteString, KeyOp>();
  #bytes = 0;
  #compared = 0;
  #puts = 0;
  #deletes = 0;
  #isFilled = false;
  #pieces = 0;
  readonly #ahead: BatchesAhead;

  constructor(options: SeedingOptions, target: SeedingTarget) {
    this.#options = options;
    this.#target = target;
    this.#ahead = new BatchesAhead(options.commits, options.signal);
    this.#mark = { ...target.position, reached: NONE, base: 'state' };
  }

  /** Errors: those of GuardedCommits and the client; the signal's reason. */
  async run(): Promise<void> {
    const { commits, leases, logger } = this.#options;
    this.#before = this.#target.before();
    this.#authBefore = this.#before?.auth;
    this.#ours = this.#before ?? (this.#isFirst ? undefined : this.#target.ours?.());
    const there = await this.#leasesThere();
    this.#chooseBase(there);
    const { base, reached } = this.#mark;
    logger.info({ ...this.#target.position, base, resumed: reached !== NONE }, 'seeding');
    this.#warnOfMerge();
    // Once a lost lease is granted again nothing tells that its keys are missing: that has to be noted before.
    if (base === 'destination' && reached === NONE) {
      await commits.commit(this.#checkpoint(this.#mark), new Map());
    }
    await this.#grantLeases(there);
    leases.start();
    this.#isFilled = await this.#fill();
    if (!this.#isFilled) await this.#writeKeys();
    await this.#renewLeases();
    await this.#writeAuth();
    await this.#revokeLeases(there);
    await commits.commit(this.#checkpoint(undefined), new Map());
    logger.info({ ...this.#target.position, ...this.report }, 'seeded');
  }

  get report(): SeedingReport {
    return {
      base: this.#isFilled ? 'nothing' : this.#mark.base,
      compared: this.#compared,
      puts: this.#puts,
      deletes: this.#deletes,
    };
  }

  async #leasesThere(): Promise<Set<bigint>> {
    const { client, commits } = this.#options;
    return new Set(await commits.retry('list leases', () => leaseIds(client)));
  }

  /**
   * The state at the checkpoint says what the destination holds only if no lease was lost since: keys go
   * with their lease. What an earlier run has done counts under the same condition.
   */
  #chooseBase(there: ReadonlySet<bigint>): void {
    const { position, state } = this.#target;
    const mark = this.#options.commits.checkpoint?.seeding;
    if (mark !== undefined && mark.index === position.index && mark.term === position.term) {
      if (!hasLost(state, there)) {
        this.#mark = mark;
        if (mark.base === 'destination') this.#before = undefined;
        return;
      }
      this.#before = undefined;
    } else if (mark !== undefined || (this.#before !== undefined && hasLost(this.#before, there))) {
      this.#before = undefined;
      if (mark !== undefined) this.#authBefore = undefined;
    }
    this.#mark = {
      ...position,
      reached: NONE,
      base: this.#before === undefined ? 'destination' : 'state',
    };
  }

  /** Nothing there is ours yet. */
  get #isFirst(): boolean {
    return (this.#options.commits.checkpoint?.index ?? 0) === 0;
  }

  async #grantLeases(there: ReadonlySet<bigint>): Promise<void> {
    const { leases, commits, signal } = this.#options;
    let missing = new Map<bigint, number>();
    const grant = async (): Promise<void> => {
      await commits.retry('grant leases', () => leases.grant(missing));
      missing = new Map();
      signal.throwIfAborted();
    };
    for (const [id, { ttl }] of [...this.#target.state.leases()]) {
      if (!there.has(id)) missing.set(id, ttl);
      else {
        if (!leases.has(id)) leases.adopt(id, ttl);
        const before = this.#before?.getLease(id);
        if (before !== undefined && !leases.isSameTtl(before.ttl, ttl)) this.#changedLeases.add(id);
      }
      if (missing.size >= GRANTS_AT_ONCE) await grant();
    }
    await grant();
  }

  /** With `merge`, a key that the source lacks may be somebody else's, unless we know that it is ours. */
  #warnOfMerge(): void {
    const { onNonempty, logger } = this.#options;
    if (onNonempty !== 'merge' || this.#isFirst || this.#ours !== undefined) return;
    logger.warn('keys deleted at the source meanwhile can not be told from foreign ones: kept');
  }

  #mayDelete(key: ByteString): boolean {
    const { filter, onNonempty } = this.#options;
    if (this.#before !== undefined || onNonempty !== 'merge') return true;
    return this.#ours?.getKey(filter.unmap(key)) !== undefined;
  }

  /**
   * Sends rows as they are read. A run that breaks off leaves the mark that all is to be compared, and so does this
   * one when it gives up: because too many rows are replaced by later ones, or a lease was lost, whose keys
   * went with it. False = the keys have still to be compared.
   */
  async #fill(): Promise<boolean> {
    const { filter, limits, signal, recoveries } = this.#options;
    const { state, rows, onProgress } = this.#target;
    if (rows === undefined) return false;
    const before = recoveries();
    const fill = new RowFill(filter, state, rows.compactRevision);
    let read = 0;
    for await (const batch of rows.batches) {
      for (const row of batch) {
        if (!fill.pays) break;
        const op = fill.op(row);
        if (op === undefined) continue;
        this.#add(...op);
        if (this.#ops.size >= limits.batchOps || this.#bytes >= limits.batchBytes) {
          await this.#flush(NONE);
        }
      }
      read += batch.length;
      onProgress(read, this.#puts + this.#deletes);
      signal.throwIfAborted();
    }
    await this.#flush(NONE);
    await this.#ahead.settle();
    if (!fill.pays || recoveries() !== before) return false;
    this.#compared = read;
    return true;
  }

  async #writeKeys(): Promise<void> {
    const { client, commits, filter, limits, signal } = this.#options;
    const { state, onProgress } = this.#target;
    const { reached } = this.#mark;
    const held =
      this.#before === undefined
        ? targetPages({
            client,
            filter,
            after: reached,
            keysOnly: false,
            retry: (what, attempt) => commits.retry(what, attempt),
          })
        : statePages(this.#before, filter, reached);
    const wanted = this.#withoutChangedLeases(statePages(state, filter, reached));
    for await (const piece of difference(held, wanted, key => this.#mayDelete(key))) {
      for (const [key, op] of piece.ops) {
        this.#add(key, op);
        if (this.#ops.size >= limits.batchOps || this.#bytes >= limits.batchBytes) {
          await this.#flush(key);
        }
      }
      this.#pieceDone(piece);
      onProgress(this.#compared, this.#puts + this.#deletes);
      await this.#relieve();
      signal.throwIfAborted();
    }
    await this.#flush(this.#mark.reached);
    await this.#ahead.settle();
  }

  async #relieve(): Promise<void> {
    this.#pieces += 1;
    if (this.#pieces % PIECES_MAPPED !== 0) return;
    // Its failure may be that of a lease, whose keys are then read.
    await this.#ahead.settle();
    await this.#target.relieve?.();
  }

  #pieceDone({ reached, compared }: DifferencePiece): void {
    this.#compared += compared;
    // Nothing waits to be sent: the next batch may say that we are here.
    if (this.#ops.size === 0) this.#mark = { ...this.#mark, reached };
  }

  #add(key: ByteString, op: KeyOp): void {
    this.#ops.set(key, op);
    this.#bytes += opBytes(key, op);
    if (op.kind === 'put') this.#puts += 1;
    else this.#deletes += 1;
  }

  /** Sends what was gathered, and lets the next batch be found while it is under way. */
  async #flush(reached: ByteString): Promise<void> {
    if (this.#ops.size === 0) return;
    const { maxOps, maxBytes } = this.#options.limits;
    const [ops, bytes] = [this.#ops, this.#bytes];
    this.#ops = new Map();
    this.#bytes = 0;
    this.#mark = { ...this.#mark, reached };
    const checkpoint = this.#checkpoint(this.#mark);
    if (ops.size <= maxOps && bytes + ops.size <= maxBytes) {
      await this.#ahead.send({ checkpoint, ops });
    } else await this.#commitInParts(checkpoint, ops);
  }

  /** All but the last part leave the mark where the batch before it left it. */
  async #commitInParts(done: Checkpoint, ops: ReadonlyMap<ByteString, KeyOp>): Promise<void> {
    const { commits, limits } = this.#options;
    await this.#ahead.settle();
    const before = {
      ...done,
      seeding: commits.checkpoint?.seeding ?? { ...this.#mark, reached: NONE },
    };
    const parts = splitOps(ops, limits);
    for (const [i, part] of parts.entries()) {
      await commits.commit(i === parts.length - 1 ? done : before, part);
    }
  }

  /** A lease whose TTL differs is made anew, and that would take its keys along: they are unbound before. */
  async *#withoutChangedLeases(pages: AsyncIterable<KeyPage>): AsyncGenerator<KeyPage> {
    for await (const page of pages) {
      yield this.#changedLeases.size === 0
        ? page
        : page.map(([key, held]) =>
            this.#changedLeases.has(held.lease) ? [key, { ...held, lease: 0n }] : [key, held],
          );
    }
  }

  async #renewLeases(): Promise<void> {
    const { leases, commits, filter, limits } = this.#options;
    const { state } = this.#target;
    for (const id of this.#changedLeases) {
      const ttl = state.getLease(id)?.ttl ?? 0;
      await commits.retry('make a lease anew', async () => {
        // A run that broke off may have come so far: then it binds keys again.
        if (await leases.isAsWanted(id, ttl)) return;
        await leases.revoke([id]);
        await leases.grant(new Map([[id, ttl]]));
      });
      const ops = new Map<ByteString, KeyOp>();
      for (const key of [...state.scanAttachments(id)]) {
        const mapped = filter.map(key);
        const value = state.getKey(key)?.value;
        if (mapped !== undefined && value !== undefined) {
          ops.set(mapped, { kind: 'put', value, lease: id });
        }
      }
      for (const part of splitOps(ops, limits)) {
        await commits.commit(this.#checkpoint(this.#mark), part);
      }
      this.#puts += ops.size;
    }
  }

  async #writeAuth(): Promise<void> {
    const { auth, client, commits, logger } = this.#options;
    if (auth === undefined) return;
    const wanted = this.#target.state.auth;
    const held =
      this.#authBefore ?? (await commits.retry('read users and roles', () => readAuth(client)));
    const ours = this.#authBefore ?? this.#ours?.auth ?? NEW_AUTH_STATE;
    const changes = authDifference(held, wanted, ours);
    for (const change of changes) {
      await commits.retry('change users and roles', () => auth.apply(change));
    }
    await commits.retry('compare users and roles', () => auth.check(wanted));
    const foreign = [...held.users.keys()].filter(
      name => !wanted.users.has(name) && !ours.users.has(name),
    );
    if (foreign.length > 0) {
      logger.warn(
        { users: foreign.map(name => Buffer.from(name, 'latin1').toString('utf8')) },
        'the destination has users that the source lacks: kept',
      );
    }
  }

  /**
   * Leases that the snapshot lacks have lost their keys by now. Of those that we do not know, since we granted them
   * and died before we knew, go those that look like ours, unless others may have theirs beside us.
   */
  async #revokeLeases(there: ReadonlySet<bigint>): Promise<void> {
    const { leases, commits, filter, onNonempty } = this.#options;
    const ours: bigint[] = [];
    const unknown: bigint[] = [];
    for (const id of there) {
      if (this.#target.state.getLease(id) !== undefined) continue;
      (this.#ours?.getLease(id) === undefined ? unknown : ours).push(id);
    }
    await commits.retry('revoke leases', () => leases.revoke(ours));
    if (!isAlone(filter, onNonempty)) return;
    await commits.retry('revoke leases', () => leases.revokeAbandoned(unknown));
  }

  /** With a mark, the position stays where it was; without, the destination has arrived. */
  #checkpoint(mark: SeedingMark | undefined): Checkpoint {
    const { commits, writerName } = this.#options;
    const { position, state } = this.#target;
    const current = commits.checkpoint;
    if (current === undefined) throw new SyncerError('INTERNAL', 'seeding without a checkpoint');
    const { seeding: _, ...before } = current;
    return mark === undefined
      ? { ...before, ...position, revision: state.revision, writer: writerName, partsDone: 0 }
      : { ...before, writer: writerName, seeding: mark };
  }
}

/** Whether a lease that binds keys, as far as the state knows, is gone at the destination. */
function hasLost(state: ConfirmedState, there: ReadonlySet<bigint>): boolean {
  for (const [id] of state.leases()) {
    if (there.has(id)) continue;
    for (const _ of state.scanAttachments(id)) return true;
  }
  return false;
}
