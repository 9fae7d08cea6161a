import type { ByteString } from '../wire/bytes.ts';
import type { EtcdClient } from './etcd-client.ts';
import { toNumber } from './int64.ts';
import { type KeyOp, type OversizeEntry, splitOps } from './planner/batch.ts';
import type { TxnLimits } from './planner/limits.ts';
import type { EntryEffects } from './types.ts';

type Operations = ReadonlyMap<ByteString, KeyOp>;

export interface OversizeOptions {
  readonly client: Pick<EtcdClient, 'range'>;
  readonly limits: TxnLimits;
  readonly checkpointKey: ByteString;
}

/**
 * An entry that does not fit into one transaction of the destination, as transactions that do, in order. One of them
 * is as good as the entry; several are not, for a reader can see the first without the last. Errors: those of the
 * client, when it is asked what it holds.
 */
export async function partsOf(
  { entry, batch: { ops } }: OversizeEntry,
  options: OversizeOptions,
): Promise<readonly Operations[]> {
  const range = await asRangeDelete(entry, ops, options);
  return range === undefined ? splitOps(ops, options.limits) : [range];
}

/** The deletes of a DeleteRange as one operation, if the destination holds exactly as many keys in the range. */
async function asRangeDelete(
  { range }: EntryEffects,
  ops: Operations,
  { client, checkpointKey }: OversizeOptions,
): Promise<Operations | undefined> {
  if (range === undefined) return undefined;
  // A range over our own checkpoint can't be one operation.
  if (checkpointKey >= range.start && (range.end === undefined || checkpointKey < range.end)) {
    return undefined;
  }
  const rangeEnd = (range.end ?? '\0') as ByteString;
  const { count } = await client.range({
    key: Buffer.from(range.start, 'latin1'),
    range_end: Buffer.from(rangeEnd, 'latin1'),
    count_only: true,
  });
  if (toNumber(count) !== ops.size) return undefined;
  return new Map([[range.start, { kind: 'delete', rangeEnd }]]);
}
