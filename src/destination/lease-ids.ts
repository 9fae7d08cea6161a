import type { EtcdClient } from './etcd-client.ts';
import { toBigInt } from './int64.ts';

/** IDs of all leases at the destination, whoever granted them. Errors: those of the client. */
export async function leaseIds(client: EtcdClient): Promise<bigint[]> {
  const answer = await client.leases();
  return (answer.leases ?? []).map(({ ID }) => toBigInt(ID));
}
