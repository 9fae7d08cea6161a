import type { Config } from '../config/options.ts';
import type { EtcdClient } from '../destination/etcd-client.ts';
import { SyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import type { RunningSyncer } from '../replicator/http-access.ts';
import { openSourceClient } from '../replicator/open.ts';
import type { Status } from '../replicator/status.ts';
import { Check, type CheckOptions, type CheckReport } from '../verify/check.ts';
import type { Login } from '../verify/logins.ts';
import type { CheckFlags } from './check-flags.ts';
import { authenticateAt } from './check-logins.ts';
import type { MarkFile } from './check-mark.ts';
import { ProgressBar } from './progress-bar.ts';
import { fetchStatus } from './status.ts';

const LOG_EVERY_MS = 10_000;
const LAG_MS = 1_000;

/** What a check of either sort is given. */
export type Common = Omit<
  CheckOptions,
  | 'source'
  | 'withLeases'
  | 'withAuth'
  | 'logins'
  | 'from'
  | 'share'
  | 'seed'
  | 'waitMs'
  | 'confirmedIndex'
>;

/** What one comparison with the source is about. */
export interface SourceCheck {
  readonly config: Config;
  readonly flags: CheckFlags;
  readonly running: RunningSyncer;
  readonly logins: readonly Login[];
  /** Where it is kept how far it has come. */
  readonly marks: MarkFile | undefined;
}

/** One comparison with the source, with a bar or lines of its progress. Errors: those of Check, CONFIG_FILE. */
export async function checkSource(about: SourceCheck, common: Common): Promise<CheckReport> {
  const { config, marks } = about;
  const from = await marks?.read();
  const source = await openSourceClient(config, process.env, common.logger);
  try {
    const run = new Check({ ...common, ...optionsOf(about, common, source), source, from });
    const report = await withProgress(run, common.logger, async () => {
      await using _ = marks?.keep(
        () => run.mark,
        ({ code, message }) => common.logger.warn({ code }, message),
      );
      return await run.run();
    });
    await marks?.remove();
    return report;
  } finally {
    source.close();
  }
}

function optionsOf(
  { config, flags, running, logins }: SourceCheck,
  { destination }: Common,
  source: EtcdClient,
): Omit<CheckOptions, keyof Common | 'source'> & Pick<CheckOptions, 'isBehind'> {
  const [at, there] = [authenticateAt(source), authenticateAt(destination)];
  return {
    withLeases: flags.noLeases !== true,
    withAuth: flags.noAuth !== true && config.auth !== 'skip',
    logins: logins.length === 0 ? undefined : { list: logins, source: at, destination: there },
    share: flags.sample / 100,
    seed: flags.seed,
    waitMs: flags.wait * 1_000,
    isBehind: lagWatch(running, flags.maxLag),
    confirmedIndex: clusterId => confirmedIndex(running, clusterId),
  };
}

async function withProgress<T>(run: Check, logger: Logger, work: () => Promise<T>): Promise<T> {
  const lines = setInterval(() => logProgress(run, logger), LOG_EVERY_MS);
  using _ = new ProgressBar(process.stderr, () => {
    const { progress } = run;
    return progress && { step: 'checking', index: 0, writes: 0, ...progress };
  });
  try {
    return await work();
  } finally {
    clearInterval(lines);
  }
}

/** Whether the running replicator lags more than that; asked once a second. With none running nothing lags. */
function lagWatch(running: RunningSyncer, maxSeconds: number): () => Promise<boolean> {
  let askedMs = Number.NEGATIVE_INFINITY;
  let isBehind = Promise.resolve(false);
  return () => {
    if (maxSeconds === 0) return isBehind;
    if (performance.now() - askedMs > LAG_MS) {
      askedMs = performance.now();
      isBehind = statusIfAny(running).then(status => (status?.lag.seconds ?? 0) > maxSeconds);
    }
    return isBehind;
  };
}

/** What a replicator has confirmed, if it is there and follows this source. */
async function confirmedIndex(
  running: RunningSyncer,
  clusterId: bigint,
): Promise<number | undefined> {
  const status = await statusIfAny(running);
  return status?.source.cluster_id === clusterId.toString(16)
    ? status.positions.confirmed
    : undefined;
}

async function statusIfAny(running: RunningSyncer): Promise<Status | undefined> {
  try {
    return await fetchStatus(running);
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
