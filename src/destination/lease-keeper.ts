import type { ClientDuplexStream } from '@grpc/grpc-js';
import type Long from 'long';
import { errorText, SyncerError, toSyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import type { etcdserverpb as pb } from '../wire/generated/rpc.js';
import type { EtcdClient } from './etcd-client.ts';
import { isEtcdError } from './grpc-errors.ts';
import { toBigInt, toLong, toNumber } from './int64.ts';
import { KeepaliveWheel } from './planner/keepalive-wheel.ts';

const TICK_MS = 100;
/** Keepalives sent in one tick: 10,000 a second is what a server takes with ease. */
const MAX_PER_TICK = 1_000;
const GRANTS_IN_FLIGHT = 64;
/** A keepalive goes out after this share of the TTL, so that two may be lost. */
const KEEPALIVE_SHARE = 3;

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
  /** TTL at the destination in seconds. */
  readonly #ttls = new Map<bigint, number>();
  readonly #wheel = new KeepaliveWheel(TICK_MS, Date.now());
  #timer: NodeJS.Timeout | undefined;
  #stream: KeepAliveStream | undefined;
  #connecting = false;
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
  }

  get size(): number {
    return this.#ttls.size;
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#stream?.cancel();
    this.#stream = undefined;
  }

  has(id: bigint): boolean {
    return this.#ttls.has(id);
  }

  /** Takes over leases that are at the destination already; the first keepalives are spread over their time. */
  adopt(id: bigint, sourceTtl: number): void {
    const ttl = this.#destinationTtl(sourceTtl);
    this.#ttls.set(id, ttl);
    this.#wheel.schedule(id, Date.now() + Math.random() * intervalMs(ttl));
  }

  /** Grants all that are not held yet. One that exists at the destination is taken as it is. Errors: those of the client. */
  async grant(grants: ReadonlyMap<bigint, number>): Promise<void> {
    const missing = [...grants].filter(([id]) => !this.#ttls.has(id));
    await inParallel(missing, GRANTS_IN_FLIGHT, async ([id, sourceTtl]) => {
      try {
        const { error } = await this.#client.leaseGrant(
          toLong(id),
          this.#destinationTtl(sourceTtl),
        );
        if (error) throw new SyncerError('DEST_REFUSED', `lease ${id.toString(16)}: ${error}`);
        this.stats.granted += 1;
      } catch (error) {
        if (!isEtcdError(error, 'lease already exists')) throw error;
      }
      this.adopt(id, sourceTtl);
    });
  }

  /** Revokes leases whose keys are gone. One that the destination does not know is gone as well. Errors: those of the client. */
  async revoke(ids: Iterable<bigint>): Promise<void> {
    await inParallel([...ids], GRANTS_IN_FLIGHT, async id => {
      this.forget(id);
      try {
        await this.#client.leaseRevoke(toLong(id));
        this.stats.revoked += 1;
      } catch (error) {
        if (!isEtcdError(error, 'requested lease not found')) throw error;
      }
    });
  }

  forget(id: bigint): void {
    this.#ttls.delete(id);
    this.#wheel.remove(id);
  }

  #destinationTtl(sourceTtl: number): number {
    return Math.max(sourceTtl, this.#floorSeconds, 1);
  }

  #tick(): void {
    if (this.#ttls.size === 0) return;
    const stream = this.#stream;
    if (stream === undefined) {
      if (!this.#connecting) void this.#connect();
      return;
    }
    const now = Date.now();
    for (const id of this.#wheel.due(now, MAX_PER_TICK)) {
      const ttl = this.#ttls.get(id);
      if (ttl === undefined) continue;
      stream.write(toLong(id));
      this.stats.keepalives += 1;
      this.#wheel.schedule(id, now + intervalMs(ttl));
    }
  }

  /** Opens the stream. What was sent on a stream that broke is sent again at once on the next. */
  async #connect(): Promise<void> {
    this.#connecting = true;
    try {
      const stream = await this.#client.keepAlive();
      const ended = (reason: string): void => this.#ended(stream, reason);
      stream.on('data', (answer: pb.LeaseKeepAliveResponse) => this.#answered(answer));
      stream.on('error', error => ended(errorText(error)));
      stream.on('end', () => ended('closed by the destination'));
      this.#stream = stream;
    } catch (error) {
      this.#report(toSyncerError(error).message);
    } finally {
      this.#connecting = false;
    }
  }

  #answered(answer: pb.LeaseKeepAliveResponse): void {
    this.#reported = false;
    if (toNumber(answer.TTL) > 0) return;
    const id = toBigInt(answer.ID);
    if (!this.#ttls.has(id)) return;
    this.forget(id);
    this.stats.lost += 1;
    this.#onLost(id);
  }

  #ended(stream: KeepAliveStream, reason: string): void {
    if (this.#stream !== stream) return;
    this.#stream = undefined;
    this.#report(reason);
    const now = Date.now();
    for (const [id, ttl] of this.#ttls) {
      this.#wheel.schedule(id, now + Math.random() * Math.min(1_000, intervalMs(ttl)));
    }
  }

  #report(reason: string): void {
    if (this.#reported) return;
    this.#reported = true;
    this.#logger.warn({ code: 'DEST_UNREACHABLE', reason }, 'the keepalive stream is down');
  }
}

function intervalMs(ttlSeconds: number): number {
  return (ttlSeconds * 1_000) / KEEPALIVE_SHARE;
}

async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
}
