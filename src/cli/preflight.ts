import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/options.ts';
import { SyncerError } from '../ops/errors.ts';
import type { Finding } from '../replicator/preflight/finding.ts';
import { preflight } from '../replicator/preflight/preflight.ts';
import { sideLogger, untilInterrupted } from './answering.ts';
import { addOptions, givenFlags } from './command-options.ts';

const EXIT_FAILED = 3;
const LABEL = { ok: 'ok', warning: 'WARNING', error: 'ERROR', unknown: 'unknown' } as const;
const LABEL_WIDTH = 7;
const CHECK_WIDTH = 20;

const EXAMPLES = `
Examples:
  etcd-syncer preflight --config=/etc/etcd-syncer.yaml
  etcd-syncer preflight --source-endpoints=10.0.0.1:2379 --dest-endpoints=10.1.0.1:2379 \\
    --listen-peer-urls=http://0.0.0.0:2390 --initial-advertise-peer-urls=http://10.0.0.9:2390 --json

Run it where \`run\` will, with its options, before it or beside it. It changes nothing on either side. Exit code 0: no
errors, warnings at most; 3: an error, whose code is in the line.`;

export function preflightCommand(parent: Command): void {
  addOptions(parent.command('preflight'), 'run')
    .description('look at everything that `run` depends on: one line each')
    .option('--json', 'print the findings as a JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Record<string, unknown>) => {
      const config = loadConfig(givenFlags(options), process.env);
      if (config.destEndpoints.length === 0) {
        throw new SyncerError('CONFIG_INVALID', '--dest-endpoints is missing');
      }
      const findings = await collect(config, options.json === true ? undefined : print);
      if (options.json === true) {
        process.stdout.write(`${JSON.stringify({ findings }, null, 2)}\n`);
      }
      if (findings.some(({ state }) => state === 'error')) process.exitCode = EXIT_FAILED;
    });
}

async function collect(config: Config, tell = (_: Finding): void => undefined): Promise<Finding[]> {
  const logger = sideLogger(config);
  const signal = untilInterrupted('stopped before all was looked at');
  const findings: Finding[] = [];
  const options = { config, environment: process.env, logger, signal };
  for await (const finding of preflight({ ...options, withInbound: true })) {
    signal.throwIfAborted();
    tell(finding);
    findings.push(finding);
  }
  return findings;
}

function print({ check, state, code, text }: Finding): void {
  const named = code === undefined ? text : `${code}: ${text}`;
  const label = LABEL[state].padEnd(LABEL_WIDTH);
  process.stdout.write(`${label}  ${check.padEnd(CHECK_WIDTH)}  ${named}\n`);
}
