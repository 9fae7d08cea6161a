import { setTimeout as sleep } from 'node:timers/promises';
import type { KeyRecord, LeaseRecord, StateReader } from '../apply/types.ts';
import type { ErrorCode } from '../ops/error-codes.ts';
import { SyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { retry } from '../ops/retry.ts';
import type { Position } from '../state/types.ts';
import type { ByteString } from '../wire/bytes.ts';
import type { AuthWriter } from './auth-writer.ts';
import { encodeCheckpoint, readCheckpoint } from './checkpoint.ts';
import { CompactionMirror } from './compaction-mirror.ts';
import { type OnNonempty, prepareEmpty } from './emptiness.ts';
import type { EtcdClient } from './etcd-client.ts';
import { isEtcdError } from './grpc-errors.ts';
import { toLong, toNumber } from './int64.ts';
import { judgeCheckpoint, type LocalPosition } from './judge-checkpoint.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import {
  type Batch,
  hasEffects,
  type KeyOp,
  type OversizeEntry,
  planBatch,
  splitOps,
} from './planner/batch.ts';
import { encodeTxn } from './planner/encode.ts';
import type { KeyFilter } from './planner/filter.ts';
import type { TxnLimits } from './planner/limits.ts';
import type { Checkpoint, EntryEffects } from './types.ts';

/** What waits here at most; the rest waits in the log on disk. */
const MAX_QUEUE_ENTRIES = 20_000;
const MAX_QUEUE_BYTES = 16 * 1024 * 1024;
/** Entries without effects after which the checkpoint is moved all the same, or the time. */
const REFRESH_ENTRIES = 1_000;
const REFRESH_MS = 60_000;

const RETRIED: ReadonlySet<ErrorCode> = new Set([
  'DEST_UNREACHABLE',
  'DEST_NOSPACE',
  'DEST_LEASE_LOST',
]);

/** Counters for metrics and status; they only grow. */
export interface WriterStats {
  batches: number;
  operations: number;
  bytes: number;
  guardFailures: number;
  retries: number;
  splitEntries: number;
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
  readonly checkpointPrefix: ByteString;
  readonly onNonempty: OnNonempty;
  /** Names this process in the checkpoint. */
  readonly writerName: string;
  readonly logger: Logger;
  /** Everything up to `position` is at the destination. Resolves when the state has taken note. */
  readonly onConfirmed: (position: Position, checkpointIndex: number) => Promise<void>;
  readonly onBatch?: (batch: Batch, seconds: number) => void;
}

/**
 * Writes effects to the destination, one guarded transaction at a time: it succeeds only on top of the
 * last one, so a lost answer, a late request or a second writer can change nothing twice. While one is
 * under way the next one fills up.
 */
export class DestinationWriter {
  readonly stats: WriterStats = {
    batches: 0,
    operations: 0,
    bytes: 0,
    guardFailures: 0,
    retries: 0,
    splitEntries: 0,
  };
  readonly #options: WriterOptions;
  readonly #compaction: CompactionMirror;
  readonly #abort = new AbortController();
  #queue: EntryEffects[] = [];
  #queueBytes = 0;
  #wake: (() => void) | undefined;
  #roomWaiters: (() => void)[] = [];
  #version = 0;
  #checkpoint: Checkpoint | undefined;
  #checkpointAtMs = 0;
  #lostLeases = new Set<bigint>();
  #confirmed: StateReader | undefined;
  #settled: Promise<void> = Promise.resolve();
  #busy = false;
  #consistent = true;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#compaction = new CompactionMirror(options.client, options.logger);
  }

  /** The last checkpoint known to be at the destination. */
  get checkpoint(): Checkpoint | undefined {
    return this.#checkpoint;
  }

  /** False while an entry that had to be split is only partly there. */
  get consistent(): boolean {
    return this.#consistent;
  }

  get queuedEntries(): number {
    return this.#queue.length;
  }

  get isIdle(): boolean {
    return this.#queue.length === 0 && !this.#busy;
  }

  /**
   * Meets the destination: reads its checkpoint, decides whether it is ours to go on with, and claims
   * it, after which no late request of an older process can succeed. Unreachable is retried.
   *
   * Errors: those of judgeCheckpoint, DEST_NOT_EMPTY, DEST_FENCED, permanent ones of the client.
   */
  async open(local: LocalPosition): Promise<Checkpoint> {
    return await this.#retry('meet the destination', async () => {
      const { client, checkpointKey, checkpointPrefix, filter, onNonempty, clusterId, writerName } =
        this.#options;
      const found = await readCheckpoint(client, checkpointKey);
      if (judgeCheckpoint(found.checkpoint, local) === 'fresh') {
        const { pruned } = await prepareEmpty(client, filter, checkpointPrefix, onNonempty);
        if (pruned > 0)
          this.#options.logger.warn({ keys: pruned }, 'deleted foreign keys at the destination');
      }
      const claimed: Checkpoint = {
        ...(found.checkpoint ?? { clusterId, index: 0, term: 0, revision: 1, partsDone: 0 }),
        writer: writerName,
      };
      this.#version = found.version;
      const { succeeded } = await client.txn(this.#encode(claimed, new Map()));
      // Lost the race to the claim of another process, or our own claim landed late: look again.
      if (!succeeded)
        throw new SyncerError('DEST_UNREACHABLE', 'the checkpoint moved while it was claimed');
      this.#version += 1;
      this.#checkpoint = claimed;
      this.#checkpointAtMs = Date.now();
      this.#consistent = claimed.partsDone === 0;
      return claimed;
    });
  }

  /**
   * Brings the destination's leases in line with the state, before anything else is replicated: what is
   * missing is granted again and its keys put again; what the entries of `revoked` left over goes.
   *
   * @param state what is at the destination, i.e. the state at its checkpoint
   */
  async reconcileLeases(
    state: StateReader & { leases(): Iterable<readonly [bigint, LeaseRecord]> },
    revoked: Iterable<bigint>,
  ): Promise<void> {
    const { client, leases, logger } = this.#options;
    this.#confirmed = state;
    await this.#retry('compare the leases', async () => {
      const answer = await client.leases();
      const there = new Set((answer.leases ?? []).map(({ ID }) => BigInt(ID?.toString() ?? '0')));
      const missing: bigint[] = [];
      for (const [id, { ttl }] of state.leases()) {
        if (there.has(id)) leases.adopt(id, ttl);
        else missing.push(id);
      }
      await leases.revoke(
        [...revoked].filter(id => there.has(id) && state.getLease(id) === undefined),
      );
      for (const id of missing) await this.#recoverLease(id);
      if (missing.length > 0) {
        logger.warn(
          { code: 'DEST_LEASE_LOST', leases: missing.length },
          'granted lost leases again',
        );
      }
    });
    leases.start();
  }

  /** Takes the effects of the next entry. */
  submit(entry: EntryEffects): void {
    this.#queue.push(entry);
    this.#queueBytes += effectBytes(entry);
    this.#wake?.();
  }

  /** Resolves when there is room for more. */
  async room(): Promise<void> {
    while (this.#queue.length >= MAX_QUEUE_ENTRIES || this.#queueBytes >= MAX_QUEUE_BYTES) {
      await new Promise<void>(resolve => this.#roomWaiters.push(resolve));
      this.#abort.signal.throwIfAborted();
    }
  }

  /** A lease that the destination has lost; its keys are gone there. */
  leaseLost(id: bigint): void {
    this.#lostLeases.add(id);
    this.#wake?.();
  }

  /** Sends until stopped. Rejects with the first error that no repetition mends. */
  async run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      const planned = planBatch(this.#queue, this.#options.limits);
      this.#busy = planned !== undefined || this.#lostLeases.size > 0;
      if (this.#lostLeases.size > 0) await this.#recoverLostLeases();
      if (planned === undefined) await this.#pause();
      else if ('batch' in planned) await this.#send(planned.batch);
      else await this.#sendOversize(planned.oversize);
    }
  }

  /** Waits until everything submitted is confirmed and noted; false when `timeoutMs` passed before. */
  async drain(timeoutMs: number): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    while (!this.isIdle && Date.now() < deadline && !this.#abort.signal.aborted) await sleep(10);
    await this.#settled;
    return this.isIdle;
  }

  stop(): void {
    this.#abort.abort();
    this.#options.leases.stop();
    this.#wake?.();
    for (const resolve of this.#roomWaiters.splice(0)) resolve();
  }

  #pause(): Promise<void> {
    return new Promise(resolve => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
      if (this.#queue.length > 0 || this.#lostLeases.size > 0 || this.#abort.signal.aborted)
        this.#wake();
    });
  }

  async #send(batch: Batch): Promise<void> {
    const { leases, auth, logger, onBatch } = this.#options;
    const started = performance.now();
    if (hasEffects(batch) || this.#refreshIsDue(batch)) {
      await this.#retry('grant leases', () => leases.grant(batch.grants));
      if (auth !== undefined) {
        for (const mutation of batch.auth)
          await this.#retry('change users and roles', () => auth.apply(mutation));
      }
      await this.#commit(this.#checkpointOf(batch, 0), batch.ops);
      await this.#retry('revoke leases', () => leases.revoke(batch.revokes));
      onBatch?.(batch, (performance.now() - started) / 1000);
    }
    if (batch.compactRevision !== undefined) this.#compaction.compact(batch.compactRevision);
    logger.trace({ index: batch.position.index, entries: batch.entries }, 'batch confirmed');
    this.#confirm(batch.position, batch.entries);
  }

  #refreshIsDue(batch: Batch): boolean {
    const behind = batch.position.index - (this.#checkpoint?.index ?? 0);
    return behind >= REFRESH_ENTRIES || Date.now() - this.#checkpointAtMs >= REFRESH_MS;
  }

  /** One entry that the destination can't take in one transaction: as one range delete where that is equal, else in parts. */
  async #sendOversize({ entry, ops }: OversizeEntry): Promise<void> {
    const { limits, leases, logger } = this.#options;
    const batch = planOne(entry, ops);
    const range = await this.#asRangeDelete(entry, ops);
    if (range !== undefined) {
      await this.#send({ ...batch, ops: range });
      return;
    }
    const parts = splitOps(ops, limits);
    this.stats.splitEntries += 1;
    logger.error(
      {
        code: 'DEST_ENTRY_SPLIT',
        index: entry.position.index,
        parts: parts.length,
        operations: ops.size,
      },
      'one source transaction is sent in parts',
    );
    this.#consistent = false;
    await this.#retry('grant leases', () => leases.grant(batch.grants));
    for (const [i, part] of parts.entries()) {
      const last = i === parts.length - 1;
      // Until the last part is there, the checkpoint stays before the entry: a restart sends it all again.
      const checkpoint = last
        ? this.#checkpointOf(batch, 0)
        : { ...(this.#checkpoint as Checkpoint), partsDone: i + 1 };
      await this.#commit(checkpoint, part);
    }
    this.#consistent = true;
    await this.#retry('revoke leases', () => leases.revoke(batch.revokes));
    this.#confirm(entry.position, 1);
  }

  /** The deletes of a DeleteRange as one operation, if the destination holds exactly these keys in the range. */
  async #asRangeDelete(
    entry: EntryEffects,
    ops: ReadonlyMap<ByteString, KeyOp>,
  ): Promise<ReadonlyMap<ByteString, KeyOp> | undefined> {
    const { range } = entry;
    if (range === undefined) return undefined;
    const { client, checkpointKey } = this.#options;
    const end = (range.end ?? '\0') as ByteString;
    // A range over our own checkpoint can't be one operation.
    if (checkpointKey >= range.start && (range.end === undefined || checkpointKey < range.end))
      return undefined;
    const { count } = await this.#retry('count keys', () =>
      client.range({
        key: Buffer.from(range.start, 'latin1'),
        range_end: Buffer.from(end, 'latin1'),
        count_only: true,
      }),
    );
    if (toNumber(count) !== ops.size) return undefined;
    return new Map([[range.start, { kind: 'delete', rangeEnd: end }]]);
  }

  /** One guarded transaction, repeated until it is known to be there. */
  async #commit(checkpoint: Checkpoint, ops: ReadonlyMap<ByteString, KeyOp>): Promise<void> {
    const { client } = this.#options;
    const request = this.#encode(checkpoint, ops);
    let uncertain = false;
    await this.#retry('write a batch', async () => {
      if (uncertain && (await this.#landed(checkpoint))) return;
      try {
        const { succeeded, header } = await client.txn(request);
        if (succeeded) {
          this.#committed(checkpoint, toNumber(header?.revision));
          return;
        }
      } catch (error) {
        if (isEtcdError(error, 'requested lease not found')) {
          await this.#recoverLeasesOf(ops);
          throw new SyncerError(
            'DEST_LEASE_LOST',
            'the batch names a lease that was lost',
            {},
            { cause: error },
          );
        }
        uncertain = true;
        throw error;
      }
      this.stats.guardFailures += 1;
      if (!(await this.#landed(checkpoint))) {
        throw new SyncerError('DEST_UNREACHABLE', 'the guard failed on an unchanged checkpoint');
      }
    });
    this.stats.batches += 1;
    this.stats.operations += ops.size;
    this.stats.bytes += request.length;
  }

  /** Whether our transaction is at the destination though its answer was lost. Errors: DEST_FENCED. */
  async #landed(checkpoint: Checkpoint): Promise<boolean> {
    const { client, checkpointKey, writerName } = this.#options;
    const found = await readCheckpoint(client, checkpointKey);
    if (found.version === this.#version && found.checkpoint?.writer === writerName) return false;
    const ours =
      found.version === this.#version + 1 &&
      found.checkpoint?.writer === writerName &&
      found.checkpoint.index === checkpoint.index &&
      found.checkpoint.partsDone === checkpoint.partsDone;
    if (!ours) {
      throw new SyncerError('DEST_FENCED', 'another writer has moved the checkpoint', {
        writer: found.checkpoint?.writer ?? '',
        index: found.checkpoint?.index ?? 0,
      });
    }
    this.#committed(checkpoint, found.revision);
    return true;
  }

  #committed(checkpoint: Checkpoint, destinationRevision: number): void {
    this.#version += 1;
    this.#checkpoint = checkpoint;
    this.#checkpointAtMs = Date.now();
    this.#compaction.confirmed(checkpoint.revision, destinationRevision);
  }

  #confirm(position: Position, entries: number): void {
    const taken = this.#queue.splice(0, entries);
    for (const entry of taken) this.#queueBytes -= effectBytes(entry);
    for (const resolve of this.#roomWaiters.splice(0)) resolve();
    this.#settled = this.#options.onConfirmed(position, this.#checkpoint?.index ?? 0);
    // Whoever owns the state hears of its failure; here it only ends the wait.
    this.#settled = this.#settled.catch(() => undefined);
  }

  #checkpointOf(batch: Batch, partsDone: number): Checkpoint {
    const { clusterId, writerName } = this.#options;
    const { index, term } = batch.position;
    return { clusterId, index, term, revision: batch.revision, writer: writerName, partsDone };
  }

  #encode(checkpoint: Checkpoint, ops: ReadonlyMap<ByteString, KeyOp>): Uint8Array {
    const { checkpointKey, limits } = this.#options;
    const txn = {
      checkpointKey,
      guardVersion: this.#version,
      checkpoint: encodeCheckpoint(checkpoint),
      ops,
    };
    return encodeTxn(txn, limits);
  }

  async #recoverLostLeases(): Promise<void> {
    await this.#settled;
    const lost = [...this.#lostLeases];
    await this.#retry('grant lost leases again', async () => {
      for (const id of lost) {
        await this.#recoverLease(id);
        this.#lostLeases.delete(id);
      }
    });
  }

  /** Which leases of the operations are gone at the destination, and those granted again. */
  async #recoverLeasesOf(ops: ReadonlyMap<ByteString, KeyOp>): Promise<void> {
    const { client, leases } = this.#options;
    const ids = new Set<bigint>();
    for (const op of ops.values()) if (op.kind === 'put' && op.lease !== 0n) ids.add(op.lease);
    await this.#settled;
    for (const id of ids) {
      const { TTL } = await client.leaseTimeToLive(toLong(id), false);
      if (toNumber(TTL) > 0) continue;
      leases.forget(id);
      await this.#recoverLease(id);
    }
  }

  /** Grants a lease again and puts its keys again, as they are at the destination's position. */
  async #recoverLease(id: bigint): Promise<void> {
    const { leases, filter, limits, logger } = this.#options;
    const state = this.#confirmed;
    // A lease that is not confirmed yet has no keys there; its grant is still to come or in the queue.
    const ttl = state?.getLease(id)?.ttl ?? this.#queuedTtl(id);
    if (state === undefined || ttl === undefined) return;
    await leases.grant(new Map([[id, ttl]]));
    const ops = new Map<ByteString, KeyOp>();
    for (const key of state.scanAttachments(id)) {
      const mapped = filter.map(key);
      const record: KeyRecord | undefined = state.getKey(key);
      if (mapped === undefined || record === undefined) continue;
      ops.set(mapped, { kind: 'put', value: record.value, lease: id });
    }
    for (const part of splitOps(ops, limits))
      await this.#commit(this.#checkpoint as Checkpoint, part);
    logger.warn(
      { code: 'DEST_LEASE_LOST', lease: id.toString(16), keys: ops.size },
      'lease granted again',
    );
  }

  #queuedTtl(id: bigint): number | undefined {
    for (const { effects } of this.#queue) {
      for (const effect of effects) {
        if (effect.kind === 'lease-grant' && effect.id === id) return effect.ttl;
      }
    }
    return undefined;
  }

  #retry<T>(what: string, attempt: () => Promise<T>): Promise<T> {
    return retry(attempt, {
      logger: this.#options.logger,
      signal: this.#abort.signal,
      what,
      isPermanent: error => !RETRIED.has(error.code),
      maxDelayMs: 2_000,
      onRetry: () => {
        this.stats.retries += 1;
      },
    });
  }
}

function planOne(entry: EntryEffects, ops: ReadonlyMap<ByteString, KeyOp>): Batch {
  const unlimited = Number.MAX_SAFE_INTEGER;
  const limits = {
    childOps: 1,
    maxOps: unlimited,
    maxBytes: unlimited,
    batchOps: unlimited,
    batchBytes: unlimited,
  };
  const planned = planBatch([entry], limits);
  if (planned === undefined || !('batch' in planned))
    throw new SyncerError('INTERNAL', 'one entry has no plan');
  return { ...planned.batch, ops };
}

function effectBytes({ effects }: EntryEffects): number {
  let bytes = 64;
  for (const effect of effects) {
    bytes += 64;
    if (effect.kind === 'put') bytes += effect.key.length + effect.value.length;
    else if (effect.kind === 'delete') bytes += effect.key.length;
  }
  return bytes;
}
