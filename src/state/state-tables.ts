import { liveKeysAmong, liveKeysIn } from '../apply/live-keys.ts';
import type { KeyHead, KeyRecord, LeaseRecord, LiveKey, StateReader } from '../apply/types.ts';
import { type ByteString, int64ToByteString } from '../wire/bytes.ts';
import type { OrderedTable } from './ordered-table.ts';
import type { BaseTable } from './overlay-table.ts';
import { decodeKeyHead, decodeKeyRecord, decodeLeaseRecord } from './record-codec.ts';
import type { Meta, Store } from './store.ts';

/** The three big tables, as decoded values. */
export interface Tables {
  readonly key: BaseTable<KeyRecord, KeyHead>;
  readonly lease: BaseTable<LeaseRecord>;
  readonly attachment: BaseTable<true>;
}

const NO_KEY = '' as ByteString;

/** The tables of the store that is current when they are read, with their records decoded. */
export function storeTables(current: () => Store): Tables {
  return {
    key: decoded(() => current().key, decodeKeyRecord, decodeKeyHead),
    lease: decoded(() => current().lease, decodeLeaseRecord, decodeLeaseRecord),
    attachment: decoded(
      () => current().attachment,
      () => true as const,
      () => true as const,
    ),
  };
}

/** A reader of one store. */
export function storeReader(store: Store): TableReader {
  return new TableReader(
    storeTables(() => store),
    () => store.meta,
  );
}

function decoded<Value, Head>(
  table: () => OrderedTable,
  decode: (bytes: Buffer) => Value,
  decodeHead: (bytes: Buffer) => Head,
): BaseTable<Value, Head> {
  return {
    head: key => table().peek(key, decodeHead),
    get: key => {
      const bytes = table().get(key);
      return bytes === undefined ? undefined : decode(bytes);
    },
    *scan(start, end) {
      for (const [key, bytes] of table().scan(start, end)) yield [key, decode(bytes)];
    },
  };
}

export function leaseKey(id: bigint): ByteString {
  return int64ToByteString(id);
}

export function attachmentKey(id: bigint, key: ByteString): ByteString {
  return (int64ToByteString(id) + key) as ByteString;
}

/** A StateReader over tables and the small values that go with them. */
export class TableReader implements StateReader {
  readonly #tables: Tables;
  readonly #meta: () => Meta;

  constructor(tables: Tables, meta: () => Meta) {
    this.#tables = tables;
    this.#meta = meta;
  }

  get revision(): number {
    return this.#meta().revision;
  }

  get compactRevision(): number {
    return this.#meta().compactRevision;
  }

  get auth(): Meta['auth'] {
    return this.#meta().auth;
  }

  get alarms(): Meta['alarms'] {
    return this.#meta().alarms;
  }

  get membership(): Meta['membership'] {
    return this.#meta().membership;
  }

  getKey(key: ByteString): KeyRecord | undefined {
    return this.#tables.key.get(key);
  }

  getKeyHead(key: ByteString): KeyHead | undefined {
    return this.#tables.key.head(key);
  }

  scanKeys(
    start: ByteString,
    end: ByteString | undefined,
  ): Iterable<readonly [ByteString, KeyRecord]> {
    return this.#tables.key.scan(start, end);
  }

  liveKeys(start: ByteString, end: ByteString | undefined): readonly LiveKey[] {
    return [...liveKeysIn(this, start, end)];
  }

  getLease(id: bigint): LeaseRecord | undefined {
    return this.#tables.lease.get(leaseKey(id));
  }

  isAttached(id: bigint, key: ByteString): boolean {
    return this.#tables.attachment.head(attachmentKey(id, key)) !== undefined;
  }

  /** @param from the first key that is wanted; the first of all unless given */
  *scanAttachments(id: bigint, from: ByteString = NO_KEY): Generator<ByteString> {
    const start = attachmentKey(id, from);
    const end = id === -1n ? undefined : leaseKey(BigInt.asIntN(64, id + 1n));
    for (const [key] of this.#tables.attachment.scan(start, end)) yield key.slice(8) as ByteString;
  }

  liveKeysOf(id: bigint): readonly LiveKey[] {
    return [...liveKeysAmong(this, this.scanAttachments(id))];
  }

  /** All leases, by the bytes of their IDs. */
  *leases(): Generator<readonly [bigint, LeaseRecord]> {
    for (const [key, record] of this.#tables.lease.scan(NO_KEY, undefined)) {
      yield [Buffer.from(key, 'latin1').readBigInt64BE(0), record];
    }
  }
}
