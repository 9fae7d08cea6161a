import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { createLogger } from '../ops/logger.ts';
import { openRunning, type RunningSyncer } from '../replicator/http-access.ts';
import { formatStatus, type Status } from '../replicator/status.ts';
import { addOptions, givenFlags } from './command-options.ts';

const WATCH_MS = 1_000;

const EXAMPLES = `
Examples:
  etcd-syncer status
  etcd-syncer status --watch --http-listen=127.0.0.1:9381
  etcd-syncer status --json --http-url=https://10.0.0.9:9380 --http-server-ca-file=/etc/etcd-syncer/ca.crt`;

export function statusCommand(parent: Command): void {
  addOptions(parent.command('status'), 'status')
    .description('what a running replicator does')
    .option('--json', 'print the answer of /status')
    .option('--watch', 'print again every second')
    .addHelpText('after', EXAMPLES)
    .action(async options => {
      const config = loadConfig(givenFlags(options), process.env);
      const logger = createLogger({
        level: 'warn',
        format: 'console',
        destination: { write: line => process.stderr.write(line) },
      });
      const running = await openRunning(config, logger);
      try {
        for (;;) {
          const status = await fetchStatus(running);
          const text =
            options.json === true ? JSON.stringify(status, null, 2) : formatStatus(status);
          process.stdout.write(options.watch === true ? `\u001b[2J\u001b[H${text}\n` : `${text}\n`);
          if (options.watch !== true) return;
          await sleep(WATCH_MS);
        }
      } finally {
        running.close();
      }
    });
}

/** Asks a running replicator. Errors: STATUS_UNREACHABLE, TLS_*, HTTP_REQUEST. */
export async function fetchStatus(running: RunningSyncer): Promise<Status> {
  return (await running.call({ path: '/status' })) as Status;
}
