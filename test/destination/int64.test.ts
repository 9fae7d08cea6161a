import fc from 'fast-check';
import Long from 'long';
import { expect, test } from 'vitest';
import { toBigInt, toId, toLong } from '../../src/destination/int64.ts';

test('all 64 bits come through, both ways, signed and unsigned', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), value => {
      const signed = BigInt.asIntN(64, value);
      const long = toLong(value);
      expect(long.toString()).toBe(signed.toString());
      expect(toBigInt(long)).toBe(signed);
      expect(toBigInt(long.toUnsigned())).toBe(BigInt.asUintN(64, value));
      expect(toId(long)).toBe(BigInt.asUintN(64, value));
    }),
    { examples: [[0n], [-1n], [2n ** 31n], [2n ** 32n - 1n], [-(2n ** 32n)], [2n ** 63n - 1n]] },
  );
});

test('what is absent is 0', () => {
  expect([undefined, null, 0, Long.ZERO].map(toBigInt)).toEqual([0n, 0n, 0n, 0n]);
});
