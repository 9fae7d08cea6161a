import type { KeyRecord, LeaseRecord, StateReader } from '../apply/types.ts';
import type { Logger } from '../ops/logger.ts';
import type { ByteString } from '../wire/bytes.ts';
import { COMPARE } from './emptiness.ts';
import type { EtcdClient } from './etcd-client.ts';
import type { GuardedCommits } from './guarded-commits.ts';
import { inParallel } from './in-parallel.ts';
import { toLong, toNumber } from './int64.ts';
import { leaseIds } from './lease-ids.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import { type KeyOp, opBytes, splitOps } from './planner/batch.ts';
import type { KeyFilter } from './planner/filter.ts';
import type { TxnLimits } from './planner/limits.ts';
import type { Checkpoint } from './types.ts';

const LOOKUPS_IN_FLIGHT = 64;
/** Leases named in a log line. */
const NAMED_LEASES = 5;

/** The state at the destination's checkpoint. */
export type ConfirmedState = StateReader & {
  leases(): Iterable<readonly [bigint, LeaseRecord]>;
};

export interface LeaseRecoveryOptions {
  readonly client: EtcdClient;
  readonly leases: LeaseKeeper;
  readonly commits: GuardedCommits;
  readonly filter: KeyFilter;
  readonly limits: TxnLimits;
  readonly logger: Logger;
  /** TTL in seconds of a lease whose grant is not confirmed yet. */
  readonly queuedTtl: (id: bigint) => number | undefined;
  /** Resolves when the confirmed state has taken note of all that was confirmed. */
  readonly settled: () => Promise<void>;
}

/**
 * Brings back leases that the destination lost, with their keys as they are at its checkpoint: granted
 * under their IDs, and their keys put again in guarded transactions that leave the position as it is.
 */
export class LeaseRecovery {
  readonly #options: LeaseRecoveryOptions;
  #state: ConfirmedState | undefined;
  #count = 0;

  constructor(options: LeaseRecoveryOptions) {
    this.#options = options;
  }

  /** What the destination is to hold; undefined until its leases were compared. */
  get state(): ConfirmedState | undefined {
    return this.#state;
  }

  /** How often leases were granted again. */
  get count(): number {
    return this.#count;
  }

  /** What lost leases and their keys are taken from, from now on. */
  use(state: ConfirmedState): void {
    this.#state = state;
  }

  /**
   * Brings the destination's leases in line with the state: what is missing is granted again and its
   * keys put again.
   *
   * @param state what is at the destination; read again in later recoveries
   */
  async reconcile(state: ConfirmedState): Promise<void> {
    const { leases, commits } = this.#options;
    this.use(state);
    await commits.retry('compare the leases', async () => {
      const there = new Set(await leaseIds(this.#options.client));
      const missing: bigint[] = [];
      for (const [id, { ttl }] of state.leases()) {
        if (there.has(id)) leases.adopt(id, ttl);
        else missing.push(id);
        there.delete(id);
      }
      // What is left has no place in the state.
      leases.noteUnclaimed(there);
      await this.recover(missing);
    });
  }

  /** Revokes those of the leases that are at the destination, with no keys any more. */
  async revokeLeftOver(ids: readonly bigint[]): Promise<void> {
    if (ids.length === 0) return;
    const { leases, commits } = this.#options;
    await commits.retry('revoke left over leases', async () => {
      const there = new Set(await leaseIds(this.#options.client));
      await leases.revoke(ids.filter(id => there.has(id)));
    });
  }

  /** Which leases of the operations are gone at the destination, and those granted again. */
  async recoverOf(ops: ReadonlyMap<ByteString, KeyOp>): Promise<void> {
    const { client } = this.#options;
    const ids = new Set<bigint>();
    for (const op of ops.values()) if (op.kind === 'put' && op.lease !== 0n) ids.add(op.lease);
    const lost: bigint[] = [];
    await inParallel([...ids], LOOKUPS_IN_FLIGHT, async id => {
      const { TTL } = await client.leaseTimeToLive(toLong(id), false);
      if (toNumber(TTL) <= 0) lost.push(id);
    });
    await this.recover(lost);
  }

  /** Grants leases again and puts their keys again. Those that are gone from the state by now are passed over. */
  async recover(ids: readonly bigint[]): Promise<void> {
    const { leases, logger, queuedTtl, settled } = this.#options;
    await settled();
    const grants = new Map<bigint, number>();
    for (const id of ids) {
      // A lease that is not confirmed yet has no keys there.
      const ttl = this.#state?.getLease(id)?.ttl ?? queuedTtl(id);
      if (ttl === undefined) continue;
      leases.forget(id);
      grants.set(id, ttl);
    }
    if (grants.size === 0) return;
    this.#count += 1;
    const { commits } = this.#options;
    const before = commits.checkpoint as Checkpoint;
    // Once they are granted again nothing tells that their keys are missing: whoever comes after us has to compare.
    await commits.commit({ ...before, seeding: COMPARE }, new Map());
    await leases.grant(grants);
    const keys = await this.#putKeys(grants.keys());
    await commits.commit(before, new Map());
    const named = [...grants.keys()].slice(0, NAMED_LEASES).map(id => id.toString(16));
    logger.warn(
      { code: 'DEST_LEASE_LOST', leases: grants.size, keys, named },
      'granted lost leases again',
    );
  }

  async #putKeys(ids: Iterable<bigint>): Promise<number> {
    const { filter, limits } = this.#options;
    const state = this.#state;
    if (state === undefined) return 0;
    let ops = new Map<ByteString, KeyOp>();
    let bytes = 0;
    let keys = 0;
    for (const id of ids) {
      // Collected first: a cursor of the store must not stay open over a request.
      for (const key of [...state.scanAttachments(id)]) {
        const mapped = filter.map(key);
        const record: KeyRecord | undefined = state.getKey(key);
        if (mapped === undefined || record === undefined) continue;
        const op: KeyOp = { kind: 'put', value: record.value, lease: id };
        ops.set(mapped, op);
        bytes += opBytes(mapped, op);
        keys += 1;
        if (ops.size < limits.batchOps && bytes < limits.batchBytes) continue;
        await this.#commit(ops);
        ops = new Map();
        bytes = 0;
      }
    }
    await this.#commit(ops);
    return keys;
  }

  async #commit(ops: ReadonlyMap<ByteString, KeyOp>): Promise<void> {
    const { commits, limits } = this.#options;
    for (const part of splitOps(ops, limits)) {
      await commits.commit(commits.checkpoint as Checkpoint, part);
    }
  }
}
