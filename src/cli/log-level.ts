import { Argument, type Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { LOG_LEVELS } from '../ops/http/log-level-routes.ts';
import { addOptions, givenFlags } from './command-options.ts';
import { withRunning } from './running.ts';

const EXAMPLES = `
Examples:
  etcd-syncer log-level
  etcd-syncer log-level debug --http-token-file=/etc/etcd-syncer/token
  curl -H "Authorization: Bearer $(cat /etc/etcd-syncer/token)" -d '{"level":"debug"}' \\
    http://127.0.0.1:9380/v1/log-level

It lasts until the process ends. Whoever may send signals to it can use SIGUSR2 instead: debug, and back.`;

export function logLevelCommand(parent: Command): void {
  addOptions(parent.command('log-level'), 'status')
    .description("show the level of a running replicator's log, or change it")
    .addArgument(new Argument('[level]', 'the new one').choices(LOG_LEVELS))
    .addHelpText('after', EXAMPLES)
    .action(async (level: string | undefined, options: Record<string, unknown>) => {
      const config = loadConfig(givenFlags(options), process.env);
      const path = '/v1/log-level';
      const answer = await withRunning(config, running =>
        level === undefined
          ? running.call({ path })
          : running.call({ method: 'POST', path, body: { level }, asOperator: true }),
      );
      process.stdout.write(`${(answer as { level: string }).level}\n`);
    });
}
