import { bytesOutsideOfHeap, uint64At } from './bytes.ts';
import { WireError } from './cursor.ts';

/**
 * Collects the chunks of a stream and hands out runs of bytes by length, copying each byte at most
 * once: a run inside one chunk is a slice of it, a run over several chunks is copied together when
 * its last byte is there. Nothing is scanned twice. Of what is copied nothing stays in the chunks: it may hold a
 * password, and only the copy is given to those who look for one.
 *
 * The chunks must not be changed or read by the caller afterwards (Node's sockets hand out a fresh buffer
 * for each read).
 */
export class FrameBuffer {
  readonly #chunks: Uint8Array[] = [];
  #head = 0;
  /** Offset of the next byte in the first chunk. */
  #offset = 0;
  #length = 0;

  /** Bytes that wait. */
  get length(): number {
    return this.#length;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** Takes `count` bytes, or nothing when fewer are there. */
  take(count: number): Uint8Array | undefined {
    if (count > this.#length) return undefined;
    const first = this.#chunks[this.#head];
    if (first === undefined) return new Uint8Array(0);
    if (first.length - this.#offset >= count) {
      const slice = first.subarray(this.#offset, this.#offset + count);
      this.#consume(count);
      return slice;
    }
    const joined = bytesOutsideOfHeap(count);
    let filled = 0;
    while (filled < count) {
      const chunk = this.#chunks[this.#head] as Uint8Array;
      const part = Math.min(count - filled, chunk.length - this.#offset);
      const source = chunk.subarray(this.#offset, this.#offset + part);
      joined.set(source, filled);
      source.fill(0);
      filled += part;
      this.#consume(part);
    }
    return joined;
  }

  /** Takes a big-endian u64 that must be at most `limit`; nothing when fewer than 8 bytes are there. Errors: WireError. */
  takeLength(limit: number, what: string): number | undefined {
    const value = this.#takeUint64();
    if (value !== undefined && value > limit) {
      throw new WireError(`${what} of ${value} is over the limit of ${limit}`, 0);
    }
    return value;
  }

  /** Rounded above 2^53. Read in place as a rule: a view of eight bytes takes longer to make than to read. */
  #takeUint64(): number | undefined {
    const first = this.#chunks[this.#head];
    if (first === undefined || first.length - this.#offset < 8) {
      const joined = this.take(8);
      return joined === undefined ? undefined : uint64At(joined, 0);
    }
    const value = uint64At(first, this.#offset);
    this.#consume(8);
    return value;
  }

  /** Moves `count` bytes (at most what the first chunk holds) behind the cursor. */
  #consume(count: number): void {
    this.#offset += count;
    this.#length -= count;
    const first = this.#chunks[this.#head];
    if (first !== undefined && this.#offset === first.length) {
      this.#offset = 0;
      this.#chunks[this.#head] = EMPTY;
      this.#head += 1;
      if (this.#head > 64 || this.#head === this.#chunks.length) {
        this.#chunks.splice(0, this.#head);
        this.#head = 0;
      }
    }
  }
}

const EMPTY = new Uint8Array(0);
