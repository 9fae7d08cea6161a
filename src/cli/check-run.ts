import type { Config } from '../config/options.ts';
import { SyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import type { RunningSyncer } from '../replicator/http-access.ts';
import { openSourceClient } from '../replicator/open.ts';
import { Check, type CheckOptions, type CheckReport } from '../verify/check.ts';
import type { CheckFlags } from './check-flags.ts';
import { ProgressBar } from './progress-bar.ts';
import { fetchStatus } from './status.ts';

const LOG_EVERY_MS = 10_000;

/** What a check of either sort is given. */
export type Common = Omit<
  CheckOptions,
  'source' | 'withLeases' | 'withAuth' | 'share' | 'seed' | 'waitMs' | 'confirmedIndex'
>;

/** One comparison with the source, with a bar or lines of its progress. Errors: those of Check. */
export async function checkSource(
  config: Config,
  flags: CheckFlags,
  common: Common,
  running: RunningSyncer,
): Promise<CheckReport> {
  const source = await openSourceClient(config, process.env, common.logger);
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
    source.close();
  }
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
