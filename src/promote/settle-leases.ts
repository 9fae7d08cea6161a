import { setTimeout as sleep } from 'node:timers/promises';
import type { EtcdClient } from '../destination/etcd-client.ts';
import { isEtcdError } from '../destination/grpc-errors.ts';
import { inParallel } from '../destination/in-parallel.ts';
import { toId, toLong, toNumber } from '../destination/int64.ts';
import { judgeLease } from './judge-lease.ts';
import type { LeaseCounts } from './types.ts';

/** Questions a second: so many that a destination keeps most of its time for its clients. */
const RATE = 1_000;
const IN_FLIGHT = 64;
/** Leases that are looked at between two pauses. */
const AT_ONCE = 500;
const WAIT_MS = 500;
/** A lease is looked at a moment after its time: a refresh in its last one may still be on its way. */
const SLACK_MS = 1_000;
const ATTEMPTS = 5;

export interface SettleOptions {
  readonly client: Pick<EtcdClient, 'leaseTimeToLive' | 'leaseRevoke'>;
  /** All leases of the source: ID and TTL. */
  readonly leases: Iterable<readonly [bigint, { readonly ttl: number }]>;
  /** --lease-ttl-floor: what TTLs were raised to. */
  readonly floorSeconds: number;
  readonly graceSeconds: number;
  /** When clients were let in, on the clock of `now`. */
  readonly openMs: number;
  readonly now: () => number;
  /** Repeats what a destination that is down may do later. */
  readonly retry: <T>(what: string, attempt: () => Promise<T>) => Promise<T>;
  readonly signal: AbortSignal;
  readonly onProgress: (counts: LeaseCounts) => void;
}

interface Watched {
  readonly id: bigint;
  readonly ttl: number;
  readonly dueMs: number;
}

/**
 * Gives leases their true lifetimes: each has its whole TTL from when clients were let in, as after a change of
 * etcd's leader. One that nobody refreshed by then is revoked, and its keys go with it. One that was refreshed
 * stays as it is, under its ID. Leases whose TTL was not raised end by themselves. Can be run again at any time.
 *
 * Errors: permanent ones of the client; the signal's reason.
 */
export async function settleLeases(options: SettleOptions): Promise<LeaseCounts> {
  const { now, signal, onProgress } = options;
  const queue = watchedOf(options);
  const counts = { watched: queue.length, alive: 0, revoked: 0, gone: 0, unknown: 0 };
  onProgress(counts);
  const settling = new Settling(options, counts);
  for (let next = 0; next < queue.length; ) {
    signal.throwIfAborted();
    const due: Watched[] = [];
    for (let lease = queue[next]; due.length < AT_ONCE; lease = queue[next]) {
      if (lease === undefined || lease.dueMs > now()) break;
      due.push(lease);
      next += 1;
    }
    const startedMs = now();
    await inParallel(due, IN_FLIGHT, lease => settling.settle(lease));
    onProgress({ ...counts });
    const leastMs = due.length === 0 ? WAIT_MS : (due.length * 1_000) / RATE;
    const pauseMs = Math.max(0, leastMs - (now() - startedMs));
    await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
  return counts;
}

/** Those that live longer here than at the source, the first to be looked at first. */
function watchedOf({ leases, floorSeconds, graceSeconds, openMs }: SettleOptions): Watched[] {
  const watched: Watched[] = [];
  for (const [id, { ttl }] of leases) {
    if (ttl >= floorSeconds) continue;
    watched.push({ id, ttl, dueMs: openMs + (ttl + graceSeconds) * 1_000 + SLACK_MS });
  }
  return watched.sort((a, b) => a.dueMs - b.dueMs);
}

class Settling {
  readonly #options: SettleOptions;
  readonly #counts: { -readonly [Name in keyof LeaseCounts]: number };
  #term: bigint | undefined;

  constructor(options: SettleOptions, counts: { -readonly [Name in keyof LeaseCounts]: number }) {
    this.#options = options;
    this.#counts = counts;
  }

  async settle(lease: Watched): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const verdict = await this.#look(lease);
      if (verdict === 'unsure' && attempt < ATTEMPTS) continue;
      if (verdict === 'abandoned') await this.#revoke(lease.id);
      if (verdict === 'alive') this.#counts.alive += 1;
      if (verdict === 'gone') this.#counts.gone += 1;
      if (verdict === 'unsure') this.#counts.unknown += 1;
      return;
    }
  }

  async #look({ id, ttl }: Watched): Promise<ReturnType<typeof judgeLease>> {
    const { client, now, openMs, retry } = this.#options;
    const { answer, sentMs } = await retry('look at a lease', async () => {
      const asked = now();
      return { answer: await client.leaseTimeToLive(toLong(id), false), sentMs: asked };
    });
    const atMs = now();
    const seen = {
      atMs,
      tookMs: atMs - sentMs,
      remaining: toNumber(answer.TTL),
      granted: toNumber(answer.grantedTTL),
    };
    const verdict = judgeLease(seen, ttl, openMs);
    const term = toId(answer.header?.raft_term);
    this.#term ??= term;
    // A new leader begins all TTLs anew (lessor.Promote), which looks like a refresh.
    return verdict === 'alive' && term !== this.#term ? 'unsure' : verdict;
  }

  async #revoke(id: bigint): Promise<void> {
    const { client, retry } = this.#options;
    await retry('revoke a lease', async () => {
      try {
        await client.leaseRevoke(toLong(id));
        this.#counts.revoked += 1;
      } catch (error) {
        if (!isEtcdError(error, 'requested lease not found')) throw error;
        this.#counts.gone += 1;
      }
    });
  }
}
