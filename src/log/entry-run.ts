import { uint48At } from '../wire/bytes.ts';
import type { Entry } from '../wire/types.ts';

/*
 * Consecutive entries of one term, integers big-endian:
 *
 *   u48 term, u48 first index, n x { u8 entry type, u32 length, data }
 */

export const RUN_FIELDS_BYTES = 12;
const ENTRY_FIELDS_BYTES = 5;
/** Bytes after which entries that came together go into another run: what is read or dropped at once. */
export const MAX_RUN_BYTES = 32 * 1024;

/** Where the run that begins at `entries[from]` ends, and its bytes. */
export function runAt(
  entries: readonly Entry[],
  from: number,
): { readonly to: number; readonly bytes: number } {
  const { term } = entries[from] as Entry;
  let bytes = RUN_FIELDS_BYTES;
  let to = from;
  for (; to < entries.length; to += 1) {
    const entry = entries[to] as Entry;
    if (to > from && (entry.term !== term || bytes >= MAX_RUN_BYTES)) break;
    bytes += ENTRY_FIELDS_BYTES + entry.data.length;
  }
  return { to, bytes };
}

/** Writes the run `entries[from..to)`; returns where it ends. */
export function putRunEntries(
  buffer: Buffer,
  start: number,
  entries: readonly Entry[],
  from: number,
  to: number,
): number {
  const { term, index } = entries[from] as Entry;
  buffer.writeUIntBE(term, start, 6);
  buffer.writeUIntBE(index, start + 6, 6);
  let at = start + RUN_FIELDS_BYTES;
  for (let i = from; i < to; i += 1) {
    const { type, data } = entries[i] as Entry;
    const { length } = data;
    buffer[at] = type;
    buffer[at + 1] = length >>> 24;
    buffer[at + 2] = length >>> 16;
    buffer[at + 3] = length >>> 8;
    buffer[at + 4] = length;
    at += ENTRY_FIELDS_BYTES;
    buffer.set(data, at);
    at += length;
  }
  return at;
}

/** A run as it lies in memory. Its entries become objects when they are read: thousands that wait would burden the garbage collector. */
export class EntryRun {
  readonly term: number;
  readonly first: number;
  readonly count: number;
  readonly #buffer: Buffer;
  readonly #start: number;
  readonly #end: number;

  constructor(
    buffer: Buffer,
    start: number,
    end: number,
    term: number,
    first: number,
    count: number,
  ) {
    this.#buffer = buffer;
    this.#start = start;
    this.#end = end;
    this.term = term;
    this.first = first;
    this.count = count;
  }

  /** The run that lies in the whole of [start, end); undefined when none does. */
  static read(buffer: Buffer, start: number, end: number): EntryRun | undefined {
    let count = 0;
    let at = start + RUN_FIELDS_BYTES;
    while (at + ENTRY_FIELDS_BYTES <= end) {
      at += ENTRY_FIELDS_BYTES + buffer.readUInt32BE(at + 1);
      count += 1;
    }
    if (at !== end || count === 0) return undefined;
    const [term, first] = [uint48At(buffer, start), uint48At(buffer, start + 6)];
    return new EntryRun(buffer, start, end, term, first, count);
  }

  get last(): number {
    return this.first + this.count - 1;
  }

  /** What it holds in memory, its entries not yet being objects. */
  get bytes(): number {
    return this.#end - this.#start;
  }

  /** The run without `index`, which is not its first, and all behind it. */
  before(index: number): EntryRun {
    const count = index - this.first;
    return new EntryRun(this.#buffer, this.#start, this.#end, this.term, this.first, count);
  }

  /** Adds the entries from..to that it holds to `entries`, until those have `maxBytes` of data. Returns the bytes added. */
  read(from: number, to: number, maxBytes: number, entries: Entry[]): number {
    const buffer = this.#buffer;
    const { term } = this;
    const last = Math.min(to, this.last);
    let added = 0;
    let at = this.#start + RUN_FIELDS_BYTES;
    for (let index = this.first; index <= last && added < maxBytes; index += 1) {
      const length = buffer.readUInt32BE(at + 1);
      const data = at + ENTRY_FIELDS_BYTES;
      if (index >= from) {
        const type = buffer[at] as number;
        entries.push({ type, term, index, data: buffer.subarray(data, data + length) });
        added += length;
      }
      at = data + length;
    }
    return added;
  }
}
