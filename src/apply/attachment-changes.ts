import type { ByteString } from '../wire/bytes.ts';
import type { Change } from './types.ts';

/** A key that is bound to a lease, or no longer bound to it, in the lessor's map. */
export interface AttachmentChange {
  readonly lease: bigint;
  readonly key: ByteString;
  readonly attached: boolean;
}

/**
 * What a change does to the lessor's map (mvcc storeTxnWrite put and delete): a put unbinds the key from
 * the lease it was bound to and binds it to the record's, a delete unbinds it.
 */
export function attachmentChanges(change: Change): readonly AttachmentChange[] {
  if (change.kind !== 'put' && change.kind !== 'delete') return [];
  const { key, previousLease } = change;
  const lease = change.kind === 'put' ? change.record.lease : 0n;
  if (lease === previousLease) return [];
  const changes: AttachmentChange[] = [];
  if (previousLease !== 0n) changes.push({ lease: previousLease, key, attached: false });
  if (lease !== 0n) changes.push({ lease, key, attached: true });
  return changes;
}
