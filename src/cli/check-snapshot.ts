import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadState } from '../snapshot/load-state.ts';
import { SnapshotFile } from '../snapshot/snapshot-file.ts';
import { storeReader } from '../state/state-tables.ts';
import { Store } from '../state/store.ts';
import type { SnapshotContents } from '../verify/snapshot-source.ts';
import type { ByteString } from '../wire/bytes.ts';

/** Deletions of so many revisions before the snapshot's are kept: a pair lies a batch before it, not more. */
const KEPT_REVISIONS = 100_000;

/**
 * Loads a snapshot into a store of its own in a temporary folder for as long as `use` lasts: the file has its
 * keys by revision, and they are needed in order. Errors: SNAPSHOT_*, STATE_*, those of `use`.
 */
export async function withSnapshot<T>(
  path: string,
  clusterId: bigint,
  signal: AbortSignal,
  use: (contents: SnapshotContents) => Promise<T>,
): Promise<T> {
  await using file = await SnapshotFile.open(path);
  await file.verify();
  const { index, term } = file.meta;
  const dir = await mkdtemp(join(tmpdir(), 'etcd-syncer-check-'));
  try {
    const store = await Store.open(join(dir, 'state'), clusterId);
    try {
      const position = { index, term };
      const onProgress = (): void => undefined;
      await loadState(file, store, { position, membership: undefined, onProgress, signal });
      const deletionsAfter = file.meta.revision - KEPT_REVISIONS;
      const deleted = await deletions(file, deletionsAfter);
      const deletedAt = (key: ByteString): number | undefined => deleted.get(key);
      return await use({ state: storeReader(store), deletedAt, deletionsAfter });
    } finally {
      await store.close();
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** When each key was deleted whose newest row is a tombstone of after a revision. */
async function deletions(
  file: SnapshotFile,
  after: number,
): Promise<ReadonlyMap<ByteString, number>> {
  const deleted = new Map<ByteString, number>();
  for await (const batch of file.rows()) {
    for (const { key, revision, record } of batch) {
      if (revision <= after) continue;
      if (record === undefined) deleted.set(key, revision);
      else deleted.delete(key);
    }
  }
  return deleted;
}
