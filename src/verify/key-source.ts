import type { EtcdClient } from '../destination/etcd-client.ts';
import { toLong, toNumber } from '../destination/int64.ts';
import type { KeyPage } from '../destination/planner/difference.ts';
import type { KeyFilter } from '../destination/planner/filter.ts';
import { type ByteString, EMPTY_BYTES, prefixEnd } from '../wire/bytes.ts';
import type { Pace } from './pace.ts';
import { pagesAt } from './pages.ts';
import type { Patience } from './patience.ts';
import type { AlignedPair } from './types.ts';

/** What the destination is compared with. Keys are the destination's. */
export interface KeySource {
  /** Keys behind `after`, ascending; values may be empty when they are not wanted. */
  pages(after: ByteString, pair: AlignedPair, keysOnly: boolean): AsyncIterable<KeyPage>;
  value(key: ByteString, pair: AlignedPair): Promise<Uint8Array>;
  /** Keys where it looks, roughly: some may be left out by the filter. */
  count(pair: AlignedPair): Promise<number>;
  isLive(lease: bigint): Promise<boolean>;
  /** Whether it can be told what the key was at the pair's source revision. */
  isKnown(key: ByteString, pair: AlignedPair): boolean;
}

export interface LiveSourceOptions {
  readonly client: Pick<EtcdClient, 'range' | 'leaseTimeToLive'>;
  readonly filter: KeyFilter;
  /** Source prefixes to look under, ascending. */
  readonly prefixes: readonly ByteString[];
  readonly pace: Pace;
  readonly patience: Patience;
}

/** The source cluster, read at the pair's revision. Errors of all methods: those of the client. */
export class LiveSource implements KeySource {
  readonly #options: LiveSourceOptions;
  readonly #liveLeases = new Map<bigint, boolean>();

  constructor(options: LiveSourceOptions) {
    this.#options = options;
  }

  pages(after: ByteString, pair: AlignedPair, keysOnly: boolean): AsyncIterable<KeyPage> {
    const { filter } = this.#options;
    return pagesAt({
      ...this.#options,
      after: after === '' ? after : filter.unmap(after),
      revision: pair.sourceRevision,
      keysOnly,
      map: key => filter.map(key),
    });
  }

  async value(key: ByteString, pair: AlignedPair): Promise<Uint8Array> {
    const { client, filter, pace, patience } = this.#options;
    return await valueAt(client, filter.unmap(key), pair.sourceRevision, pace, patience);
  }

  async count(pair: AlignedPair): Promise<number> {
    const { client, prefixes, patience } = this.#options;
    let total = 0;
    for (const prefix of prefixes) {
      const request = {
        key: Buffer.from(prefix === '' ? '\0' : prefix, 'latin1'),
        range_end: Buffer.from(prefixEnd(prefix) ?? '\0', 'latin1'),
        revision: toLong(BigInt(pair.sourceRevision)),
        count_only: true,
      };
      total += toNumber((await patience.with('count keys', () => client.range(request))).count);
    }
    return total;
  }

  async isLive(lease: bigint): Promise<boolean> {
    const { client, patience } = this.#options;
    const known = this.#liveLeases.get(lease);
    if (known !== undefined) return known;
    const { TTL } = await patience.with('look for a lease', () =>
      client.leaseTimeToLive(toLong(lease), false),
    );
    const isLive = toNumber(TTL) > 0;
    this.#liveLeases.set(lease, isLive);
    return isLive;
  }

  isKnown(): boolean {
    return true;
  }
}

/** The value of a key at a revision; empty where there is no key. Errors: those of the client. */
export async function valueAt(
  client: Pick<EtcdClient, 'range'>,
  key: ByteString,
  revision: number,
  pace: Pace,
  patience: Patience,
): Promise<Uint8Array> {
  const request = { key: Buffer.from(key, 'latin1'), revision: toLong(BigInt(revision)) };
  const startedMs = performance.now();
  const answer = await patience.with('read a value', () => client.range(request));
  await pace.take(1, performance.now() - startedMs);
  return answer.kvs?.[0]?.value ?? EMPTY_BYTES;
}
