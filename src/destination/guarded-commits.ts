import type { ErrorCode } from '../ops/error-codes.ts';
import { SyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { type RetryOptions, retry } from '../ops/retry.ts';
import type { ByteString } from '../wire/bytes.ts';
import { encodeCheckpoint, readCheckpoint } from './checkpoint.ts';
import type { EtcdClient } from './etcd-client.ts';
import { isEtcdError } from './grpc-errors.ts';
import { toNumber } from './int64.ts';
import { judgeCheckpoint, type LocalPosition } from './judge-checkpoint.ts';
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

  constructor(options: CommitOptions) {
    this.#options = options;
  }

  /** The last checkpoint known to be at the destination. */
  get checkpoint(): Checkpoint | undefined {
    return this.#checkpoint;
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
      const { succeeded, header } = await client.txn(this.#encode(claimed, new Map()));
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
   * Errors: DEST_FENCED; DEST_TOO_LARGE for a single operation over the destination's limit; permanent
   * ones of the client; the signal's reason, after which the outcome is not known.
   */
  async commit(checkpoint: Checkpoint, ops: ReadonlyMap<ByteString, KeyOp>): Promise<void> {
    let isUncertain = false;
    let bytes = 0;
    await this.retry('write a batch', async () => {
      if (isUncertain && (await this.#landed(checkpoint))) return;
      // Encoded at every attempt: the recovery of a lease may have moved the guard's version in between.
      const request = this.#encode(checkpoint, ops);
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

  /** Whether our transaction is at the destination though its answer was lost. Errors: DEST_FENCED. */
  async #landed(checkpoint: Checkpoint): Promise<boolean> {
    const { client, checkpointKey, writerName } = this.#options;
    const found = await readCheckpoint(client, checkpointKey);
    const isOurs = found.checkpoint?.writer === writerName;
    if (isOurs && found.version === this.#version) return false;
    if (
      !isOurs ||
      found.version !== this.#version + 1 ||
      found.checkpoint?.index !== checkpoint.index ||
      found.checkpoint.partsDone !== checkpoint.partsDone ||
      found.checkpoint.seeding?.reached !== checkpoint.seeding?.reached
    ) {
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
    this.#checkpointAtMs = performance.now();
    this.#options.onCommitted(checkpoint, destinationRevision);
  }

  #encode(checkpoint: Checkpoint, ops: ReadonlyMap<ByteString, KeyOp>): Uint8Array {
    const { checkpointKey, limits, fence } = this.#options;
    const txn = {
      checkpointKey,
      guardVersion: this.#version,
      fence: fence?.(),
      checkpoint: encodeCheckpoint(checkpoint),
      ops,
    };
    return encodeTxn(txn, limits);
  }
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
