import type { ByteString } from '../wire/bytes.ts';
import { attachedLease } from './live-keys.ts';
import { successor } from './ranges.ts';
import type { Change, KeyHead, KeyRecord, LiveKey, StateReader } from './types.ts';

/**
 * One write transaction of the mvcc store: at most one new revision, reads see its own writes
 * (mvcc storeTxnWrite, all versions).
 */
export class WriteTxn {
  /** The state before the transaction. */
  readonly state: StateReader;
  readonly #revision: number;
  readonly #changes: Change[] = [];
  /** undefined = deleted here. */
  readonly #written = new Map<ByteString, { record: KeyRecord | undefined; attached: bigint }>();

  constructor(state: StateReader) {
    this.state = state;
    this.#revision = state.revision + 1;
  }

  get(key: ByteString): KeyRecord | undefined {
    const written = this.#written.get(key);
    return written === undefined ? this.state.getKey(key) : written.record;
  }

  put(key: ByteString, value: Uint8Array, lease: bigint): void {
    const before = this.#head(key);
    const previousLease = this.#attached(key, before);
    const record: KeyRecord = {
      createRevision: before?.createRevision ?? this.#revision,
      modRevision: this.#revision,
      version: (before?.version ?? 0) + 1,
      lease,
      value,
    };
    this.#changes.push({ kind: 'put', key, record, previousLease });
    this.#written.set(key, { record, attached: lease });
  }

  /** Tombstones every live key of the range, ascending by bytes. */
  deleteRange(start: ByteString, end: ByteString | undefined): void {
    for (const [key, attached] of this.#liveIn(start, end)) this.#delete(key, attached);
  }

  /** Tombstones the live keys bound to a lease, ascending by bytes; the first writes of the transaction. */
  deleteLeased(id: bigint): void {
    for (const [key, attached] of this.state.liveKeysOf(id)) this.#delete(key, attached);
  }

  #delete(key: ByteString, previousLease: bigint): void {
    this.#changes.push({ kind: 'delete', key, previousLease });
    this.#written.set(key, { record: undefined, attached: 0n });
  }

  /** The changes in execution order, with the new revision last when there is one. */
  finish(): Change[] {
    if (this.#changes.length > 0)
      this.#changes.push({ kind: 'revision', revision: this.#revision });
    return this.#changes;
  }

  #head(key: ByteString): KeyHead | undefined {
    const written = this.#written.get(key);
    return written === undefined ? this.state.getKeyHead(key) : written.record;
  }

  #attached(key: ByteString, before: KeyHead | undefined): bigint {
    return this.#written.get(key)?.attached ?? attachedLease(this.state, key, before);
  }

  #liveIn(start: ByteString, end: ByteString | undefined): readonly LiveKey[] {
    if (end === successor(start)) {
      const record = this.#head(start);
      return record === undefined ? [] : [[start, this.#attached(start, record)]];
    }
    const before = this.state.liveKeys(start, end);
    if (this.#written.size === 0) return before;
    const live = before.filter(([key]) => !this.#written.has(key));
    let own = 0;
    for (const [key, { record, attached }] of this.#written) {
      if (record === undefined || key < start || (end !== undefined && key >= end)) continue;
      live.push([key, attached]);
      own += 1;
    }
    if (own > 0) live.sort(([a], [b]) => (a < b ? -1 : 1));
    return live;
  }
}
