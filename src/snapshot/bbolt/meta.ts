import { damaged, notBbolt } from '../faults.ts';

/*
 * bbolt meta page (bbolt db.go meta, page.go), little endian, after the 16 bytes of the page header:
 *
 *   u32 magic, u32 version, u32 page size, u32 flags, u64 root page of the bucket of buckets, u64 sequence,
 *   u64 freelist page, u64 high-water page, u64 transaction, u64 FNV-1a of the 56 bytes before
 *
 * It stands in pages 0 and 1; transactions write them in turn.
 */

const HEADER_BYTES = 16;
export const META_BYTES = HEADER_BYTES + 64;
const MAGIC = 0xed0cdaed;
const VERSION = 2;
export const MIN_PAGE_BYTES = 1_024;
export const MAX_PAGE_BYTES = 64 * 1024;
/** The freelist is not stored (NoFreelistSync, as etcd sets it). */
const NO_FREELIST = 0xffff_ffff_ffff_ffffn;
/** Two metas, and two pages that bbolt gives a new file. */
const MIN_PAGES = 4;

export interface Meta {
  readonly pageSize: number;
  readonly root: number;
  readonly freelist: number | undefined;
  /** Pages from here on were never used. */
  readonly highWater: number;
  readonly transaction: bigint;
}

/** Reads bytes of the file; fewer, or none, at its end. */
export type ReadAt = (start: number, length: number) => Promise<Buffer>;

/**
 * The valid meta page with the larger transaction (DB.meta): after a crash in the middle of a commit the
 * other one is the state before. With a damaged first page the second is looked for at every page size
 * (getPageSizeFromSecondMeta). Errors: SNAPSHOT_NOT_BBOLT, SNAPSHOT_DAMAGED.
 */
export async function readMeta(file: string, bytes: number, readAt: ReadAt): Promise<Meta> {
  const first = await readAt(0, META_BYTES);
  const found: RawMeta[] = [];
  let sawMagic = hasMagic(first);
  const valid = parseMeta(first);
  if (valid !== undefined) found.push(valid);
  const sizes = valid === undefined ? PAGE_SIZES : [valid.pageSize];
  for (const pageSize of sizes) {
    const page = await readAt(pageSize, META_BYTES);
    sawMagic ||= hasMagic(page);
    const second = parseMeta(page);
    if (second?.pageSize === pageSize) found.push(second);
  }
  const [newest] = found.sort((a, b) => (a.transaction > b.transaction ? -1 : 1));
  if (newest !== undefined) return checkMeta(file, newest, bytes);
  if (sawMagic) throw damaged(file, 0, 'no meta page is valid');
  throw notBbolt(file, 'it does not start like a bbolt database');
}

const PAGE_SIZES = [1, 2, 4, 8, 16, 32, 64].map(k => k * 1_024);

interface RawMeta {
  readonly pageSize: number;
  readonly root: bigint;
  readonly freelist: bigint;
  readonly highWater: bigint;
  readonly transaction: bigint;
}

function hasMagic(page: Buffer): boolean {
  return page.length >= META_BYTES && page.readUInt32LE(HEADER_BYTES) === MAGIC;
}

/** undefined unless magic, version and checksum are right (meta.validate). */
function parseMeta(page: Buffer): RawMeta | undefined {
  if (!hasMagic(page) || page.readUInt32LE(HEADER_BYTES + 4) !== VERSION) return undefined;
  if (fnv1a(page.subarray(HEADER_BYTES, HEADER_BYTES + 56)) !== page.readBigUInt64LE(72)) {
    return undefined;
  }
  return {
    pageSize: page.readUInt32LE(HEADER_BYTES + 8),
    root: page.readBigUInt64LE(HEADER_BYTES + 16),
    freelist: page.readBigUInt64LE(HEADER_BYTES + 32),
    highWater: page.readBigUInt64LE(HEADER_BYTES + 40),
    transaction: page.readBigUInt64LE(HEADER_BYTES + 48),
  };
}

/** The page numbers against the size of the file: a right checksum does not make them right for it. */
function checkMeta(file: string, meta: RawMeta, bytes: number): Meta {
  const { pageSize, root, freelist, highWater, transaction } = meta;
  if (!PAGE_SIZES.includes(pageSize)) throw damaged(file, 0, `pages of ${pageSize} bytes`);
  if (bytes % pageSize !== 0) {
    throw damaged(
      file,
      Math.floor(bytes / pageSize),
      `the file ends inside it, after ${bytes} bytes`,
    );
  }
  const pages = BigInt(bytes / pageSize);
  if (highWater > pages || highWater < MIN_PAGES - 1) {
    throw damaged(file, 0, `${highWater} pages should be used, the file holds ${pages}`);
  }
  const outside = (page: bigint): boolean => page < 2n || page >= highWater;
  if (outside(root)) throw damaged(file, 0, `the root should be page ${root} of ${highWater}`);
  const hasFreelist = freelist !== NO_FREELIST;
  if (hasFreelist && outside(freelist)) {
    throw damaged(file, 0, `the freelist should be page ${freelist} of ${highWater}`);
  }
  return {
    pageSize,
    root: Number(root),
    freelist: hasFreelist ? Number(freelist) : undefined,
    highWater: Number(highWater),
    transaction,
  };
}

/** FNV-1a, 64 bits. */
export function fnv1a(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}
