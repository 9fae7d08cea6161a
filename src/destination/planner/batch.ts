import type { Position } from '../../state/types.ts';
import type { ByteString } from '../../wire/bytes.ts';
import { deleteOpBytes, putOpBytes } from '../../wire/txn-encode.ts';
import type { AuthEffect, EntryEffects } from '../types.ts';
import type { TxnLimits } from './limits.ts';

/** What a transaction writes for one key, or for a range. */
export type KeyOp =
  | { readonly kind: 'put'; readonly value: Uint8Array; readonly lease: bigint }
  | { readonly kind: 'delete'; readonly rangeEnd: ByteString };

/** Effects of consecutive entries that go in one destination transaction. */
export interface Batch {
  /** The last entry. */
  readonly position: Position;
  /** Source revision after it. */
  readonly revision: number;
  readonly entries: number;
  /** In no particular order: each key is there once. */
  readonly ops: ReadonlyMap<ByteString, KeyOp>;
  readonly opBytes: number;
  /** Leases to be granted before; id to the source's TTL in seconds. */
  readonly grants: ReadonlyMap<bigint, number>;
  /** Leases to be revoked after. */
  readonly revokes: ReadonlySet<bigint>;
  /** Leases that are granted and revoked within it: only a process that died before us can have made them. */
  readonly brief: ReadonlySet<bigint>;
  /** An auth change to be made before; such an entry is a batch of its own. */
  readonly auth: readonly AuthEffect[];
  /** Highest source revision that was compacted. */
  readonly compactRevision: number | undefined;
  /** Parts of the next entry that are at the destination when this is confirmed; 0 = none. */
  readonly partsDone: number;
}

/** One entry that does not fit into a transaction, and its batch as if it did. */
export interface OversizeEntry {
  readonly entry: EntryEffects;
  readonly batch: Batch;
}

/** Whether the destination has to hear of it at all. */
export function hasEffects(batch: Batch): boolean {
  return (
    batch.ops.size > 0 || batch.grants.size > 0 || batch.revokes.size > 0 || batch.auth.length > 0
  );
}

/**
 * Whether it may be sent before those in front of it are confirmed: there is nothing to be done before or
 * after it that has an order against them.
 */
export function isPlain(batch: Batch): boolean {
  const { ops, grants, revokes, brief, auth } = batch;
  return ops.size > 0 && grants.size + revokes.size + brief.size + auth.length === 0;
}

/**
 * Takes as many entries of `queue` from `from` on as fit into one transaction, at least one. An entry is
 * never split here: one that is too large alone comes back as `oversize`, with nothing taken before it.
 */
export function planBatch(
  queue: readonly EntryEffects[],
  limits: TxnLimits,
  from = 0,
): { readonly batch: Batch } | { readonly oversize: OversizeEntry } | undefined {
  const builder = new BatchBuilder();
  for (let at = from; at < queue.length; at += 1) {
    const entry = queue[at] as EntryEffects;
    if (builder.entries > 0 && (builder.isClosed || builder.mustPrecede(entry))) break;
    const mark = builder.entries;
    if (mark > 0 && builder.wouldExceed(entry, limits)) break;
    builder.add(entry);
    if (mark === 0 && builder.exceedsRequest(limits))
      return { oversize: { entry, batch: builder.build() } };
    if (builder.isFull(limits)) break;
  }
  return builder.entries === 0 ? undefined : { batch: builder.build() };
}

class BatchBuilder {
  readonly ops = new Map<ByteString, KeyOp>();
  readonly #grants = new Map<bigint, number>();
  readonly #revokes = new Set<bigint>();
  readonly #brief = new Set<bigint>();
  #auth: AuthEffect[] = [];
  #opBytes = 0;
  #compactRevision: number | undefined;
  #last: EntryEffects | undefined;
  entries = 0;

  /** An auth change has an order against everything else. */
  get isClosed(): boolean {
    return this.#auth.length > 0;
  }

  /** True when what was gathered has to be at the destination before `entry` begins. */
  mustPrecede({ effects }: EntryEffects): boolean {
    return effects.some(
      effect =>
        (effect.kind === 'auth' &&
          (this.ops.size > 0 || this.#grants.size > 0 || this.#revokes.size > 0)) ||
        (effect.kind === 'lease-grant' && this.#revokes.has(effect.id)),
    );
  }

  /** Rough and on the safe side: overwritten operations are counted twice. */
  wouldExceed({ effects }: EntryEffects, limits: TxnLimits): boolean {
    let bytes = this.#opBytes;
    let ops = this.ops.size;
    for (const effect of effects) {
      if (effect.kind === 'put') bytes += putOpBytes(effect.key, effect.value, effect.lease);
      else if (effect.kind === 'delete') bytes += deleteOpBytes(effect.key, SINGLE);
      else continue;
      ops += 1;
      if (bytes > limits.batchBytes || ops > limits.batchOps) return true;
    }
    return false;
  }

  exceedsRequest(limits: TxnLimits): boolean {
    return (
      this.ops.size > limits.maxOps ||
      this.#opBytes + NESTING_BYTES * this.ops.size > limits.maxBytes
    );
  }

  isFull(limits: TxnLimits): boolean {
    return this.ops.size >= limits.batchOps || this.#opBytes >= limits.batchBytes;
  }

  add(entry: EntryEffects): void {
    for (const effect of entry.effects) {
      switch (effect.kind) {
        case 'put':
          this.#set(effect.key, effect);
          break;
        case 'delete':
          this.#set(effect.key, { kind: 'delete', rangeEnd: SINGLE });
          break;
        case 'lease-grant':
          this.#grants.set(effect.id, effect.ttl);
          this.#brief.delete(effect.id);
          break;
        case 'lease-revoke':
          // Granted and revoked within one batch: the destination never needs it.
          if (this.#grants.delete(effect.id)) this.#brief.add(effect.id);
          else this.#revokes.add(effect.id);
          break;
        case 'compact':
          this.#compactRevision = effect.revision;
          break;
        case 'auth':
          this.#auth.push(effect);
          break;
      }
    }
    this.#last = entry;
    this.entries += 1;
  }

  build(): Batch {
    const last = this.#last as EntryEffects;
    return {
      position: last.position,
      revision: last.revision,
      entries: this.entries,
      ops: this.ops,
      opBytes: this.#opBytes,
      grants: this.#grants,
      revokes: this.#revokes,
      brief: this.#brief,
      auth: this.#auth,
      compactRevision: this.#compactRevision,
      partsDone: 0,
    };
  }

  #set(key: ByteString, op: KeyOp): void {
    const before = this.ops.get(key);
    if (before !== undefined) this.#opBytes -= opBytes(key, before);
    this.ops.set(key, op);
    this.#opBytes += opBytes(key, op);
  }
}

const SINGLE = '' as ByteString;
/** Framing of nested transactions, spread over their operations, rounded up. */
const NESTING_BYTES = 1;

export function opBytes(key: ByteString, op: KeyOp): number {
  return op.kind === 'put' ? putOpBytes(key, op.value, op.lease) : deleteOpBytes(key, op.rangeEnd);
}

/** Cuts the operations of an oversize entry into transactions that fit, in order. */
export function splitOps(
  ops: ReadonlyMap<ByteString, KeyOp>,
  limits: TxnLimits,
): ReadonlyMap<ByteString, KeyOp>[] {
  const parts: Map<ByteString, KeyOp>[] = [];
  let part = new Map<ByteString, KeyOp>();
  let bytes = 0;
  for (const [key, op] of ops) {
    const size = opBytes(key, op) + NESTING_BYTES;
    if (part.size > 0 && (part.size >= limits.maxOps || bytes + size > limits.maxBytes)) {
      parts.push(part);
      part = new Map();
      bytes = 0;
    }
    part.set(key, op);
    bytes += size;
  }
  if (part.size > 0) parts.push(part);
  return parts;
}
