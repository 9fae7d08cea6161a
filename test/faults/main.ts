// Faults under load, on real clusters: `npm run test:faults -- --help`.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { binariesFor } from '../kit/binaries.ts';
import { seededRandom } from '../kit/load.ts';
import { FAULTS, type Fault, SNAPSHOT_FAULTS } from './faults.ts';
import { faultsFound, faultTable, mergedTable } from './report.ts';
import { FaultRig } from './rig.ts';
import { holds, type RoundResult, runRound } from './round.ts';
import { SourceHistory } from './source-history.ts';

const OPTIONS = {
  only: { type: 'string', default: '' },
  part: { type: 'string', default: '1/1' },
  source: { type: 'string', default: '3.5.30' },
  destination: { type: 'string', default: '3.5.30' },
  size: { type: 'string', default: '3' },
  replicas: { type: 'string', default: '1' },
  rounds: { type: 'string', default: '1' },
  hold: { type: 'string', default: '5' },
  seed: { type: 'string', default: '1' },
  'in-snapshot': { type: 'boolean', default: false },
  report: { type: 'string', default: '' },
  help: { type: 'boolean', default: false },
} as const;

const HELP = `npm run test:faults -- [options]

${FAULTS.map(({ name }) => `  ${name}`).join('\n')}

  --only <text>          faults whose name has it (default: all)
  --part <i/n>           the i-th of n parts of them: what a report has of the others stays there
  --source <version>     etcd of the source (3.5.30)
  --destination <version>
  --size <n>             members of each cluster (3)
  --replicas <n>         processes of etcd-syncer, of which one writes (1)
  --in-snapshot          each fault in the middle of a snapshot: while it is received, or loaded
  --rounds <n>           of each fault (1)
  --hold <seconds>       how long a fault lasts (5)
  --seed <n>
  --report <file>        puts the table into this page, between its marks

Exit 0 when everything holds, 1 when something does not.`;

const CALM_MS = 1_500;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const all = values['in-snapshot'] ? SNAPSHOT_FAULTS : FAULTS;
  const isAlone = values.replicas === '1';
  const possible = all.filter(({ needsStandby }) => !(isAlone && needsStandby === true));
  const faults = partOf(
    possible.filter(({ name }) => name.includes(values.only)),
    values.part,
  );
  if (faults.length === 0) throw new Error(`there is no fault ${values.only}: see --help`);
  const results = await runAll(faults, values);
  console.log(`\n${faultTable(results)}`);
  for (const fault of faultsFound(results)) console.log(`\nDOES NOT HOLD: ${fault}`);
  if (values.report !== '') {
    const names = possible.map(({ name }) => name);
    writeReport(values, was => `${headline(values)}\n\n${mergedTable(was, results, names)}`);
  }
  return results.every(holds) ? 0 : 1;
}

type Values = Record<
  'source' | 'destination' | 'size' | 'replicas' | 'rounds' | 'hold' | 'seed' | 'report',
  string
> & { readonly 'in-snapshot': boolean };

function partOf(faults: readonly Fault[], part: string): readonly Fault[] {
  const [, index = '', parts = ''] = /^(\d+)\/(\d+)$/.exec(part) ?? [];
  const [i, n] = [count(index, 'part'), count(parts, 'part')];
  if (i > n) throw new Error(`--part ${part}: there are ${n}`);
  const edge = (number: number): number => Math.round((number * faults.length) / n);
  return faults.slice(edge(i - 1), edge(i));
}

async function runAll(faults: readonly Fault[], values: Values): Promise<RoundResult[]> {
  const random = seededRandom(count(values.seed, 'seed'));
  await using rig = await FaultRig.start({
    source: await binariesFor(values.source),
    destination: await binariesFor(values.destination),
    size: count(values.size, 'size'),
    replicas: count(values.replicas, 'replicas'),
    random,
  });
  const history = new SourceHistory();
  const results: RoundResult[] = [];
  const holdMs = count(values.hold, 'hold') * 1_000;
  for (let round = 0; round < count(values.rounds, 'rounds'); round += 1) {
    for (const fault of faults) {
      const seed = count(values.seed, 'seed') + results.length;
      const result = await runRound(rig, history, fault, { holdMs, calmMs: CALM_MS, seed });
      results.push(result);
      console.error(lineOf(result));
      if (result.failure !== undefined || result.differences.length > 0) {
        console.error(faultsFound([result]).join('\n'), ...outputs(rig));
        // The next one would begin with what this one left.
        return results;
      }
    }
  }
  return results;
}

function outputs({ replicas }: FaultRig): string[] {
  return replicas.map(({ syncer }) => syncer.output.slice(-3_000));
}

function lineOf(result: RoundResult): string {
  if (result.missing !== undefined) return `not run: ${result.fault}: ${result.missing}`;
  const { answered, failed, reader, seconds, loadSeconds, takeoverSeconds } = result;
  const taken =
    takeoverSeconds === undefined ? '' : `, taken over after ${takeoverSeconds.toFixed(2)} s`;
  const verdict = holds(result) ? 'holds' : 'FAILS';
  return `${verdict}  ${result.fault}: ${answered} answered, ${failed} failed, ${reader?.states} states in ${reader?.reads} reads (${reader?.seeding} while seeding), equal after ${seconds.toFixed(1)} s (the load's end ${loadSeconds.toFixed(1)} s)${taken}`;
}

function headline({ source, destination, size, ...values }: Values): string {
  const { replicas, rounds, hold, seed } = values;
  const flag = values['in-snapshot'] ? ' --in-snapshot' : '';
  const command = `npm run test:faults --${flag} --replicas ${replicas} --rounds ${rounds} --hold ${hold} --seed ${seed}`;
  return `\`${command}\`: etcd ${source} to etcd ${destination}, ${size} members each, ${process.version}.`;
}

/** Between the marks of its sort; everything else of the page stays. @param textOf makes it of what stands there */
function writeReport(
  { report, replicas, ...values }: Values,
  textOf: (was: string) => string,
): void {
  const marked = values['in-snapshot'] ? 'faults in a snapshot' : 'faults';
  const mark = replicas === '1' ? marked : `${marked} with a standby`;
  const [first, last] = [`<!-- ${mark}: begin -->`, `<!-- ${mark}: end -->`];
  const page = readFileSync(report, 'utf8');
  const [begin, end] = [page.indexOf(first), page.indexOf(last)];
  if (begin < 0 || end < begin) throw new Error(`${report} lacks the marks ${first} and ${last}`);
  const start = begin + first.length;
  const text = textOf(page.slice(start, end));
  writeFileSync(report, `${page.slice(0, start)}\n${text}\n${page.slice(end)}`);
}

function count(text: string, name: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} is not a count: ${text}`);
  return value;
}

process.exitCode = await main();
