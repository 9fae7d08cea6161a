import { type ByteString, prefixEnd } from '../wire/bytes.ts';

/** Keys in a window that are few enough, and as many as are worth a request. */
const MOST_KEYS = 8_000;
const LEAST_KEYS = 1_000;
const MORE = 16;
const LAST_BYTE = 0xff;

/**
 * Where a page's range ends. etcd counts all keys of a range whatever its limit, so pages that all end with the last
 * key cost the square of the keys, and hold its index meanwhile. A window ends some byte values further at some
 * depth of its first key; both follow the counts that are answered.
 */
export class PageWindow {
  readonly #prefix: ByteString;
  #depth: number;
  #width = 1;
  /** The last one took all that was left at its depth. */
  #isWhole = true;

  /** @param prefix of all keys to be read */
  constructor(prefix: ByteString) {
    this.#prefix = prefix;
    this.#depth = prefix.length;
  }

  /** The end of the window that begins at `start`, exclusive; undefined = behind the last key. */
  endOf(start: string): string | undefined {
    this.#depth = Math.min(this.#depth, start.length);
    const above = Math.max(this.#prefix.length, this.#depth - 1);
    const code = start.charCodeAt(above) + this.#width;
    this.#isWhole = this.#depth <= this.#prefix.length || code > LAST_BYTE;
    const begin = start.slice(0, above) as ByteString;
    return this.#isWhole ? prefixEnd(begin) : begin + String.fromCharCode(code);
  }

  /** @param count keys of the window; `first` and `last` those of the page, when there were any */
  seen(count: number, first = '', last = ''): void {
    if (count > MOST_KEYS) {
      this.#depth = Math.max(this.#depth + 1, commonLength(first, last));
      this.#width = 1;
    } else if (count < LEAST_KEYS && this.#isWhole) {
      this.#depth = Math.max(this.#prefix.length, this.#depth - 1);
      this.#width = 1;
    } else if (count < LEAST_KEYS) this.#width *= MORE;
  }
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}
