import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/options.ts';
import type { ErrorCode } from '../ops/error-codes.ts';
import { SyncerError, systemCode } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import type { PromotionRequest, PromotionStatus } from '../promote/types.ts';
import { openRunning, type RunningSyncer } from '../replicator/http-access.ts';
import { promotionBody } from '../replicator/promotion-routes.ts';
import type { Status } from '../replicator/status.ts';
import { Replicator } from '../replicator.ts';
import { sideLogger } from './answering.ts';
import { addOptions, givenFlags } from './command-options.ts';
import { promotionText } from './promote-report.ts';
import { fetchStatus } from './status.ts';

const POLL_MS = 200;
const EXIT_NOT_READY = 3;

const EXAMPLES = `
Examples:
  etcd-syncer promote --dry-run --config=/etc/etcd-syncer.yaml        # could it be done, and what would be missing?
  etcd-syncer promote --config=/etc/etcd-syncer.yaml                  # the source lives, its clients are stopped
  etcd-syncer promote --accept-loss --config=/etc/etcd-syncer.yaml    # the source is dead

Asks the running etcd-syncer (--http-url, --http-token-file); when none runs, it does the work itself with
--data-dir. What breaks off is gone on with by the same command. Exit code 0: done, or ready; 3: not, and why.`;

interface PromoteFlags {
  readonly dryRun?: boolean;
  readonly acceptLoss?: boolean;
  readonly check?: boolean;
  readonly bumpRevision?: boolean | number;
  readonly bumpLimit: number;
  readonly leaseGrace: number;
  readonly leasesInBackground?: boolean;
  readonly json?: boolean;
}

export function promoteCommand(parent: Command): void {
  addOptions(parent.command('promote'), 'promote')
    .description('cut over to the destination: replication ends for good')
    .option('--dry-run', 'say whether it could be done, and what would be missing; change nothing')
    .option(
      '--accept-loss',
      'go on though the source does not answer or is still written to: its last writes may be missing',
    )
    .option('--check', 'compare with the source before replication ends')
    .option(
      '--bump-revision [margin]',
      "raise the destination's revision above the source's, by this much more, and compact what is before",
      parseCount,
    )
    .option('--bump-limit <seconds>', 'how long raising the revision may take', parseCount, 60)
    .option(
      '--lease-grace <seconds>',
      'time that leases get beyond their TTLs, for clients to find the destination',
      parseCount,
      0,
    )
    .option(
      '--leases-in-background',
      'end as soon as clients may come: the running etcd-syncer settles the leases',
    )
    .option('--json', 'print the result as a JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Record<string, unknown> & PromoteFlags) => {
      const config = loadConfig(givenFlags(options), process.env);
      const logger = sideLogger(config);
      const status = await promote(config, options, logger);
      const isReady = status.ready && status.error === undefined;
      process.stdout.write(
        options.json === true ? `${JSON.stringify(status, null, 2)}\n` : promotionText(status),
      );
      if (!isReady) process.exitCode = EXIT_NOT_READY;
    });
}

/** The running replicator does it; when there is none, this process. */
async function promote(
  config: Config,
  flags: PromoteFlags,
  logger: Logger,
): Promise<PromotionStatus> {
  const request = requestOf(flags);
  const running = await openRunning(config, logger);
  try {
    try {
      await fetchStatus(running);
    } catch (error) {
      if (!isRefused(error)) throw error;
      logger.info({ url: running.url }, 'no etcd-syncer runs there: promoting with --data-dir');
      return await byOurselves(config, request, logger);
    }
    return await askRunning(running, request, flags, logger);
  } finally {
    running.close();
  }
}

async function askRunning(
  running: RunningSyncer,
  request: PromotionRequest,
  flags: PromoteFlags,
  logger: Logger,
): Promise<PromotionStatus> {
  const body = promotionBody(request);
  await running.call({ method: 'POST', path: '/v1/promote', body, asOperator: true });
  const watch = new Watch(logger);
  for (;;) {
    const { promotion } = await fetchStatus(running);
    watch.show(promotion);
    if (promotion !== undefined) {
      if (hasEnded(promotion)) return promotion;
      if (flags.leasesInBackground === true && promotion.step === 'settling leases')
        return promotion;
    }
    await sleep(POLL_MS);
  }
}

async function byOurselves(
  config: Config,
  request: PromotionRequest,
  logger: Logger,
): Promise<PromotionStatus> {
  if (config.destEndpoints.length === 0) {
    throw new SyncerError(
      'CONFIG_INVALID',
      '--dest-endpoints names the destination and is missing',
    );
  }
  const replicator = new Replicator(config, process.env, logger);
  replicator.promoteAtStart(request);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => replicator.stop());
  }
  const watch = new Watch(logger);
  let standby: string | undefined;
  const timer = setInterval(() => {
    const { promotion, ha } = replicator.status();
    watch.show(promotion);
    if (ha?.role === 'standby') standby = describeWriter(ha);
    if (standby !== undefined || (promotion !== undefined && hasEnded(promotion)))
      replicator.stop();
  }, POLL_MS);
  try {
    await replicator.run();
  } catch (error) {
    // One that was refused is told as that of a running replicator is.
    if (replicator.status().promotion?.error === undefined) throw error;
  } finally {
    clearInterval(timer);
  }
  if (standby !== undefined) throw new SyncerError('PROMOTE_STANDBY', standby);
  const { promotion } = replicator.status();
  if (promotion === undefined || !hasEnded(promotion)) {
    throw new SyncerError('INTERRUPTED', 'stopped before it was done: run the same command again');
  }
  return promotion;
}

/** Tells each step once. */
class Watch {
  readonly #logger: Logger;
  #step = '';

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  show(promotion: PromotionStatus | undefined): void {
    if (promotion === undefined || promotion.step === this.#step) return;
    this.#step = promotion.step;
    const { step, confirmed, committed } = promotion;
    this.#logger.info({ step, confirmed, committed }, 'promoting');
    if (step === 'settling leases') process.stderr.write(promotionText(promotion));
  }
}

function requestOf(flags: PromoteFlags): PromotionRequest {
  const { bumpRevision } = flags;
  return {
    dryRun: flags.dryRun === true,
    acceptLoss: flags.acceptLoss === true,
    check: flags.check === true,
    bumpMargin: bumpRevision === true ? 0 : bumpRevision === false ? undefined : bumpRevision,
    bumpLimit: flags.bumpLimit,
    leaseGrace: flags.leaseGrace,
  };
}

function hasEnded({ step, error }: PromotionStatus): boolean {
  return step === 'done' || step === 'refused' || error !== undefined;
}

function describeWriter({ writer }: NonNullable<Status['ha']>): string {
  const who = writer === undefined ? 'another replica' : `${writer.name} at ${writer.url}`;
  return `${who} writes: ask that one with --http-url`;
}

/** Nobody listens there; a process that is hung or far away is something else. */
function isRefused(error: unknown): boolean {
  const code: ErrorCode = 'STATUS_UNREACHABLE';
  if (!(error instanceof SyncerError) || error.code !== code) return false;
  const causes = error.cause instanceof AggregateError ? error.cause.errors : [error.cause];
  return causes.every(cause => systemCode(cause) === 'ECONNREFUSED');
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count)) {
    throw new InvalidArgumentError('must be a whole number.');
  }
  return count;
}
