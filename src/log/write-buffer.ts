const CHUNK_BYTES = 256 * 1024;

/**
 * Hands out room for records and collects what waits to be written. The chunks are never moved or
 * used twice, so entries in memory may stay slices of them.
 */
export class WriteBuffer {
  #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #start = 0;
  #pos = 0;
  #full: Buffer[] = [];
  #bytes = 0;

  /** Bytes that wait to be written. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Room for `count` bytes, which the caller fills at once. */
  room(count: number): { readonly buffer: Buffer; readonly at: number } {
    if (this.#pos + count > this.#chunk.length) {
      if (this.#pos > this.#start) this.#full.push(this.#chunk.subarray(this.#start, this.#pos));
      this.#chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, count));
      this.#start = 0;
      this.#pos = 0;
    }
    const at = this.#pos;
    this.#pos += count;
    this.#bytes += count;
    return { buffer: this.#chunk, at };
  }

  /** Takes what waits, in order. */
  take(): Buffer[] {
    const buffers = this.#full;
    if (this.#pos > this.#start) buffers.push(this.#chunk.subarray(this.#start, this.#pos));
    this.#full = [];
    this.#start = this.#pos;
    this.#bytes = 0;
    return buffers;
  }
}
