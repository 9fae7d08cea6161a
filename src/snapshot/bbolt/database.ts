import { type ByteString, toByteString } from '../../wire/bytes.ts';
import { damaged } from '../faults.ts';
import type { BlockFile } from './block-file.ts';
import type { Meta } from './meta.ts';
import {
  type KeyBounds,
  NO_BOUNDS,
  PAGE_HEADER_BYTES,
  Page,
  PageFlag,
  readHeader,
} from './page.ts';
import { PageSet } from './page-set.ts';

/** A leaf holds two elements or more of at most --max-request-bytes each, or what fits into one page. */
const MAX_LEAF_BYTES = 64 * 1024 * 1024;
/** Keys are at most 32 KiB (bbolt MaxKeySize), and a branch splits when it is larger than a page. */
const MAX_BRANCH_BYTES = 4 * 1024 * 1024;
/** A tree of this depth would hold more pages than any file. */
const MAX_DEPTH = 32;
/** etcd has ten. */
const MAX_BUCKETS = 1_000;
const BUCKET_HEADER_BYTES = 16;
/** Buckets in buckets; etcd has none in its own. */
const MAX_NESTING = 16;

/** A bucket: its tree, or the one page that stands in its parent in place of a tree. */
export interface Bucket {
  readonly root: number;
  readonly inline: Page | undefined;
}

export type Direction = 'ascending' | 'descending';

/** What lies between the root and a leaf: the page, its next element, and the bounds it passed on. */
interface Frame {
  readonly page: Page;
  readonly bounds: KeyBounds;
  /** Elements gone through. */
  done: number;
}

/**
 * A bbolt database, read only and never believed: every page that is met is checked as a whole before
 * anything of it is used, and a walk that meets a page twice ends there. Memory: the blocks of the file's
 * cache, one page for each level of the tree, and one bit for each page of the file.
 */
export class Database {
  readonly file: BlockFile;
  readonly meta: Meta;

  constructor(file: BlockFile, meta: Meta) {
    this.file = file;
    this.meta = meta;
  }

  /** A new set for a walk: pages that belong to buckets of one set may not be met twice. */
  pageSet(): PageSet {
    return new PageSet(this.meta.highWater);
  }

  /** The top-level buckets by name. Errors: SNAPSHOT_DAMAGED, SNAPSHOT_READ. */
  async buckets(seen: PageSet): Promise<Map<ByteString, Bucket>> {
    const found = new Map<ByteString, Bucket>();
    const all: Bucket = { root: this.meta.root, inline: undefined };
    for await (const leaf of this.leaves(all, seen)) {
      for (let i = 0; i < leaf.count; i += 1) {
        if (!leaf.isBucket(i)) throw this.#damaged(leaf.id, `element ${i} is not a bucket`);
        if (found.size === MAX_BUCKETS) {
          throw this.#damaged(leaf.id, `more than ${MAX_BUCKETS} buckets`);
        }
        found.set(toByteString(leaf.key(i)), this.bucketAt(leaf, i));
      }
    }
    return found;
  }

  /** The bucket that an element of a leaf holds (Bucket.openBucket). Errors: SNAPSHOT_DAMAGED. */
  bucketAt(leaf: Page, index: number): Bucket {
    const value = leaf.value(index);
    if (value.length < BUCKET_HEADER_BYTES) {
      throw this.#damaged(leaf.id, `bucket ${index} has ${value.length} bytes`);
    }
    const root = value.readUInt32LE(0) + value.readUInt32LE(4) * 0x1_0000_0000;
    if (root !== 0) return { root, inline: undefined };
    const bytes = value.subarray(BUCKET_HEADER_BYTES);
    if (bytes.length < PAGE_HEADER_BYTES) {
      throw this.#damaged(leaf.id, `the page in bucket ${index} has ${bytes.length} bytes`);
    }
    const inline = Page.check(this.file.path, leaf.id, Buffer.from(bytes), NO_BOUNDS);
    if (!inline.isLeaf) throw this.#damaged(leaf.id, `the page in bucket ${index} is a branch`);
    for (let i = 0; i < inline.count; i += 1) {
      if (inline.isBucket(i)) throw this.#damaged(leaf.id, `bucket ${index} has one inside`);
    }
    return { root, inline };
  }

  /**
   * The leaves of a bucket in the order of their keys, or from the last to the first. A leaf is a view
   * that stays right. Errors: SNAPSHOT_DAMAGED, SNAPSHOT_READ.
   */
  async *leaves(
    bucket: Bucket,
    seen: PageSet,
    direction: Direction = 'ascending',
  ): AsyncGenerator<Page> {
    if (bucket.inline !== undefined) {
      yield bucket.inline;
      return;
    }
    const path: Frame[] = [];
    let next: Page | undefined = await this.#page(bucket.root, NO_BOUNDS, seen);
    let bounds = NO_BOUNDS;
    for (;;) {
      if (next?.isLeaf === true) {
        // bbolt removes leaves that lose their last element (node.rebalance).
        if (next.count === 0 && path.length > 0) throw this.#damaged(next.id, 'an empty leaf');
        yield next;
      } else if (next !== undefined) {
        if (path.length === MAX_DEPTH) throw this.#damaged(next.id, 'the tree is too deep');
        path.push({ page: next, bounds, done: 0 });
      }
      const frame = path.at(-1);
      if (frame === undefined) return;
      if (frame.done === frame.page.count) {
        path.pop();
        next = undefined;
        continue;
      }
      const { page } = frame;
      const index = direction === 'ascending' ? frame.done : page.count - 1 - frame.done;
      frame.done += 1;
      bounds = {
        min: page.key(index),
        max: index + 1 < page.count ? page.key(index + 1) : frame.bounds.max,
      };
      const id = page.child(index);
      // Most pages are in the cache, and waiting for each would cost more than reading it.
      next = this.#cachedPage(id, bounds, seen) ?? (await this.#page(id, bounds, seen));
    }
  }

  /** Walks a bucket and those in it; returns how many elements the bucket itself has. Errors: SNAPSHOT_DAMAGED, SNAPSHOT_READ. */
  async count(bucket: Bucket, seen: PageSet, nesting = 0): Promise<number> {
    let count = 0;
    for await (const leaf of this.leaves(bucket, seen)) {
      count += leaf.count;
      for (let i = 0; i < leaf.count; i += 1) {
        if (!leaf.isBucket(i)) continue;
        if (nesting === MAX_NESTING) throw this.#damaged(leaf.id, 'buckets nested too deep');
        await this.count(this.bucketAt(leaf, i), seen, nesting + 1);
      }
    }
    return count;
  }

  /** Checks the freelist's place, when there is one: its pages may belong to no tree of the set. Errors: SNAPSHOT_DAMAGED, SNAPSHOT_READ. */
  async checkFreelist(seen: PageSet): Promise<void> {
    const id = this.meta.freelist;
    if (id === undefined) return;
    const header = await this.file.read(id * this.meta.pageSize, PAGE_HEADER_BYTES);
    const { id: says, flags, overflow } = readHeader(header);
    if (says !== id) throw this.#damaged(id, `it says that it is page ${says}`);
    if (flags !== PageFlag.Freelist) throw this.#damaged(id, `no freelist (flags ${flags})`);
    if (id + overflow >= this.meta.highWater) throw this.#damaged(id, 'it goes past the end');
    if (!seen.add(id, overflow + 1)) throw this.#damaged(id, 'the freelist is used twice');
  }

  /** The page when all of it is in one cached block. */
  #cachedPage(id: number, bounds: KeyBounds, seen: PageSet): Page | undefined {
    const { pageSize, highWater } = this.meta;
    if (id < 2 || id >= highWater) return undefined;
    const head = this.file.cached(id * pageSize, PAGE_HEADER_BYTES);
    if (head === undefined) return undefined;
    const size = (head.readUInt32LE(12) + 1) * pageSize;
    const bytes = this.file.cached(id * pageSize, size);
    if (bytes === undefined) return undefined;
    this.#claim(id, head, seen);
    return Page.check(this.file.path, id, bytes, bounds);
  }

  async #page(id: number, bounds: KeyBounds, seen: PageSet): Promise<Page> {
    const { pageSize, highWater } = this.meta;
    if (id < 2 || id >= highWater) {
      throw this.#damaged(id, `it is named, and the file has pages 2 to ${highWater - 1}`);
    }
    const head = await this.file.read(id * pageSize, PAGE_HEADER_BYTES);
    const size = this.#claim(id, head, seen) * pageSize;
    return Page.check(this.file.path, id, await this.file.read(id * pageSize, size), bounds);
  }

  /** Checks what the header says of the page's place and marks its pages as met; returns how many it has. */
  #claim(id: number, head: Buffer, seen: PageSet): number {
    const { id: says, flags, overflow } = readHeader(head);
    const { pageSize, highWater } = this.meta;
    if (says !== id) throw this.#damaged(id, `it says that it is page ${says}`);
    const pages = overflow + 1;
    if (id + pages > highWater) {
      throw this.#damaged(id, `it has ${overflow} further pages, more than there are`);
    }
    const limit = flags === PageFlag.Branch ? MAX_BRANCH_BYTES : MAX_LEAF_BYTES;
    if (pages * pageSize > limit) {
      throw this.#damaged(id, `it has ${pages * pageSize} bytes, ${limit} are allowed`);
    }
    if (!seen.add(id, pages)) throw this.#damaged(id, 'it is used twice');
    return pages;
  }

  #damaged(page: number, text: string): Error {
    return damaged(this.file.path, page, text);
  }
}
