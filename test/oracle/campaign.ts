import { writeFileSync } from 'node:fs';
import type { EtcdBinaries } from '../kit/binaries-types.ts';
import { MemberDied, type RunOptions, type RunResult } from './run.ts';
import { Tally } from './tally.ts';

/** What a campaign has shown of one release. */
interface Sum {
  runs: number;
  operations: number;
  entries: number;
  comparisons: number;
  rows: number;
  walEntries: number;
  restarts: number;
  moves: number;
  /** Entries that are ambiguous to an outsider, counted at one member. */
  ambiguous: number;
  differences: number;
  /** Runs that ended with a crash of etcd itself; not counted otherwise. */
  died: number;
  seconds: number;
  /** By kind of request: what the members did with its entries. */
  readonly outcomes: Tally;
}

export interface CampaignOptions {
  readonly releases: readonly EtcdBinaries[];
  /** Requests in all. */
  readonly operations: number;
  readonly perRun: number;
  readonly seed: number;
  readonly run: (options: RunOptions) => Promise<RunResult>;
  /** Where the figures are kept after each run; '' = nowhere. */
  readonly json: string;
}

/** Single members and three, at rest and with restarts and moves of the leader. Odd seeds have tokens of another kind. */
const SHAPES = [
  { members: 1, disturbed: false },
  { members: 3, disturbed: true },
  { members: 1, disturbed: true },
  { members: 3, disturbed: false },
] as const;

const COMPARISONS_IN_A_RUN = 4;

/** Many runs, each with a seed and a cluster of its own, in turns over all releases and shapes of clusters. */
export async function runCampaign(options: CampaignOptions): Promise<number> {
  const { releases, operations, perRun, seed, run, json } = options;
  const sums = new Map(releases.map(({ version }) => [version, newSum()]));
  let [done, differences] = [0, 0];
  for (let number = 0; done < operations; number += 1) {
    const programs = releases[number % releases.length];
    const shape = SHAPES[Math.floor(number / releases.length) % SHAPES.length];
    if (programs === undefined || shape === undefined) throw new Error('nothing to run');
    const started = performance.now();
    const sum = sums.get(programs.version) ?? newSum();
    const every = Math.ceil(perRun / COMPARISONS_IN_A_RUN);
    const result = await survived(() =>
      run({ programs, operations: perRun, seed: seed + number, every, ...shape }),
    );
    if (result === undefined) {
      sum.died += 1;
      continue;
    }
    const seconds = (performance.now() - started) / 1_000;
    add(sum, result, seconds);
    done += result.load.answers.total();
    differences += result.failures.length;
    console.log(
      `${done} of ${operations}: etcd ${programs.version}, seed ${seed + number}, ${shape.members} member(s)` +
        `${shape.disturbed ? ', disturbed' : ''}: ${seconds.toFixed(0)} s, ${result.failures.length} differences`,
    );
    if (json !== '') writeFileSync(json, asJson(sums, seed));
  }
  console.log(`\n${table(sums)}`);
  return differences;
}

/** undefined when a member died of a fault of its own, which is printed. */
async function survived(run: () => Promise<RunResult>): Promise<RunResult | undefined> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof MemberDied)) throw error;
    console.log(error.message);
    return undefined;
  }
}

function newSum(): Sum {
  return {
    runs: 0,
    operations: 0,
    entries: 0,
    comparisons: 0,
    rows: 0,
    walEntries: 0,
    restarts: 0,
    moves: 0,
    ambiguous: 0,
    differences: 0,
    died: 0,
    seconds: 0,
    outcomes: new Tally(),
  };
}

function add(sum: Sum, result: RunResult, seconds: number): void {
  sum.runs += 1;
  sum.operations += result.load.answers.total();
  sum.entries += result.entries.length;
  sum.comparisons += result.comparisons;
  sum.rows += result.rows;
  sum.walEntries += result.walEntries;
  sum.restarts += result.restarts;
  sum.moves += result.moves;
  sum.ambiguous += result.models[0]?.ambiguous ?? 0;
  sum.differences += result.failures.length;
  sum.seconds += seconds;
  for (const { outcomes } of result.models.slice(0, 1)) sum.outcomes.merge(outcomes);
}

const FIGURES = [
  'runs',
  'operations',
  'entries',
  'comparisons',
  'rows',
  'walEntries',
  'restarts',
  'moves',
  'ambiguous',
  'differences',
  'died',
] as const;

/** A column for each release: the figures, then the entries of each kind as applied / refused / nothing. */
function table(sums: ReadonlyMap<string, Sum>): string {
  const all = [...sums.values()];
  const kinds = new Set(all.flatMap(({ outcomes }) => outcomes.kinds));
  const rows = [
    ['', ...sums.keys(), 'all'],
    ...FIGURES.map(name => {
      const counts = all.map(sum => sum[name]);
      return [name, ...counts.map(String), String(counts.reduce((a, b) => a + b, 0))];
    }),
    ...[...kinds]
      .filter(kind => !kind.endsWith(': refused'))
      .sort()
      .map(kind => [
        kind,
        ...all.map(({ outcomes }) =>
          ['applied', 'refused', 'none'].map(what => outcomes.count(kind, what)).join('/'),
        ),
        String(all.reduce((sum, { outcomes }) => sum + outcomes.total(kind), 0)),
      ]),
  ];
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map(row => row[i]?.length ?? 0))) ?? [];
  return rows
    .map(row =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

function asJson(sums: ReadonlyMap<string, Sum>, seed: number): string {
  const releases = [...sums].map(([version, { outcomes, ...figures }]) => ({
    version,
    ...figures,
    outcomes: Object.fromEntries(
      outcomes.kinds.map(kind => [kind, Object.fromEntries(outcomes.of(kind))]),
    ),
  }));
  return `${JSON.stringify({ seed, releases }, null, 2)}\n`;
}
