import { Etcd3 } from 'etcd3';
import type { EtcdCluster } from '../kit/cluster.ts';

const PAGE_KEYS = 2_000;
const CHECKPOINTS = '__etcd_syncer__/';
/** Differences named. */
const NAMED = 20;

/** Compares two clusters page by page, for more keys than one would hold in memory. */
export async function equalContents(a: EtcdCluster, b: EtcdCluster): Promise<string[]> {
  const [left, right] = [keysOf(a), keysOf(b)];
  const found: string[] = [];
  let [one, other] = [await left.next(), await right.next()];
  while (found.length < NAMED && (one.done !== true || other.done !== true)) {
    const [mine, theirs] = [one.value, other.value];
    const order = mine === undefined ? 1 : theirs === undefined ? -1 : mine.key.compare(theirs.key);
    if (order < 0) found.push(`${mine?.key} is missing`);
    else if (order > 0) found.push(`${theirs?.key} is there only`);
    else if (mine?.text !== theirs?.text) found.push(`${mine?.key} differs`);
    if (order <= 0) one = await left.next();
    if (order >= 0) other = await right.next();
  }
  return found;
}

interface Held {
  readonly key: Buffer;
  readonly text: string;
}

async function* keysOf(cluster: EtcdCluster): AsyncGenerator<Held, undefined> {
  const client = new Etcd3({ hosts: cluster.endpoints });
  try {
    for (let start = Buffer.from([0]); ; ) {
      const range = { key: start, range_end: Buffer.from([0]), limit: PAGE_KEYS };
      const { kvs, more } = await client.kv.range(range);
      for (const { key, value, lease } of kvs) {
        if (key.toString('latin1').startsWith(CHECKPOINTS)) continue;
        yield { key, text: `${value.toString('latin1')} ${lease}` };
      }
      const last = kvs.at(-1);
      if (!more || last === undefined) return undefined;
      start = Buffer.concat([last.key, Buffer.from([0])]);
    }
  } finally {
    client.close();
  }
}
