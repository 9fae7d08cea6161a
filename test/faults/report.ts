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
  return tableOf(linesOf(results));
}

/** The same with what an older text has of other faults, in the order of `names`; faults that are no more go. */
export function mergedTable(
  older: string,
  results: readonly RoundResult[],
  names: readonly string[],
): string {
  const lines = new Map([...olderLines(older), ...linesOf(results)]);
  return tableOf(
    names.flatMap(name => {
      const line = lines.get(name);
      return line === undefined ? [] : [[name, line] as const];
    }),
  );
}

const NOT_RUN = 'Not run: ';

/** Of each fault its row, or why it was not run. */
function linesOf(results: readonly RoundResult[]): (readonly [string, string])[] {
  const names = [...new Set(results.map(({ fault }) => fault))];
  return names.map(name => {
    const rounds = results.filter(({ fault }) => fault === name);
    const [missing] = rounds.flatMap(round => round.missing ?? []);
    if (missing !== undefined) return [name, `${NOT_RUN}${name}. ${missing}.`];
    return [name, `| ${rowOf(name, rounds).join(' | ')} |`];
  });
}

function olderLines(text: string): (readonly [string, string])[] {
  return text.split('\n').flatMap(line => {
    const name = /^\| (.+?) \|/.exec(line)?.[1] ?? /^Not run: (.+?)\. /.exec(line)?.[1];
    return name === undefined ? [] : [[name, line] as const];
  });
}

function tableOf(lines: readonly (readonly [string, string])[]): string {
  const head = [HEAD, HEAD.map(() => '---')].map(cells => `| ${cells.join(' | ')} |`);
  const isRow = ([, line]: readonly [string, string]): boolean => !line.startsWith(NOT_RUN);
  const rows = lines.filter(isRow).map(([, line]) => line);
  const missing = lines.filter(line => !isRow(line)).flatMap(([, line]) => ['', line]);
  return [...head, ...rows, ...missing].join('\n');
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
