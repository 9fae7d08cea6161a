import type { KeyRecord, StateReader } from '../apply/types.ts';
import type { ByteString } from '../wire/bytes.ts';
import type { KeyOp } from './planner/batch.ts';
import type { KeyFilter } from './planner/filter.ts';
import { leaseCheck } from './state-pages.ts';

/** What one write did to one key of the source. */
export interface Row {
  readonly key: ByteString;
  /** Main revision. */
  readonly revision: number;
  /** undefined = it was deleted. */
  readonly record: KeyRecord | undefined;
}

/** The rows that lead to a snapshot's state, oldest first. */
export interface Rows {
  /** Of the rows up to it, at most the newest of each key is there. */
  readonly compactRevision: number;
  readonly batches: AsyncIterable<readonly Row[]>;
}

/** Rows that later ones replaced, as a share of all, from which on writing each row costs more than comparing. */
const MAX_REPLACED = 0.25;
/** Before so many, the share says nothing. */
const LEAST_REPLACED = 10_000;
const SINGLE = '' as ByteString;

/**
 * Turns the rows of a snapshot into operations as they are read, for a destination that holds nothing: it
 * gets them while they are loaded here, not afterwards. It would also get what later rows replace; where
 * that is much, this is not the way (`pays`).
 */
export class RowFill {
  readonly #filter: KeyFilter;
  readonly #compactRevision: number;
  readonly #isLive: (lease: bigint) => boolean;
  #rows = 0;
  #replaced = 0;

  /** @param state its leases are asked for; they are there before the rows */
  constructor(filter: KeyFilter, state: StateReader, compactRevision: number) {
    this.#filter = filter;
    this.#compactRevision = compactRevision;
    this.#isLive = leaseCheck(state);
  }

  /** Whether what was met so far is mostly what remains. */
  get pays(): boolean {
    return this.#replaced < Math.max(LEAST_REPLACED, this.#rows * MAX_REPLACED);
  }

  /** The row as an operation; undefined when it is not replicated. */
  op({ key, revision, record }: Row): readonly [ByteString, KeyOp] | undefined {
    this.#rows += 1;
    // The write before this one of the key is in the file as well, since no compaction has come so far.
    if (revision > this.#compactRevision && record?.version !== 1) this.#replaced += 1;
    const mapped = this.#filter.map(key);
    if (mapped === undefined) return undefined;
    if (record === undefined) return [mapped, { kind: 'delete', rangeEnd: SINGLE }];
    const lease = record.lease !== 0n && this.#isLive(record.lease) ? record.lease : 0n;
    return [mapped, { kind: 'put', value: record.value, lease }];
  }
}
