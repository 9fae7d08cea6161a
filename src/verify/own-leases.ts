import type { EtcdClient } from '../destination/etcd-client.ts';
import { toBigInt } from '../destination/int64.ts';
import { type ByteString, prefixEnd } from '../wire/bytes.ts';

/** Leases of keys under the checkpoint prefix: that of the replica which writes is none of the source's. Errors: those of the client. */
export async function ownLeases(
  destination: Pick<EtcdClient, 'range'>,
  checkpointPrefix: ByteString,
): Promise<ReadonlySet<bigint>> {
  const { kvs } = await destination.range({
    key: Buffer.from(checkpointPrefix, 'latin1'),
    range_end: Buffer.from(prefixEnd(checkpointPrefix) ?? '\0', 'latin1'),
  });
  return new Set((kvs ?? []).map(({ lease }) => toBigInt(lease)));
}
