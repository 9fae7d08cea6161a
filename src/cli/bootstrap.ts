import { type Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/options.ts';
import { SyncerError } from '../ops/errors.ts';
import { createLogger, type Logger } from '../ops/logger.ts';
import { Bootstrap, type BootstrapReport } from '../replicator/bootstrap.ts';
import { Replicator } from '../replicator.ts';
import { refuseExisting } from '../snapshot/export.ts';
import { addOptions, givenFlags } from './command-options.ts';
import { ProgressBar } from './progress-bar.ts';

const POLL_MS = 100;

const EXAMPLES = `
Examples:
  etcdctl snapshot save backup.db
  etcd-syncer bootstrap --snapshot=backup.db --source-endpoints=10.0.0.1:2379 \\
    --dest-endpoints=10.1.0.1:2379 --data-dir=/var/lib/etcd-syncer --dry-run
  etcd-syncer bootstrap --from-source --join --source-endpoints=10.0.0.1:2379 \\
    --dest-endpoints=10.1.0.1:2379 --data-dir=/var/lib/etcd-syncer

What breaks off is gone on with when the same command is run again. \`etcd-syncer run\` with the same
data directory replicates from there.`;

interface BootstrapFlags {
  readonly snapshot?: string;
  readonly fromSource?: boolean;
  readonly snapshotOut?: string;
  readonly clusterId?: bigint;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function bootstrapCommand(parent: Command): void {
  addOptions(parent.command('bootstrap'), 'bootstrap')
    .description('seed the local state and the destination from a snapshot')
    .option(
      '--snapshot <file>',
      'file of `etcdctl snapshot save`, or the database of a stopped member',
    )
    .option('--from-source', 'take the seat and what the leader sends: its snapshot, or its log')
    .option(
      '--snapshot-out <file>',
      "with --from-source: keep the leader's snapshot as a backup file",
    )
    .option('--cluster-id <hex>', 'of the source, when it can not be asked', parseClusterId)
    .option(
      '--dry-run',
      'with --snapshot: say what would change, and write nothing at the destination',
    )
    .option('--json', 'print the result as a JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Record<string, unknown> & BootstrapFlags) => {
      const config = loadConfig(givenFlags(options), process.env);
      checkFlags(config, options);
      // The result is what is printed: `--json` goes to a program.
      const logger = createLogger({
        level: config.logLevel,
        format: config.logFormat,
        destination: process.stderr,
      });
      if (options.snapshot === undefined) await fromSource(config, options, logger);
      else await fromFile(config, options, options.snapshot, logger);
    });
}

function checkFlags(config: Config, flags: BootstrapFlags): void {
  const fault =
    config.destEndpoints.length === 0
      ? '--dest-endpoints names the destination and is missing'
      : (flags.snapshot === undefined) !== (flags.fromSource === true)
        ? 'give either --snapshot or --from-source'
        : flags.dryRun === true && flags.snapshot === undefined
          ? '--dry-run needs --snapshot'
          : undefined;
  if (fault !== undefined) throw new SyncerError('CONFIG_INVALID', fault);
}

async function fromFile(
  config: Config,
  flags: BootstrapFlags,
  snapshot: string,
  logger: Logger,
): Promise<void> {
  const bootstrap = new Bootstrap({
    config,
    environment: process.env,
    logger,
    snapshot,
    clusterId: flags.clusterId,
    dryRun: flags.dryRun === true,
  });
  stopOnSignal(() => bootstrap.stop());
  using _ = new ProgressBar(process.stderr, () => bootstrap.progress);
  const report = await bootstrap.run();
  process.stdout.write(flags.json === true ? `${reportJson(report)}\n` : reportText(report));
}

/** The seat is taken and replicated until the destination has caught up; what came, snapshot or log, is all the same. */
async function fromSource(config: Config, flags: BootstrapFlags, logger: Logger): Promise<void> {
  // Found out later it would keep the leader sending its snapshot again and again.
  if (flags.snapshotOut !== undefined) await refuseExisting(flags.snapshotOut);
  const replicator = new Replicator(config, process.env, logger, flags.snapshotOut);
  stopOnSignal(() => replicator.stop());
  using _ = new ProgressBar(process.stderr, () => replicator.status().bootstrap);
  let reached: number | undefined;
  const timer = setInterval(() => {
    const { phase, positions } = replicator.status();
    if (phase !== 'replicating' || reached !== undefined) return;
    reached = positions.confirmed;
    replicator.stop();
  }, POLL_MS);
  try {
    await replicator.run();
  } finally {
    clearInterval(timer);
  }
  if (reached === undefined)
    throw new SyncerError('INTERRUPTED', 'stopped before it had caught up');
  process.stdout.write(
    flags.json === true
      ? `${JSON.stringify({ index: reached })}\n`
      : `The destination stands at entry ${reached}.\n`,
  );
}

function stopOnSignal(stop: () => void): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
}

/** Errors: commander's InvalidArgumentError. */
export function parseClusterId(text: string): bigint {
  if (!/^[0-9a-f]{1,16}$/.test(text)) throw new InvalidArgumentError('must be a hex number.');
  return BigInt(`0x${text}`);
}

/** 64-bit numbers are strings. */
function reportJson(report: BootstrapReport): string {
  const { clusterId, ...rest } = report;
  return JSON.stringify({ clusterId: clusterId.toString(16), ...rest }, null, 2);
}

function reportText(report: BootstrapReport): string {
  const { clusterId, index, revision, preview, checkpoint, operations } = report;
  const from = `Snapshot: entry ${index}, revision ${revision}, cluster ${clusterId.toString(16)}.\n`;
  if (preview === undefined) {
    return `${from}The destination stands at entry ${checkpoint}; ${operations} puts and deletes were made.\n`;
  }
  const { keys, puts, deletes, leaseGrants, authChanges } = preview;
  const auth =
    authChanges === undefined
      ? 'users and roles are left alone'
      : `${authChanges} changes of users and roles`;
  return `${from}Of ${keys} keys: ${puts} puts, ${deletes} deletes; ${leaseGrants} leases to grant; ${auth}. Nothing was written.\n`;
}
