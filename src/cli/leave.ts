import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { createLogger } from '../ops/logger.ts';
import { leaveSeat } from '../replicator/leave-seat.ts';
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
      const memberId = await leaveSeat(config, process.env, logger);
      process.stdout.write(`The seat ${memberId.toString(16)} is given up.\n`);
    });
}
