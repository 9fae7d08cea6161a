import { describe, expect, test } from 'vitest';
import { Reader, WireError, Writer } from '../../src/wire/cursor.ts';
import { FrameBuffer } from '../../src/wire/frame-buffer.ts';

const EDGES = [7, 8, 14, 21, 28, 31, 32, 35, 49]
  .flatMap(bits => [2 ** bits - 1, 2 ** bits, 2 ** bits + 1])
  .concat(0, 1, Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER);

describe('numbers on both sides of where another way of reading them begins', () => {
  test.each(EDGES)('a varint of %d', value => {
    const bytes = new Writer().uint(value).finish();
    const reader = new Reader(bytes);
    expect(reader.uint()).toBe(value);
    expect(reader.done).toBe(true);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => new Reader(bytes.subarray(0, length)).uint()).toThrow(WireError);
    }
  });

  test('a varint beyond 2^53, and one longer than any', () => {
    const beyond = new Writer().int64(2n ** 53n).finish();
    expect(() => new Reader(beyond).uint()).toThrow('beyond 2^53');
    expect(() => new Reader(new Uint8Array(11).fill(0x80)).uint()).toThrow('longer than 10 bytes');
  });

  test.each(EDGES)('a big-endian u64 of %d, in one chunk and cut anywhere', value => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(value));
    for (let cut = 0; cut <= 8; cut += 1) {
      const buffer = new FrameBuffer();
      buffer.push(Uint8Array.from(bytes.subarray(0, cut)));
      if (cut < 8) expect(buffer.takeLength(2 ** 53, 'length')).toBeUndefined();
      buffer.push(Uint8Array.from([...bytes.subarray(cut), 9]));
      expect(buffer.takeLength(2 ** 53, 'length')).toBe(value);
      expect(buffer.take(1)).toEqual(Uint8Array.of(9));
    }
  });

  test('a u64 of which all bits are set is over any limit', () => {
    const buffer = new FrameBuffer();
    buffer.push(new Uint8Array(8).fill(0xff));
    expect(() => buffer.takeLength(Number.MAX_SAFE_INTEGER, 'length')).toThrow('over the limit');
  });
});
