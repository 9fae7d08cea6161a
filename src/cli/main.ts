#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { toSyncerError } from '../ops/errors.ts';
import { VERSION } from '../version.ts';
import { authCommand } from './auth.ts';
import { bootstrapCommand } from './bootstrap.ts';
import { checkCommand } from './check.ts';
import { explainCommand } from './explain.ts';
import { leaveCommand } from './leave.ts';
import { logDumpCommand } from './log-dump.ts';
import { logLevelCommand } from './log-level.ts';
import { preflightCommand } from './preflight.ts';
import { probeCommand } from './probe.ts';
import { promoteCommand } from './promote.ts';
import { runCommand } from './run.ts';
import { snapshotCommand } from './snapshot.ts';
import { statusCommand } from './status.ts';

const EXIT_USAGE = 2;
const EXIT_FAILED = 3;

const program = new Command('etcd-syncer')
  .description(
    'A standby for etcd: joins the primary as a raft learner and replays its log on another cluster.',
  )
  .version(VERSION)
  .exitOverride()
  .showSuggestionAfterError();
// A sub-command takes over how its parent ends, so this comes before they are made.
for (const add of [
  runCommand,
  preflightCommand,
  bootstrapCommand,
  statusCommand,
  logLevelCommand,
  checkCommand,
  probeCommand,
  leaveCommand,
  logDumpCommand,
  snapshotCommand,
  explainCommand,
  authCommand,
  promoteCommand,
])
  add(program);

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Prints what went wrong and returns the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  const failure = toSyncerError(error);
  process.stderr.write(`${failure.code}: ${failure.message}\n`);
  process.stderr.write(`See: etcd-syncer explain ${failure.code}\n`);
  return failure.code.startsWith('CONFIG_') ? EXIT_USAGE : EXIT_FAILED;
}
