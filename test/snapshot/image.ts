/*
 * Writes bbolt files from the description of the format, not with the code that reads them. Everything that a
 * hostile file could lie about can be set.
 */

const HEADER = 16;
const ELEMENT = 16;
const MAGIC = 0xed0cdaed;

export type Element = readonly [key: Buffer | string, value: Buffer | string];

export interface PageOptions {
  readonly id?: number;
  readonly flags?: number;
  readonly count?: number;
  readonly overflow?: number;
}

export interface LeafElement {
  readonly key: Buffer | string;
  readonly value: Buffer | string;
  readonly isBucket?: boolean;
}

export const bytes = (text: Buffer | string): Buffer =>
  typeof text === 'string' ? Buffer.from(text, 'latin1') : text;

/** The bytes of a leaf without padding. */
export function leafPage(
  id: number,
  elements: readonly LeafElement[],
  options: PageOptions = {},
): Buffer {
  const heads = Buffer.alloc(elements.length * ELEMENT);
  const data: Buffer[] = [];
  let at = heads.length;
  for (const [i, { key, value, isBucket }] of elements.entries()) {
    const [k, v] = [bytes(key), bytes(value)];
    heads.writeUInt32LE(isBucket === true ? 1 : 0, i * ELEMENT);
    heads.writeUInt32LE(at - i * ELEMENT, i * ELEMENT + 4);
    heads.writeUInt32LE(k.length, i * ELEMENT + 8);
    heads.writeUInt32LE(v.length, i * ELEMENT + 12);
    data.push(k, v);
    at += k.length + v.length;
  }
  return Buffer.concat([header(id, 2, elements.length, options), heads, ...data]);
}

export function branchPage(
  id: number,
  children: readonly (readonly [key: Buffer | string, page: number])[],
  options: PageOptions = {},
): Buffer {
  const heads = Buffer.alloc(children.length * ELEMENT);
  const data: Buffer[] = [];
  let at = heads.length;
  for (const [i, [key, page]] of children.entries()) {
    const k = bytes(key);
    heads.writeUInt32LE(at - i * ELEMENT, i * ELEMENT);
    heads.writeUInt32LE(k.length, i * ELEMENT + 4);
    heads.writeBigUInt64LE(BigInt(page), i * ELEMENT + 8);
    data.push(k);
    at += k.length;
  }
  return Buffer.concat([header(id, 1, children.length, options), heads, ...data]);
}

function header(id: number, flags: number, count: number, options: PageOptions): Buffer {
  const head = Buffer.alloc(HEADER);
  head.writeBigUInt64LE(BigInt(options.id ?? id), 0);
  head.writeUInt16LE(options.flags ?? flags, 8);
  head.writeUInt16LE(options.count ?? count, 10);
  head.writeUInt32LE(options.overflow ?? 0, 12);
  return head;
}

export interface MetaFields {
  readonly magic?: number;
  readonly version?: number;
  readonly pageSize: number;
  readonly root: bigint;
  readonly freelist?: bigint;
  readonly highWater: bigint;
  readonly transaction: bigint;
}

export function metaPage(id: number, meta: MetaFields): Buffer {
  const page = Buffer.alloc(HEADER + 64);
  page.writeBigUInt64LE(BigInt(id), 0);
  page.writeUInt16LE(4, 8);
  page.writeUInt32LE(meta.magic ?? MAGIC, 16);
  page.writeUInt32LE(meta.version ?? 2, 20);
  page.writeUInt32LE(meta.pageSize, 24);
  page.writeBigUInt64LE(meta.root, 32);
  page.writeBigUInt64LE(meta.freelist ?? 0xffff_ffff_ffff_ffffn, 48);
  page.writeBigUInt64LE(meta.highWater, 56);
  page.writeBigUInt64LE(meta.transaction, 64);
  page.writeBigUInt64LE(checksum(page.subarray(16, 72)), 72);
  return page;
}

function checksum(data: Buffer): bigint {
  let hash = 14695981039346656037n;
  for (const byte of data) hash = ((hash ^ BigInt(byte)) * 1099511628211n) % 2n ** 64n;
  return hash;
}

/** The value of a bucket with a tree of its own. */
export function bucketValue(root: number | bigint): Buffer {
  const value = Buffer.alloc(16);
  value.writeBigUInt64LE(BigInt(root), 0);
  return value;
}

/** The value of a bucket that is small enough to have its page in its value. */
export function inlineValue(elements: readonly LeafElement[], options: PageOptions = {}): Buffer {
  return Buffer.concat([bucketValue(0), leafPage(0, elements, options)]);
}

/** A file in the making: pages by number, metas last. */
export class Image {
  readonly pageSize: number;
  /** Changes to the metas on top of what the pages ask for. */
  meta: Partial<MetaFields> = {};
  root = 0;
  readonly #pages = new Map<number, Buffer>();
  #next = 2;

  constructor(pageSize = 4_096) {
    this.pageSize = pageSize;
  }

  /** Takes the next free page numbers. */
  take(count = 1): number {
    const id = this.#next;
    this.#next += count;
    return id;
  }

  set(id: number, page: Buffer): number {
    this.#pages.set(id, page);
    return id;
  }

  page(id: number): Buffer {
    const page = this.#pages.get(id);
    if (page === undefined) throw new Error(`no page ${id}`);
    return page;
  }

  leaf(elements: readonly LeafElement[], options: PageOptions = {}): number {
    const pages = Math.ceil(leafPage(0, elements).length / this.pageSize);
    const id = this.take(pages);
    return this.set(id, leafPage(id, elements, { overflow: pages - 1, ...options }));
  }

  branch(
    children: readonly (readonly [Buffer | string, number])[],
    options: PageOptions = {},
  ): number {
    const id = this.take();
    return this.set(id, branchPage(id, children, options));
  }

  /** A tree with few elements a page, so that small tests have branches; returns its root. */
  tree(elements: readonly LeafElement[], perLeaf = 4, perBranch = 3): number {
    let level: [Buffer | string, number][] = [];
    for (let i = 0; i < elements.length || i === 0; i += perLeaf) {
      const part = elements.slice(i, i + perLeaf);
      level.push([part[0]?.key ?? '', this.leaf(part)]);
    }
    while (level.length > 1) {
      const above: [Buffer | string, number][] = [];
      for (let i = 0; i < level.length; i += perBranch) {
        const part = level.slice(i, i + perBranch);
        above.push([part[0]?.[0] ?? '', this.branch(part)]);
      }
      level = above;
    }
    return level[0]?.[1] ?? 0;
  }

  /** Sets the bucket of buckets. */
  buckets(values: Readonly<Record<string, Buffer>>): void {
    const elements = Object.entries(values)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => ({ key, value, isBucket: true }));
    this.root = this.leaf(elements);
  }

  /** The file; both metas name the same root. */
  build(): Buffer {
    const highWater = Math.max(this.#next, 4);
    const file = Buffer.alloc(highWater * this.pageSize);
    for (const [id, page] of this.#pages) page.copy(file, id * this.pageSize);
    const meta: MetaFields = {
      pageSize: this.pageSize,
      root: BigInt(this.root),
      highWater: BigInt(highWater),
      transaction: 7n,
      ...this.meta,
    };
    metaPage(0, { ...meta, transaction: meta.transaction - 1n }).copy(file, 0);
    metaPage(1, meta).copy(file, this.pageSize);
    return file;
  }
}
