import type { ErrorCode } from '../ops/error-codes.ts';
import { SyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { type RetryOptions, retry } from '../ops/retry.ts';
import type { ByteString } from '../wire/bytes.ts';
import { encodeCheckpoint, readCheckpoint } from './checkpoint.ts';
import type { EtcdClient } from './etcd-client.ts';
import { isEtcdError } from './grpc-errors.ts';
import { toNumber } from './int64.ts';
import { judgeCheckpoint, type LocalPosition, refusePromoted } from './judge-checkpoint.ts';
import type { KeyOp } from './planner/batch.ts';
import { encodeTxn } from './planner/encode.ts';
import type { TxnLimits } from './planner/limits.ts';
import type { Checkpoint, Seeding } from './types.ts';
import type { Fence } from './write-gate.ts';

const MAX_RETRY_DELAY_MS = 2_000;

const RETRIED: ReadonlySet<ErrorCode> = new Set([
  'DEST_UNREACHABLE',
  'DEST_NOSPACE',
  'DEST_LEASE_LOST',
  'TLS_UNTRUSTED',
  'TLS_EXPIRED',
  'TLS_NAME',
  'TLS_REFUSED',
  'TLS_MISMATCH',
]);

/** Counters for metrics and status; they only grow. */
export interface CommitStats {
  batches: number;
  operations: number;
  bytes: number;
  guardFailures: number;
  retries: number;
}

export interface CommitOptions {
  readonly client: Pick<EtcdClient, 'txn' | 'range'>;
  readonly limits: TxnLimits;
  readonly clusterId: bigint;
  readonly checkpointKey: ByteString;
  /** Names this process in the checkpoint. */
  readonly writerName: string;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** A transaction was refused because a lease of it is gone; resolves when it has been granted again. */
  readonly onLeaseMissing: (ops: ReadonlyMap<ByteString, KeyOp>) => Promise<void>;
  readonly onCommitted: (checkpoint: Checkpoint, destinationRevision: number) => void;
  /** What shows that we lead, at this moment; undefined = one replica, nobody else may lead. */
  readonly fence?: (() => Fence) | undefined;
  /** Told of every failure that is followed by another attempt. */
  readonly onRetry?: (error: SyncerError) => void;
  /** Told when an attempt succeeds after one that failed. */
  readonly onRecovered?: () => void;
  /** Waits between attempts; by the clock unless given. */
  readonly sleep?: RetryOptions['sleep'];
}

/** What became of a request. */
type Answer =
  | { readonly kind: 'succeeded'; readonly revision: number; readonly bytes: number }
  | { readonly kind: 'guard-failed' }
  | { readonly kind: 'error'; readonly error: unknown };

/** A transaction that was sent before those in front of it were answered. */
interface Ahead {
  readonly checkpoint: Checkpoint;
  /** The checkpoint as it is written. */
  readonly value: Uint8Array;
  readonly ops: ReadonlyMap<ByteString, KeyOp>;
  /** Never rejects. */
  readonly answer: Promise<Answer>;
  /** It was sent on top of another one. */
  readonly isOnTop: boolean;
}

/**
 * The chain of transactions on the checkpoint key: each succeeds only on top of the last one, so a lost
 * answer, a late request or a second writer can change nothing twice.
 */
export class GuardedCommits {
  readonly stats: CommitStats = {
    batches: 0,
    operations: 0,
    bytes: 0,
    guardFailures: 0,
    retries: 0,
  };
  readonly #options: CommitOptions;
  #version = 0;
  #checkpoint: Checkpoint | undefined;
  #checkpointAtMs = 0;
  /** In order; the first one is the next to be known. */
  readonly #ahead: Ahead[] = [];
  #lastAhead: Promise<unknown> = Promise.resolve();
  #isRepeating = false;

  constructor(options: CommitOptions) {
    this.#options = options;
  }

  /** The last checkpoint known to be at the destination. */
  get checkpoint(): Checkpoint | undefined {
    return this.#checkpoint;
  }

  /** How many were sent ahead and are not settled. */
  get underWay(): number {
    return this.#ahead.length;
  }

  /** What was sent ahead has failed: until all of it is settled, more would be in vain. */
  get isRepeating(): boolean {
    return this.#isRepeating;
  }

  /** How old the last one is. */
  get ageMs(): number {
    return performance.now() - this.#checkpointAtMs;
  }

  /**
   * Reads the checkpoint, decides whether it is ours to go on with, and claims it, after which no late
   * request of an older process can succeed. Unreachable is retried.
   *
   * @param prepare called before the first checkpoint is written; says whether the destination has to be
   *   compared first
   *
   * Errors: those of judgeCheckpoint and `prepare`, permanent ones of the client.
   */
  async claim(
    local: LocalPosition,
    prepare: () => Promise<Seeding | undefined>,
  ): Promise<Checkpoint> {
    return await this.retry('meet the destination', async () => {
      const { client, checkpointKey, clusterId, writerName } = this.#options;
      const found = await readCheckpoint(client, checkpointKey);
      const isFresh = judgeCheckpoint(found.checkpoint, local) === 'fresh';
      const seeding = isFresh ? await prepare() : undefined;
      const claimed: Checkpoint = {
        ...(found.checkpoint ?? { clusterId, index: 0, term: 0, revision: 1, partsDone: 0 }),
        ...(seeding === undefined ? {} : { seeding }),
        writer: writerName,
      };
      this.#version = found.version;
      const { succeeded, header } = await client.txn(
        this.#encode(encodeCheckpoint(claimed), new Map(), this.#version),
      );
      if (!succeeded) {
        // The claim of another process came first, or our own landed late: look again.
        throw new SyncerError('DEST_UNREACHABLE', 'the checkpoint moved while it was claimed');
      }
      this.#committed(claimed, toNumber(header?.revision));
      return claimed;
    });
  }

  /**
   * One guarded transaction, repeated until it is known to be there.
   *
   * Errors: DEST_FENCED; DEST_PROMOTED when the last one ended replication; DEST_TOO_LARGE for a single operation over the destination's limit; permanent
   * ones of the client; the signal's reason, after which the outcome is not known.
   */
  async commit(checkpoint: Checkpoint, ops: ReadonlyMap<ByteString, KeyOp>): Promise<void> {
    await this.#write(checkpoint, ops, false);
  }

  /**
   * The same without waiting for those in front of it, which must be of this method, too. Each is done on top
   * of its predecessor or not at all: it names the predecessor's checkpoint and not only its version, which
   * the claim of another writer would have as well.
   *
   * Resolves with `refused` when it has overtaken one in front of it, or one of those was refused; those behind it
   * are refused as well. That is certain, so they may be put together anew. One whose answer was lost is sent
   * again the same as before, since a late twin of it may still land.
   *
   * Errors: as for `commit`; those behind one that fails for good fail with it.
   */
  commitAhead(
    checkpoint: Checkpoint,
    ops: ReadonlyMap<ByteString, KeyOp>,
  ): Promise<'there' | 'refused'> {
    const before = this.#ahead.at(-1)?.value;
    const value = encodeCheckpoint(checkpoint);
    const version = this.#version + this.#ahead.length;
    const answer = this.#ask(() => this.#encode(value, ops, version, before));
    const ahead = { checkpoint, value, ops, answer, isOnTop: before !== undefined };
    this.#ahead.push(ahead);
    const known = this.#lastAhead.then(() => this.#settleFirst(ahead));
    this.#lastAhead = known;
    return known;
  }

  async #settleFirst({ checkpoint, ops, answer, isOnTop }: Ahead): Promise<'there' | 'refused'> {
    const answered = await answer;
    this.#options.signal.throwIfAborted();
    if (answered.kind === 'succeeded') {
      this.#committed(checkpoint, answered.revision);
      this.#count(ops, answered.bytes);
      this.#ahead.shift();
      this.#isRepeating &&= this.#ahead.length > 0;
      return 'there';
    }
    this.#isRepeating = true;
    // Nothing may be under way when we look at what is there and send again.
    const answers = await Promise.all(this.#ahead.map(behind => behind.answer));
    const areRefused = answers.every(({ kind }) => kind === 'guard-failed');
    const isRefused = isOnTop && areRefused;
    if (isRefused) this.stats.guardFailures += 1;
    else await this.#write(checkpoint, ops, true);
    this.#ahead.shift();
    this.#isRepeating = this.#ahead.length > 0;
    return isRefused ? 'refused' : 'there';
  }

  async #ask(encode: () => Uint8Array): Promise<Answer> {
    try {
      const request = encode();
      const { succeeded, header } = await this.#options.client.txn(request);
      if (!succeeded) return { kind: 'guard-failed' };
      const revision = toNumber(header?.revision);
      return { kind: 'succeeded', revision, bytes: request.length };
    } catch (error) {
      return { kind: 'error', error };
    }
  }

  /** @param wasSent it may be there already */
  async #write(
    checkpoint: Checkpoint,
    ops: ReadonlyMap<ByteString, KeyOp>,
    wasSent: boolean,
  ): Promise<void> {
    let isUncertain = wasSent;
    let bytes = 0;
    await this.retry('write a batch', async () => {
      if (isUncertain && (await this.#landed(checkpoint))) return;
      // Encoded at every attempt: the recovery of a lease may have moved the guard's version in between.
      const request = this.#encode(encodeCheckpoint(checkpoint), ops, this.#version);
      bytes = request.length;
      try {
        const { succeeded, header } = await this.#options.client.txn(request);
        if (succeeded) {
          this.#committed(checkpoint, toNumber(header?.revision));
          return;
        }
      } catch (error) {
        if (isEtcdError(error, 'requested lease not found')) {
          await this.#options.onLeaseMissing(ops);
          const text = 'the batch names a lease that was lost';
          throw new SyncerError('DEST_LEASE_LOST', text, {}, { cause: error });
        }
        isUncertain = true;
        throw tooLarge(error, ops) ?? error;
      }
      this.stats.guardFailures += 1;
      if (!(await this.#landed(checkpoint))) {
        // The leader's key has gone: whether it comes back is not decided here.
        throw new SyncerError('DEST_UNREACHABLE', 'the guard failed on an unchanged checkpoint');
      }
    });
    this.#options.signal.throwIfAborted();
    this.#count(ops, bytes);
  }

  #count(ops: ReadonlyMap<ByteString, KeyOp>, bytes: number): void {
    this.stats.batches += 1;
    this.stats.operations += ops.size;
    this.stats.bytes += bytes;
  }

  /** Repeats what a destination that is down or full may do later. Errors: permanent ones, the signal's reason. */
  retry<T>(what: string, attempt: () => Promise<T>): Promise<T> {
    const { logger, signal, sleep, onRetry, onRecovered } = this.#options;
    let hasFailed = false;
    const attemptAndTell = async (): Promise<T> => {
      const result = await attempt();
      if (hasFailed) onRecovered?.();
      return result;
    };
    return retry(attemptAndTell, {
      logger,
      signal,
      ...(sleep === undefined ? {} : { sleep }),
      what,
      isPermanent: error => !RETRIED.has(error.code),
      maxDelayMs: MAX_RETRY_DELAY_MS,
      onRetry: error => {
        this.stats.retries += 1;
        hasFailed = true;
        onRetry?.(error);
      },
    });
  }

  /**
   * Whether our transaction is at the destination though its answer was lost; those that were sent behind it may
   * be there, too. Errors: DEST_FENCED.
   */
  async #landed(checkpoint: Checkpoint): Promise<boolean> {
    const { client, checkpointKey, writerName } = this.#options;
    const found = await readCheckpoint(client, checkpointKey);
    const isOurs = found.checkpoint?.writer === writerName;
    if (isOurs && found.version === this.#version) return false;
    const steps = found.version - this.#version;
    const isFirst = this.#ahead[0]?.checkpoint === checkpoint;
    const last =
      steps === 1 ? checkpoint : isFirst ? this.#ahead[steps - 1]?.checkpoint : undefined;
    if (!isOurs || !isSame(found.checkpoint, last)) {
      throw new SyncerError('DEST_FENCED', 'another writer has moved the checkpoint', {
        writer: found.checkpoint?.writer ?? '',
        index: found.checkpoint?.index ?? 0,
      });
    }
    // Of those before the last one nobody knows the revision.
    this.#committed(checkpoint, steps === 1 ? found.revision : 0);
    return true;
  }

  #committed(checkpoint: Checkpoint, destinationRevision: number): void {
    this.#version += 1;
    this.#checkpoint = checkpoint;
    this.#checkpointAtMs = performance.now();
    this.#options.onCommitted(checkpoint, destinationRevision);
  }

  #encode(
    checkpoint: Uint8Array,
    ops: ReadonlyMap<ByteString, KeyOp>,
    guardVersion: number,
    guardValue?: Uint8Array | undefined,
  ): Uint8Array {
    if (this.#checkpoint !== undefined) refusePromoted(this.#checkpoint);
    const { checkpointKey, limits, fence } = this.#options;
    const guard = { checkpointKey, guardVersion, guardValue, fence: fence?.() };
    return encodeTxn({ ...guard, checkpoint, ops }, limits);
  }
}

/** Whether a checkpoint that was found is the one that we wrote. */
function isSame(found: Checkpoint | undefined, written: Checkpoint | undefined): boolean {
  return (
    found !== undefined &&
    written !== undefined &&
    found.index === written.index &&
    found.partsDone === written.partsDone &&
    found.seeding?.reached === written.seeding?.reached &&
    found.promoted?.atMs === written.promoted?.atMs
  );
}

/** The limit that no configuration of ours can keep: a single operation is already over it. */
function tooLarge(error: unknown, ops: ReadonlyMap<ByteString, KeyOp>): SyncerError | undefined {
  const [[key, op] = []] = ops;
  if (ops.size !== 1 || key === undefined || op?.kind !== 'put') return undefined;
  if (!(error instanceof SyncerError) || error.code !== 'DEST_LIMITS') return undefined;
  return new SyncerError(
    'DEST_TOO_LARGE',
    `the value of ${JSON.stringify(key)} takes ${op.value.length} bytes: ${error.message}`,
    error.details,
    { cause: error },
  );
}
