import { createRequire } from 'node:module';
import type { ByteString } from '../wire/bytes.ts';

// The package is CommonJS with its class as `exports.default`, which importers unwrap differently.
const { default: BTree } = createRequire(import.meta.url)(
  'sorted-btree',
) as typeof import('sorted-btree');

interface Cell<Value> {
  /** undefined = removed. */
  readonly value: Value | undefined;
  /** Index of the entry that changed it last. */
  readonly index: number;
  readonly bytes: number;
}

/** What the overlay needs of the table below it. */
export interface BaseTable<Value> {
  get(key: ByteString): Value | undefined;
  scan(start: ByteString, end: ByteString | undefined): Iterable<readonly [ByteString, Value]>;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Changes in memory over a table on disk, read as one ordered table. */
export class OverlayTable<Value extends NonNullable<unknown>> {
  readonly #base: BaseTable<Value>;
  readonly #cells = new BTree<ByteString, Cell<Value>>(undefined, compare);
  #bytes = 0;

  constructor(base: BaseTable<Value>) {
    this.#base = base;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: ByteString): Value | undefined {
    const cell = this.#cells.get(key);
    return cell === undefined ? this.#base.get(key) : cell.value;
  }

  /** `bytes` is what the value takes, for the bound on memory. */
  set(key: ByteString, value: Value | undefined, index: number, bytes: number): void {
    const before = this.#cells.get(key);
    const cost = bytes + key.length + CELL_BYTES;
    this.#bytes += cost - (before?.bytes ?? 0);
    this.#cells.set(key, { value, index, bytes: cost });
  }

  /** Forgets a change that the table below now has, unless a later entry changed it again. */
  settle(key: ByteString, index: number): void {
    const cell = this.#cells.get(key);
    if (cell === undefined || cell.index > index) return;
    this.#bytes -= cell.bytes;
    this.#cells.delete(key);
  }

  /** Values in [start, end) ascending. The table must not change while it is iterated. */
  *scan(start: ByteString, end: ByteString | undefined): Generator<readonly [ByteString, Value]> {
    const cells = this.#cells.entries(start);
    let cell = nextIn(cells, end);
    for (const below of this.#base.scan(start, end)) {
      while (cell !== undefined && cell[0] < below[0]) {
        if (cell[1].value !== undefined) yield [cell[0], cell[1].value];
        cell = nextIn(cells, end);
      }
      if (cell !== undefined && cell[0] === below[0]) {
        if (cell[1].value !== undefined) yield [cell[0], cell[1].value];
        cell = nextIn(cells, end);
      } else yield below;
    }
    for (; cell !== undefined; cell = nextIn(cells, end)) {
      if (cell[1].value !== undefined) yield [cell[0], cell[1].value];
    }
  }
}

/** Map nodes and objects around a cell, roughly. */
const CELL_BYTES = 160;

function nextIn<Value>(
  cells: Iterator<[ByteString, Cell<Value>]>,
  end: ByteString | undefined,
): [ByteString, Cell<Value>] | undefined {
  const { done, value } = cells.next();
  if (done === true || (end !== undefined && value[0] >= end)) return undefined;
  return [value[0], value[1]];
}
