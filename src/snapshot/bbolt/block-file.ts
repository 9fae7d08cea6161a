import type { FileHandle } from 'node:fs/promises';
import { damaged, readFailed } from '../faults.ts';

/** A multiple of every page size, so that a page without overflow lies in one block. */
export const BLOCK_BYTES = 64 * 1024;
const CACHED_BLOCKS = 256;
/** Blocks read at once when the last one read was the neighbour, before or behind. */
const READ_AHEAD = 16;

/**
 * A file read in blocks that are cached: at most 16 MiB, the one asked for longest ago goes first. Blocks are never
 * used again for other bytes, so views of them stay right for as long as somebody holds them.
 */
export class BlockFile {
  readonly path: string;
  /** Bytes that may be read; what the file holds behind them is not looked at. */
  readonly bytes: number;
  readonly #handle: FileHandle;
  readonly #blocks = new Map<number, Buffer>();
  /** The blocks next to those read last. */
  #behind = -1;
  #before = -1;

  constructor(path: string, handle: FileHandle, bytes: number) {
    this.path = path;
    this.bytes = bytes;
    this.#handle = handle;
  }

  /** The bytes when they lie in one cached block; a view. It does not keep the block longer. */
  cached(start: number, length: number): Buffer | undefined {
    const number = Math.floor(start / BLOCK_BYTES);
    const at = start - number * BLOCK_BYTES;
    const block = this.#blocks.get(number);
    if (block === undefined || at + length > block.length) return undefined;
    return block.subarray(at, at + length);
  }

  /** The bytes; a view of a block, or a buffer of their own when they go beyond one. Errors: SNAPSHOT_READ, SNAPSHOT_DAMAGED. */
  async read(start: number, length: number): Promise<Buffer> {
    if (start + length > this.bytes) {
      throw damaged(this.path, undefined, `it ends before byte ${start + length}`);
    }
    const number = Math.floor(start / BLOCK_BYTES);
    const at = start - number * BLOCK_BYTES;
    if (at + length > BLOCK_BYTES) {
      const bytes = Buffer.allocUnsafeSlow(length);
      await this.#fill([bytes], start);
      return bytes;
    }
    const block = await this.#block(number);
    return block.subarray(at, at + length);
  }

  async #block(number: number): Promise<Buffer> {
    const held = this.#blocks.get(number);
    if (held !== undefined) {
      this.#blocks.delete(number);
      this.#blocks.set(number, held);
      return held;
    }
    const [first, end] = this.#around(number);
    const read = Array.from({ length: end - first }, (_, i) => {
      const start = (first + i) * BLOCK_BYTES;
      return Buffer.allocUnsafeSlow(Math.min(BLOCK_BYTES, this.bytes - start));
    });
    this.#before = first - 1;
    this.#behind = end;
    await this.#fill(read, first * BLOCK_BYTES);
    for (const [i, block] of read.entries()) this.#keep(first + i, block);
    return read[number - first] as Buffer;
  }

  /** What to read to get at a block: more than it when the file is read in order, either way. */
  #around(number: number): readonly [first: number, end: number] {
    const blocks = Math.ceil(this.bytes / BLOCK_BYTES);
    if (number === this.#behind) return [number, Math.min(number + READ_AHEAD, blocks)];
    if (number === this.#before) return [Math.max(number - READ_AHEAD + 1, 0), number + 1];
    return [number, number + 1];
  }

  #keep(number: number, block: Buffer): void {
    this.#blocks.delete(number);
    this.#blocks.set(number, block);
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= CACHED_BLOCKS) break;
      this.#blocks.delete(oldest);
    }
  }

  /** Fills the buffers from the file. A read may give less than was asked for. */
  async #fill(buffers: readonly Buffer[], start: number): Promise<void> {
    let rest = buffers.filter(buffer => buffer.length > 0);
    let position = start;
    while (rest.length > 0) {
      let bytesRead: number;
      try {
        ({ bytesRead } = await this.#handle.readv(rest, position));
      } catch (error) {
        throw readFailed(this.path, error);
      }
      if (bytesRead === 0) throw damaged(this.path, undefined, `it ends at byte ${position}`);
      position += bytesRead;
      rest = behind(rest, bytesRead);
    }
  }
}

/** What of the buffers is left to fill. */
function behind(buffers: readonly Buffer[], bytes: number): Buffer[] {
  let filled = bytes;
  const left: Buffer[] = [];
  for (const buffer of buffers) {
    if (filled >= buffer.length) filled -= buffer.length;
    else {
      left.push(buffer.subarray(filled));
      filled = 0;
    }
  }
  return left;
}
