// The long-running proofs, on real clusters: `npm run drills -- --help`.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { binariesFor } from '../kit/binaries.ts';
import { check } from './check.ts';
import { etcdctl } from './etcdctl.ts';
import { type Drill, type DrillOptions, Findings } from './findings.ts';
import { kills } from './kills.ts';
import { leader } from './leader.ts';
import { leases } from './leases.ts';
import { outage } from './outage.ts';
import { passwords } from './passwords.ts';
import { promote } from './promote.ts';
import { seat } from './seat.ts';
import { snapshotDamage } from './snapshot-damage.ts';
import { snapshotFile } from './snapshot-file.ts';
import { snapshotKills } from './snapshot-kills.ts';
import { snapshotRestart } from './snapshot-restart.ts';
import { takeover } from './takeover.ts';

const DRILLS: readonly Drill[] = [
  kills,
  leader,
  outage,
  etcdctl,
  seat,
  snapshotRestart,
  snapshotFile,
  snapshotKills,
  snapshotDamage,
  takeover,
  promote,
  check,
  leases,
  passwords,
];

const OPTIONS = {
  only: { type: 'string', default: '' },
  source: { type: 'string', default: '3.5.30' },
  destination: { type: 'string', default: '3.5.30' },
  kills: { type: 'string', default: '50' },
  freezes: { type: 'string', default: '20' },
  shutdowns: { type: 'string', default: '10' },
  changes: { type: 'string', default: '10' },
  outage: { type: 'string', default: '60' },
  windows: { type: 'string', default: '8' },
  window: { type: 'string', default: '5' },
  apart: { type: 'boolean', default: false },
  seats: { type: 'string', default: '3' },
  keys: { type: 'string', default: '200000' },
  leases: { type: 'string', default: '100000' },
  floor: { type: 'string', default: '600' },
  rounds: { type: 'string', default: '1' },
  flips: { type: 'string', default: '1000' },
  seed: { type: 'string', default: '1' },
  json: { type: 'string', default: '' },
  help: { type: 'boolean', default: false },
} as const;

const HELP = `npm run drills -- [options]

${DRILLS.map(({ name, about }) => `  ${name.padEnd(16)}  ${about}`).join('\n')}

  --only <drills>        some of them, with commas (default: all)
  --source <version>     etcd of the source (3.5.30)
  --destination <version>
  --kills <n>            SIGKILLs of the replicator, of the writer of two, or of the source (50)
  --freezes <n>          SIGSTOPs of the writer of two (20)
  --shutdowns <n>        SIGTERMs of it (10)
  --changes <n>          changes of the source's leader (10)
  --outage <seconds>     the destination away in one piece (60)
  --windows <n>          windows of each sort, replicator attached and stopped (8)
  --window <seconds>     length of a window (5)
  --apart                in them source and load have one processor, all others the other
  --seats <n>            times that a seat is ended in each way (3)
  --leases <n>           leases of 60 s of the leases drill (100000)
  --floor <seconds>      its --lease-ttl-floor (600)
  --rounds <n>           rounds of the drill snapshot-file (1)
  --flips <n>            files with a flipped bit, and cut files, of the drill snapshot-damage (1000)
  --keys <n>             keys of the snapshot and check drills (200000)
  --seed <n>
  --json <file>          the result for programs, too

Exit 0 when everything holds, 1 when something does not.`;

interface Result {
  readonly drill: string;
  readonly seconds: number;
  readonly findings: Findings;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const wanted = values.only === '' ? DRILLS.map(({ name }) => name) : values.only.split(',');
  const unknown = wanted.find(name => DRILLS.every(drill => drill.name !== name));
  if (unknown !== undefined) throw new Error(`there is no drill ${unknown}: see --help`);
  const options: DrillOptions = {
    source: await binariesFor(values.source),
    destination: await binariesFor(values.destination),
    kills: count(values.kills, 'kills'),
    freezes: count(values.freezes, 'freezes'),
    shutdowns: count(values.shutdowns, 'shutdowns'),
    changes: count(values.changes, 'changes'),
    outage: count(values.outage, 'outage'),
    windows: count(values.windows, 'windows'),
    window: count(values.window, 'window'),
    apart: values.apart,
    seats: count(values.seats, 'seats'),
    keys: count(values.keys, 'keys'),
    leases: count(values.leases, 'leases'),
    floor: count(values.floor, 'floor'),
    rounds: count(values.rounds, 'rounds'),
    flips: count(values.flips, 'flips'),
    seed: count(values.seed, 'seed'),
  };
  const results: Result[] = [];
  for (const drill of DRILLS) {
    if (!wanted.includes(drill.name)) continue;
    console.error(`${drill.name}: ${drill.about} ...`);
    results.push(await runDrill(drill, options));
  }
  console.log(`etcd ${options.source.version} to etcd ${options.destination.version}\n`);
  console.log(table(results));
  if (values.json !== '') writeFileSync(values.json, asJson(options, results));
  const failed = results.filter(({ findings }) => !findings.hold);
  console.log(
    failed.length === 0
      ? '\neverything holds'
      : `\nNOT everything holds: ${failed.map(({ drill }) => drill).join(', ')}`,
  );
  return failed.length === 0 ? 0 : 1;
}

/** A drill that breaks off has failed; the others are run all the same. */
async function runDrill(drill: Drill, options: DrillOptions): Promise<Result> {
  const findings = new Findings();
  const startedMs = performance.now();
  try {
    await drill.run(options, findings);
  } catch (error) {
    console.error(error);
    findings.none('what broke it off', [error instanceof Error ? error.message : String(error)]);
  }
  return { drill: drill.name, seconds: (performance.now() - startedMs) / 1_000, findings };
}

function table(results: readonly Result[]): string {
  const rows = results.flatMap(({ drill, seconds, findings }) => [
    ...findings.rows.map(({ what, value, holds }) => [drill, what, verdict(holds), value]),
    [drill, 'seconds in all', '', seconds.toFixed(0)],
  ]);
  const widths = [0, 1, 2].map(column => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  return rows
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function verdict(holds: boolean | undefined): string {
  if (holds === undefined) return '';
  return holds ? 'holds' : 'FAILS';
}

function asJson({ source, destination, ...options }: DrillOptions, results: readonly Result[]) {
  const drills = results.map(({ drill, seconds, findings }) => ({
    drill,
    seconds: Math.round(seconds),
    holds: findings.hold,
    findings: findings.rows,
  }));
  const etcd = { source: source.version, destination: destination.version };
  return `${JSON.stringify({ ...etcd, node: process.version, options, drills }, null, 2)}\n`;
}

function count(text: string, name: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} is not a count: ${text}`);
  return value;
}

// A drill that broke off leaves timers and watches behind, which would keep the process.
process.exit(await main());
