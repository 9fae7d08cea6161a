import { join } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { SegmentedLog } from '../log/segmented-log.ts';
import { SyncerError } from '../ops/errors.ts';
import { readIdentity } from '../replicator/identity.ts';
import { openDataDir } from '../replicator/open.ts';
import { describeEntry } from '../wire/describe.ts';
import { addOptions, givenFlags } from './command-options.ts';

const READ_BYTES = 1024 * 1024;

export function logDumpCommand(parent: Command): void {
  const log = parent.command('log').description('look into the local log');
  addOptions(log.command('dump'), 'log-dump')
    .description('print decoded entries of the local log; values and passwords are masked')
    .option('--from <index>', 'first index', Number)
    .option('--to <index>', 'last index', Number)
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      '\nExample:\n  etcd-syncer log dump --data-dir=/var/lib/etcd-syncer --from=1200 --to=1300',
    )
    .action(async options => {
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
      const text = describeEntry(entry);
      const { index, term, type } = entry;
      process.stdout.write(json ? `${JSON.stringify({ index, term, type, text })}\n` : `${text}\n`);
      next = index + 1;
    }
  }
}
