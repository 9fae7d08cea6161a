import { createHash } from 'node:crypto';
import type { EtcdClient } from '../destination/etcd-client.ts';
import { isEtcdError } from '../destination/grpc-errors.ts';
import { inParallel } from '../destination/in-parallel.ts';
import { toLong, toNumber } from '../destination/int64.ts';
import type { HeldKey } from '../destination/planner/difference.ts';
import type { KeyFilter } from '../destination/planner/filter.ts';
import { SyncerError } from '../ops/errors.ts';
import { type ByteString, EMPTY_BYTES, prefixEnd } from '../wire/bytes.ts';
import type { Findings } from './findings.ts';
import { join, type Piece, type Row } from './join.ts';
import type { Pace } from './pace.ts';
import { pagesAt } from './pages.ts';
import type { AlignedPairs } from './pair.ts';
import type { Patience } from './patience.ts';
import { isSampled } from './sampling.ts';
import type { Scope } from './scope.ts';
import type { AlignedPair, Difference } from './types.ts';

const NONE = '' as ByteString;
const VALUES_IN_FLIGHT = 16;
const DIGEST_CHARS = 12;

export interface KeyCheckOptions {
  readonly source: Pick<EtcdClient, 'range' | 'leaseTimeToLive'>;
  readonly destination: Pick<EtcdClient, 'range'>;
  readonly pairs: AlignedPairs;
  readonly filter: KeyFilter;
  readonly scope: Scope;
  readonly withValues: boolean;
  /** Values are compared of this share of the keys, 0 to 1. */
  readonly share: number;
  readonly seed: number;
  /** Keys that only the destination has are no difference. */
  readonly keepsForeign: boolean;
  readonly sourcePace: Pace;
  readonly destinationPace: Pace;
  readonly patience: Patience;
  readonly findings: Findings;
}

/** What was gone through so far. */
export interface KeyCheckProgress {
  /** Keys that either side has. */
  readonly compared: number;
  /** Keys of which the values were compared. */
  readonly values: number;
  /** Keys that only the destination has and may have. */
  readonly foreign: number;
  /** Keys of the source where it looks; 0 = not counted yet. */
  readonly total: number;
  /** The pairs that were used; one more each time a side had been compacted. */
  readonly pairs: readonly AlignedPair[];
}

/**
 * Compares keys, values and bindings, each key at one aligned pair. When a side is compacted on the way,
 * what is left is compared at a newer pair.
 */
export class KeyCheck {
  readonly #options: KeyCheckOptions;
  readonly #pairs: AlignedPair[] = [];
  readonly #liveLeases = new Map<bigint, boolean>();
  #reached = NONE;
  #compared = 0;
  #values = 0;
  #foreign = 0;
  #total = 0;

  constructor(options: KeyCheckOptions) {
    this.#options = options;
  }

  get progress(): KeyCheckProgress {
    return {
      compared: this.#compared,
      values: this.#values,
      foreign: this.#foreign,
      total: this.#total,
      pairs: this.#pairs,
    };
  }

  /**
   * Errors: those of AlignedPairs.take and the clients; SOURCE_HISTORY_DIVERGED when the source has never
   * come to the checkpoint's revision.
   */
  async run(): Promise<void> {
    const { pairs } = this.#options;
    let pair = await pairs.take();
    for (;;) {
      try {
        this.#pairs.push(pair);
        if (this.#total === 0) this.#total = await this.#count(pair);
        await this.#from(pair);
        return;
      } catch (error) {
        pair = await this.#newer(pair, error);
      }
    }
  }

  /** The pair to go on with after one that is no longer to be read. Errors: the one given, when that is not its cause. */
  async #newer(pair: AlignedPair, error: unknown): Promise<AlignedPair> {
    if (isEtcdError(error, 'is a future revision')) {
      throw new SyncerError(
        'SOURCE_HISTORY_DIVERGED',
        `the destination stands at revision ${pair.sourceRevision} of the source, which has not come so far`,
        {},
        { cause: error },
      );
    }
    if (!isEtcdError(error, 'has been compacted')) throw error;
    // Of the destination a newer revision will do, of the source there is one only with a new checkpoint.
    const isSource = error instanceof SyncerError && error.code === 'SOURCE_REFUSED';
    return await this.#options.pairs.take(isSource ? pair.sourceRevision : 0);
  }

  async #count(pair: AlignedPair): Promise<number> {
    const { source, scope, patience } = this.#options;
    let total = 0;
    for (const prefix of scope.source) {
      const request = {
        key: Buffer.from(prefix === '' ? '\0' : prefix, 'latin1'),
        range_end: Buffer.from(prefixEnd(prefix) ?? '\0', 'latin1'),
        revision: toLong(BigInt(pair.sourceRevision)),
        count_only: true,
      };
      total += toNumber((await patience.with('count keys', () => source.range(request))).count);
    }
    return total;
  }

  async #from(pair: AlignedPair): Promise<void> {
    const { source, destination, filter, scope, patience, findings } = this.#options;
    const { sourcePace, destinationPace } = this.#options;
    const common = { keysOnly: !this.#readsAllValues, patience };
    const pieces = join(
      pagesAt({
        ...common,
        client: source,
        prefixes: scope.source,
        after: this.#reached === NONE ? NONE : filter.unmap(this.#reached),
        revision: pair.sourceRevision,
        map: key => filter.map(key),
        pace: sourcePace,
      }),
      pagesAt({
        ...common,
        client: destination,
        prefixes: scope.destination,
        after: this.#reached,
        revision: pair.destinationRevision,
        map: key => (filter.isTarget(key) ? key : undefined),
        pace: destinationPace,
      }),
    );
    for await (const piece of pieces) {
      // A piece counts as a whole or not at all: its values may be gone by the time they are asked for.
      findings.add(await this.#differencesOf(piece, pair));
      this.#reached = piece.reached;
      patience.signal.throwIfAborted();
    }
  }

  get #readsAllValues(): boolean {
    const { withValues, share } = this.#options;
    return withValues && share >= 1;
  }

  async #differencesOf({ rows }: Piece, pair: AlignedPair): Promise<readonly Difference[]> {
    const { keepsForeign, withValues, share, seed } = this.#options;
    const found: Difference[] = [];
    const sampled: ByteString[] = [];
    let foreign = 0;
    let values = 0;
    for (const row of rows) {
      const { key, source, destination } = row;
      if (source === undefined) {
        if (keepsForeign) foreign += 1;
        else found.push(presence('key-extra', row));
      } else if (destination === undefined) found.push(presence('key-missing', row));
      else {
        const isBoundAlike =
          source.lease === destination.lease || (await this.#bindsNothing(source, destination));
        if (!isBoundAlike) found.push(bindingOf(row));
        if (this.#readsAllValues) {
          values += 1;
          if (!isEqual(source.value, destination.value)) {
            found.push(contentOf(key, source.value, destination.value));
          }
        } else if (withValues && isSampled(key, seed, share)) sampled.push(key);
      }
    }
    found.push(...(await this.#sampledValues(sampled, pair)));
    this.#compared += rows.length;
    this.#values += values + sampled.length;
    this.#foreign += foreign;
    return found;
  }

  async #sampledValues(
    keys: readonly ByteString[],
    { sourceRevision, destinationRevision }: AlignedPair,
  ): Promise<readonly Difference[]> {
    const { source, destination, filter } = this.#options;
    const { sourcePace, destinationPace } = this.#options;
    const found: Difference[] = [];
    await inParallel(keys, VALUES_IN_FLIGHT, async key => {
      await Promise.all([sourcePace.take(1), destinationPace.take(1)]);
      const [left, right] = await Promise.all([
        this.#valueAt(source, filter.unmap(key), sourceRevision),
        this.#valueAt(destination, key, destinationRevision),
      ]);
      if (!isEqual(left, right)) found.push(contentOf(key, left, right));
    });
    return found;
  }

  async #valueAt(
    client: Pick<EtcdClient, 'range'>,
    key: ByteString,
    revision: number,
  ): Promise<Uint8Array> {
    const request = { key: Buffer.from(key, 'latin1'), revision: toLong(BigInt(revision)) };
    const answer = await this.#options.patience.with('read a value', () => client.range(request));
    return answer.kvs?.[0]?.value ?? EMPTY_BYTES;
  }

  /** A lease that the source no longer has binds nothing, though a record can still name it. */
  async #bindsNothing({ lease }: HeldKey, destination: HeldKey): Promise<boolean> {
    return lease !== 0n && destination.lease === 0n && !(await this.#isLive(lease));
  }

  async #isLive(lease: bigint): Promise<boolean> {
    const { source, patience } = this.#options;
    const known = this.#liveLeases.get(lease);
    if (known !== undefined) return known;
    const { TTL } = await patience.with('look for a lease', () =>
      source.leaseTimeToLive(toLong(lease), false),
    );
    const isLive = toNumber(TTL) > 0;
    this.#liveLeases.set(lease, isLive);
    return isLive;
  }
}

function presence(
  kind: 'key-missing' | 'key-extra',
  { key, source, destination }: Row,
): Difference {
  const text = (held: HeldKey | undefined): ByteString =>
    (held === undefined ? 'missing' : 'there') as ByteString;
  return { kind, subject: key, source: text(source), destination: text(destination) };
}

function bindingOf({ key, source, destination }: Row): Difference {
  return {
    kind: 'binding',
    subject: key,
    source: leaseText(source?.lease),
    destination: leaseText(destination?.lease),
  };
}

function leaseText(lease = 0n): ByteString {
  return (lease === 0n ? 'no lease' : `lease ${leaseId(lease)}`) as ByteString;
}

/** As etcdctl prints it. */
export function leaseId(lease: bigint): ByteString {
  return BigInt.asUintN(64, lease).toString(16) as ByteString;
}

function contentOf(key: ByteString, source: Uint8Array, destination: Uint8Array): Difference {
  return { kind: 'value', subject: key, source: digest(source), destination: digest(destination) };
}

/** What may be told of a value. */
function digest(value: Uint8Array): ByteString {
  const hash = createHash('sha256').update(value).digest('hex').slice(0, DIGEST_CHARS);
  return `${value.length} bytes, sha256 ${hash}` as ByteString;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
