import { parseArgs } from 'node:util';
import { availableReleases, binariesFor } from '../kit/binaries.ts';
import type { EtcdBinaries } from '../kit/binaries-types.ts';
import { runCampaign } from './campaign.ts';
import { runEndToEnd } from './end-to-end.ts';
import { type FailureTools, reportFailure } from './failure.ts';
import { storeRegression } from './regression.ts';
import { replayMember } from './replay.ts';
import { printResult } from './report.ts';
import { runOracle } from './run.ts';

/*
 * npm run test:oracle -- --ops 100000 --line 3.5 --seed 7 --members 1
 *
 * `--line` takes a line (3.5: all its releases) or a version, all there are when left out; `--every`: requests
 * between comparisons; `--disturbed`: restarts, and moves of the leader;
 * `--store NAME`: the run is kept under testdata/oracle. Ends with 1 when there is a difference that nothing explains.
 *
 * npm run test:oracle -- --campaign --ops 1000000 --json figures.json
 *
 * Runs of `--per-run` requests, each with a seed of its own, over all releases, single members and three, disturbed and not.
 *
 * npm run test:oracle -- --end-to-end --ops 20000 --line 3.6 --destination 3.5.30 --kills 3
 *
 * The load through etcd-syncer itself, which is killed on the way; what clients can see of both sides is compared.
 *
 * npm run test:oracle -- --from-wal /var/lib/etcd --line 3.5.30 --members 3 --store NAME
 *
 * The data directory of a stopped member, or a copy of it: its log is replayed and compared with its database.
 */
const { values } = parseArgs({
  options: {
    ops: { type: 'string', default: '20000' },
    line: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    members: { type: 'string', default: '1' },
    every: { type: 'string', default: '2000' },
    disturbed: { type: 'boolean', default: false },
    store: { type: 'string' },
    workers: { type: 'string', default: '8' },
    campaign: { type: 'boolean', default: false },
    'per-run': { type: 'string', default: '10000' },
    json: { type: 'string', default: '' },
    'end-to-end': { type: 'boolean', default: false },
    destination: { type: 'string', default: '3.5.30' },
    kills: { type: 'string', default: '3' },
    'from-wal': { type: 'string' },
  },
});

// A refusal is an answer here, and most of what a client spends on one is its stack.
Error.stackTraceLimit = 0;

const TOOLS: FailureTools = {
  run: runOracle,
  store: storeRegression,
  print: line => void process.stdout.write(`${line}\n`),
};

if (values['from-wal'] !== undefined) process.exit(await replay(values['from-wal']));

const releases = (await availableReleases()).filter(
  ({ line, version }) =>
    values.line === undefined || values.line === line || values.line === version,
);
if (releases.length === 0) throw new Error(`no etcd ${values.line ?? ''} could be had`);
if (values['end-to-end']) {
  const destination = await binariesFor(values.destination);
  for (const source of releases) await endToEnd(source, destination);
} else if (values.campaign) {
  const differences = await runCampaign({
    releases,
    operations: Number(values.ops),
    perRun: Number(values['per-run']),
    seed: Number(values.seed),
    json: values.json,
    run: async options => {
      const result = await runOracle({ ...options, workers: Number(values.workers) });
      if (result.failures.length > 0) await reportFailure(options, result, TOOLS);
      return result;
    },
  });
  if (differences > 0) process.exitCode = 1;
} else {
  for (const programs of releases) await runFor(programs);
}

async function replay(dataDir: string): Promise<number> {
  const version = values.line ?? '';
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error('--line has to name the release: 3.5.30');
  const outcome = await replayMember({ dataDir, version, voters: Number(values.members) });
  const { entries, expected, failures, model } = outcome;
  console.log(`${entries.length} entries, ${model.ambiguous} of them ambiguous to an outsider`);
  for (const kind of model.outcomes.kinds) {
    const counts = [...model.outcomes.of(kind)].map(([what, count]) => `${count} ${what}`);
    console.log(`  ${kind}: ${counts.join(', ')}`);
  }
  for (const failure of failures) console.log(`DIFFERENCE ${failure}`);
  console.log(failures.length === 0 ? 'no difference' : `${failures.length} differences`);
  if (values.store !== undefined) {
    console.log(`stored: ${storeRegression({ name: values.store, entries, expected })}`);
  }
  return failures.length === 0 ? 0 : 1;
}

async function endToEnd(source: EtcdBinaries, destination: EtcdBinaries): Promise<void> {
  const [operations, kills, seed] = [values.ops, values.kills, values.seed].map(Number) as [
    number,
    number,
    number,
  ];
  const result = await runEndToEnd({ source, destination, operations, seed, kills });
  const what = `etcd ${source.version} to ${destination.version}, seed ${seed}`;
  if (result === undefined) {
    console.log(`${what}: nobody can log in at the source any more, nothing compared`);
    return;
  }
  const { requests, things, isAuthOn, held, differences } = result;
  console.log(
    `${what}: ${requests} requests, ${kills} SIGKILLs, ${things} things compared${isAuthOn ? ', logins and rights among them' : ''}; ` +
      `held: ${held.join(', ') || 'nothing'}; ${differences.length} differences`,
  );
  for (const difference of differences) console.log(`DIFFERENCE ${difference}`);
  if (differences.length > 0) process.exitCode = 1;
}

async function runFor(programs: EtcdBinaries): Promise<void> {
  const options = {
    programs,
    operations: Number(values.ops),
    seed: Number(values.seed),
    members: Number(values.members),
    every: Number(values.every),
    disturbed: values.disturbed,
    workers: Number(values.workers),
  };
  const started = performance.now();
  const result = await runOracle(options);
  printResult(options, result, (performance.now() - started) / 1_000);
  if (values.store !== undefined && result.last !== undefined) {
    storeRegression({ name: `${values.store}-${programs.version}`, ...result.last });
  }
  if (result.failures.length === 0) return;
  process.exitCode = 1;
  await reportFailure(options, result, TOOLS);
}
