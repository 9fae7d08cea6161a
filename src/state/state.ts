import { rename } from 'node:fs/promises';
import type { Change, KeyHead, KeyRecord, LeaseRecord, LiveKey } from '../apply/types.ts';
import { errorText, SyncerError } from '../ops/errors.ts';
import { yieldTurn } from '../ops/yield-turn.ts';
import { type ByteString, EMPTY_BYTES } from '../wire/bytes.ts';
import { Generations } from './generations.ts';
import { LiveAhead, type ManyKeys } from './live-ahead.ts';
import type { OrderedTable } from './ordered-table.ts';
import { type Cell, OverlayTable } from './overlay-table.ts';
import { encodeKeyRecord, encodeLeaseRecord } from './record-codec.ts';
import type { TableName, TableWrite } from './redo.ts';
import { attachmentKey, leaseKey, storeTables, TableReader, type Tables } from './state-tables.ts';
import { type Meta, Store } from './store.ts';
import type { Position } from './types.ts';

interface OverlayTables extends Tables {
  readonly key: OverlayTable<KeyRecord, KeyHead>;
  readonly lease: OverlayTable<LeaseRecord>;
  readonly attachment: OverlayTable<true>;
}

/** Up to where entries are to be in the store, and the checkpoint that goes with them. */
interface Confirmation {
  readonly index: number;
  readonly checkpointIndex: number;
}

/** What changes the tables; the other changes are of the small values. */
type TableChange = Exclude<
  Change,
  { readonly kind: 'revision' | 'compact' | 'auth' | 'alarms' | 'membership' }
>;

/** Changes that are not in the store yet, table by table, oldest first. */
interface Unsettled {
  readonly key: Cell<KeyRecord>[];
  readonly lease: Cell<LeaseRecord>[];
  readonly attachment: Cell<true>[];
}

/** Changes that go into the store, or are forgotten here, in one turn of the event loop. */
const MOST_IN_A_TURN = 20_000;
/** Most records fit; a larger one gets room of its own. */
const ROOM_BYTES = 16 * 1024;

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
  readonly #unsettled: Unsettled = { key: [], lease: [], attachment: [] };
  /** The small values after each entry that is not in the store yet. */
  readonly #metas: Meta[] = [];
  /** What was asked to be confirmed. */
  #wanted: Confirmation = { index: 0, checkpointIndex: 0 };
  readonly #current: { meta: Meta };
  #confirming: Promise<void> = Promise.resolve();
  #durable: Position;
  #flushing = false;
  readonly #liveAhead = new LiveAhead(this);
  /** Where records are put together one after the other: the store copies each at once. */
  readonly #room = Buffer.allocUnsafeSlow(ROOM_BYTES);

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

  /** Throws ManyKeys: see `readAhead`. */
  override liveKeys(start: ByteString, end: ByteString | undefined): readonly LiveKey[] {
    return this.#liveAhead.inRange(start, end);
  }

  /** Throws ManyKeys: see `readAhead`. */
  override liveKeysOf(id: bigint): readonly LiveKey[] {
    return this.#liveAhead.ofLease(id);
  }

  /** Reads what was too much to be read at once, in turns of the event loop; it is there until the next `advance`. */
  async readAhead(keys: ManyKeys): Promise<void> {
    await this.#liveAhead.read(keys);
  }

  /**
   * Applies the changes of the next entry. In memory, at once.
   *
   * @param done that many at their head are applied already: see `advanceAhead`
   */
  advance(position: Position, changes: readonly Change[], done = 0): void {
    this.#liveAhead.forget();
    const before = this.#current.meta;
    let { revision, compactRevision, auth, alarms, membership } = before;
    let at = 0;
    for (const change of changes) {
      at += 1;
      switch (change.kind) {
        case 'revision':
          ({ revision } = change);
          break;
        case 'compact':
          compactRevision = change.revision;
          break;
        case 'auth':
          ({ auth } = change);
          break;
        case 'alarms':
          ({ alarms } = change);
          break;
        case 'membership':
          ({ membership } = change);
          break;
        default:
          if (at > done) this.#change(change, position.index);
      }
    }
    const { checkpointIndex } = before;
    // Written out: this is made for every entry, and a spread costs ten times as much.
    const meta = { position, checkpointIndex, revision, compactRevision, auth, alarms, membership };
    this.#current.meta = meta;
    this.#metas.push(meta);
  }

  /**
   * Applies most of the changes of the next entry in turns of the event loop, where there are very many; returns how many.
   * Nothing else may be applied before `advance` is given the entry with that number.
   */
  async advanceAhead({ index }: Position, changes: readonly Change[]): Promise<number> {
    let done = 0;
    for (; changes.length - done > MOST_IN_A_TURN; done += MOST_IN_A_TURN) {
      for (const change of changes.slice(done, done + MOST_IN_A_TURN)) {
        if (isOfTable(change)) this.#change(change, index);
      }
      await yieldTurn();
    }
    return done;
  }

  /**
   * Entries up to `index` are confirmed: their changes go into the store in one transaction, with
   * `checkpointIndex`, and with what is confirmed while the transaction before is under way. Resolves
   * when the store has them. Errors: STATE_WRITE.
   */
  confirm(index: number, checkpointIndex: number): Promise<void> {
    const wanted = this.#wanted;
    this.#wanted = {
      index: Math.max(index, wanted.index),
      checkpointIndex: Math.max(checkpointIndex, wanted.checkpointIndex),
    };
    const step = this.#confirming.then(() => this.#settle(this.#wanted));
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
   * its position is that index, else empty. The caller closes it or hands it to `switchTo`.
   */
  async openGeneration(index: number): Promise<Store> {
    const dir = this.#generations.dirOf(index);
    await this.#generations.removeOthers(index);
    const store = await Store.open(dir, this.#clusterId);
    if (store.meta.position.index === index || store.isEmpty) return store;
    // What is left of a load that broke off may be of another file: two of 3.4 can stand at one index.
    await store.close();
    await this.#generations.removeOthers();
    return await Store.open(dir, this.#clusterId);
  }

  /**
   * A loaded store becomes the state, which must have nothing unconfirmed. Its old store is closed and deleted.
   * A crash leaves the one or the other. Errors: STATE_WRITE.
   */
  async switchTo(next: Store, checkpointIndex: number): Promise<void> {
    await this.#confirming;
    if (this.#metas.length > 0)
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

  /** Copies what is confirmed at some moment into an empty directory, which is to be adopted elsewhere; returns the file. Errors: STATE_WRITE. */
  async copyTo(dir: string): Promise<string> {
    return await this.#store.copyTo(dir);
  }

  /**
   * Takes a copy of a newer state, which lies in `dir` as its file, for our own; nothing may be unconfirmed.
   * False when it is not newer. Errors: STATE_DAMAGED, STATE_FORMAT, SOURCE_CLUSTER_MISMATCH, STATE_WRITE.
   */
  async adoptCopy(dir: string): Promise<boolean> {
    const copy = await Store.open(dir, this.#clusterId);
    const { index } = copy.meta.position;
    await copy.close();
    if (index <= this.confirmed.index) return false;
    const place = this.#generations.dirOf(index);
    try {
      await this.#generations.removeOthers();
      await rename(dir, place);
    } catch (error) {
      const text = `${place}: ${errorText(error)}`;
      throw new SyncerError('STATE_WRITE', text, {}, { cause: error });
    }
    const store = await Store.open(place, this.#clusterId);
    await this.switchTo(store, store.meta.checkpointIndex);
    return true;
  }

  async close(): Promise<void> {
    await this.#confirming;
    await this.#store.close();
  }

  get #store(): Store {
    return this.#held.store;
  }

  #change(change: TableChange, index: number): void {
    switch (change.kind) {
      case 'put': {
        const { key, record, previousLease } = change;
        this.#setKey(key, record, index);
        this.#attach(key, previousLease, record.lease, index);
        return;
      }
      case 'delete':
        this.#setKey(change.key, undefined, index);
        this.#attach(change.key, change.previousLease, 0n, index);
        return;
      case 'lease-grant':
        this.#setLease(change.id, { ttl: change.ttl, remainingTtl: 0 }, index);
        return;
      case 'lease-revoke':
        this.#setLease(change.id, undefined, index);
        return;
      case 'lease-checkpoint': {
        const before = this.getLease(change.id);
        if (before === undefined) return;
        const value = { ttl: before.ttl, remainingTtl: change.remainingTtl };
        this.#setLease(change.id, value, index);
        return;
      }
    }
  }

  #attach(key: ByteString, before: bigint, after: bigint, index: number): void {
    if (before === after) return;
    if (before !== 0n) this.#setAttachment(attachmentKey(before, key), undefined, index);
    if (after !== 0n) this.#setAttachment(attachmentKey(after, key), true, index);
  }

  #setKey(key: ByteString, record: KeyRecord | undefined, index: number): void {
    const bytes = record?.value.length ?? 0;
    this.#unsettled.key.push(this.#overlay.key.set(key, record, index, bytes));
  }

  #setLease(id: bigint, record: LeaseRecord | undefined, index: number): void {
    this.#unsettled.lease.push(this.#overlay.lease.set(leaseKey(id), record, index, 0));
  }

  #setAttachment(key: ByteString, value: true | undefined, index: number): void {
    this.#unsettled.attachment.push(this.#overlay.attachment.set(key, value, index, 0));
  }

  async #settle({ index, checkpointIndex }: Confirmation): Promise<void> {
    const count = countUpTo(this.#metas, index, meta => meta.position.index);
    const before = this.#store.meta;
    if (count === 0 && checkpointIndex <= before.checkpointIndex) return;
    const next = {
      ...(this.#metas[count - 1] ?? before),
      checkpointIndex: Math.max(checkpointIndex, before.checkpointIndex),
    };
    const { key, lease, attachment } = this.#unsettled;
    const keys = countUpTo(key, index, indexOf);
    const leases = countUpTo(lease, index, indexOf);
    const attachments = countUpTo(attachment, index, indexOf);
    if (keys + leases + attachments > MOST_IN_A_TURN) {
      const writes: TableWrite[] = [];
      write(collect(writes, 'key'), key, keys, index, record => encodeKeyRecord(record));
      write(collect(writes, 'lease'), lease, leases, index, encodeLeaseRecord);
      write(collect(writes, 'attachment'), attachment, attachments, index, () => PRESENT);
      await this.#store.commitInTurns(next, writes);
    } else {
      await this.#store.commit(next, () => {
        write(this.#store.key, key, keys, index, record => encodeKeyRecord(record, this.#room));
        write(this.#store.lease, lease, leases, index, encodeLeaseRecord);
        write(this.#store.attachment, attachment, attachments, index, () => PRESENT);
      });
    }
    this.#metas.splice(0, count);
    await settleAll(this.#overlay.key, key.splice(0, keys));
    await settleAll(this.#overlay.lease, lease.splice(0, leases));
    await settleAll(this.#overlay.attachment, attachment.splice(0, attachments));
    this.#flushSoon();
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

/** How many items at the head of a queue, which is in the order of their entries, are of entries up to `index`. */
function countUpTo<T>(queue: readonly T[], index: number, indexOf: (item: T) => number): number {
  let low = 0;
  let high = queue.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (indexOf(queue[middle] as T) <= index) low = middle + 1;
    else high = middle;
  }
  return low;
}

function indexOf({ index }: { readonly index: number }): number {
  return index;
}

function isOfTable(change: Change): change is TableChange {
  switch (change.kind) {
    case 'revision':
    case 'compact':
    case 'auth':
    case 'alarms':
    case 'membership':
      return false;
    default:
      return true;
  }
}

/** A table whose writes are gathered. */
function collect(writes: TableWrite[], table: TableName): Pick<OrderedTable, 'put' | 'remove'> {
  return {
    put: (key, value) => writes.push({ table, key, value }),
    remove: key => writes.push({ table, key, value: undefined }),
  };
}

async function settleAll<Value extends NonNullable<unknown>>(
  table: OverlayTable<Value>,
  cells: readonly Cell<Value>[],
): Promise<void> {
  let settled = 0;
  for (const cell of cells) {
    table.settle(cell);
    settled += 1;
    if (settled % MOST_IN_A_TURN === 0) await yieldTurn();
  }
}

/** Writes what the first `count` cells leave behind: of several changes of a key the last one. */
function write<Value>(
  table: Pick<OrderedTable, 'put' | 'remove'>,
  cells: readonly Cell<Value>[],
  count: number,
  index: number,
  encode: (value: Value) => Buffer,
): void {
  for (let at = 0; at < count; at += 1) {
    const { key, value, next } = cells[at] as Cell<Value>;
    if (next !== undefined && next.index <= index) continue;
    if (value === undefined) table.remove(key);
    else table.put(key, encode(value));
  }
}
