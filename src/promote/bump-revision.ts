import type { EtcdClient } from '../destination/etcd-client.ts';
import { toLong, toNumber } from '../destination/int64.ts';
import { SyncerError } from '../ops/errors.ts';
import { type ByteString, EMPTY_BYTES, utf8ToByteString } from '../wire/bytes.ts';
import { Writer } from '../wire/cursor.ts';
import { writeCreateCompare, writePutOp } from '../wire/txn-encode.ts';

/** Writes under way at once: enough to share the server's fsyncs. */
const IN_FLIGHT = 64;
const TRIAL_MS = 1_000;

export interface BumpOptions {
  readonly client: Pick<EtcdClient, 'txn' | 'range' | 'deleteRange' | 'compact'>;
  readonly checkpointKey: ByteString;
  readonly retry: <T>(what: string, attempt: () => Promise<T>) => Promise<T>;
  readonly signal: AbortSignal;
}

/**
 * Raises the destination's revision by writing a key of ours again and again, one revision each. Every write is
 * guarded by the checkpoint being there, the one that was found at the start.
 */
export class RevisionBump {
  readonly #options: BumpOptions;
  readonly #scratchKey: ByteString;
  #request: Uint8Array | undefined;
  #revision = 0;

  constructor(options: BumpOptions) {
    this.#options = options;
    this.#scratchKey = (options.checkpointKey + utf8ToByteString('/revision')) as ByteString;
  }

  /** The destination's revision, as it was last heard of. */
  get revision(): number {
    return this.#revision;
  }

  /**
   * How many seconds it would take to get above `target`, found out by doing it for a second.
   * Errors: those of the client, as of `raise`.
   */
  async estimate(target: number): Promise<number> {
    await this.#begin();
    const from = this.#revision;
    if (from > target) return 0;
    const startedMs = performance.now();
    await this.#write(target, startedMs + TRIAL_MS);
    const perSecond = (this.#revision - from) / ((performance.now() - startedMs) / 1_000);
    return Math.max(0, target + 1 - this.#revision) / Math.max(perSecond, 1);
  }

  /**
   * Goes on until the revision is above `target`, then deletes the key that was written and compacts everything
   * before: whoever comes with a revision of the source is told that it is compacted, and begins anew. Can be
   * repeated.
   *
   * Errors: permanent ones of the client, DEST_CHECKPOINT_LOST; the signal's reason.
   */
  async raise(target: number): Promise<void> {
    await this.#begin();
    await this.#write(target, Number.POSITIVE_INFINITY);
    await this.clean();
    const { client, retry } = this.#options;
    await retry('compact', async () => {
      try {
        await client.compact(toLong(BigInt(this.#revision)));
      } catch (error) {
        if (!isCompacted(error)) throw error;
      }
    });
  }

  /** Deletes the key that was written. */
  async clean(): Promise<void> {
    const { client, retry } = this.#options;
    const { header } = await retry('delete the key that raised the revision', () =>
      client.deleteRange({ key: Buffer.from(this.#scratchKey, 'latin1') }),
    );
    this.#revision = Math.max(this.#revision, toNumber(header?.revision));
  }

  async #begin(): Promise<void> {
    const { client, checkpointKey, retry } = this.#options;
    const { kvs, header } = await retry('read the checkpoint', () =>
      client.range({ key: Buffer.from(checkpointKey, 'latin1') }),
    );
    const found = kvs?.[0];
    if (found === undefined) {
      throw new SyncerError('DEST_CHECKPOINT_LOST', 'the destination has no checkpoint');
    }
    const writer = new Writer(256);
    writeCreateCompare(writer, checkpointKey, toNumber(found.create_revision));
    writePutOp(writer, this.#scratchKey, EMPTY_BYTES, 0n);
    this.#request = writer.finish();
    this.#revision = toNumber(header?.revision);
  }

  async #write(target: number, untilMs: number): Promise<void> {
    const { client, retry, signal } = this.#options;
    const request = this.#request as Uint8Array;
    let failed = false;
    const worker = async (): Promise<void> => {
      while (!failed && this.#revision <= target && performance.now() < untilMs) {
        signal.throwIfAborted();
        try {
          const { succeeded, header } = await retry('raise the revision', () =>
            client.txn(request),
          );
          if (!succeeded) {
            throw new SyncerError(
              'DEST_CHECKPOINT_LOST',
              'the checkpoint is gone or was made anew',
            );
          }
          this.#revision = Math.max(this.#revision, toNumber(header?.revision));
        } catch (error) {
          failed = true;
          throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  }
}

/** A run before this one came so far. */
function isCompacted(error: unknown): boolean {
  const { etcd } = error instanceof SyncerError ? error.details : {};
  return String(etcd ?? '').includes('has been compacted');
}
