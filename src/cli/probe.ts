import { type Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/options.ts';
import { parseDuration } from '../config/values.ts';
import { SyncerError } from '../ops/errors.ts';
import { keyFilterOf, openDestinationClient } from '../replicator/destination.ts';
import { openSourceClient } from '../replicator/open.ts';
import type { Percentiles } from '../verify/percentiles.ts';
import { type ProbeReport, runProbe } from '../verify/probe.ts';
import { type ByteString, utf8ToByteString } from '../wire/bytes.ts';
import { sideLogger } from './answering.ts';
import { addOptions, givenFlags } from './command-options.ts';

const OWN_PREFIX = '__etcd_syncer_probe__/';
const EXIT_MISSING = 1;

const EXAMPLES = `
Examples:
  etcd-syncer probe --source-endpoints=10.0.0.1:2379 --dest-endpoints=10.1.0.1:2379
  etcd-syncer probe --config=/etc/etcd-syncer.yaml --count=1000 --interval=10ms --json
  etcd-syncer probe --config=/etc/etcd-syncer.yaml --duration=10m --interval=1s

It writes small keys under ${OWN_PREFIX}, in the first --prefix when there is one, and removes them; a lease does
when the probe is killed. Give it the filter of \`run\`, best by the same file. A signal ends it early. Exit code 0: all
keys arrived; 1: some did not in time; 3: it could not be done.`;

interface ProbeFlags {
  readonly count?: number;
  readonly interval: number;
  readonly duration?: number;
  readonly wait: number;
  readonly probePrefix?: string;
  readonly json?: boolean;
}

export function probeCommand(parent: Command): void {
  addOptions(parent.command('probe'), 'probe')
    .description('write keys at the source and time their arrival at the destination')
    .option(
      '--count <n>',
      'keys to send (default: 100, or as many as --duration takes)',
      parseCount,
    )
    .option('--interval <duration>', 'between two keys', parseMs, 100)
    .option('--duration <duration>', 'send for that long', parseMs)
    .option('--wait <duration>', 'how long the last keys may take to arrive', parseMs, 30_000)
    .option('--probe-prefix <prefix>', 'write under this prefix of the source')
    .option('--json', 'print the result as a JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Record<string, unknown> & ProbeFlags) => {
      const report = await probe(loadConfig(givenFlags(options), process.env), options);
      process.stdout.write(options.json === true ? jsonOf(report) : textOf(report));
      if (report.visible < report.sent) process.exitCode = EXIT_MISSING;
    });
}

async function probe(config: Config, flags: ProbeFlags): Promise<ProbeReport> {
  for (const [flag, urls] of [
    ['--source-endpoints', config.sourceEndpoints],
    ['--dest-endpoints', config.destEndpoints],
  ] as const) {
    if (urls.length === 0) throw new SyncerError('CONFIG_INVALID', `${flag} is missing`);
  }
  const logger = sideLogger(config);
  const stopped = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // The lease removes what is left.
      if (stopped.signal.aborted) process.exit(3);
      stopped.abort();
    });
  }
  const source = await openSourceClient(config, process.env, logger);
  const destination = await openDestinationClient(config, process.env, logger);
  try {
    const unlimited = flags.duration === undefined ? 100 : Number.MAX_SAFE_INTEGER;
    return await runProbe({
      source,
      destination,
      filter: keyFilterOf(config),
      prefix: prefixOf(config, flags),
      count: flags.count ?? unlimited,
      intervalMs: flags.interval,
      durationMs: flags.duration,
      waitMs: flags.wait,
      signal: stopped.signal,
    });
  } finally {
    source.close();
    destination.close();
  }
}

function prefixOf(config: Config, flags: ProbeFlags): ByteString {
  return utf8ToByteString(flags.probePrefix ?? `${config.prefix[0] ?? ''}${OWN_PREFIX}`);
}

function textOf(report: ProbeReport): string {
  const { sent, visible, lag, write, isClean } = report;
  const lines = [
    `sent ${sent}, visible ${visible}, not yet visible ${sent - visible}`,
    `from sending to visible at the destination  ${percentilesText(lag)}`,
    `of that, until the source has answered      ${percentilesText(write)}`,
    ...(isClean ? [] : ['keys are still at the destination: they go with their lease']),
  ];
  return `${lines.join('\n')}\n`;
}

function percentilesText(found: Percentiles | undefined): string {
  if (found === undefined) return 'nothing to measure';
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  return `p50 ${ms(found.p50)}, p99 ${ms(found.p99)}, max ${ms(found.max)}`;
}

function jsonOf(report: ProbeReport): string {
  const { sent, visible, lag, write, isClean } = report;
  const seconds = (found: Percentiles | undefined) =>
    found && Object.fromEntries(Object.entries(found).map(([name, ms]) => [name, ms / 1_000]));
  const answer = {
    sent,
    visible,
    not_visible: sent - visible,
    lag_seconds: seconds(lag),
    write_seconds: seconds(write),
    clean: isClean,
  };
  return `${JSON.stringify(answer, null, 2)}\n`;
}

function parseMs(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined)
    throw new InvalidArgumentError('must be a duration such as 10ms or 5m.');
  return seconds * 1_000;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || !Number.isSafeInteger(count)) {
    throw new InvalidArgumentError('must be a whole number, 1 or more.');
  }
  return count;
}
