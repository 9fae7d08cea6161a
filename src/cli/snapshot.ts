import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { errorText, SyncerError } from '../ops/errors.ts';
import { exportSnapshot } from '../snapshot/export.ts';
import { SnapshotFile } from '../snapshot/snapshot-file.ts';
import { survey } from '../snapshot/survey.ts';
import { formatReport, snapshotReport } from './snapshot-report.ts';

const MAX_PREFIX_DEPTH = 16;

export function snapshotCommand(parent: Command): void {
  const snapshot = parent
    .command('snapshot')
    .description('look into database files of etcd, and make backups of received ones');
  addInspect(snapshot);
  addExport(snapshot);
}

function addInspect(snapshot: Command): void {
  snapshot
    .command('inspect')
    .argument('<file>', 'a snapshot, or the database of a stopped member')
    .description('check a database file and say what is in it; values and hashes are not shown')
    .option('--json', 'print a JSON object')
    .option('--prefix-depth <n>', 'path components that keys are grouped by', parseDepth, 1)
    .addHelpText('after', '\nExample:\n  etcd-syncer snapshot inspect backup.db --prefix-depth=2')
    .action(async (path: string, options: { json?: boolean; prefixDepth: number }) => {
      await using file = await SnapshotFile.open(path);
      const counts = await file.verify();
      const report = snapshotReport(
        path,
        file.meta,
        counts,
        await survey(file, counts, options.prefixDepth),
      );
      process.stdout.write(
        options.json === true ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report),
      );
    });
}

function addExport(snapshot: Command): void {
  snapshot
    .command('export')
    .description('write a received database as a file that `etcdutl snapshot restore` takes')
    .option('--snapshot <file>', 'the database to take')
    .option('--data-dir <dir>', 'take the newest database that a replicator received here')
    .requiredOption('--out <file>', 'the file to write; it may not exist')
    .addHelpText(
      'after',
      '\nExample:\n  etcd-syncer snapshot export --data-dir=/var/lib/etcd-syncer --out=backup.db\n' +
        '  etcdutl snapshot restore backup.db --data-dir=/var/lib/etcd',
    )
    .action(async (options: { snapshot?: string; dataDir?: string; out: string }) => {
      const source = await sourceOf(options.snapshot, options.dataDir);
      const { bytes, sha256 } = await exportSnapshot(source, options.out);
      process.stdout.write(`${options.out}: ${bytes} bytes, SHA-256 ${sha256}, from ${source}\n`);
    });
}

async function sourceOf(file: string | undefined, dataDir: string | undefined): Promise<string> {
  if (file !== undefined && dataDir === undefined) return file;
  if (file === undefined && dataDir !== undefined) return await newestReceived(dataDir);
  throw new SyncerError('CONFIG_INVALID', 'name either --snapshot or --data-dir');
}

/** The newest database in the folder that snapshots are received into. */
async function newestReceived(dataDir: string): Promise<string> {
  const dir = join(dataDir, 'snapshot');
  let newest: { readonly path: string; readonly time: number } | undefined;
  try {
    for (const name of await readdir(dir)) {
      if (!name.endsWith('.db')) continue;
      const path = join(dir, name);
      const { mtimeMs } = await stat(path);
      if (newest === undefined || mtimeMs > newest.time) newest = { path, time: mtimeMs };
    }
  } catch (error) {
    throw new SyncerError('SNAPSHOT_READ', `${dir}: ${errorText(error)}`, {}, { cause: error });
  }
  if (newest === undefined) throw new SyncerError('SNAPSHOT_READ', `${dir} holds no database`);
  return newest.path;
}

function parseDepth(value: string): number {
  const depth = Number(value);
  if (!Number.isInteger(depth) || depth < 1 || depth > MAX_PREFIX_DEPTH) {
    throw new InvalidArgumentError(`a number from 1 to ${MAX_PREFIX_DEPTH}.`);
  }
  return depth;
}
