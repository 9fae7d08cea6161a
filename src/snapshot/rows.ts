import type { KeyRecord, LeaseRecord } from '../apply/types.ts';
import { decodeLease, KeyValueFields } from '../wire/backend.ts';
import type { ByteString } from '../wire/bytes.ts';
import { Reader, WireError } from '../wire/cursor.ts';
import type { Page } from './bbolt/page.ts';
import { damaged } from './faults.ts';
import { isTombstone, mainRevision } from './schema.ts';

/** A row of the bucket `key`: what one write did to one key. */
export interface SnapshotRow {
  readonly key: ByteString;
  /** The main revision. */
  readonly revision: number;
  /** undefined = a tombstone. The value is a view of the file's blocks: a copy outlives them. */
  readonly record: KeyRecord | undefined;
}

/** What the row in hand holds. Used again for each: rows are many, and most are only looked at. */
const fields = new KeyValueFields();

/**
 * A row, or undefined for the one that is no write of a key: `snapshot restore --bump-revision` raises
 * the revision by a row without a value (etcdutl unsafeBumpBucketsRevision). Errors: SNAPSHOT_DAMAGED.
 */
export function decodeRow(file: string, leaf: Page, index: number): SnapshotRow | undefined {
  const kind = checkRow(file, leaf, index);
  if (kind === undefined) return undefined;
  const { bytes } = leaf;
  const { keyStart, keyEnd, createRevision, modRevision, version, lease } = fields;
  const key = bytes.toString('latin1', keyStart, keyEnd) as ByteString;
  const revision = mainRevision(bytes, leaf.keyStart(index), leaf.keySize(index));
  if (kind === 'tombstone') return { key, revision, record: undefined };
  const value = bytes.subarray(fields.valueStart, fields.valueEnd);
  return { key, revision, record: { createRevision, modRevision, version, lease, value } };
}

/** What decodeRow does, but for making something of it. Errors: SNAPSHOT_DAMAGED. */
export function checkRow(file: string, leaf: Page, index: number): 'put' | 'tombstone' | undefined {
  const { bytes } = leaf;
  const start = leaf.keyStart(index);
  const length = leaf.keySize(index);
  const main = mainRevision(bytes, start, length);
  if (main < 0 || leaf.isBucket(index)) {
    throw damaged(file, leaf.id, `the key of row ${index} is no revision`);
  }
  const from = start + length;
  const to = from + leaf.valueSize(index);
  const isPut = !isTombstone(length);
  if (from === to && isPut) return undefined;
  try {
    fields.read(new Reader(bytes, from, to));
  } catch (error) {
    throw malformed(file, leaf, index, error);
  }
  if (fields.keyStart === fields.keyEnd) {
    throw damaged(file, leaf.id, `row ${index} names no key`);
  }
  if (!isPut) return 'tombstone';
  const fault = faultOf(fields, main);
  if (fault !== undefined) {
    throw damaged(file, leaf.id, `row ${index} (revision ${main}): ${fault}`);
  }
  return 'put';
}

function faultOf(
  { createRevision, modRevision, version }: KeyValueFields,
  main: number,
): string | undefined {
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
    throw malformed(file, leaf, index, error);
  }
}

/** What is to be thrown for an error of decoding. */
function malformed(
  file: string,
  leaf: { readonly id: number },
  index: number,
  error: unknown,
): unknown {
  if (!(error instanceof WireError)) return error;
  return damaged(file, leaf.id, `element ${index}: ${error.message}`);
}
