import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/options.ts';
import { keyFilterOf, openDestinationClient } from '../replicator/destination.ts';
import { openRunning } from '../replicator/http-access.ts';
import type { CheckReport } from '../verify/check.ts';
import { planRepair } from '../verify/repair-plan.ts';
import { scopeOf } from '../verify/scope.ts';
import { checkSnapshot } from '../verify/snapshot-check.ts';
import { utf8ToByteString } from '../wire/bytes.ts';
import { sideLogger, untilInterrupted } from './answering.ts';
import { parseClusterId } from './bootstrap.ts';
import { type CheckFlags, flag, parseCount, parsePercent, requireSense } from './check-flags.ts';
import { readLogins } from './check-logins.ts';
import { MarkFile } from './check-mark.ts';
import { applyRepair, requireWriter } from './check-repair.ts';
import { checkJson, checkText, exitCodeOf, type RepairOutcome } from './check-report.ts';
import { type Common, checkSource } from './check-run.ts';
import { withSnapshot } from './check-snapshot.ts';
import { addOptions, givenFlags } from './command-options.ts';

/** The default of --wait: a replicator with nothing to write moves its checkpoint once a minute. */
const WAIT_SECONDS = 90;
/** What --repair repairs at once; more than that is for a bootstrap. */
const MAX_REPAIRED = 100_000;

const EXAMPLES = `
Examples:
  etcd-syncer check --source-endpoints=10.0.0.1:2379 --dest-endpoints=10.1.0.1:2379
  etcd-syncer check --config=/etc/etcd-syncer.yaml --sample=5 --max-rate=20000 --json
  etcd-syncer check --config=/etc/etcd-syncer.yaml --only-prefix=/registry/secrets/ --no-auth
  etcd-syncer check --config=/etc/etcd-syncer.yaml --repair         # what would be done
  etcd-syncer check --config=/etc/etcd-syncer.yaml --repair --yes   # has the running replicator do it

Give it the filter of \`run\`, best by the same file. Exit code 0: nothing differs, or nothing does after the
repair; 1: something does; 3: it could not be told.`;

export function checkCommand(parent: Command): void {
  addOptions(parent.command('check'), 'check')
    .description('compare the destination with the source at revisions that belong together')
    .option('--only-prefix <prefix>', 'compare source keys under this prefix only', '')
    .option('--keys-only', 'compare which keys there are and their leases, not the values')
    .option('--sample <percent>', 'compare values and TTLs of this share only', parsePercent, 100)
    .option('--seed <n>', 'chooses the sample: the same seed, the same keys', parseCount, 1)
    .option('--max-rate <n>', 'keys a second to read of each side; 0 = no limit', parseCount, 0)
    .option(
      '--max-load <percent>',
      'share of the time that each side may be read: the slower it answers, the longer it is left alone',
      parsePercent,
      100,
    )
    .option(
      '--max-lag <seconds>',
      'wait while the running replicator lags more than this; 0 = do not look',
      parseCount,
      0,
    )
    .option('--logins <file>', 'log in at both sides with each `user:password` line of it')
    .option('--resume <file>', 'keeps how far it has come; one that was ended goes on from there')
    .option('--limit <n>', 'differences to show; all are counted', parseCount, 20)
    .option(
      '--wait <seconds>',
      'how long to wait for a usable pair of revisions, and for what is on its way',
      parseCount,
      WAIT_SECONDS,
    )
    .addOption(flag('--no-leases', 'noLeases', 'compare no leases; bindings of keys are compared'))
    .addOption(flag('--no-auth', 'noAuth', 'compare no users and roles, as with --auth=skip'))
    .option('--repair', 'say what would put right what differs')
    .option('--yes', 'with --repair: have the running replicator do it, and check again')
    .option('--snapshot <file>', 'compare with this snapshot of the source instead of the source')
    .option('--cluster-id <hex>', 'of the source, with --snapshot', parseClusterId)
    .option('--json', 'print the result as a JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Record<string, unknown> & CheckFlags) => {
      const config = loadConfig(givenFlags(options), process.env);
      const { report, repair } = await check(config, options);
      const print = options.json === true ? checkJson : checkText;
      process.stdout.write(print(report, options.limit, repair));
      process.exitCode = exitCodeOf(report);
    });
}

interface Checked {
  readonly report: CheckReport;
  readonly repair?: RepairOutcome;
}

async function check(config: Config, flags: CheckFlags): Promise<Checked> {
  const filter = keyFilterOf(config);
  const onlyPrefix = utf8ToByteString(flags.onlyPrefix);
  requireSense(config, flags, scopeOf(filter, onlyPrefix).source.length > 0);
  const logger = sideLogger(config);
  const signal = untilInterrupted('stopped before all was compared');
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
      maxLoad: flags.maxLoad / 100,
      isBehind: async () => false,
      limit: flags.repair === true ? MAX_REPAIRED : flags.limit,
      logger,
      signal,
    };
    const { snapshot, clusterId } = flags;
    if (snapshot === undefined || clusterId === undefined) {
      return await withSource(config, flags, common);
    }
    return await withSnapshot(snapshot, clusterId, signal, async contents => ({
      report: await checkSnapshot({ ...common, clusterId, contents }),
    }));
  } catch (error) {
    // A timer that is ended has an error of its own.
    signal.throwIfAborted();
    throw error;
  } finally {
    destination.close();
  }
}

/** Compares, repairs if asked to, and then compares once more: what is left is what counts. */
async function withSource(config: Config, flags: CheckFlags, common: Common): Promise<Checked> {
  const running = await openRunning(config, common.logger);
  try {
    // Before all is read for nothing.
    if (flags.yes === true) await requireWriter(running);
    const logins = flags.logins === undefined ? [] : await readLogins(flags.logins);
    const marks =
      flags.resume === undefined ? undefined : new MarkFile(flags.resume, config, flags);
    const about = { config, flags, running, logins };
    const found = await checkSource({ ...about, marks }, common);
    if (flags.repair !== true) return { report: found };
    const plan = planRepair(found.first);
    const before = { found, plan, done: undefined };
    if (flags.yes !== true || plan.length === 0) return { report: found, repair: before };
    const done = await applyRepair(running, found.clusterId, plan, common);
    const report = await checkSource({ ...about, marks: undefined }, common);
    return { report, repair: { ...before, done } };
  } finally {
    running.close();
  }
}
