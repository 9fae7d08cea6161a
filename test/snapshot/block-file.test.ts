import type { FileHandle } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { BLOCK_BYTES, BlockFile } from '../../src/snapshot/bbolt/block-file.ts';
import { seededRandom } from '../kit/load.ts';

/** A file of numbered words that gives at most some bytes a time, and counts what it is asked for. */
class SlowFile {
  readonly data: Buffer;
  readonly #atMost: number;
  reads = 0;
  bytesRead = 0;

  constructor(blocks: number, atMost: number) {
    this.data = Buffer.alloc(Math.round(blocks * BLOCK_BYTES));
    for (let at = 0; at + 4 <= this.data.length; at += 4) this.data.writeUInt32LE(at, at);
    this.#atMost = atMost;
  }

  readv(buffers: readonly Buffer[], position: number): Promise<{ bytesRead: number }> {
    this.reads += 1;
    let bytesRead = 0;
    for (const buffer of buffers) {
      const end = Math.min(position + bytesRead + buffer.length, this.data.length);
      const part = this.data
        .subarray(position + bytesRead, end)
        .subarray(0, this.#atMost - bytesRead);
      part.copy(buffer);
      bytesRead += part.length;
    }
    this.bytesRead += bytesRead;
    return Promise.resolve({ bytesRead });
  }

  blockFile(bytes = this.data.length): BlockFile {
    return new BlockFile('slow', this as unknown as FileHandle, bytes);
  }
}

describe('a file in blocks', () => {
  test.each([1_000, 100_000, Number.MAX_SAFE_INTEGER])(
    'gives the right bytes in any order, when a read gives at most %i',
    async atMost => {
      const slow = new SlowFile(20.5, atMost);
      const file = slow.blockFile();
      const random = seededRandom(5);
      for (let i = 0; i < 200; i += 1) {
        const start = Math.floor(random() * slow.data.length);
        const length = Math.min(Math.floor(random() ** 8 * 500_000) + 1, slow.data.length - start);
        const bytes = await file.read(start, length);
        expect(bytes.equals(slow.data.subarray(start, start + length)), `${start} ${length}`).toBe(
          true,
        );
        const cached = file.cached(start, length);
        if (cached !== undefined) expect(cached.equals(bytes)).toBe(true);
      }
    },
  );

  test.each([
    ['forwards', (i: number, last: number) => Math.min(i, last)],
    ['backwards', (i: number, last: number) => last - i],
  ])('read %s, it is read once and in large pieces', async (_, blockOf) => {
    const blocks = 64;
    const slow = new SlowFile(blocks, Number.MAX_SAFE_INTEGER);
    const file = slow.blockFile();
    for (let i = 0; i < blocks; i += 1) await file.read(blockOf(i, blocks - 1) * BLOCK_BYTES, 100);
    expect(slow.bytesRead).toBe(slow.data.length);
    expect(slow.reads).toBeLessThan(8);
  });

  test('blocks that were not used for long are let go', async () => {
    const slow = new SlowFile(300, Number.MAX_SAFE_INTEGER);
    const file = slow.blockFile();
    for (let block = 0; block < 300; block += 1) await file.read(block * BLOCK_BYTES, 1);
    expect(file.cached(0, 1)).toBeUndefined();
    expect(file.cached(299 * BLOCK_BYTES, 1)).toBeDefined();
  });

  test('nothing behind its end is read, and an end that came earlier is damage', async () => {
    const slow = new SlowFile(2, Number.MAX_SAFE_INTEGER);
    await expect(slow.blockFile(5_000).read(4_990, 11)).rejects.toMatchObject({
      code: 'SNAPSHOT_DAMAGED',
    });
    expect(slow.reads).toBe(0);
    await expect(slow.blockFile(3 * BLOCK_BYTES).read(2 * BLOCK_BYTES, 10)).rejects.toMatchObject({
      code: 'SNAPSHOT_DAMAGED',
    });
  });

  test('what the file system says comes with a code', async () => {
    const failing = { readv: () => Promise.reject(new Error('EIO: i/o error')) };
    const file = new BlockFile('bad', failing as unknown as FileHandle, 100);
    await expect(file.read(0, 10)).rejects.toMatchObject({ code: 'SNAPSHOT_READ' });
  });
});
