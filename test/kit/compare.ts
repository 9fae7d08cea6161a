import { setTimeout as sleep } from 'node:timers/promises';
import { Etcd3, type IKeyValue } from 'etcd3';
import type { EtcdCluster } from './cluster.ts';

const FIRST_PAGE_KEYS = 16;
/** A call without a deadline may wait for ever on a member that went away meanwhile. */
const CALL_MS = 20_000;
const PAGE_BYTES = 1024 * 1024;
const CHECKPOINTS = '__etcd_syncer__/';

/** Everything that a cluster holds for its clients, read by an independent client. */
export interface Contents {
  /** Key in hex to value in hex and lease. */
  readonly keys: ReadonlyMap<string, string>;
  /** Lease IDs as etcd3 prints them (signed decimal). */
  readonly leases: ReadonlySet<string>;
}

/** Reads keys, values, bindings and leases with the etcd3 package: our own codecs must not prove our own output. */
export async function readContents(
  endpoints: readonly string[],
  auth?: { readonly username: string; readonly password: string },
): Promise<Contents> {
  const client = new Etcd3({
    hosts: [...endpoints],
    ...(auth === undefined ? {} : { auth }),
    defaultCallOptions: () => ({ deadline: Date.now() + CALL_MS }),
  });
  try {
    const keys = new Map<string, string>();
    // The leader's: it is no more of the contents than its key.
    const own = new Set<string>();
    for await (const { key, value, lease } of allKeys(client)) {
      if (key.toString('latin1').startsWith(CHECKPOINTS)) {
        own.add(lease);
        continue;
      }
      keys.set(key.toString('hex'), `${value.toString('hex')} lease ${lease}`);
    }
    const { leases } = await client.leaseClient.leaseLeases();
    return { keys, leases: new Set(leases.map(({ ID }) => ID).filter(id => !own.has(id))) };
  } finally {
    client.close();
  }
}

/** All keys in pages, since the package takes answers of 4 MB at the most. */
async function* allKeys(client: Etcd3): AsyncGenerator<IKeyValue> {
  let limit = FIRST_PAGE_KEYS;
  for (let start = Buffer.from([0]); ; ) {
    const { kvs, more } = await client.kv.range({ key: start, range_end: Buffer.from([0]), limit });
    yield* kvs;
    const last = kvs.at(-1);
    if (!more || last === undefined) return;
    start = Buffer.concat([last.key, Buffer.from([0])]);
    const bytes = kvs.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
    limit = Math.max(1, Math.min(4 * limit, Math.floor((PAGE_BYTES * kvs.length) / bytes)));
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

/** With the load at rest: waits until the destination has all of the source, then compares. */
export async function settledDifferences(
  source: EtcdCluster,
  destination: EtcdCluster,
  timeoutMs = 60_000,
): Promise<string[]> {
  await source.etcdctl(['put', 'settled', String(Date.now())]);
  const wanted = await readContents(source.endpoints);
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = differences(wanted, await readContents(destination.endpoints));
    if (found.length === 0 || Date.now() > deadline) return found;
    await sleep(100);
  }
}

/** Version of each key, as decimal text, by key. */
export async function readVersions(endpoints: readonly string[]): Promise<Map<string, number>> {
  const client = new Etcd3({ hosts: [...endpoints] });
  try {
    const versions = new Map<string, number>();
    for await (const { key, version } of allKeys(client)) {
      versions.set(key.toString('hex'), Number(version));
    }
    return versions;
  } finally {
    client.close();
  }
}
