import { join } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { SegmentedLog } from '../log/segmented-log.ts';
import { SyncerError } from '../ops/errors.ts';
import { readIdentity } from '../replicator/identity.ts';
import { openDataDir } from '../replicator/open.ts';
import { WalDirectory } from '../wal/wal-directory.ts';
import { describeEntry } from '../wire/describe.ts';
import type { Entry } from '../wire/types.ts';
import { addOptions, givenFlags } from './command-options.ts';

const READ_BYTES = 1024 * 1024;

export function logDumpCommand(parent: Command): void {
  const log = parent.command('log').description('look into the local log');
  addOptions(log.command('dump'), 'log-dump')
    .description('print decoded entries of the local log; values and passwords are masked')
    .option('--from <index>', 'first index', Number)
    .option('--to <index>', 'last index', Number)
    .option('--json', 'one JSON object a line')
    .option(
      '--from-wal <dir>',
      "instead of the local log, read an etcd member's own: its data directory, or the folder of its .wal files",
    )
    .addHelpText(
      'after',
      '\nExample:\n  etcd-syncer log dump --data-dir=/var/lib/etcd-syncer --from=1200 --to=1300\n  etcd-syncer log dump --from-wal=/var/lib/etcd --from=1200',
    )
    .action(async options => {
      if (options.fromWal !== undefined) {
        await dumpWal(options.fromWal, options.from, options.to, options.json === true);
        return;
      }
      const { dataDir } = loadConfig(givenFlags(options), process.env);
      const identity = await readIdentity(dataDir);
      if (identity === undefined) throw new SyncerError('DATA_DIR', `${dataDir} holds no log`);
      const lock = await openDataDir(dataDir);
      try {
        const held = await SegmentedLog.open({
          dir: join(dataDir, 'log'),
          clusterId: identity.clusterId,
        });
        await dump(held, options.from, options.to, options.json === true);
        await held.close();
      } finally {
        await lock.release();
      }
    });
}

async function dump(
  log: SegmentedLog,
  from: number | undefined,
  to: number | undefined,
  json: boolean,
): Promise<void> {
  const last = Math.min(to ?? log.lastIndex, log.lastIndex);
  for (let next = Math.max(from ?? 0, log.base.index + 1); next <= last; ) {
    for (const entry of await log.read(next, last, READ_BYTES)) {
      print(entry, json);
      next = entry.index + 1;
    }
  }
}

/** Entries at the end may not be committed: they are marked where the member itself did not know them to be. */
async function dumpWal(
  dir: string,
  from: number | undefined,
  to: number | undefined,
  json: boolean,
): Promise<void> {
  const wal = await WalDirectory.open(dir);
  for await (const entry of wal.entries(from, to)) print(entry, json, entry.index <= wal.commit);
}

function print(entry: Entry, json: boolean, isCommitted = true): void {
  const text = describeEntry(entry);
  const { index, term, type } = entry;
  const line = json
    ? JSON.stringify({ index, term, type, text, ...(isCommitted ? {} : { committed: false }) })
    : `${text}${isCommitted ? '' : ' (not known to be committed)'}`;
  process.stdout.write(`${line}\n`);
}
