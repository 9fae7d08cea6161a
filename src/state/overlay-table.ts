import { createRequire } from 'node:module';
import type { ByteString } from '../wire/bytes.ts';

// The package is CommonJS with its class as `exports.default`, which importers unwrap differently.
const { default: BTree } = createRequire(import.meta.url)(
  'sorted-btree',
) as typeof import('sorted-btree');

/** A change that the table below does not have yet. */
export interface Cell<Value> {
  readonly key: ByteString;
  /** undefined = removed. */
  readonly value: Value | undefined;
  /** Index of the entry that made it. */
  readonly index: number;
  readonly bytes: number;
  /** The next change of the key. */
  next: Cell<Value> | undefined;
}

/** What the overlay needs of the table below it. */
export interface BaseTable<Value, Head = Value> {
  get(key: ByteString): Value | undefined;
  /** A part of the value, if that is cheaper. */
  head(key: ByteString): Head | undefined;
  scan(start: ByteString, end: ByteString | undefined): Iterable<readonly [ByteString, Value]>;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Changes in memory over a table on disk, read as one ordered table. Nearly all reads are of single keys, so
 * the order of the keys is found out only when a range is asked for.
 */
export class OverlayTable<Value extends Head & NonNullable<unknown>, Head = Value>
  implements BaseTable<Value, Head>
{
  readonly #base: BaseTable<Value, Head>;
  readonly #cells = new Map<ByteString, Cell<Value>>();
  /** Keys in order: those of all cells but the ones in `#unordered`. */
  readonly #ordered = new BTree<ByteString, undefined>(undefined, compare);
  /** Keys that came since the last scan; some may be gone again. */
  #unordered: ByteString[] = [];
  #bytes = 0;

  constructor(base: BaseTable<Value, Head>) {
    this.#base = base;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: ByteString): Value | undefined {
    const cell = this.#cells.get(key);
    return cell === undefined ? this.#base.get(key) : cell.value;
  }

  head(key: ByteString): Head | undefined {
    const cell = this.#cells.get(key);
    return cell === undefined ? this.#base.head(key) : cell.value;
  }

  /** `bytes` is what the value takes, for the bound on memory. Returns the change, to be settled later. */
  set(key: ByteString, value: Value | undefined, index: number, bytes: number): Cell<Value> {
    const cost = bytes + key.length + CELL_BYTES;
    const cell: Cell<Value> = { key, value, index, bytes: cost, next: undefined };
    const before = this.#cells.get(key);
    this.#cells.set(key, cell);
    if (before === undefined) this.#addKey(key);
    else {
      before.next = cell;
      this.#bytes -= before.bytes;
    }
    this.#bytes += cost;
    return cell;
  }

  /** Forgets a change that the table below now has, unless a later entry changed it again. */
  settle(cell: Cell<Value>): void {
    const { key } = cell;
    if (this.#cells.get(key) !== cell) return;
    this.#bytes -= cell.bytes;
    this.#cells.delete(key);
    if (this.#ordered.size > 0) this.#ordered.delete(key);
  }

  /** Values in [start, end) ascending. The table must not change while it is iterated. */
  *scan(start: ByteString, end: ByteString | undefined): Generator<readonly [ByteString, Value]> {
    this.#order();
    const keys = this.#ordered.keys(start);
    let key = nextIn(keys, end);
    for (const below of this.#base.scan(start, end)) {
      while (key !== undefined && key < below[0]) {
        yield* this.#held(key);
        key = nextIn(keys, end);
      }
      if (key !== undefined && key === below[0]) {
        yield* this.#held(key);
        key = nextIn(keys, end);
      } else yield below;
    }
    for (; key !== undefined; key = nextIn(keys, end)) yield* this.#held(key);
  }

  *#held(key: ByteString): Generator<readonly [ByteString, Value]> {
    const value = this.#cells.get(key)?.value;
    if (value !== undefined) yield [key, value];
  }

  /** Of a cell that is there. */
  #addKey(key: ByteString): void {
    this.#unordered.push(key);
    // Without scans nobody else takes away keys that are settled.
    if (this.#unordered.length > 2 * this.#cells.size + MIN_UNORDERED) {
      const live = new Set(this.#unordered.filter(held => this.#cells.has(held)));
      this.#unordered = [...live];
    }
  }

  #order(): void {
    for (const key of this.#unordered) if (this.#cells.has(key)) this.#ordered.set(key, undefined);
    this.#unordered = [];
  }
}

/** Map nodes and objects around a cell, roughly. */
const CELL_BYTES = 160;
/** Keys that wait to be ordered before it pays to look which of them are still there. */
const MIN_UNORDERED = 1_024;

function nextIn(keys: Iterator<ByteString>, end: ByteString | undefined): ByteString | undefined {
  const { done, value } = keys.next();
  return done === true || (end !== undefined && value >= end) ? undefined : value;
}
