import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MemoryState } from '../../src/apply/memory-state.ts';
import type { Applied, AuthMutation, Change } from '../../src/apply/types.ts';
import { AuthWriter } from '../../src/destination/auth-writer.ts';
import { checkpointKey } from '../../src/destination/checkpoint.ts';
import type { OnNonempty } from '../../src/destination/emptiness.ts';
import { EtcdClient } from '../../src/destination/etcd-client.ts';
import { HeldAuthFiles } from '../../src/destination/held-auth.ts';
import { LeaseKeeper } from '../../src/destination/lease-keeper.ts';
import { effectsOf } from '../../src/destination/planner/effects.ts';
import { type FilterOptions, KeyFilter } from '../../src/destination/planner/filter.ts';
import { txnLimits } from '../../src/destination/planner/limits.ts';
import type { Rows } from '../../src/destination/row-fill.ts';
import type { SeedingReport } from '../../src/destination/seeding.ts';
import { DestinationWriter } from '../../src/destination/writer.ts';
import { createLogger, type Logger } from '../../src/ops/logger.ts';
import { utf8ToByteString } from '../../src/wire/bytes.ts';

export const CHECKPOINT_PREFIX = utf8ToByteString('__etcd_syncer__/');
export const CLUSTER_ID = 0xf00dn;
export const CHECKPOINT_KEY = checkpointKey(CHECKPOINT_PREFIX, CLUSTER_ID);

export interface RigOptions {
  readonly endpoints: readonly string[];
  readonly user?: string;
  readonly password?: string;
  readonly maxTxnOps?: number;
  readonly maxRequestBytes?: number;
  readonly leaseTtlFloor?: number;
  readonly onNonempty?: OnNonempty;
  readonly filter?: Partial<FilterOptions>;
  readonly writerName?: string;
  readonly keepUsers?: readonly string[];
}

/** A writer in front of a destination, with the state that its entries lead to. */
export class Rig {
  readonly client: EtcdClient;
  readonly logger: Logger;
  readonly leases: LeaseKeeper;
  readonly writer: DestinationWriter;
  readonly auth: AuthWriter;
  /** State after the last entry submitted, and after the last one confirmed. */
  readonly resolved = new MemoryState();
  readonly confirmed = new MemoryState();
  readonly confirmedIndexes: number[] = [];
  readonly batchSizes: number[] = [];
  readonly #filter: KeyFilter;
  readonly #changes = new Map<number, readonly Change[]>();
  readonly #heldDir = mkdtempSync(join(tmpdir(), 'etcd-syncer-held-'));
  #confirmedIndex = 0;
  #lastIndex = 0;
  #running: Promise<void> | undefined;
  /** Log lines, as objects. */
  readonly logged: Record<string, unknown>[] = [];

  constructor(options: RigOptions) {
    this.logger = createLogger({
      level: 'info',
      format: 'json',
      destination: { write: line => this.logged.push(JSON.parse(line)) },
    });
    const { logger } = this;
    const { endpoints, user, password } = options;
    this.client = new EtcdClient({ endpoints, tls: undefined, user, password });
    this.leases = new LeaseKeeper(this.client, options.leaseTtlFloor ?? 0, logger, id =>
      this.writer.leaseLost(id),
    );
    this.auth = new AuthWriter({
      client: this.client,
      logger,
      keepUsers: options.keepUsers ?? [],
      held: new HeldAuthFiles(this.#heldDir),
    });
    this.#filter = new KeyFilter({
      prefixes: [],
      excludePrefixes: [],
      destPrefix: undefined,
      checkpointPrefix: CHECKPOINT_PREFIX,
      ...options.filter,
    });
    this.writer = new DestinationWriter({
      client: this.client,
      leases: this.leases,
      auth: this.auth,
      filter: this.#filter,
      limits: txnLimits(options.maxTxnOps ?? 128, options.maxRequestBytes ?? 1_572_864),
      clusterId: CLUSTER_ID,
      checkpointKey: CHECKPOINT_KEY,
      onNonempty: options.onNonempty ?? 'refuse',
      writerName: options.writerName ?? 'test',
      logger,
      onConfirmed: async position => {
        for (let index = this.#confirmedIndex + 1; index <= position.index; index += 1) {
          this.confirmed.advance(this.#changes.get(index) ?? []);
        }
        this.#confirmedIndex = position.index;
        this.confirmedIndexes.push(position.index);
      },
      onBatch: batch => this.batchSizes.push(batch.ops.size),
    });
  }

  /** Claims the checkpoint of an empty destination and starts to write. */
  async start(): Promise<void> {
    await this.writer.open({
      clusterId: CLUSTER_ID,
      confirmed: { index: 0, term: 0 },
      checkpointIndex: 0,
    });
    await this.writer.reconcileLeases(this.confirmed);
    this.run();
  }

  run(): void {
    this.#running = this.writer.run();
    // Looked at by `failure` or `confirmAll`.
    this.#running.catch(() => undefined);
  }

  /** The error that ended the writer. */
  async failure(): Promise<unknown> {
    return await (this.#running ?? Promise.resolve()).then(
      () => 'ended without an error',
      (error: unknown) => error,
    );
  }

  /** Marks changes as those of an entry that is confirmed already. */
  preload(changes: readonly Change[]): void {
    this.#lastIndex += 1;
    this.#changes.set(this.#lastIndex, changes);
    this.resolved.advance(changes);
    this.confirmed.advance(changes);
    this.#confirmedIndex = this.#lastIndex;
  }

  /** Submits the changes as the next entry, without waiting. */
  submit(changes: readonly Change[], range?: Applied['range']): void {
    this.#lastIndex += 1;
    const index = this.#lastIndex;
    this.#changes.set(index, changes);
    this.resolved.advance(changes);
    const applied: Applied = {
      outcome: { kind: 'applied' },
      changes,
      ...(range === undefined ? {} : { range }),
    };
    const effects = effectsOf({ index, term: 1 }, applied, this.#filter, this.resolved);
    this.writer.submit({ ...effects, revision: index + 1 });
  }

  /** Submits the changes and waits until the destination has them. */
  async write(changes: readonly Change[], range?: Applied['range']): Promise<void> {
    this.submit(changes, range);
    await this.confirmAll();
  }

  /**
   * Brings the destination to what was preloaded.
   *
   * @param before the state at its checkpoint, when that is known
   * @param rows what leads to it, for an empty destination
   * @param ours a state of another moment
   */
  async seed(before?: MemoryState, rows?: Rows, ours?: MemoryState): Promise<SeedingReport> {
    return await this.writer.seed({
      position: { index: this.#confirmedIndex, term: 1 },
      state: this.confirmed,
      before: () => before,
      ours: () => ours,
      ...(rows === undefined ? {} : { rows }),
      onProgress: () => undefined,
    });
  }

  async confirmAll(): Promise<void> {
    const drained = this.writer.drain(60_000);
    if (this.#running !== undefined) await Promise.race([drained, this.#running]);
    if (!(await drained)) throw new Error(`not confirmed: ${JSON.stringify(this.logged)}`);
  }

  codes(): unknown[] {
    return this.logged.map(({ code }) => code);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.writer.stop();
    await this.failure();
    this.client.close();
    rmSync(this.#heldDir, { recursive: true, force: true });
  }

  put(key: string, value: string | Uint8Array, lease = 0n): Change {
    const name = utf8ToByteString(key);
    const revision = this.#lastIndex + 2;
    return {
      kind: 'put',
      key: name,
      previousLease: this.resolved.getKey(name)?.lease ?? 0n,
      record: {
        createRevision: revision,
        modRevision: revision,
        version: 1,
        lease,
        value: typeof value === 'string' ? Buffer.from(value) : value,
      },
    };
  }

  delete(key: string): Change {
    const name = utf8ToByteString(key);
    return {
      kind: 'delete',
      key: name,
      previousLease: this.resolved.getKey(name)?.lease ?? 0n,
    };
  }
}

export function grant(id: bigint, ttl = 600): Change {
  return { kind: 'lease-grant', id, ttl };
}

export function revoke(id: bigint): Change {
  return { kind: 'lease-revoke', id };
}

/** The state it leads to plays no part in what is sent. */
export function authChange(rig: Rig, mutation: AuthMutation): Change {
  return { kind: 'auth', auth: rig.resolved.auth, mutation };
}

/** Polls until the condition holds. */
export async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (await condition()) return;
    await sleep(50);
  }
  throw new Error(`it did not come to pass: ${what}`);
}
