import Long from 'long';

/** The generated codecs hold 64-bit numbers as Long, or as null when absent. */
type Int64 = Long | number | null | undefined;

export function toLong(value: bigint): Long {
  return Long.fromString(BigInt.asIntN(64, value).toString(), false);
}

/** Signed. Absent is 0. */
export function toBigInt(value: Int64): bigint {
  if (value === null || value === undefined) return 0n;
  return BigInt(value.toString());
}

/** Unsigned 64-bit, for member and cluster IDs. */
export function toId(value: Int64): bigint {
  return BigInt.asUintN(64, toBigInt(value));
}

/** A revision or version; far below 2^53. */
export function toNumber(value: Int64): number {
  return Number(toBigInt(value));
}
