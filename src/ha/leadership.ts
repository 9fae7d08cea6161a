import type { ClientDuplexStream } from '@grpc/grpc-js';
import type Long from 'long';
import type { EtcdClient } from '../destination/etcd-client.ts';
import { toLong, toNumber } from '../destination/int64.ts';
import type { Fence, WriteGate } from '../destination/write-gate.ts';
import { errorText, SyncerError, toSyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import type { ByteString } from '../wire/bytes.ts';
import type { etcdserverpb as pb } from '../wire/generated/rpc.js';
import { campaign, type Leader, type Mandate, type Replica, readLeader } from './leader-key.ts';

/** Keepalives in the lifetime of the lease. */
const BEATS = 5;
/** A stream that gives no answer for this share of the lifetime is given up for one to the next endpoint. */
const STALL_SHARE = 3;

type KeepAliveStream = ClientDuplexStream<Long, pb.LeaseKeepAliveResponse>;

export interface LeadershipOptions {
  /** A client of its own with short deadlines: what the writer has under way must not hold up a keepalive. */
  readonly client: EtcdClient;
  readonly key: ByteString;
  readonly replica: Replica;
  readonly ttlSeconds: number;
  readonly logger: Logger;
}

/**
 * The leadership that was won, kept by keepalives of its lease. It lapses when the destination has not
 * answered one for the lease's lifetime, counted from when it was sent: nobody else can lead before. It is
 * lost when somebody else leads; until then it is taken again as soon as the destination lets us, for a
 * destination that is away must not cost the source its learner.
 */
export class Leadership implements WriteGate {
  readonly #options: LeadershipOptions;
  #mandate: Mandate;
  #deadlineMs: number;
  #successor: Leader | undefined;
  #stream: KeepAliveStream | undefined;
  #endpoint = '';
  /** When the keepalives without an answer were sent. */
  #sentAtMs: number[] = [];
  #wasHeld = true;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  readonly #waiting = new Set<() => void>();

  constructor(options: LeadershipOptions, mandate: Mandate) {
    this.#options = options;
    this.#mandate = mandate;
    this.#deadlineMs = deadlineOf(mandate);
  }

  /** Keeps it from now on. @param onLost called once, when somebody else leads */
  start(onLost: (successor: Leader) => void): void {
    const beat = async (): Promise<void> => {
      await this.#beat();
      if (this.#successor !== undefined) onLost(this.#successor);
      if (this.#isStopped) return;
      this.#timer = setTimeout(
        () => {
          this.#running = beat();
        },
        (this.#mandate.ttlSeconds * 1_000) / BEATS,
      );
    };
    this.#running = beat();
  }

  get isHeld(): boolean {
    return this.#successor === undefined && this.remainingMs > 0;
  }

  get remainingMs(): number {
    return Math.max(0, this.#deadlineMs - performance.now());
  }

  check(): void {
    if (this.#successor !== undefined) throw fencedBy(this.#successor);
    if (!this.isHeld) {
      throw new SyncerError('DEST_UNREACHABLE', 'our leadership has lapsed: nothing is written');
    }
  }

  get fence(): Fence {
    return { key: this.#options.key, createRevision: this.#mandate.createRevision };
  }

  /** Waits until it is known who leads. True: we do. Rejects with the signal's reason. */
  async settled(signal: AbortSignal): Promise<boolean> {
    while (!this.isHeld && this.#successor === undefined && !this.#isStopped) {
      signal.throwIfAborted();
      await new Promise<void>(resolve => {
        this.#waiting.add(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    return this.isHeld;
  }

  /** Gives it up, so that another replica need not wait for the lease to expire. */
  async resign(): Promise<void> {
    const { client, logger } = this.#options;
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#closeStream();
    await this.#running;
    this.#tell();
    if (this.#successor !== undefined) return;
    this.#deadlineMs = 0;
    try {
      await client.leaseRevoke(toLong(this.#mandate.leaseId));
    } catch (error) {
      logger.info({ reason: errorText(error) }, 'our leadership expires by itself');
    }
  }

  /** Never rejects: whatever fails is tried again with the next beat. */
  async #beat(): Promise<void> {
    const { client, key, logger } = this.#options;
    if (this.#wasHeld && !this.isHeld) {
      logger.warn({ code: 'DEST_UNREACHABLE' }, 'our leadership has lapsed');
    }
    this.#wasHeld = this.isHeld;
    try {
      // Where answers are lost, keepalives arrive all the same: they must not keep others from leading.
      if (this.isHeld) await this.#keepAlive();
      const leader = await readLeader(client, key);
      if (leader === undefined) await this.#takeAgain();
      else if (leader.createRevision !== this.#mandate.createRevision) this.#lostTo(leader);
      else if (!this.isHeld) await this.#keepAlive();
    } catch (error) {
      const { code, message } = toSyncerError(error);
      logger.debug({ code, reason: message }, 'could not look after our leadership');
    }
    this.#tell();
  }

  async #keepAlive(): Promise<void> {
    const { client } = this.#options;
    const now = performance.now();
    const stallMs = (this.#mandate.ttlSeconds * 1_000) / STALL_SHARE;
    if (now - (this.#sentAtMs[0] ?? now) > stallMs) {
      this.#closeStream();
      client.failOver(this.#endpoint);
    }
    if (this.#stream === undefined) {
      this.#endpoint = client.endpoint;
      const stream = await client.keepAlive();
      stream.on('data', (answer: pb.LeaseKeepAliveResponse) => this.#answered(stream, answer));
      stream.on('error', () => this.#ended(stream));
      stream.on('end', () => this.#ended(stream));
      this.#stream = stream;
    }
    if (this.#isStopped) {
      this.#closeStream();
      return;
    }
    this.#sentAtMs.push(performance.now());
    this.#stream.write(toLong(this.#mandate.leaseId));
  }

  #answered(stream: KeepAliveStream, answer: pb.LeaseKeepAliveResponse): void {
    if (stream !== this.#stream) return;
    const sentAtMs = this.#sentAtMs.shift();
    // One that has expired is met again as a key that is not there.
    if (sentAtMs === undefined || toNumber(answer.TTL) <= 0) return;
    this.#deadlineMs = Math.max(this.#deadlineMs, sentAtMs + toNumber(answer.TTL) * 1_000);
    this.#tell();
  }

  #ended(stream: KeepAliveStream): void {
    if (stream !== this.#stream) return;
    this.#closeStream();
    this.#options.client.failOver(this.#endpoint);
  }

  #closeStream(): void {
    const stream = this.#stream;
    this.#stream = undefined;
    this.#sentAtMs = [];
    stream?.cancel();
  }

  /** The key has gone with its lease, or somebody deleted it. */
  async #takeAgain(): Promise<void> {
    const { client, key, replica, ttlSeconds, logger } = this.#options;
    if (this.#isStopped) return;
    const mandate = await campaign(client, key, replica, ttlSeconds);
    // Somebody was faster: the next beat meets them.
    if (mandate === undefined) return;
    this.#closeStream();
    this.#mandate = mandate;
    this.#deadlineMs = deadlineOf(mandate);
    logger.warn(
      { lease: mandate.leaseId.toString(16) },
      'leading again: nobody else did meanwhile',
    );
  }

  #lostTo(leader: Leader): void {
    this.#successor = leader;
    this.#isStopped = true;
    this.#closeStream();
  }

  #tell(): void {
    if (!this.isHeld && this.#successor === undefined && !this.#isStopped) return;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** What whoever still wants to write is told. */
export function fencedBy({ id, name }: Replica): SyncerError {
  return new SyncerError('DEST_FENCED', `replica ${name} writes now`, { writer: name, id });
}

function deadlineOf({ grantedAtMs, ttlSeconds }: Mandate): number {
  return grantedAtMs + ttlSeconds * 1_000;
}
