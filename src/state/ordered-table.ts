import type { Database } from 'lmdb';
import { SyncerError } from '../ops/errors.ts';
import type { ByteString } from '../wire/bytes.ts';

/**
 * Longest key stored as it is; lmdb takes 1978 bytes. Longer ones share a group: all keys with the same
 * first PLAIN_KEY_BYTES bytes lie in one record under those bytes and a zero byte. That key sorts right
 * behind the exact prefix and before everything that does not start with it, so the order of keys
 * is the order of records, and inside a group the suffixes are sorted.
 */
const PLAIN_KEY_BYTES = 1_900;

type Member = readonly [suffix: ByteString, value: Buffer];

/**
 * How lmdb gets the bytes of a key: written by us straight from the byte string, which spares a Buffer for
 * each read and each write.
 */
export const BYTE_STRING_KEYS = {
  writeKey(key: ByteString, target: Buffer, start: number): number {
    const { length } = key;
    // Beyond a few dozen bytes the call into native code pays.
    if (length > 64) return start + target.write(key, start, length, 'latin1');
    for (let i = 0; i < length; i += 1) target[start + i] = key.charCodeAt(i);
    return start + length;
  },
  readKey(source: Buffer, start: number, end: number): ByteString {
    return source.toString('latin1', start, end) as ByteString;
  },
};

/** An ordered table of byte strings of any length over one lmdb database, opened with BYTE_STRING_KEYS. */
export class OrderedTable {
  #db: Database<Buffer, ByteString>;

  constructor(db: Database<Buffer, ByteString>) {
    this.#db = db;
  }

  /** Its file was closed and opened again. */
  reopened(db: Database<Buffer, ByteString>): void {
    this.#db = db;
  }

  /** Records, about: keys that share a group count as one. */
  get count(): number {
    return (this.#db.getStats() as { entryCount: number }).entryCount;
  }

  get(key: ByteString): Buffer | undefined {
    if (key.length <= PLAIN_KEY_BYTES) return this.#db.get(toKey(key));
    const suffix = key.slice(PLAIN_KEY_BYTES) as ByteString;
    return this.#group(key).find(([held]) => held === suffix)?.[1];
  }

  /** What `read` makes of the bytes under the key, which are its own only until the next look into a table. */
  peek<T>(key: ByteString, read: (bytes: Buffer) => T): T | undefined {
    const bytes =
      key.length <= PLAIN_KEY_BYTES ? this.#db.getBinaryFast(toKey(key)) : this.get(key);
    return bytes === undefined ? undefined : read(bytes);
  }

  /** Call inside a transaction of the environment. The bytes are copied. */
  put(key: ByteString, value: Buffer): void {
    if (key.length <= PLAIN_KEY_BYTES) {
      this.#db.putSync(toKey(key), value);
      return;
    }
    const suffix = key.slice(PLAIN_KEY_BYTES) as ByteString;
    const others = this.#group(key).filter(([held]) => held !== suffix);
    const members: Member[] = [...others, [suffix, value]];
    members.sort(([a], [b]) => (a < b ? -1 : 1));
    this.#db.putSync(groupKey(key), encodeGroup(members));
  }

  /** Call inside a transaction of the environment. */
  remove(key: ByteString): void {
    if (key.length <= PLAIN_KEY_BYTES) {
      this.#db.removeSync(toKey(key));
      return;
    }
    const suffix = key.slice(PLAIN_KEY_BYTES) as ByteString;
    const members = this.#group(key).filter(([held]) => held !== suffix);
    if (members.length === 0) this.#db.removeSync(groupKey(key));
    else this.#db.putSync(groupKey(key), encodeGroup(members));
  }

  /** Records in [start, end) ascending; `end` undefined = to the last. A consistent view while it is iterated. */
  *scan(start: ByteString, end: ByteString | undefined): Generator<readonly [ByteString, Buffer]> {
    // A start inside a group begins at the group's record.
    const first = start.length > PLAIN_KEY_BYTES ? groupKey(start) : toKey(start);
    for (const { key, value } of this.#db.getRange({ start: first })) {
      if (key.length <= PLAIN_KEY_BYTES) {
        if (end !== undefined && key >= end) return;
        yield [key, value];
        continue;
      }
      const prefix = key.slice(0, PLAIN_KEY_BYTES);
      if (end !== undefined && prefix >= end) return;
      for (const [suffix, member] of decodeGroup(value)) {
        const whole = (prefix + suffix) as ByteString;
        if (whole < start) continue;
        if (end !== undefined && whole >= end) return;
        yield [whole, member];
      }
    }
  }

  #group(key: ByteString): Member[] {
    const record = this.#db.get(groupKey(key));
    return record === undefined ? [] : decodeGroup(record);
  }
}

/** lmdb refuses an empty key; no key of etcd is empty, but a range may start there. */
const LOWEST_KEY = '\0' as ByteString;

function toKey(key: ByteString): ByteString {
  return key === '' ? LOWEST_KEY : key;
}

function groupKey(key: ByteString): ByteString {
  return `${key.slice(0, PLAIN_KEY_BYTES)}\0` as ByteString;
}

function encodeGroup(members: readonly Member[]): Buffer {
  const parts: Buffer[] = [];
  for (const [suffix, value] of members) {
    const lengths = Buffer.allocUnsafe(8);
    lengths.writeUInt32BE(suffix.length, 0);
    lengths.writeUInt32BE(value.length, 4);
    parts.push(lengths, Buffer.from(suffix, 'latin1'), value);
  }
  return Buffer.concat(parts);
}

function decodeGroup(record: Buffer): Member[] {
  const members: Member[] = [];
  for (let at = 0; at < record.length; ) {
    if (at + 8 > record.length) throw damaged();
    const suffixEnd = at + 8 + record.readUInt32BE(at);
    const end = suffixEnd + record.readUInt32BE(at + 4);
    if (end > record.length) throw damaged();
    const suffix = record.toString('latin1', at + 8, suffixEnd) as ByteString;
    members.push([suffix, record.subarray(suffixEnd, end)]);
    at = end;
  }
  return members;
}

function damaged(): SyncerError {
  return new SyncerError('STATE_DAMAGED', 'a record of long keys ends within a key');
}
