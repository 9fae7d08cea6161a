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

const HELP = `npm run test:oracle -- [options]

Random hostile requests to real members of etcd; what is made of their log is compared with their own databases.
Exit 0 when nothing differs, 1 when something does: it is printed, shortened, and kept under testdata/oracle.

  --ops <n>              requests (20000)
  --line <line>          3.5: all its releases, or a version; all there are when left out
  --seed <n>             the same requests again; what is under way together, and so their order, differs
  --members <n>          1 or 3 (1)
  --every <n>            requests between comparisons (2000)
  --workers <n>          requests under way at once (8)
  --disturbed            restarts, and moves of the leader
  --store <name>         the run is kept under testdata/oracle

  --campaign             runs with seeds of their own, over all releases, single members and three, disturbed and not
  --per-run <n>          requests of each of them (10000)
  --json <file>          the figures for programs, too

  --end-to-end           the load through etcd-syncer, which is killed on the way; what clients can see of both sides is compared
  --destination <v>      etcd of its destination (3.5.30)
  --kills <n>            SIGKILLs of it (3)

  --from-wal <dir>       instead of any load the data directory of a stopped member, or a copy of it: its log is replayed and
                         compared with its database. --line has to name its release, --members the voters of its cluster`;

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
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(HELP);
  process.exit(0);
}

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
