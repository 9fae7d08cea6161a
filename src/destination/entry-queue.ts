import { SyncerError } from '../ops/errors.ts';
import type { Position } from '../state/types.ts';
import type { EntryEffects } from './types.ts';

/** What waits to be sent at most, two batches and some: the rest waits in the log on disk, where it costs no memory. */
const MAX_WAITING_ENTRIES = 4_500;
const MAX_BYTES = 16 * 1024 * 1024;

/** Entries that are not confirmed, in order: first those in batches under way, then those that wait to be sent. */
export class EntryQueue {
  readonly #entries: EntryEffects[] = [];
  readonly #roomWaiters: (() => void)[] = [];
  #bytes = 0;
  #sent = 0;

  get entries(): readonly EntryEffects[] {
    return this.#entries;
  }

  /** How many at the head are under way. */
  get sent(): number {
    return this.#sent;
  }

  get waiting(): number {
    return this.#entries.length - this.#sent;
  }

  push(entry: EntryEffects): void {
    this.#entries.push(entry);
    this.#bytes += effectBytes(entry);
  }

  /** The next `count` are under way; each is then to be confirmed. */
  markSent(count: number): void {
    this.#sent += count;
    this.#wakeRoomWaiters();
  }

  /** None is under way any more: all that is not confirmed waits to be sent. */
  sendAgain(): void {
    this.#sent = 0;
  }

  /** The first `count`, the last of which is at `position`, are confirmed. Errors: INTERNAL when it is not. */
  confirm(count: number, position: Position): void {
    const last = this.#entries[count - 1]?.position.index;
    if (last !== position.index) {
      const text = `entry ${position.index} is confirmed where ${last} is next`;
      throw new SyncerError('INTERNAL', text);
    }
    for (const entry of this.#entries.splice(0, count)) this.#bytes -= effectBytes(entry);
    this.#sent = Math.max(0, this.#sent - count);
    this.#wakeRoomWaiters();
  }

  /** Resolves when there is room for more. Rejects when the signal is aborted, and somebody calls `stopped`. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.waiting >= MAX_WAITING_ENTRIES || this.#bytes >= MAX_BYTES) {
      await new Promise<void>(resolve => this.#roomWaiters.push(resolve));
      signal.throwIfAborted();
    }
  }

  stopped(): void {
    this.#wakeRoomWaiters();
  }

  /** TTL in seconds of a lease whose grant is in here. */
  leaseTtl(id: bigint): number | undefined {
    for (const { effects } of this.#entries) {
      for (const effect of effects) {
        if (effect.kind === 'lease-grant' && effect.id === id) return effect.ttl;
      }
    }
    return undefined;
  }

  #wakeRoomWaiters(): void {
    for (const resolve of this.#roomWaiters.splice(0)) resolve();
  }
}

function effectBytes({ effects }: EntryEffects): number {
  let bytes = 64;
  for (const effect of effects) {
    bytes += 64;
    if (effect.kind === 'put') bytes += effect.key.length + effect.value.length;
    else if (effect.kind === 'delete') bytes += effect.key.length;
  }
  return bytes;
}
