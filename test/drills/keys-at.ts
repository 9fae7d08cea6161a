import { Etcd3 } from 'etcd3';

const PAGE_KEYS = 1_000;
const CHECKPOINTS = '__etcd_syncer__/';

/** What a cluster held at one revision. */
export class KeysAt {
  readonly #keys: ReadonlyMap<string, string>;
  /** The cluster's revision when it was read. */
  readonly current: number;

  constructor(keys: ReadonlyMap<string, string>, current: number) {
    this.#keys = keys;
    this.current = current;
  }

  get size(): number {
    return this.#keys.size;
  }

  keys(): Iterable<string> {
    return this.#keys.keys();
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** One line for each key that differs in value or lease, is missing there, or is there only. */
  differencesTo(other: KeysAt): string[] {
    const found: string[] = [];
    for (const [key, held] of this.#keys) {
      const there = other.#keys.get(key);
      if (there !== held) found.push(`${key}: ${there ?? 'missing'} in place of ${held}`);
    }
    for (const key of other.#keys.keys()) {
      if (!this.#keys.has(key)) found.push(`${key} is there only`);
    }
    return found;
  }
}

/** Reads all keys with the etcd3 package, at a revision of the cluster. @param revision 0 = the current one */
export async function keysAt(endpoints: readonly string[], revision = 0): Promise<KeysAt> {
  const client = new Etcd3({ hosts: [...endpoints] });
  try {
    const keys = new Map<string, string>();
    let current = 0;
    for (let start = Buffer.from([0]); ; ) {
      const { kvs, more, header } = await client.kv.range({
        key: start,
        range_end: Buffer.from([0]),
        limit: PAGE_KEYS,
        revision: String(revision),
      });
      current = Number(header.revision);
      for (const { key, value, lease } of kvs) {
        if (key.toString('latin1').startsWith(CHECKPOINTS)) continue;
        keys.set(key.toString('latin1'), `${value.toString('latin1')} lease ${lease}`);
      }
      const last = kvs.at(-1);
      if (!more || last === undefined) return new KeysAt(keys, current);
      start = Buffer.concat([last.key, Buffer.from([0])]);
    }
  } finally {
    client.close();
  }
}
