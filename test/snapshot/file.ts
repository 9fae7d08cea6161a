import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LeaseRecord } from '../../src/apply/types.ts';
import { toSyncerError } from '../../src/ops/errors.ts';
import type { SnapshotRow } from '../../src/snapshot/rows.ts';
import {
  type SnapshotCounts,
  SnapshotFile,
  type SnapshotMeta,
} from '../../src/snapshot/snapshot-file.ts';

/** A snapshot saved by etcd 3.5.30; saved.etcd.test.ts writes it anew with REWRITE=1. */
export const SAVED_BY_ETCD = join(
  dirname(dirname(dirname(fileURLToPath(import.meta.url)))),
  'testdata',
  'snapshot',
  'saved-3.5.30.db.gz',
);

/** A folder for the files of a test. */
export class Folder {
  readonly dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-snapshot-'));

  write(data: Buffer, name = 'file.db'): string {
    const path = join(this.dir, name);
    writeFileSync(path, data);
    return path;
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** The database with its hash behind it, as `etcdctl snapshot save` writes it. */
export function withTrailer(database: Buffer): Buffer {
  return Buffer.concat([database, createHash('sha256').update(database).digest()]);
}

export interface Everything {
  readonly meta: SnapshotMeta;
  readonly counts: SnapshotCounts;
  readonly rows: readonly SnapshotRow[];
  readonly leases: readonly (readonly [bigint, LeaseRecord])[];
}

export async function readAll(path: string): Promise<Everything> {
  await using file = await SnapshotFile.open(path);
  const counts = await file.verify();
  const rows: SnapshotRow[] = [];
  for await (const batch of file.rows()) rows.push(...batch);
  const leases: (readonly [bigint, LeaseRecord])[] = [];
  for await (const batch of file.leases()) leases.push(...batch);
  return { meta: file.meta, counts, rows, leases };
}

/** What the file holds, or the code and message that reading it failed with. */
export async function outcome(path: string): Promise<Everything | string> {
  try {
    return await readAll(path);
  } catch (error) {
    const { code, message } = toSyncerError(error);
    return `${code}: ${message.replaceAll(path, 'FILE')}`;
  }
}

/** The code and message that reading the whole file fails with. */
export async function failure(path: string): Promise<string> {
  const what = await outcome(path);
  return typeof what === 'string' ? what : 'nothing failed';
}
