import type { HeldKey, KeyPage } from '../destination/planner/difference.ts';
import type { ByteString } from '../wire/bytes.ts';

/** A key with what each side holds; undefined = it is not there. */
export interface Row {
  readonly key: ByteString;
  readonly source: HeldKey | undefined;
  readonly destination: HeldKey | undefined;
}

/** All keys up to `reached`, that one included, that were not in an earlier piece. */
export interface Piece {
  readonly rows: readonly Row[];
  readonly reached: ByteString;
}

/**
 * Puts two streams of keys side by side; both ascend by the destination's key. Memory holds a page of each.
 * Pure but for the pages it is given.
 */
export async function* join(
  source: AsyncIterable<KeyPage>,
  destination: AsyncIterable<KeyPage>,
): AsyncGenerator<Piece> {
  const left = new Cursor(source);
  const right = new Cursor(destination);
  for (;;) {
    await Promise.all([left.fill(), right.fill()]);
    const rows: Row[] = [];
    // Up to the end of the page that ends first: what comes behind it is not known yet.
    while (left.isFilled && right.isFilled) {
      const row = rowOf(left.current, right.current);
      if (row === undefined) break;
      if (row.source !== undefined) left.advance();
      if (row.destination !== undefined) right.advance();
      rows.push(row);
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    yield { rows, reached: last.key };
  }
}

/** The lower of two keys; undefined at the end of both sides. */
function rowOf(
  left: KeyPage[number] | undefined,
  right: KeyPage[number] | undefined,
): Row | undefined {
  if (left === undefined) {
    if (right === undefined) return undefined;
    return { key: right[0], source: undefined, destination: right[1] };
  }
  const [key, source] = left;
  if (right === undefined || key < right[0]) return { key, source, destination: undefined };
  if (key === right[0]) return { key, source, destination: right[1] };
  return { key: right[0], source: undefined, destination: right[1] };
}

/** Walks through pages, one in memory. */
class Cursor {
  readonly #pages: AsyncIterator<KeyPage>;
  #page: KeyPage = [];
  #at = 0;
  #ended = false;

  constructor(pages: AsyncIterable<KeyPage>) {
    this.#pages = pages[Symbol.asyncIterator]();
  }

  /** The key here; undefined at the end of everything, or where `fill` is needed. */
  get current(): KeyPage[number] | undefined {
    return this.#page[this.#at];
  }

  /** False where the page is used up and there may be another. */
  get isFilled(): boolean {
    return this.#ended || this.#at < this.#page.length;
  }

  advance(): void {
    this.#at += 1;
  }

  async fill(): Promise<void> {
    while (!this.isFilled) {
      const { done, value } = await this.#pages.next();
      if (done === true) this.#ended = true;
      else {
        this.#page = value;
        this.#at = 0;
      }
    }
  }
}
