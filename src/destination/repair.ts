import { ROOT } from '../apply/auth/permissions.ts';
import { NEW_AUTH_STATE } from '../apply/auth/store.ts';
import type { AuthState } from '../apply/types.ts';
import type { Logger } from '../ops/logger.ts';
import { type ByteString, EMPTY_BYTES, toByteString } from '../wire/bytes.ts';
import type { AuthWriter } from './auth-writer.ts';
import { COMPARE, type OnNonempty } from './emptiness.ts';
import type { EtcdClient } from './etcd-client.ts';
import type { GuardedCommits } from './guarded-commits.ts';
import { inParallel } from './in-parallel.ts';
import { toBigInt, toLong, toNumber } from './int64.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import type { ConfirmedState, LeaseRecovery } from './lease-recovery.ts';
import { authDifference } from './planner/auth-difference.ts';
import { type KeyOp, opBytes, splitOps } from './planner/batch.ts';
import type { HeldKey } from './planner/difference.ts';
import type { KeyFilter } from './planner/filter.ts';
import type { TxnLimits } from './planner/limits.ts';
import { readAuth } from './read-auth.ts';
import type { Checkpoint } from './types.ts';

/** Keys read at once: what they hold is in memory together. */
const READS_IN_FLIGHT = 16;
const SINGLE = '' as ByteString;

/** What may not be as it is to be. Keys are the destination's. What they are to hold is not for the asker to say. */
export interface RepairRequest {
  readonly keys: readonly ByteString[];
  readonly leases: readonly bigint[];
  readonly users: readonly ByteString[];
  readonly roles: readonly ByteString[];
}

/** What was done about it. */
export interface RepairReport {
  puts: number;
  deletes: number;
  leasesGranted: number;
  /** Revoked and granted with the TTL that they are to have. */
  leasesRenewed: number;
  leasesRevoked: number;
  /** Changes of users and roles. */
  auth: number;
  /** Nothing was to be done about these. */
  right: number;
  /** These are not ours to change. */
  kept: number;
}

export interface RepairOptions {
  readonly client: EtcdClient;
  readonly commits: GuardedCommits;
  readonly recovery: LeaseRecovery;
  readonly leases: LeaseKeeper;
  readonly auth: AuthWriter | undefined;
  readonly filter: KeyFilter;
  readonly limits: TxnLimits;
  readonly onNonempty: OnNonempty;
  readonly logger: Logger;
  /** What the destination is to hold: the state at its checkpoint. */
  readonly state: ConfirmedState;
}

/**
 * Makes named keys, leases, users and roles of the destination what the state says, in guarded transactions
 * that leave the position as it is. Only what differs is written, so a stale request does nothing. To be run
 * while nothing else is written.
 */
export class Repair {
  readonly #options: RepairOptions;
  readonly #report: RepairReport = {
    puts: 0,
    deletes: 0,
    leasesGranted: 0,
    leasesRenewed: 0,
    leasesRevoked: 0,
    auth: 0,
    right: 0,
    kept: 0,
  };
  #ops = new Map<ByteString, KeyOp>();
  #bytes = 0;

  constructor(options: RepairOptions) {
    this.#options = options;
  }

  /** Errors: those of GuardedCommits and the client, DATA_DIR. */
  async run({ keys, leases, users, roles }: RepairRequest): Promise<RepairReport> {
    if (keys.length + leases.length + users.length + roles.length === 0) return this.#report;
    // Leases, users and roles have no guard: this one says first that nobody else has come to write.
    await this.#commit(new Map());
    // Keys may be bound to them. Those that are to go take along what is bound to them.
    for (const id of leases) await this.#repairLease(id);
    await this.#repairKeys(keys);
    for (const id of leases) await this.#revokeUnwanted(id);
    await this.#repairAuth(users, roles);
    this.#options.logger.warn({ ...this.#report }, 'repaired the destination');
    return this.#report;
  }

  async #repairLease(id: bigint): Promise<void> {
    const { state, recovery, leases, commits } = this.#options;
    const ttl = state.getLease(id)?.ttl;
    if (ttl === undefined) return;
    const there = await this.#leaseThere(id);
    if (there === undefined) {
      await commits.retry('grant lost leases again', () => recovery.recover([id]));
      this.#report.leasesGranted += 1;
    } else if (leases.isLongEnough(there.ttl, ttl)) this.#report.right += 1;
    else await this.#renew(id, ttl, there.keys);
  }

  /** A lease can't change its TTL, and takes its keys along when it goes: they are unbound before. */
  async #renew(id: bigint, ttl: number, keys: readonly ByteString[]): Promise<void> {
    const { commits, leases, state, filter } = this.#options;
    const before = commits.checkpoint as Checkpoint;
    const unbound = this.#unbound(id, keys);
    if (unbound === undefined) {
      this.#report.kept += 1;
      return;
    }
    // Whoever comes after a crash on the way has to compare: nothing else tells that keys are bound to nothing.
    await commits.commit({ ...before, seeding: COMPARE }, new Map());
    await this.#write(unbound);
    await commits.retry('make a lease anew', async () => {
      await leases.revoke([id]);
      await leases.grant(new Map([[id, ttl]]));
    });
    const bound: [ByteString, KeyOp][] = [];
    for (const key of [...state.scanAttachments(id)]) {
      const mapped = filter.map(key);
      if (mapped !== undefined) bound.push([mapped, this.#opOf(mapped)]);
    }
    await this.#write(bound);
    await commits.commit(before, new Map());
    this.#report.leasesRenewed += 1;
  }

  async #revokeUnwanted(id: bigint): Promise<void> {
    const { state, leases, commits, filter, onNonempty } = this.#options;
    if (state.getLease(id) !== undefined) return;
    const there = await this.#leaseThere(id);
    if (there === undefined) {
      this.#report.right += 1;
      return;
    }
    const mayBeForeign = onNonempty === 'merge' || !filter.isIdentity;
    const unbound = mayBeForeign ? undefined : this.#unbound(id, there.keys);
    if (unbound === undefined) {
      this.#report.kept += 1;
      return;
    }
    await this.#write(unbound);
    await commits.retry('revoke leases', () => leases.revoke([id]));
    this.#report.leasesRevoked += 1;
  }

  /** What makes the keys of a lease outlive it. Undefined when some are not ours: the lease must stay then. */
  #unbound(id: bigint, keys: readonly ByteString[]): [ByteString, KeyOp][] | undefined {
    const ops: [ByteString, KeyOp][] = [];
    for (const key of keys) {
      const op = this.#mayWrite(key) ? this.#opOf(key) : undefined;
      if (op === undefined || (op.kind === 'delete' && !this.#mayDelete)) return undefined;
      ops.push([key, op.kind === 'put' && op.lease === id ? { ...op, lease: 0n } : op]);
    }
    return ops;
  }

  async #repairKeys(keys: readonly ByteString[]): Promise<void> {
    const ours = keys.filter(key => this.#mayWrite(key));
    this.#report.kept += keys.length - ours.length;
    for (let at = 0; at < ours.length; at += READS_IN_FLIGHT) {
      const held = await this.#held(ours.slice(at, at + READS_IN_FLIGHT));
      for (const [key, there] of held) await this.#repairKey(key, there);
    }
    await this.#flush();
  }

  async #repairKey(key: ByteString, there: HeldKey | undefined): Promise<void> {
    const op = this.#opOf(key);
    if (isAsWanted(op, there)) this.#report.right += 1;
    else if (op.kind === 'delete' && !this.#mayDelete) this.#report.kept += 1;
    else {
      if (op.kind === 'put') this.#report.puts += 1;
      else this.#report.deletes += 1;
      await this.#add(key, op);
    }
  }

  async #held(
    keys: readonly ByteString[],
  ): Promise<readonly (readonly [ByteString, HeldKey | undefined])[]> {
    const { commits, client } = this.#options;
    const held = new Map<ByteString, HeldKey | undefined>();
    await inParallel(keys, READS_IN_FLIGHT, async key => {
      const request = { key: Buffer.from(key, 'latin1') };
      const { kvs } = await commits.retry('read a key', () => client.range(request));
      const [kv] = kvs ?? [];
      held.set(key, kv && { value: kv.value ?? EMPTY_BYTES, lease: toBigInt(kv.lease) });
    });
    return [...held];
  }

  async #repairAuth(users: readonly ByteString[], roles: readonly ByteString[]): Promise<void> {
    const { auth, client, commits, state } = this.#options;
    if (users.length + roles.length === 0) return;
    if (auth === undefined) {
      this.#report.kept += users.length + roles.length;
      return;
    }
    // Without it the user that we write as may do nothing any more.
    const ours = client.user === undefined ? roles : roles.filter(name => name !== ROOT);
    this.#report.kept += roles.length - ours.length;
    const there = await commits.retry('read users and roles', () => readAuth(client));
    const wanted = picked(state.auth, users, ours);
    const named = picked(there, users, ours);
    const changes = authDifference(named, wanted, this.#mayDelete ? named : NEW_AUTH_STATE);
    for (const change of changes) {
      await commits.retry('change users and roles', () => auth.apply(change));
    }
    await commits.retry('compare users and roles', () => auth.check(wanted));
    this.#report.auth += changes.length;
  }

  /** undefined when it is not there. */
  async #leaseThere(id: bigint): Promise<{ ttl: number; keys: ByteString[] } | undefined> {
    const { client, commits } = this.#options;
    const answer = await commits.retry('look for a lease', () =>
      client.leaseTimeToLive(toLong(id), true),
    );
    if (toNumber(answer.TTL) <= 0) return undefined;
    return { ttl: toNumber(answer.grantedTTL), keys: (answer.keys ?? []).map(toByteString) };
  }

  #mayWrite(key: ByteString): boolean {
    return this.#options.filter.isTarget(key);
  }

  /** With `merge` what the source lacks may be somebody else's. */
  get #mayDelete(): boolean {
    return this.#options.onNonempty !== 'merge';
  }

  /** What makes a key what it is to be. A lease that is gone binds nothing. */
  #opOf(key: ByteString): KeyOp {
    const { state, filter } = this.#options;
    const record = state.getKey(filter.unmap(key));
    if (record === undefined) return { kind: 'delete', rangeEnd: SINGLE };
    const { value, lease } = record;
    const isLive = lease !== 0n && state.getLease(lease) !== undefined;
    return { kind: 'put', value, lease: isLive ? lease : 0n };
  }

  async #write(ops: readonly (readonly [ByteString, KeyOp])[]): Promise<void> {
    for (const [key, op] of ops) await this.#add(key, op);
    await this.#flush();
  }

  async #add(key: ByteString, op: KeyOp): Promise<void> {
    const { limits } = this.#options;
    this.#ops.set(key, op);
    this.#bytes += opBytes(key, op);
    if (this.#ops.size >= limits.batchOps || this.#bytes >= limits.batchBytes) await this.#flush();
  }

  async #flush(): Promise<void> {
    for (const part of splitOps(this.#ops, this.#options.limits)) await this.#commit(part);
    this.#ops = new Map();
    this.#bytes = 0;
  }

  async #commit(ops: ReadonlyMap<ByteString, KeyOp>): Promise<void> {
    const { commits } = this.#options;
    await commits.commit(commits.checkpoint as Checkpoint, ops);
  }
}

function isAsWanted(op: KeyOp, there: HeldKey | undefined): boolean {
  if (there === undefined || op.kind === 'delete') return there === undefined && op.kind !== 'put';
  return op.lease === there.lease && Buffer.compare(op.value, there.value) === 0;
}

/** Only these users and roles; whether auth is on is no matter here. */
function picked(
  auth: AuthState,
  users: readonly ByteString[],
  roles: readonly ByteString[],
): AuthState {
  const pick = <T>(
    from: ReadonlyMap<ByteString, T>,
    names: readonly ByteString[],
  ): Map<ByteString, T> =>
    new Map(
      names.flatMap(name => {
        const found = from.get(name);
        return found === undefined ? [] : [[name, found] as const];
      }),
    );
  return {
    ...auth,
    enabled: false,
    users: pick(auth.users, users),
    roles: pick(auth.roles, roles),
  };
}
