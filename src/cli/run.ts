import { setFlagsFromString } from 'node:v8';
import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { SyncerError, toSyncerError } from '../ops/errors.ts';
import { createLogger } from '../ops/logger.ts';
import { lookAtStart } from '../replicator/preflight/at-start.ts';
import { Replicator } from '../replicator.ts';
import { addOptions, givenFlags } from './command-options.ts';

const EXAMPLES = `
Examples:
  etcdctl member add etcd-syncer --learner --peer-urls=http://10.0.0.9:2390
  etcd-syncer run --source-endpoints=10.0.0.1:2379 --dest-endpoints=10.1.0.1:2379 \\
    --data-dir=/var/lib/etcd-syncer --listen-peer-urls=http://0.0.0.0:2390 \\
    --initial-advertise-peer-urls=http://10.0.0.9:2390
  ETCD_SYNCER_DEST_PASSWORD=... etcd-syncer run --config=/etc/etcd-syncer.yaml --dest-user=root`;

/**
 * What Node.js and gRPC keep of a call outlives young collections, so old space fills with garbage: V8 would let it grow to
 * four times what lives there. Three times takes no more CPU that could be measured, twice takes a tenth.
 */
const HEAP_GROWTH = '--heap-growing-percent=200';

export function runCommand(parent: Command): void {
  addOptions(parent.command('run'), 'run')
    .description('take the seat (or resume it) and replicate until stopped')
    .addHelpText('after', EXAMPLES)
    .action(async options => {
      setFlagsFromString(HEAP_GROWTH);
      const config = loadConfig(givenFlags(options), process.env);
      if (config.destEndpoints.length === 0) {
        throw new SyncerError(
          'CONFIG_INVALID',
          '--dest-endpoints names the destination and is missing',
        );
      }
      const logger = createLogger({ level: config.logLevel, format: config.logFormat });
      const replicator = new Replicator(config, process.env, logger);
      let stopping = false;
      const stop = (): void => {
        if (stopping) process.exit(3);
        stopping = true;
        logger.info('draining; a second signal stops at once');
        replicator.stop();
      };
      // What nobody waited for must not end the process without its code.
      const crash = (error: unknown): never => {
        const failure = toSyncerError(error);
        logger.fatal({ code: failure.code, error: failure }, 'an error that nobody handled');
        process.exit(3);
      };
      process.on('uncaughtException', crash);
      process.on('unhandledRejection', crash);
      process.on('SIGTERM', stop);
      process.on('SIGINT', stop);
      process.on('SIGUSR2', () => {
        logger.level = logger.level === 'debug' ? config.logLevel : 'debug';
      });
      const ended = new AbortController();
      const looking = lookAtStart(config, process.env, logger, ended.signal);
      try {
        await replicator.run();
      } catch (error) {
        if (error instanceof SyncerError)
          logger.fatal({ code: error.code, ...error.details }, error.message);
        throw error;
      } finally {
        ended.abort();
        await looking;
      }
    });
}
