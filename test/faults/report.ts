import { holds, type RoundResult } from './round.ts';

const HEAD = [
  'Fault',
  'Rounds',
  'Requests answered',
  'failed',
  'Reads there',
  'States seen',
  'Never were',
  'Went back',
  'Two writers',
  'Differences at the end',
  'Seconds until taken over',
  'Seconds until equal',
];

/** The results as a table for a page, a row for each fault, and those that were not run below it. */
export function faultTable(results: readonly RoundResult[]): string {
  const run = results.filter(({ missing }) => missing === undefined);
  const names = [...new Set(run.map(({ fault }) => fault))];
  const rows = names.map(name =>
    rowOf(
      name,
      run.filter(({ fault }) => fault === name),
    ),
  );
  const lines = [HEAD, HEAD.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`);
  const missing = new Map(
    results.flatMap(r => (r.missing === undefined ? [] : [[r.fault, r.missing]])),
  );
  for (const [fault, reason] of missing) lines.push('', `Not run: ${fault}. ${reason}.`);
  return lines.join('\n');
}

function rowOf(name: string, rounds: readonly RoundResult[]): string[] {
  const sum = (of: (round: RoundResult) => number): string =>
    String(rounds.reduce((total, round) => total + of(round), 0));
  const longest = Math.max(...rounds.map(({ seconds }) => seconds));
  const taken = rounds.flatMap(({ takeoverSeconds: s }) => (s === undefined ? [] : [s]));
  return [
    name,
    rounds.every(holds) ? String(rounds.length) : `${rounds.length}, NOT all hold`,
    sum(({ answered }) => answered),
    sum(({ failed }) => failed),
    sum(({ reader }) => reader?.reads ?? 0),
    sum(({ reader }) => reader?.states ?? 0),
    sum(({ reader }) => reader?.neverWere.length ?? 0),
    sum(({ reader }) => reader?.wentBack.length ?? 0),
    sum(({ writerFaults }) => writerFaults.length),
    sum(({ differences }) => differences.length),
    taken.length === 0 ? '-' : Math.max(...taken).toFixed(2),
    longest.toFixed(1),
  ];
}

/** What does not hold, in full. */
export function faultsFound(results: readonly RoundResult[]): string[] {
  return results
    .filter(result => result.missing === undefined && !holds(result))
    .map(({ fault, failure, reader, differences, writerFaults }) => {
      const first = (what: string, list: readonly string[] = []): string =>
        list.length === 0 ? '' : `\n  ${what}: ${list.slice(0, 5).join('; ')}`;
      return [
        fault,
        failure === undefined ? '' : `\n  broke off: ${failure}`,
        first('states that never were', reader?.neverWere),
        first('states that came back', reader?.wentBack),
        first('differences', differences),
        first('checkpoint', writerFaults),
      ].join('');
    });
}
