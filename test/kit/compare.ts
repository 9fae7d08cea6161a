import { Etcd3 } from 'etcd3';

const CHECKPOINTS = '__etcd_syncer__/';

/** Everything that a cluster holds for its clients, read by an independent client. */
export interface Contents {
  /** Key in hex to value in hex and lease. */
  readonly keys: ReadonlyMap<string, string>;
  /** Lease IDs as etcd3 prints them (signed decimal). */
  readonly leases: ReadonlySet<string>;
}

/** Reads keys, values, bindings and leases with the etcd3 package: our own codecs must not prove our own output. */
export async function readContents(endpoints: readonly string[]): Promise<Contents> {
  const client = new Etcd3({ hosts: [...endpoints] });
  try {
    const { kvs } = await client.getAll().exec();
    const keys = new Map<string, string>();
    for (const { key, value, lease } of kvs) {
      if (key.toString('latin1').startsWith(CHECKPOINTS)) continue;
      keys.set(key.toString('hex'), `${value.toString('hex')} lease ${lease}`);
    }
    const { leases } = await client.leaseClient.leaseLeases();
    return { keys, leases: new Set(leases.map(({ ID }) => ID)) };
  } finally {
    client.close();
  }
}

/** What differs, one line each; empty when both hold the same. */
export function differences(source: Contents, destination: Contents): string[] {
  const found: string[] = [];
  for (const [key, value] of source.keys) {
    const other = destination.keys.get(key);
    if (other !== value)
      found.push(`key ${key}: ${value} at the source, ${other ?? 'missing'} at the destination`);
  }
  for (const key of destination.keys.keys()) {
    if (!source.keys.has(key)) found.push(`key ${key} is at the destination only`);
  }
  for (const id of source.leases)
    if (!destination.leases.has(id)) found.push(`lease ${id} is missing`);
  for (const id of destination.leases)
    if (!source.leases.has(id)) found.push(`lease ${id} is left over`);
  return found;
}

/** Version of each key, as decimal text, by key. */
export async function readVersions(endpoints: readonly string[]): Promise<Map<string, number>> {
  const client = new Etcd3({ hosts: [...endpoints] });
  try {
    const { kvs } = await client.getAll().exec();
    return new Map(kvs.map(({ key, version }) => [key.toString('hex'), Number(version)]));
  } finally {
    client.close();
  }
}
