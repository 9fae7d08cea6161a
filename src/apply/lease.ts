import type { Request } from '../wire/types.ts';
import { Refusal } from './refusal.ts';
import type { Change, StateReader } from './types.ts';
import { WriteTxn } from './write-txn.ts';

/** lease.MaxLeaseTTL in seconds. */
const MAX_TTL = 9_000_000_000n;

/** lessor.Grant. Throws Refusal. TTLs below the member's minimum are raised to it. */
export function applyLeaseGrant(
  request: Extract<Request, { kind: 'lease-grant' }>,
  state: StateReader,
  minTtl: number,
): Change[] {
  const { id, ttl } = request;
  if (id === 0n) throw new Refusal('lease not found');
  if (ttl > MAX_TTL) throw new Refusal('too large lease TTL');
  if (state.getLease(id) !== undefined) throw new Refusal('lease already exists');
  return [{ kind: 'lease-grant', id, ttl: Math.max(Number(ttl), minTtl) }];
}

/** lessor.Revoke: the keys go in ascending byte order, in one revision, then the lease. Throws Refusal. */
export function applyLeaseRevoke(id: bigint, state: StateReader): Change[] {
  if (state.getLease(id) === undefined) throw new Refusal('requested lease not found');
  const txn = new WriteTxn(state);
  txn.deleteLeased(id);
  return [...txn.finish(), { kind: 'lease-revoke', id }];
}

/** lessor.Checkpoint: unknown leases are passed over. */
export function applyLeaseCheckpoint(
  request: Extract<Request, { kind: 'lease-checkpoint' }>,
  state: StateReader,
): Change[] {
  return request.checkpoints
    .filter(({ id }) => state.getLease(id) !== undefined)
    .map(({ id, remainingTtl }) => ({
      kind: 'lease-checkpoint',
      id,
      remainingTtl: Number(remainingTtl),
    }));
}
