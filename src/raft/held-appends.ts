import type { Message } from '../wire/types.ts';

/** Appends held at once; the leader's own window is 512 unacknowledged ones. */
const MAX_HELD = 512;
const MAX_HELD_BYTES = 256 * 1024 * 1024;
/** How long a gap may stay open. 3.7 sends each batch in reverse: the gap closes within the batch. */
const HOLD_MS = 150;
/** Rejections of the lowest one before the next has its turn: a leader that counts the lowest as acknowledged does not listen. */
const MAX_EXPIRIES = 30;

/**
 * Appends that came before their predecessors. Rejecting them at once would throw the leader back
 * to probing and have everything resent, so they wait for the gap to close; only when it stays open
 * is the lowest one rejected.
 */
export class HeldAppends {
  /** Ascending by prev index. */
  readonly #held: { readonly message: Message; readonly bytes: number }[] = [];
  #bytes = 0;
  #deadlineMs = Number.POSITIVE_INFINITY;
  /** How often the lowest one has expired. */
  #expiries = 0;
  /** The prev index of the lowest one once it was rejected. */
  #rejected: number | undefined;

  get size(): number {
    return this.#held.length;
  }

  /** Holds a message; false when the bounds are reached (it is dropped: the leader resends). */
  hold(message: Message, nowMs: number): boolean {
    const found = this.#held.findIndex(held => held.message.index >= message.index);
    const at = found < 0 ? this.#held.length : found;
    const next = this.#held[at];
    // A leader that probes sends the same again and again, longer each time: the clock of the gap runs on.
    const same = next?.message.index === message.index ? next : undefined;
    if (same !== undefined && same.message.entries.length >= message.entries.length) return true;
    let bytes = 64;
    for (const entry of message.entries) bytes += entry.data.length + 32;
    const more = bytes - (same?.bytes ?? 0);
    if (same === undefined && this.#held.length >= MAX_HELD) return false;
    if (this.#bytes + more > MAX_HELD_BYTES) return false;
    this.#held.splice(at, same === undefined ? 0 : 1, { message, bytes });
    this.#bytes += more;
    if (this.#deadlineMs === Number.POSITIVE_INFINITY) this.#deadlineMs = nowMs + HOLD_MS;
    return true;
  }

  /** Takes the lowest one whose gap is closed, i.e. whose prev is at most `lastIndex`. */
  next(lastIndex: number): Message | undefined {
    const first = this.#held[0];
    if (first === undefined || first.message.index > lastIndex) return undefined;
    this.#removeFirst();
    return first.message;
  }

  /** When the gap has stayed open too long: the lowest one, which then has to be rejected. It stays held for a few times. */
  expired(nowMs: number): Message | undefined {
    if (nowMs < this.#deadlineMs) return undefined;
    this.#deadlineMs = nowMs + HOLD_MS;
    if (this.#expiries >= MAX_EXPIRIES && this.#held.length > 1) this.#removeFirst();
    this.#expiries += 1;
    this.#rejected = this.#held[0]?.message.index;
    return this.#held[0]?.message;
  }

  clear(): void {
    this.#held.length = 0;
    this.#expiries = 0;
    this.#bytes = 0;
    this.#rejected = undefined;
    this.#deadlineMs = Number.POSITIVE_INFINITY;
  }

  /**
   * Progress was made: the clock starts again. If the gap is still open though its append was rejected, the leader
   * has heard of it and sends everything from there: the rejected one goes, since one more rejection would throw
   * the leader back again (tracker Progress.MaybeDecrTo believes any index above Match).
   */
  progressed(nowMs: number): void {
    if (this.#rejected !== undefined && this.#held[0]?.message.index === this.#rejected) {
      this.#removeFirst();
    }
    this.#deadlineMs = this.#held.length === 0 ? Number.POSITIVE_INFINITY : nowMs + HOLD_MS;
  }

  #removeFirst(): void {
    this.#bytes -= this.#held.shift()?.bytes ?? 0;
    this.#expiries = 0;
    this.#rejected = undefined;
    if (this.#held.length === 0) this.#deadlineMs = Number.POSITIVE_INFINITY;
  }
}
