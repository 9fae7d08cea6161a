import { type Command, Option as CommanderOption, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/options.ts';
import { SyncerError } from '../ops/errors.ts';
import { createLogger, type Logger } from '../ops/logger.ts';
import { keyFilterOf, openDestinationClient } from '../replicator/destination.ts';
import { openRunning, type RunningSyncer } from '../replicator/http-access.ts';
import { openSourceClient } from '../replicator/open.ts';
import { Check, type CheckOptions, type CheckReport } from '../verify/check.ts';
import { scopeOf } from '../verify/scope.ts';
import { checkSnapshot } from '../verify/snapshot-check.ts';
import { utf8ToByteString } from '../wire/bytes.ts';
import { parseClusterId } from './bootstrap.ts';
import { checkJson, checkText, exitCodeOf } from './check-report.ts';
import { withSnapshot } from './check-snapshot.ts';
import { addOptions, givenFlags } from './command-options.ts';
import { ProgressBar } from './progress-bar.ts';
import { fetchStatus } from './status.ts';

const LOG_EVERY_MS = 10_000;
/** The default of --wait: a replicator with nothing to write moves its checkpoint once a minute. */
const WAIT_SECONDS = 90;

const EXAMPLES = `
Examples:
  etcd-syncer check --source-endpoints=10.0.0.1:2379 --dest-endpoints=10.1.0.1:2379
  etcd-syncer check --config=/etc/etcd-syncer.yaml --sample=5 --max-rate=20000 --json
  etcd-syncer check --config=/etc/etcd-syncer.yaml --only-prefix=/registry/secrets/ --no-auth

Give it the filter of \`run\`, best by the same file. Exit code 0: nothing differs; 1: something does; 3: it
could not be told.`;

interface CheckFlags {
  readonly onlyPrefix: string;
  readonly keysOnly?: boolean;
  readonly sample: number;
  readonly seed: number;
  readonly maxRate: number;
  readonly limit: number;
  readonly wait: number;
  readonly noLeases?: boolean;
  readonly noAuth?: boolean;
  readonly snapshot?: string;
  readonly clusterId?: bigint;
  readonly json?: boolean;
}

export function checkCommand(parent: Command): void {
  addOptions(parent.command('check'), 'check')
    .description('compare the destination with the source at revisions that belong together')
    .option('--only-prefix <prefix>', 'compare source keys under this prefix only', '')
    .option('--keys-only', 'compare which keys there are and their leases, not the values')
    .option('--sample <percent>', 'compare values and TTLs of this share only', parsePercent, 100)
    .option('--seed <n>', 'chooses the sample: the same seed, the same keys', parseCount, 1)
    .option('--max-rate <n>', 'keys a second to read of each side; 0 = no limit', parseCount, 0)
    .option('--limit <n>', 'differences to show; all are counted', parseCount, 20)
    .option(
      '--wait <seconds>',
      'how long to wait for a usable pair of revisions, and for what is on its way',
      parseCount,
      WAIT_SECONDS,
    )
    .addOption(flag('--no-leases', 'noLeases', 'compare no leases; bindings of keys are compared'))
    .addOption(flag('--no-auth', 'noAuth', 'compare no users and roles, as with --auth=skip'))
    .option('--snapshot <file>', 'compare with this snapshot of the source instead of the source')
    .option('--cluster-id <hex>', 'of the source, with --snapshot', parseClusterId)
    .option('--json', 'print the result as a JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Record<string, unknown> & CheckFlags) => {
      const config = loadConfig(givenFlags(options), process.env);
      const report = await check(config, options);
      process.stdout.write(options.json === true ? checkJson(report) : checkText(report));
      process.exitCode = exitCodeOf(report);
    });
}

async function check(config: Config, flags: CheckFlags): Promise<CheckReport> {
  const filter = keyFilterOf(config);
  const onlyPrefix = utf8ToByteString(flags.onlyPrefix);
  requireSense(config, flags, scopeOf(filter, onlyPrefix).source.length > 0);
  // Standard output is for the report.
  const logger = createLogger({
    level: config.logLevel,
    format: config.logFormat,
    destination: { write: line => process.stderr.write(line) },
  });
  const stopped = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () =>
      stopped.abort(new SyncerError('INTERRUPTED', 'stopped before all was compared')),
    );
  }
  const { signal } = stopped;
  const destination = await openDestinationClient(config, process.env, logger);
  try {
    const common = {
      destination,
      filter,
      checkpointPrefix: utf8ToByteString(config.checkpointPrefix),
      onlyPrefix,
      withValues: flags.keysOnly !== true,
      keepsForeign: config.onNonempty === 'merge',
      maxRate: flags.maxRate,
      limit: flags.limit,
      logger,
      signal,
    };
    const { snapshot, clusterId } = flags;
    if (snapshot === undefined || clusterId === undefined) {
      return await withSource(config, flags, common);
    }
    return await withSnapshot(snapshot, clusterId, signal, contents =>
      checkSnapshot({ ...common, clusterId, contents }),
    );
  } catch (error) {
    // A timer that is ended has an error of its own.
    signal.throwIfAborted();
    throw error;
  } finally {
    destination.close();
  }
}

type Common = Omit<
  CheckOptions,
  'source' | 'withLeases' | 'withAuth' | 'share' | 'seed' | 'waitMs' | 'confirmedIndex'
>;

async function withSource(config: Config, flags: CheckFlags, common: Common): Promise<CheckReport> {
  const source = await openSourceClient(config, process.env, common.logger);
  const running = await openRunning(config, common.logger);
  const run = new Check({
    ...common,
    source,
    withLeases: flags.noLeases !== true,
    withAuth: flags.noAuth !== true && config.auth !== 'skip',
    share: flags.sample / 100,
    seed: flags.seed,
    waitMs: flags.wait * 1_000,
    confirmedIndex: clusterId => confirmedIndex(running, clusterId),
  });
  const lines = setInterval(() => logProgress(run, common.logger), LOG_EVERY_MS);
  using _ = new ProgressBar(process.stderr, () => {
    const { progress } = run;
    return progress && { step: 'checking', index: 0, writes: 0, ...progress };
  });
  try {
    return await run.run();
  } finally {
    clearInterval(lines);
    running.close();
    source.close();
  }
}

function requireSense(config: Config, flags: CheckFlags, hasScope: boolean): void {
  const fault = flawOf(config, flags, hasScope);
  if (fault !== undefined) throw new SyncerError('CONFIG_INVALID', fault);
}

function flawOf(config: Config, flags: CheckFlags, hasScope: boolean): string | undefined {
  if ((flags.snapshot === undefined) !== (flags.clusterId === undefined)) {
    return '--snapshot and --cluster-id go together';
  }
  if (flags.snapshot !== undefined && flags.sample !== 100) {
    return '--sample is for a running source: a snapshot is at hand as a whole';
  }
  if (flags.snapshot === undefined && config.sourceEndpoints.length === 0) {
    return '--source-endpoints names the source and is missing';
  }
  if (config.destEndpoints.length === 0) {
    return '--dest-endpoints names the destination and is missing';
  }
  return hasScope ? undefined : '--only-prefix names keys that --prefix leaves out';
}

/** What a replicator has confirmed, if it is there and follows this source. */
async function confirmedIndex(
  running: RunningSyncer,
  clusterId: bigint,
): Promise<number | undefined> {
  try {
    const { source, positions } = await fetchStatus(running);
    return source.cluster_id === clusterId.toString(16) ? positions.confirmed : undefined;
  } catch (error) {
    if (error instanceof SyncerError && error.code === 'STATUS_UNREACHABLE') return undefined;
    throw error;
  }
}

function logProgress(run: Check, logger: Logger): void {
  const { progress } = run;
  if (progress === undefined || process.stderr.isTTY) return;
  const { done, total, seconds } = progress;
  logger.info({ done, total, seconds: Math.round(seconds) }, 'checking');
}

/** An option of its own: commander reads --no-x as the opposite of --x, which `--auth <mode>` is. */
function flag(long: string, name: string, help: string): CommanderOption {
  const option = new CommanderOption(long, help);
  option.negate = false;
  option.attributeName = () => name;
  return option;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count)) {
    throw new InvalidArgumentError('must be a whole number.');
  }
  return count;
}

function parsePercent(text: string): number {
  const percent = Number(text.replace(/%$/, ''));
  if (!(percent > 0 && percent <= 100)) {
    throw new InvalidArgumentError('must be a share above 0 and up to 100.');
  }
  return percent;
}
