import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Alarm, AuthState, LeaseRecord, MembershipState } from '../apply/types.ts';
import type { ByteString } from '../wire/bytes.ts';
import { BlockFile } from './bbolt/block-file.ts';
import { type Bucket, Database, type Direction } from './bbolt/database.ts';
import { readMeta } from './bbolt/meta.ts';
import type { Page } from './bbolt/page.ts';
import type { PageSet } from './bbolt/page-set.ts';
import { damaged, notBbolt, readFailed } from './faults.ts';
import { checkRow, decodeLeaseRow, decodeRow, type SnapshotRow } from './rows.ts';
import { BucketName, mainRevision } from './schema.ts';
import { readSmallBuckets, type SmallBuckets } from './small-buckets.ts';
import { checkTrailer, chunksOf, hasTrailer, TRAILER_BYTES } from './trailer.ts';

export type { SnapshotRow } from './rows.ts';

/** A batch ends with the leaf that brings it to this many rows, or bytes of values. */
const BATCH_ROWS = 1_000;
const BATCH_BYTES = 1024 * 1024;

export interface SnapshotMeta {
  /** Bytes of the database, the hash behind it not counted. */
  readonly bytes: number;
  readonly pageSize: number;
  /** A SHA-256 stands behind the database, and it is right. */
  readonly hasHash: boolean;
  /** consistent_index: the last entry that the member had applied. On 3.4 effects of later ones may be in the file. */
  readonly index: number;
  /** 0 = unknown (3.4). */
  readonly term: number;
  readonly revision: number;
  /** -1 = never compacted. */
  readonly compactRevision: number;
  readonly auth: AuthState;
  readonly alarms: readonly Alarm[];
  readonly membership: MembershipState;
  /** '' before 3.6. */
  readonly storageVersion: string;
}

/** What a whole file holds. */
export interface SnapshotCounts {
  /** Elements of each top-level bucket. */
  readonly buckets: ReadonlyMap<ByteString, number>;
  /** Rows of the bucket `key`, tombstones among them. */
  readonly rows: number;
  readonly tombstones: number;
  readonly leases: number;
}

/**
 * An etcd database as a member sends it to a learner, as `etcdctl snapshot save` writes it, or as it lies
 * in a stopped member's directory. It is only read. All methods may throw SNAPSHOT_DAMAGED and
 * SNAPSHOT_READ; a file that verify has gone through holds nothing that the others stumble over.
 */
export class SnapshotFile {
  readonly path: string;
  readonly meta: SnapshotMeta;
  readonly #handle: FileHandle;
  readonly #database: Database;
  readonly #buckets: ReadonlyMap<ByteString, Bucket>;

  private constructor(
    handle: FileHandle,
    database: Database,
    buckets: ReadonlyMap<ByteString, Bucket>,
    meta: SnapshotMeta,
  ) {
    this.path = database.file.path;
    this.meta = meta;
    this.#handle = handle;
    this.#database = database;
    this.#buckets = buckets;
  }

  /**
   * Opens a file, checks the hash behind it when there is one (reading all of it), and reads the small
   * buckets. Errors: SNAPSHOT_NOT_BBOLT, SNAPSHOT_HASH, SNAPSHOT_DAMAGED, SNAPSHOT_READ.
   *
   * @param hash 'known' when it was checked before
   */
  static async open(path: string, hash: 'check' | 'known' = 'check'): Promise<SnapshotFile> {
    let handle: FileHandle;
    try {
      // Not to wait for the other end of a pipe.
      handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      throw readFailed(path, error);
    }
    try {
      return await SnapshotFile.#read(path, handle, hash);
    } catch (error) {
      await handle.close();
      throw readFailed(path, error);
    }
  }

  static async #read(
    path: string,
    handle: FileHandle,
    hash: 'check' | 'known',
  ): Promise<SnapshotFile> {
    const stats = await handle.stat();
    if (!stats.isFile()) throw notBbolt(path, 'it is not a file');
    const hasHash = hasTrailer(stats.size);
    const bytes = hasHash ? stats.size - TRAILER_BYTES : stats.size;
    const meta = await readMeta(path, bytes, async (start, length) => {
      const buffer = Buffer.alloc(length);
      const { bytesRead } = await handle.read(buffer, 0, length, start);
      return buffer.subarray(0, bytesRead);
    });
    if (hasHash && hash === 'check') await checkTrailer(path, handle, bytes);
    const database = new Database(new BlockFile(path, handle, bytes), meta);
    const seen = database.pageSet();
    const buckets = await database.buckets(seen);
    for (const name of Object.values(BucketName)) {
      if (!buckets.has(name)) throw damaged(path, meta.root, `the bucket ${name} is missing`);
    }
    const small = await readSmallBuckets(database, buckets, seen);
    const revisions = revisionsOf(small, await lastRevision(database, buckets, seen));
    const { index, term, auth, alarms, membership, storageVersion } = small;
    return new SnapshotFile(handle, database, buckets, {
      bytes,
      pageSize: meta.pageSize,
      hasHash,
      index,
      term,
      ...revisions,
      auth,
      alarms,
      membership,
      storageVersion,
    });
  }

  /** Leases by ID, ascending as unsigned numbers, in batches. */
  async *leases(): AsyncGenerator<readonly (readonly [bigint, LeaseRecord])[]> {
    for await (const leaf of this.#leaves(BucketName.Lease)) {
      const batch: (readonly [bigint, LeaseRecord])[] = [];
      for (let i = 0; i < leaf.count; i += 1) batch.push(decodeLeaseRow(this.path, leaf, i));
      if (batch.length > 0) yield batch;
    }
  }

  /**
   * The rows of the bucket `key` by revision, in batches of some leaves: setting or removing the key of
   * each row in turn leads to the state. `descending` begins with the newest row, so that the first
   * one met of a key is the one that counts.
   */
  async *rows(direction: Direction = 'ascending'): AsyncGenerator<readonly SnapshotRow[]> {
    let batch: SnapshotRow[] = [];
    let bytes = 0;
    for await (const leaf of this.#leaves(BucketName.Key, direction)) {
      for (let i = 0; i < leaf.count; i += 1) {
        const index = direction === 'ascending' ? i : leaf.count - 1 - i;
        const row = decodeRow(this.path, leaf, index);
        if (row === undefined) continue;
        bytes += row.record?.value.length ?? 0;
        batch.push(row);
      }
      if (batch.length < BATCH_ROWS && bytes < BATCH_BYTES) continue;
      yield batch;
      batch = [];
      bytes = 0;
    }
    if (batch.length > 0) yield batch;
  }

  /** Goes through all buckets and decodes what is in them; no page may belong to two places. */
  async verify(): Promise<SnapshotCounts> {
    const database = this.#database;
    const seen = database.pageSet();
    await database.buckets(seen);
    await database.checkFreelist(seen);
    await readSmallBuckets(database, this.#buckets, seen);
    const buckets = new Map<ByteString, number>();
    const count = { rows: 0, tombstones: 0, leases: 0 };
    for (const [name, bucket] of this.#buckets) {
      if (name === BucketName.Key) {
        for await (const leaf of database.leaves(bucket, seen)) {
          count.rows += leaf.count;
          for (let i = 0; i < leaf.count; i += 1) {
            if (checkRow(this.path, leaf, i) === 'tombstone') count.tombstones += 1;
          }
        }
        buckets.set(name, count.rows);
      } else if (name === BucketName.Lease) {
        for await (const leaf of database.leaves(bucket, seen)) {
          count.leases += leaf.count;
          for (let i = 0; i < leaf.count; i += 1) decodeLeaseRow(this.path, leaf, i);
        }
        buckets.set(name, count.leases);
      } else {
        // The pages of the known ones were met when they were read.
        const pages = SMALL.has(name) ? database.pageSet() : seen;
        buckets.set(name, await database.count(bucket, pages));
      }
    }
    return { buckets, ...count };
  }

  /** The elements of any bucket as they are stored; views of the file's pages. */
  async *elements(name: ByteString): AsyncGenerator<readonly [key: Buffer, value: Buffer]> {
    for await (const leaf of this.#leaves(name)) {
      for (let i = 0; i < leaf.count; i += 1) yield [leaf.key(i), leaf.value(i)];
    }
  }

  /** The bytes of the database in order, a chunk at a time; a chunk is gone when the next one is asked for. */
  chunks(): AsyncGenerator<Buffer> {
    return chunksOf(this.path, this.#handle, this.meta.bytes);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async *#leaves(name: ByteString, direction?: Direction): AsyncGenerator<Page> {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) return;
    yield* this.#database.leaves(bucket, this.#database.pageSet(), direction);
  }
}

const SMALL: ReadonlySet<ByteString> = new Set(
  Object.values(BucketName).filter(name => name !== BucketName.Key && name !== BucketName.Lease),
);

/**
 * Current and compacted revision (mvcc store.restore). The compactions count for the current one: the
 * newest row may have been a tombstone that compaction removed.
 */
function revisionsOf(
  { scheduledCompact, finishedCompact }: SmallBuckets,
  last: number,
): Pick<SnapshotMeta, 'revision' | 'compactRevision'> {
  const compactRevision = Math.max(scheduledCompact, finishedCompact);
  return { revision: Math.max(1, last, compactRevision), compactRevision };
}

/** Main revision of the last row of any kind; 0 = no rows. */
async function lastRevision(
  database: Database,
  buckets: ReadonlyMap<ByteString, Bucket>,
  seen: PageSet,
): Promise<number> {
  const bucket = buckets.get(BucketName.Key);
  if (bucket === undefined) return 0;
  for await (const leaf of database.leaves(bucket, seen, 'descending')) {
    if (leaf.count === 0) continue;
    const revision = mainRevision(leaf.key(leaf.count - 1));
    if (revision >= 0) return revision;
    throw damaged(database.file.path, leaf.id, 'the key of the last row is no revision');
  }
  return 0;
}
