import type { KeyRecord, LeaseRecord } from '../apply/types.ts';
import { decodeKeyValue, decodeLease, type StoredKeyValue } from '../wire/backend.ts';
import type { ByteString } from '../wire/bytes.ts';
import { Reader, WireError } from '../wire/cursor.ts';
import type { Page } from './bbolt/page.ts';
import { damaged } from './faults.ts';
import { decodeRevision } from './schema.ts';

/** A row of the bucket `key`: what one write did to one key. */
export interface SnapshotRow {
  readonly key: ByteString;
  /** The main revision. */
  readonly revision: number;
  /** undefined = a tombstone. The value is a copy of its own. */
  readonly record: KeyRecord | undefined;
}

/**
 * A row, or undefined for the one that is no write of a key: `snapshot restore --bump-revision` raises
 * the revision by a row without a value (etcdutl unsafeBumpBucketsRevision). Errors: SNAPSHOT_DAMAGED.
 */
export function decodeRow(file: string, leaf: Page, index: number): SnapshotRow | undefined {
  const revision = decodeRevision(leaf.key(index));
  if (revision === undefined || leaf.isBucket(index)) {
    throw damaged(file, leaf.id, `the key of row ${index} is no revision`);
  }
  const { main, isTombstone } = revision;
  const bytes = leaf.value(index);
  if (bytes.length === 0 && !isTombstone) return undefined;
  const stored = decoded(file, leaf, index, bytes, decodeKeyValue);
  if (stored.key === '') throw damaged(file, leaf.id, `row ${index} names no key`);
  if (isTombstone) return { key: stored.key, revision: main, record: undefined };
  const fault = faultOf(stored, main);
  if (fault !== undefined)
    throw damaged(file, leaf.id, `row ${index} (revision ${main}): ${fault}`);
  const { key, createRevision, modRevision, version, lease } = stored;
  // A copy: a view would keep the whole block that the page lies in.
  const value = Buffer.from(stored.value);
  return { key, revision: main, record: { createRevision, modRevision, version, lease, value } };
}

function faultOf(stored: StoredKeyValue, main: number): string | undefined {
  const { createRevision, modRevision, version } = stored;
  if (modRevision !== main) return `it says that it is of revision ${modRevision}`;
  if (createRevision < 1 || createRevision > modRevision) return `created at ${createRevision}`;
  if (version < 1) return `version ${version}`;
  return undefined;
}

/** A row of the bucket `lease`. Errors: SNAPSHOT_DAMAGED. */
export function decodeLeaseRow(
  file: string,
  leaf: Page,
  index: number,
): readonly [bigint, LeaseRecord] {
  const key = leaf.key(index);
  if (key.length !== 8 || leaf.isBucket(index)) {
    throw damaged(file, leaf.id, `the key of lease ${index} is no ID`);
  }
  const { id, ttl, remainingTtl } = decoded(file, leaf, index, leaf.value(index), decodeLease);
  if (id !== key.readBigInt64BE(0)) {
    throw damaged(file, leaf.id, `lease ${index} has another ID than its key`);
  }
  return [id, { ttl, remainingTtl }];
}

/** Decodes the value of an element. Errors: SNAPSHOT_DAMAGED. */
export function decoded<T>(
  file: string,
  leaf: { readonly id: number },
  index: number,
  bytes: Uint8Array,
  decode: (reader: Reader) => T,
): T {
  try {
    return decode(new Reader(bytes));
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw damaged(file, leaf.id, `element ${index}: ${error.message}`);
  }
}
