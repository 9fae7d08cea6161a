import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { toLong } from '../destination/int64.ts';
import { SyncerError } from '../ops/errors.ts';
import { createLogger } from '../ops/logger.ts';
import { readIdentity } from '../replicator/identity.ts';
import { openSource } from '../replicator/open.ts';
import { addOptions, givenFlags } from './command-options.ts';

export function leaveCommand(parent: Command): void {
  addOptions(parent.command('leave'), 'leave')
    .description('give up the seat; a running replicator ends by itself')
    .addHelpText(
      'after',
      '\nExample:\n  etcd-syncer leave --source-endpoints=10.0.0.1:2379 --data-dir=/var/lib/etcd-syncer',
    )
    .action(async options => {
      const config = loadConfig(givenFlags(options), process.env);
      const logger = createLogger({ level: config.logLevel, format: config.logFormat });
      const identity = await readIdentity(config.dataDir);
      if (identity === undefined) {
        throw new SyncerError('DATA_DIR', `${config.dataDir} belongs to no seat`);
      }
      const source = await openSource(config, process.env, logger);
      if (source.client === undefined) {
        throw new SyncerError('CONFIG_INVALID', 'name the source with --source-endpoints');
      }
      try {
        await source.client.memberRemove(toLong(identity.memberId));
      } finally {
        source.client.close();
        source.peerTls.close();
        source.http.close();
      }
      process.stdout.write(`The seat ${identity.memberId.toString(16)} is given up.\n`);
    });
}
