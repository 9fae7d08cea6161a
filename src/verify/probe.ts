import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EtcdClient } from '../destination/etcd-client.ts';
import { toBigInt, toLong } from '../destination/int64.ts';
import type { KeyFilter } from '../destination/planner/filter.ts';
import { SyncerError, toSyncerError } from '../ops/errors.ts';
import { type ByteString, fromByteString, prefixEnd, utf8ToByteString } from '../wire/bytes.ts';
import { Arrivals } from './arrivals.ts';
import { type Percentiles, percentilesOf } from './percentiles.ts';

/** Puts that may wait for the source's answer at a time: a slow source is not flooded. */
const MAX_IN_FLIGHT = 64;
const POLL_MS = 20;
/** What is on its way when it is told to end has so long to arrive. */
const LAST_WAIT_MS = 1_000;
/** How long the destination may take to let the keys go. */
const CLEAN_UP_MS = 10_000;
/** The lease of the keys outlives the probe by this; it takes them away when the probe can not. */
const LEASE_RESERVE_SECONDS = 60;

export interface ProbeOptions {
  readonly source: EtcdClient;
  readonly destination: EtcdClient;
  readonly filter: KeyFilter;
  /** At the source; below it each run has a prefix of its own. */
  readonly prefix: ByteString;
  readonly count: number;
  readonly intervalMs: number;
  /** Ends the sending, however many there are; undefined = when `count` are sent. */
  readonly durationMs: number | undefined;
  /** How long keys may take to arrive after the last was sent. */
  readonly waitMs: number;
  /** Ends it early: what is there by then is reported. */
  readonly signal: AbortSignal;
}

export interface ProbeReport {
  readonly sent: number;
  readonly visible: number;
  /** From sending a key to its event at the destination; undefined when none arrived. */
  readonly lag: Percentiles | undefined;
  /** From sending a key to the source's answer, which is a part of it. */
  readonly write: Percentiles | undefined;
  /** False when keys are still at the destination: they go when the replicator gets there, or with their lease. */
  readonly isClean: boolean;
}

/**
 * Measures what a client would see: puts keys at the source and watches them arrive at the destination. All are
 * bound to one lease, whose end removes them on both sides, also when the probe dies.
 *
 * Errors: those of the clients; CONFIG_INVALID when the prefix is not replicated.
 */
export async function runProbe(options: ProbeOptions): Promise<ProbeReport> {
  const prefix = `${options.prefix}${randomBytes(6).toString('hex')}/` as ByteString;
  const target = options.filter.map(prefix);
  if (target === undefined) {
    const text = `keys under ${JSON.stringify(options.prefix)} are not replicated: name others with --probe-prefix`;
    throw new SyncerError('CONFIG_INVALID', text);
  }
  const run = new Run(options, prefix, target);
  return await run.run();
}

class Run {
  readonly #options: ProbeOptions;
  readonly #prefix: ByteString;
  readonly #target: ByteString;
  readonly #sentAt = new Map<ByteString, number>();
  readonly #lags: number[] = [];
  readonly #writes: number[] = [];
  #sent = 0;
  #inFlight = 0;
  #failure: SyncerError | undefined;

  constructor(options: ProbeOptions, prefix: ByteString, target: ByteString) {
    this.#options = options;
    this.#prefix = prefix;
    this.#target = target;
  }

  async run(): Promise<ProbeReport> {
    const { source, destination } = this.#options;
    const arrivals = await Arrivals.open(destination, this.#target, key => this.#arrived(key));
    try {
      const lease = await this.#grant();
      try {
        await this.#send(lease, arrivals);
        await this.#wait(arrivals);
      } finally {
        await this.#settleWrites();
        await source.leaseRevoke(toLong(lease));
      }
    } finally {
      arrivals.close();
    }
    if (this.#failure !== undefined) throw this.#failure;
    return {
      sent: this.#sent,
      visible: this.#lags.length,
      lag: percentilesOf(this.#lags),
      write: percentilesOf(this.#writes),
      isClean: await this.#isClean(),
    };
  }

  async #grant(): Promise<bigint> {
    const { count, intervalMs, durationMs = count * intervalMs, waitMs } = this.#options;
    const seconds = Math.ceil((durationMs + waitMs) / 1_000) + LEASE_RESERVE_SECONDS;
    const { ID } = await this.#options.source.leaseGrant(toLong(0n), seconds);
    return toBigInt(ID);
  }

  async #send(lease: bigint, arrivals: Arrivals): Promise<void> {
    const { count, intervalMs, durationMs = Number.POSITIVE_INFINITY } = this.#options;
    const begin = performance.now();
    for (let i = 0; i < count; i += 1) {
      const dueMs = begin + i * intervalMs;
      if (dueMs - begin >= durationMs) return;
      await this.#pause(dueMs - performance.now());
      while (this.#inFlight >= MAX_IN_FLIGHT && !this.#isOver) await this.#pause(POLL_MS);
      if (this.#isOver) return;
      arrivals.throwIfBroken();
      void this.#put(i, lease);
    }
  }

  async #put(number: number, lease: bigint): Promise<void> {
    const name = String(number).padStart(9, '0') as ByteString;
    const sentAt = performance.now();
    this.#sentAt.set(`${this.#target}${name}` as ByteString, sentAt);
    this.#sent += 1;
    this.#inFlight += 1;
    try {
      await this.#options.source.put({
        key: fromByteString(`${this.#prefix}${name}` as ByteString),
        value: fromByteString(utf8ToByteString('etcd-syncer probe')),
        lease: toLong(lease),
      });
      this.#writes.push(performance.now() - sentAt);
    } catch (error) {
      this.#failure ??= toSyncerError(error);
    } finally {
      this.#inFlight -= 1;
    }
  }

  #arrived(key: ByteString): void {
    const sentAt = this.#sentAt.get(key);
    // A second event of the key: the replicator went over it again.
    if (sentAt === undefined) return;
    this.#sentAt.delete(key);
    this.#lags.push(performance.now() - sentAt);
  }

  async #wait(arrivals: Arrivals): Promise<void> {
    const begin = performance.now();
    while (this.#sentAt.size > 0 && this.#failure === undefined) {
      arrivals.throwIfBroken();
      const { waitMs, signal } = this.#options;
      const patience = signal.aborted ? Math.min(waitMs, LAST_WAIT_MS) : waitMs;
      if (performance.now() - begin >= patience) return;
      await sleep(POLL_MS);
    }
  }

  /** A put that arrives after its lease is gone would fail; one that overtakes the revocation would not be removed. */
  async #settleWrites(): Promise<void> {
    while (this.#inFlight > 0) await sleep(POLL_MS);
  }

  async #isClean(): Promise<boolean> {
    const end = prefixEnd(this.#target);
    const deadline = performance.now() + CLEAN_UP_MS;
    for (;;) {
      const { count } = await this.#options.destination.range({
        key: fromByteString(this.#target),
        range_end: end === undefined ? new Uint8Array(1) : fromByteString(end),
        count_only: true,
      });
      if (toBigInt(count) === 0n) return true;
      if (performance.now() > deadline) return false;
      await sleep(POLL_MS * 5);
    }
  }

  get #isOver(): boolean {
    return this.#options.signal.aborted || this.#failure !== undefined;
  }

  /** Ends at once when it is over. */
  async #pause(ms: number): Promise<void> {
    if (ms <= 0) return;
    const { signal } = this.#options;
    await sleep(ms, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}
