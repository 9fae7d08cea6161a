import type { Change, KeyRecord, LeaseRecord } from '../apply/types.ts';
import { SyncerError } from '../ops/errors.ts';
import { type ByteString, EMPTY_BYTES } from '../wire/bytes.ts';
import { Generations } from './generations.ts';
import { OverlayTable } from './overlay-table.ts';
import { encodeKeyRecord, encodeLeaseRecord } from './record-codec.ts';
import { attachmentKey, leaseKey, storeTables, TableReader, type Tables } from './state-tables.ts';
import { type Meta, Store } from './store.ts';
import type { Position } from './types.ts';

interface OverlayTables extends Tables {
  readonly key: OverlayTable<KeyRecord>;
  readonly lease: OverlayTable<LeaseRecord>;
  readonly attachment: OverlayTable<true>;
}

/** One changed record; undefined = removed. */
type Delta =
  | { readonly table: 'key'; readonly key: ByteString; readonly value: KeyRecord | undefined }
  | { readonly table: 'lease'; readonly key: ByteString; readonly value: LeaseRecord | undefined }
  | { readonly table: 'attachment'; readonly key: ByteString; readonly value: true | undefined };

/** What an entry did to the state, until it is confirmed. */
interface Resolved {
  readonly meta: Meta;
  readonly deltas: readonly Delta[];
}

/**
 * The state: a durable store that holds it as of the last confirmed entry, and an overlay in memory with
 * what the entries after that one changed. `advance` moves the overlay, `confirm` the store; reads of
 * the state itself (it is a StateReader) see both.
 */
export class State extends TableReader {
  readonly #generations: Generations;
  readonly #clusterId: bigint;
  readonly #held: { store: Store };
  readonly #overlay: OverlayTables;
  readonly #queue: Resolved[] = [];
  readonly #current: { meta: Meta };
  #confirming: Promise<void> = Promise.resolve();
  #durable: Position;
  #flushing = false;

  /** What is confirmed only: the state that the destination holds. */
  readonly confirmedReader: TableReader;

  private constructor(store: Store, generations: Generations, clusterId: bigint) {
    const held = { store };
    const base = storeTables(() => held.store);
    const overlay: OverlayTables = {
      key: new OverlayTable(base.key),
      lease: new OverlayTable(base.lease),
      attachment: new OverlayTable(base.attachment),
    };
    const current = { meta: store.meta };
    super(overlay, () => current.meta);
    this.#generations = generations;
    this.#clusterId = clusterId;
    this.#held = held;
    this.#overlay = overlay;
    this.#current = current;
    this.#durable = store.meta.position;
    this.confirmedReader = new TableReader(base, () => held.store.meta);
  }

  /** Opens or creates the state of a source in `dir`. Errors: STATE_FORMAT, STATE_DAMAGED, SOURCE_CLUSTER_MISMATCH. */
  static async open(dir: string, clusterId: bigint): Promise<State> {
    const generations = await Generations.open(dir);
    const store = await Store.open(generations.currentDir, clusterId);
    return new State(store, generations, clusterId);
  }

  /** Last entry whose changes are visible here. */
  get resolved(): Position {
    return this.#current.meta.position;
  }

  /** Last entry in the store. */
  get confirmed(): Position {
    return this.#store.meta.position;
  }

  /** Last entry that survives a power cut: the log may be trimmed up to here. */
  get durable(): Position {
    return this.#durable;
  }

  /** Index of the last checkpoint known to be at the destination; 0 = none yet. */
  get checkpointIndex(): number {
    return this.#store.meta.checkpointIndex;
  }

  /** Keys in the store, about. */
  get keyCount(): number {
    return this.#store.key.count;
  }

  /** Bytes that the overlay holds, roughly. */
  get overlayBytes(): number {
    const { key, lease, attachment } = this.#overlay;
    return key.bytes + lease.bytes + attachment.bytes;
  }

  /** Applies the changes of the next entry. In memory, at once. */
  advance(position: Position, changes: readonly Change[]): void {
    const deltas: Delta[] = [];
    let meta: Meta = { ...this.#current.meta, position };
    for (const change of changes) meta = this.#change(change, meta, deltas, position.index);
    this.#current.meta = meta;
    this.#queue.push({ meta, deltas });
  }

  /**
   * Entries up to `index` are confirmed: their changes go into the store in one transaction, with
   * `checkpointIndex`. Resolves when the store has them. Errors: STATE_WRITE.
   */
  confirm(index: number, checkpointIndex: number): Promise<void> {
    const step = this.#confirming.then(() => this.#settle(index, checkpointIndex));
    // A failure is reported to whoever waits for this step; later steps fail by themselves.
    this.#confirming = step.catch(() => undefined);
    return step;
  }

  /** Waits until everything confirmed is on disk. */
  async flush(): Promise<void> {
    await this.#confirming;
    const reached = this.confirmed;
    await this.#store.flushed();
    this.#durable = reached;
  }

  /**
   * Opens the store in which the state of the snapshot at `index` is, or is to be loaded: it is complete when
   * its position is that index. The caller closes it or hands it to `switchTo`.
   */
  async openGeneration(index: number): Promise<Store> {
    await this.#generations.removeOthers(index);
    return await Store.open(this.#generations.dirOf(index), this.#clusterId);
  }

  /**
   * A loaded store becomes the state, which must have nothing unconfirmed. Its old store is closed and deleted.
   * A crash leaves the one or the other. Errors: STATE_WRITE.
   */
  async switchTo(next: Store, checkpointIndex: number): Promise<void> {
    await this.#confirming;
    if (this.#queue.length > 0)
      throw new SyncerError('INTERNAL', 'the state has unconfirmed entries');
    await next.commit({ ...next.meta, checkpointIndex }, () => undefined);
    await next.flushed();
    await this.#generations.switchTo(next.meta.position.index);
    const before = this.#store;
    this.#held.store = next;
    this.#current.meta = next.meta;
    this.#durable = next.meta.position;
    await before.close();
    await this.#generations.removeOthers();
  }

  async close(): Promise<void> {
    await this.#confirming;
    await this.#store.close();
  }

  get #store(): Store {
    return this.#held.store;
  }

  #change(change: Change, meta: Meta, deltas: Delta[], index: number): Meta {
    switch (change.kind) {
      case 'put': {
        const { key, record, previousLease } = change;
        this.#set(deltas, { table: 'key', key, value: record }, index);
        this.#attach(deltas, key, previousLease, record.lease, index);
        return meta;
      }
      case 'delete':
        this.#set(deltas, { table: 'key', key: change.key, value: undefined }, index);
        this.#attach(deltas, change.key, change.previousLease, 0n, index);
        return meta;
      case 'lease-grant': {
        const value = { ttl: change.ttl, remainingTtl: 0 };
        this.#set(deltas, { table: 'lease', key: leaseKey(change.id), value }, index);
        return meta;
      }
      case 'lease-revoke':
        this.#set(deltas, { table: 'lease', key: leaseKey(change.id), value: undefined }, index);
        return meta;
      case 'lease-checkpoint': {
        const before = this.getLease(change.id);
        if (before === undefined) return meta;
        const value = { ttl: before.ttl, remainingTtl: change.remainingTtl };
        this.#set(deltas, { table: 'lease', key: leaseKey(change.id), value }, index);
        return meta;
      }
      case 'revision':
        return { ...meta, revision: change.revision };
      case 'compact':
        return { ...meta, compactRevision: change.revision };
      case 'auth':
        return { ...meta, auth: change.auth };
      case 'alarms':
        return { ...meta, alarms: change.alarms };
      case 'membership':
        return { ...meta, membership: change.membership };
    }
  }

  #attach(deltas: Delta[], key: ByteString, before: bigint, after: bigint, index: number): void {
    if (before === after) return;
    if (before !== 0n) {
      const gone = {
        table: 'attachment',
        key: attachmentKey(before, key),
        value: undefined,
      } as const;
      this.#set(deltas, gone, index);
    }
    if (after !== 0n) {
      const bound = { table: 'attachment', key: attachmentKey(after, key), value: true } as const;
      this.#set(deltas, bound, index);
    }
  }

  #set(deltas: Delta[], delta: Delta, index: number): void {
    deltas.push(delta);
    if (delta.table === 'key') {
      const bytes = delta.value?.value.length ?? 0;
      this.#overlay.key.set(delta.key, delta.value, index, bytes);
    } else if (delta.table === 'lease') this.#overlay.lease.set(delta.key, delta.value, index, 0);
    else this.#overlay.attachment.set(delta.key, delta.value, index, 0);
  }

  async #settle(index: number, checkpointIndex: number): Promise<void> {
    let count = 0;
    while ((this.#queue[count]?.meta.position.index ?? Number.POSITIVE_INFINITY) <= index)
      count += 1;
    const meta = this.#queue[count - 1]?.meta;
    const checkpointMoved = checkpointIndex > this.#store.meta.checkpointIndex;
    if (meta === undefined && !checkpointMoved) return;
    const last = new Map<string, Delta>();
    for (const { deltas } of this.#queue.slice(0, count)) {
      for (const delta of deltas) last.set(delta.table + delta.key, delta);
    }
    const next = {
      ...(meta ?? this.#store.meta),
      checkpointIndex: Math.max(checkpointIndex, this.#store.meta.checkpointIndex),
    };
    await this.#store.commit(next, () => {
      for (const delta of last.values()) this.#write(delta);
    });
    this.#queue.splice(0, count);
    for (const { table, key } of last.values()) this.#overlay[table].settle(key, index);
    this.#flushSoon();
  }

  #write(delta: Delta): void {
    const table = this.#store[delta.table];
    if (delta.value === undefined) table.remove(delta.key);
    else if (delta.table === 'key') table.put(delta.key, encodeKeyRecord(delta.value));
    else if (delta.table === 'lease') table.put(delta.key, encodeLeaseRecord(delta.value));
    else table.put(delta.key, PRESENT);
  }

  /** Follows the store's own flushes, which come after each commit. */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    const reached = this.confirmed;
    this.#store
      .flushed()
      .then(() => {
        this.#durable = reached;
      })
      // A failed flush fails the next commit as well, which reports it; `durable` just stays.
      .catch(() => undefined)
      .finally(() => {
        this.#flushing = false;
        if (this.confirmed.index > reached.index) this.#flushSoon();
      });
  }
}

const PRESENT = Buffer.from(EMPTY_BYTES);
