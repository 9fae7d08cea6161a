import { createHash } from 'node:crypto';
import type { EtcdClient } from '../destination/etcd-client.ts';
import { isEtcdError } from '../destination/grpc-errors.ts';
import { inParallel } from '../destination/in-parallel.ts';
import type { HeldKey } from '../destination/planner/difference.ts';
import type { KeyFilter } from '../destination/planner/filter.ts';
import { SyncerError } from '../ops/errors.ts';
import type { ByteString } from '../wire/bytes.ts';
import type { Findings } from './findings.ts';
import { join, type Piece, type Row } from './join.ts';
import { type KeySource, valueAt } from './key-source.ts';
import type { Pace } from './pace.ts';
import { pagesAt } from './pages.ts';
import type { AlignedPairs } from './pair.ts';
import type { Patience } from './patience.ts';
import { isSampled } from './sampling.ts';
import type { AlignedPair, Difference } from './types.ts';

const NONE = '' as ByteString;
const VALUES_IN_FLIGHT = 16;
const DIGEST_CHARS = 12;

export interface KeyCheckOptions {
  readonly source: KeySource;
  readonly destination: Pick<EtcdClient, 'range'>;
  readonly pairs: Pick<AlignedPairs, 'take'>;
  readonly filter: KeyFilter;
  /** Prefixes of the destination to look under, ascending. */
  readonly prefixes: readonly ByteString[];
  readonly withValues: boolean;
  /** Values are compared of this share of the keys, 0 to 1. */
  readonly share: number;
  readonly seed: number;
  /** Keys that only the destination has are no difference. */
  readonly keepsForeign: boolean;
  /** Of reading the destination. */
  readonly pace: Pace;
  readonly patience: Patience;
  readonly findings: Findings;
  /** Where an earlier one had come to. */
  readonly from?: KeyCheckMark | undefined;
}

/** Keys up to `reached`, that one included, are compared. */
export type KeyCheckMark = Omit<KeyCheckProgress, 'total'> & { readonly reached: ByteString };

/** What was gone through so far. */
export interface KeyCheckProgress {
  /** Keys that either side has. */
  readonly compared: number;
  /** Keys of which the values were compared. */
  readonly values: number;
  /** Keys that only the destination has and may have. */
  readonly foreign: number;
  /** Keys of which it can't be told what the source held at the pair. */
  readonly unknown: number;
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
  #reached = NONE;
  #compared = 0;
  #values = 0;
  #foreign = 0;
  #unknown = 0;
  #total = 0;

  constructor(options: KeyCheckOptions) {
    this.#options = options;
    const { from } = options;
    if (from === undefined) return;
    this.#pairs.push(...from.pairs);
    this.#reached = from.reached;
    this.#compared = from.compared;
    this.#values = from.values;
    this.#foreign = from.foreign;
    this.#unknown = from.unknown;
  }

  get mark(): KeyCheckMark {
    const { total: _, ...counted } = this.progress;
    return { ...counted, reached: this.#reached };
  }

  get progress(): KeyCheckProgress {
    return {
      compared: this.#compared,
      values: this.#values,
      foreign: this.#foreign,
      unknown: this.#unknown,
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
        if (this.#total === 0) this.#total = await this.#options.source.count(pair);
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

  async #from(pair: AlignedPair): Promise<void> {
    const { source, destination, filter, prefixes, pace, patience, findings } = this.#options;
    const keysOnly = !this.#readsAllValues;
    const pieces = join(
      source.pages(this.#reached, pair, keysOnly),
      pagesAt({
        client: destination,
        prefixes,
        after: this.#reached,
        revision: pair.destinationRevision,
        keysOnly,
        map: key => (filter.isTarget(key) ? key : undefined),
        pace,
        patience,
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
    let unknown = 0;
    for (const row of rows) {
      const { key, source, destination } = row;
      if (!this.#options.source.isKnown(key, pair)) unknown += 1;
      else if (source === undefined) {
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
    this.#compared += rows.length - unknown;
    this.#unknown += unknown;
    this.#values += values + sampled.length;
    this.#foreign += foreign;
    return found;
  }

  async #sampledValues(
    keys: readonly ByteString[],
    pair: AlignedPair,
  ): Promise<readonly Difference[]> {
    const { source, destination, pace, patience } = this.#options;
    const found: Difference[] = [];
    await inParallel(keys, VALUES_IN_FLIGHT, async key => {
      const [left, right] = await Promise.all([
        source.value(key, pair),
        valueAt(destination, key, pair.destinationRevision, pace, patience),
      ]);
      if (!isEqual(left, right)) found.push(contentOf(key, left, right));
    });
    return found;
  }

  /** A lease that the source no longer has binds nothing, though a record can still name it. */
  async #bindsNothing({ lease }: HeldKey, destination: HeldKey): Promise<boolean> {
    const { source } = this.#options;
    return lease !== 0n && destination.lease === 0n && !(await source.isLive(lease));
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
