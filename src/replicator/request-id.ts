import { randomBytes } from 'node:crypto';

/** A request's ID as etcd makes them: the low 16 bits of the member ID on top, never zero (pkg/idutil). */
export function requestId(memberId: bigint): bigint {
  const low = BigInt.asUintN(48, randomBytes(8).readBigUInt64BE()) | 1n;
  return (BigInt.asUintN(16, memberId) << 48n) | low;
}
