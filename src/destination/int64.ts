import Long from 'long';

/** The generated codecs hold 64-bit numbers as Long, or as null when absent. */
type Int64 = Long | number | null | undefined;

export function toLong(value: bigint): Long {
  return Long.fromBits(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
}

/** Signed. Absent is 0. By its halves: text in between costs ten times as much, and there may be 100,000 leases. */
export function toBigInt(value: Int64): bigint {
  if (value === null || value === undefined) return 0n;
  if (typeof value === 'number') return BigInt(value);
  const bits = (BigInt(value.high) << 32n) | BigInt(value.low >>> 0);
  return value.unsigned ? BigInt.asUintN(64, bits) : bits;
}

/** Unsigned 64-bit, for member and cluster IDs. */
export function toId(value: Int64): bigint {
  return BigInt.asUintN(64, toBigInt(value));
}

/** A revision or version; far below 2^53. */
export function toNumber(value: Int64): number {
  return Number(toBigInt(value));
}
