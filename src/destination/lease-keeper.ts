import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import type Long from 'long';
import { errorText, SyncerError, toSyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import type { etcdserverpb as pb } from '../wire/generated/rpc.js';
import type { EtcdClient } from './etcd-client.ts';
import { isEtcdError } from './grpc-errors.ts';
import { inParallel } from './in-parallel.ts';
import { toBigInt, toLong, toNumber } from './int64.ts';
import { KeepaliveWheel } from './planner/keepalive-wheel.ts';

const TICK_MS = 100;
/** Keepalives sent in one tick: 10,000 a second is what a server takes with ease. */
const MAX_PER_TICK = 1_000;
/** Of a stream: a member answers one after the other, and what it has not read yet waits in our memory. */
const MAX_UNANSWERED = 2_000;
const REQUESTS_IN_FLIGHT = 64;
/** A keepalive goes out after this share of the TTL, so that two may be lost. */
const KEEPALIVE_SHARE = 3;
/** A lease whose time we did not see begin may be about to end: its first keepalive goes out within this. */
const FIRST_KEEPALIVE_MS = 1_000;
/**
 * A stream that answers nothing for so long is given up; sooner when the shortest TTL asks for it: with a
 * third of it gone before the keepalive and a third before another endpoint is tried, one is left.
 */
const STALL_MS = 10_000;
const LEAST_STALL_MS = 1_000;
const RECONNECT_MS = 500;

type KeepAliveStream = ClientDuplexStream<Long, pb.LeaseKeepAliveResponse>;

/** Counters for metrics and status. */
export interface LeaseStats {
  keepalives: number;
  granted: number;
  revoked: number;
  lost: number;
}

/**
 * The leases that we hold at the destination: granted under the source's IDs with at least the floor as
 * TTL, and kept alive as long as the source has them. What the destination lost is told to `onLost`.
 */
export class LeaseKeeper {
  readonly stats: LeaseStats = { keepalives: 0, granted: 0, revoked: 0, lost: 0 };
  readonly #client: EtcdClient;
  readonly #floorSeconds: number;
  readonly #logger: Logger;
  readonly #onLost: (id: bigint) => void;
  /** TTL at the destination in seconds, as far as it was told to us. */
  readonly #ttls = new Map<bigint, number>();
  readonly #wheel: KeepaliveWheel;
  readonly #unanswered = new Set<bigint>();
  readonly #unclaimed = new Set<bigint>();
  /** Taken over, and nothing was heard of them since. */
  readonly #unseen = new Set<bigint>();
  /** Those that `renew` waits for. */
  #awaited = new Set<bigint>();
  #timer: NodeJS.Timeout | undefined;
  #stream: KeepAliveStream | undefined;
  #endpoint = '';
  #waitingSinceMs = 0;
  /** Of the leases since there were none. */
  #shortestTtl = Number.POSITIVE_INFINITY;
  #reconnectAtMs = 0;
  #connecting = false;
  #stopped = false;
  #reported = false;

  constructor(
    client: EtcdClient,
    floorSeconds: number,
    logger: Logger,
    onLost: (id: bigint) => void,
  ) {
    this.#client = client;
    this.#floorSeconds = floorSeconds;
    this.#logger = logger;
    this.#onLost = onLost;
    this.#wheel = new KeepaliveWheel(TICK_MS, nowMs());
  }

  get size(): number {
    return this.#ttls.size;
  }

  /** Sends keepalives from now on. */
  start(): void {
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
  }

  /** Sends none until `start`. */
  pause(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Sends each of the leases a keepalive at once, and resolves when all are answered. Rejects with the signal's reason. */
  async renew(ids: readonly bigint[], signal: AbortSignal): Promise<void> {
    const due = new Set(ids.filter(id => this.#ttls.has(id)));
    this.#awaited = due;
    for (const id of due) this.#wheel.schedule(id, nowMs());
    this.start();
    while (due.size > 0) {
      await sleep(TICK_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    const stream = this.#stream;
    this.#stream = undefined;
    stream?.cancel();
  }

  has(id: bigint): boolean {
    return this.#ttls.has(id);
  }

  /** Taken over from a process before us, and not kept alive by us so far. */
  isUnseen(id: bigint): boolean {
    return this.#unseen.has(id);
  }

  /** Whether two TTLs of the source make the same lease at the destination. */
  isSameTtl(a: number, b: number): boolean {
    return this.#wantedTtl(a) === this.#wantedTtl(b);
  }

  /** Whether the destination has the lease with the TTL that it gets for this one of the source. Errors: those of the client. */
  async isAsWanted(id: bigint, sourceTtl: number): Promise<boolean> {
    const { grantedTTL } = await this.#client.leaseTimeToLive(toLong(id), false);
    return toNumber(grantedTTL) === this.#wantedTtl(sourceTtl);
  }

  /** Whether a lease with this TTL at the destination lives as long as one of the source is to. */
  isLongEnough(ttl: number, sourceTtl: number): boolean {
    return ttl >= this.#wantedTtl(sourceTtl);
  }

  /** Takes over a lease that is at the destination already. Its true TTL comes with the answer to its first keepalive. */
  adopt(id: bigint, sourceTtl: number): void {
    this.#unseen.add(id);
    this.#note(id, this.#wantedTtl(sourceTtl));
    this.#wheel.schedule(id, nowMs() + Math.random() * FIRST_KEEPALIVE_MS);
  }

  /**
   * Notes leases that were at the destination at the start though the state does not have them: those that
   * a process granted which died before it wrote their batch, and foreign ones.
   */
  noteUnclaimed(ids: Iterable<bigint>): void {
    for (const id of ids) this.#unclaimed.add(id);
  }

  /** Revokes those of the leases that were noted as unclaimed. Errors: those of the client. */
  async revokeUnclaimed(ids: Iterable<bigint>): Promise<void> {
    const found = [...ids].filter(id => this.#unclaimed.has(id));
    await this.revoke(found);
    for (const id of found) this.#unclaimed.delete(id);
  }

  /**
   * Grants all that are not held yet. One that exists at the destination is taken as it is, unless it lives
   * shorter than it should and can be made anew because it has no keys.
   *
   * Errors: those of the client.
   */
  async grant(grants: ReadonlyMap<bigint, number>): Promise<void> {
    const missing = [...grants].filter(([id]) => !this.#ttls.has(id));
    await inParallel(missing, REQUESTS_IN_FLIGHT, async ([id, sourceTtl]) => {
      this.#unclaimed.delete(id);
      if (await this.#grantNew(id, sourceTtl)) return;
      const wanted = this.#wantedTtl(sourceTtl);
      const found = await this.#client.leaseTimeToLive(toLong(id), true);
      const ttl = toNumber(found.grantedTTL);
      if (ttl < wanted && (found.keys ?? []).length === 0) {
        await this.#revokeOne(id);
        if (await this.#grantNew(id, sourceTtl)) return;
      } else if (ttl < wanted) {
        this.#logger.warn(
          { lease: id.toString(16), ttl, wanted },
          'a lease at the destination lives shorter than --lease-ttl-floor asks, and holds keys',
        );
      }
      this.adopt(id, sourceTtl);
    });
  }

  /** Revokes leases whose keys are gone. One that the destination does not know is gone as well. Errors: those of the client. */
  async revoke(ids: Iterable<bigint>): Promise<void> {
    await inParallel([...ids], REQUESTS_IN_FLIGHT, async id => {
      this.forget(id);
      await this.#revokeOne(id);
    });
  }

  /**
   * Revokes those of the leases that hold no keys and were granted for at least the floor, as ours are: a
   * process of before us granted them. A leader's lease, empty for a moment, is shorter; without a floor none is
   * known for ours, and they end by themselves soon enough. Returns how many went. Errors: those of the client.
   */
  async revokeAbandoned(ids: Iterable<bigint>): Promise<number> {
    if (this.#floorSeconds === 0) return 0;
    const found: bigint[] = [];
    await inParallel([...ids], REQUESTS_IN_FLIGHT, async id => {
      const { grantedTTL, keys } = await this.#client.leaseTimeToLive(toLong(id), true);
      if ((keys ?? []).length === 0 && toNumber(grantedTTL) >= this.#floorSeconds) found.push(id);
    });
    // Some may have become ours meanwhile.
    const gone = found.filter(id => !this.#ttls.has(id));
    await this.revoke(gone);
    return gone.length;
  }

  forget(id: bigint): void {
    this.#ttls.delete(id);
    this.#awaited.delete(id);
    this.#unseen.delete(id);
    if (this.#ttls.size === 0) this.#shortestTtl = Number.POSITIVE_INFINITY;
    this.#wheel.remove(id);
    this.#unanswered.delete(id);
  }

  #note(id: bigint, ttl: number): void {
    this.#ttls.set(id, ttl);
    this.#shortestTtl = Math.min(this.#shortestTtl, ttl);
  }

  /** False when there is a lease of this ID already. */
  async #grantNew(id: bigint, sourceTtl: number): Promise<boolean> {
    try {
      const answer = await this.#client.leaseGrant(toLong(id), this.#wantedTtl(sourceTtl));
      if (answer.error) {
        throw new SyncerError('DEST_REFUSED', `lease ${id.toString(16)}: ${answer.error}`);
      }
      // The server raises what is below its own minimum.
      const ttl = toNumber(answer.TTL);
      this.#note(id, ttl);
      this.#wheel.schedule(id, nowMs() + Math.random() * intervalMs(ttl));
      this.stats.granted += 1;
      return true;
    } catch (error) {
      if (isEtcdError(error, 'lease already exists')) return false;
      throw error;
    }
  }

  async #revokeOne(id: bigint): Promise<void> {
    try {
      await this.#client.leaseRevoke(toLong(id));
      this.stats.revoked += 1;
    } catch (error) {
      if (!isEtcdError(error, 'requested lease not found')) throw error;
    }
  }

  #wantedTtl(sourceTtl: number): number {
    return Math.max(sourceTtl, this.#floorSeconds, 1);
  }

  #tick(): void {
    if (this.#ttls.size === 0) return;
    const now = nowMs();
    const stream = this.#stream;
    if (stream === undefined) {
      if (!this.#connecting && now >= this.#reconnectAtMs) void this.#connect();
      return;
    }
    const stallMs = Math.max(LEAST_STALL_MS, Math.min(STALL_MS, intervalMs(this.#shortestTtl)));
    if (this.#unanswered.size > 0 && now - this.#waitingSinceMs > stallMs) {
      this.#ended(stream, `no answer within ${stallMs} ms`);
      stream.cancel();
      return;
    }
    const room = Math.min(MAX_PER_TICK, MAX_UNANSWERED - this.#unanswered.size);
    for (const id of this.#wheel.due(now, room)) {
      const ttl = this.#ttls.get(id);
      if (ttl === undefined) continue;
      if (this.#unanswered.size === 0) this.#waitingSinceMs = now;
      this.#unanswered.add(id);
      stream.write(toLong(id));
      this.stats.keepalives += 1;
      this.#wheel.schedule(id, now + intervalMs(ttl));
    }
  }

  async #connect(): Promise<void> {
    this.#connecting = true;
    this.#reconnectAtMs = nowMs() + RECONNECT_MS;
    try {
      this.#endpoint = this.#client.endpoint;
      const stream = await this.#client.keepAlive();
      const ended = (reason: string): void => this.#ended(stream, reason);
      stream.on('data', (answer: pb.LeaseKeepAliveResponse) => this.#answered(answer));
      stream.on('error', error => ended(errorText(error)));
      stream.on('end', () => ended('closed by the destination'));
      if (this.#stopped) stream.cancel();
      else this.#stream = stream;
    } catch (error) {
      this.#report(toSyncerError(error).message);
    } finally {
      this.#connecting = false;
    }
  }

  #answered(answer: pb.LeaseKeepAliveResponse): void {
    this.#reported = false;
    this.#waitingSinceMs = nowMs();
    const id = toBigInt(answer.ID);
    this.#unanswered.delete(id);
    this.#awaited.delete(id);
    this.#unseen.delete(id);
    const known = this.#ttls.get(id);
    if (known === undefined) return;
    const ttl = toNumber(answer.TTL);
    if (ttl <= 0) {
      this.forget(id);
      this.stats.lost += 1;
      this.#onLost(id);
    } else if (ttl !== known) {
      this.#note(id, ttl);
      this.#wheel.schedule(id, nowMs() + intervalMs(ttl));
    }
  }

  /** What a broken stream left unanswered is sent again at once on the next, to another endpoint if there is one. */
  #ended(stream: KeepAliveStream, reason: string): void {
    if (this.#stream !== stream) return;
    this.#stream = undefined;
    this.#client.failOver(this.#endpoint);
    this.#report(reason);
    const now = nowMs();
    for (const id of this.#unanswered) this.#wheel.schedule(id, now);
    this.#unanswered.clear();
  }

  #report(reason: string): void {
    if (this.#reported) return;
    this.#reported = true;
    this.#logger.warn({ code: 'DEST_UNREACHABLE', reason }, 'the keepalive stream is down');
  }
}

/** Monotonic: a wall clock that is set back must not stop keepalives. */
function nowMs(): number {
  return performance.now();
}

function intervalMs(ttlSeconds: number): number {
  return (ttlSeconds * 1_000) / KEEPALIVE_SHARE;
}
