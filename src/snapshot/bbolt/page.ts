import { damaged } from '../faults.ts';

/*
 * bbolt page (bbolt page.go), little endian:
 *
 *   u64 page number, u16 flags, u16 count of elements, u32 further pages that it goes on in
 *   branch element   u32 pos, u32 key size, u64 page
 *   leaf element     u32 flags (1 = a bucket), u32 pos, u32 key size, u32 value size
 *
 * A key stands `pos` bytes behind the start of its element, its value right behind it. The writer puts
 * them one after the other in the order of the elements (node.write).
 */

export const PAGE_HEADER_BYTES = 16;
const ELEMENT_BYTES = 16;
const BUCKET_FLAG = 1;

export const PageFlag = { Branch: 1, Leaf: 2, Meta: 4, Freelist: 0x10 } as const;

export interface PageHeader {
  /** Page numbers are below 2^53 when they are right at all. */
  readonly id: number;
  readonly flags: number;
  readonly count: number;
  readonly overflow: number;
}

export function readHeader(bytes: Buffer): PageHeader {
  return {
    id: readUint64(bytes, 0),
    flags: bytes.readUInt16LE(8),
    count: bytes.readUInt16LE(10),
    overflow: bytes.readUInt32LE(12),
  };
}

/** u64; numbers above 2^53 lose digits, and are no page of any file. */
function readUint64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 0x1_0000_0000;
}

/** Where a page lies in a tree: its keys are at least `min` and below `max`. */
export interface KeyBounds {
  readonly min: Buffer | undefined;
  readonly max: Buffer | undefined;
}

export const NO_BOUNDS: KeyBounds = { min: undefined, max: undefined };

/** A branch or leaf page that was found in order: every element lies inside it and the keys ascend. */
export class Page {
  readonly id: number;
  readonly isLeaf: boolean;
  readonly count: number;
  readonly #bytes: Buffer;

  private constructor(id: number, isLeaf: boolean, count: number, bytes: Buffer) {
    this.id = id;
    this.isLeaf = isLeaf;
    this.count = count;
    this.#bytes = bytes;
  }

  /**
   * Checks a whole page, overflow included. `shownAs` is the page number for errors: an inline page lies in
   * another one. Errors: SNAPSHOT_DAMAGED.
   */
  static check(file: string, shownAs: number, bytes: Buffer, bounds: KeyBounds): Page {
    const { id, flags, count } = readHeader(bytes);
    if (flags !== PageFlag.Leaf && flags !== PageFlag.Branch) {
      throw damaged(file, shownAs, `neither branch nor leaf (flags ${flags})`);
    }
    const page = new Page(id, flags === PageFlag.Leaf, count, bytes);
    if (!page.isLeaf && count === 0) throw damaged(file, shownAs, 'a branch without children');
    const fault = page.#faultOfElements() ?? page.#faultOfOrder(bounds);
    if (fault !== undefined) throw damaged(file, shownAs, fault);
    return page;
  }

  /** What the places of keys and values are counted in. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** A view, as `value` is. */
  key(index: number): Buffer {
    const start = this.keyStart(index);
    return this.#bytes.subarray(start, start + this.keySize(index));
  }

  value(index: number): Buffer {
    const start = this.keyStart(index) + this.keySize(index);
    return this.#bytes.subarray(start, start + this.valueSize(index));
  }

  isBucket(index: number): boolean {
    return this.#bytes.readUInt32LE(elementAt(index)) === BUCKET_FLAG;
  }

  /** The page below element `index` of a branch; not checked yet. */
  child(index: number): number {
    return readUint64(this.#bytes, elementAt(index) + 8);
  }

  /** The value stands right behind the key. */
  keyStart(index: number): number {
    const at = elementAt(index);
    return at + this.#bytes.readUInt32LE(this.isLeaf ? at + 4 : at);
  }

  keySize(index: number): number {
    const at = elementAt(index);
    return this.#bytes.readUInt32LE(this.isLeaf ? at + 8 : at + 4);
  }

  valueSize(index: number): number {
    return this.isLeaf ? this.#bytes.readUInt32LE(elementAt(index) + 12) : 0;
  }

  /** Keys and values stand without gaps: a wrong count or size shows, and no page holds more than its size. */
  #faultOfElements(): string | undefined {
    const { count } = this;
    let free = elementAt(count);
    if (free > this.#bytes.length) return `${count} elements do not fit`;
    for (let i = 0; i < count; i += 1) {
      const start = this.keyStart(i);
      const end = start + this.keySize(i) + this.valueSize(i);
      if (start !== free) return `element ${i} stands at byte ${start}, not ${free}`;
      if (end > this.#bytes.length) return `element ${i} goes past the end`;
      if (this.isLeaf) {
        if (this.keySize(i) === 0) return `element ${i} has no key`;
        if (this.#bytes.readUInt32LE(elementAt(i)) > BUCKET_FLAG)
          return `element ${i} is of no kind`;
      }
      free = end;
    }
    return undefined;
  }

  /** As `bbolt check` demands it (tx_check.go verifyKeyOrder). */
  #faultOfOrder({ min, max }: KeyBounds): string | undefined {
    const { count } = this;
    if (count === 0) return undefined;
    const bytes = this.#bytes;
    let [start, end] = [0, 0];
    for (let i = 0; i < count; i += 1) {
      const nextStart = this.keyStart(i);
      const nextEnd = nextStart + this.keySize(i);
      if (i > 0 && bytes.compare(bytes, start, end, nextStart, nextEnd) <= 0) {
        return `key ${i} is not above the one before`;
      }
      [start, end] = [nextStart, nextEnd];
    }
    if (min !== undefined && this.key(0).compare(min) < 0) return 'a key below those of its branch';
    if (max !== undefined && bytes.compare(max, 0, max.length, start, end) >= 0) {
      return 'a key that belongs into a later page';
    }
    return undefined;
  }
}

function elementAt(index: number): number {
  return PAGE_HEADER_BYTES + index * ELEMENT_BYTES;
}
