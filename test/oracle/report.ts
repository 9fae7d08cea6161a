import type { RunOptions, RunResult } from './run.ts';

const OURS = ['applied', 'refused', 'none'];

/** Prints what a run has shown: a line for each kind of request, then the differences. */
export function printResult(options: RunOptions, result: RunResult, seconds: number): void {
  const { programs, members, seed } = options;
  const { load, models, entries, comparisons, rows, restarts, moves, failures } = result;
  const { walEntries } = result;
  const print = (text: string): void => void process.stdout.write(`${text}\n`);
  print(
    `\netcd ${programs.version}, ${members} member(s), seed ${seed}: ${load.answers.total()} requests, ` +
      `${entries.length} entries, ${comparisons} comparisons, ${rows} rows, ${walEntries} entries of members' logs, ${restarts} restarts, ${moves} moves of the leader, ${seconds.toFixed(0)} s`,
  );
  print(
    `${'kind'.padEnd(28)}${['sent', 'ok', 'failed', ...OURS].map(name => name.padStart(9)).join('')}`,
  );
  const outcomes = models[0]?.outcomes;
  const kinds = new Set([...load.answers.kinds, ...(outcomes?.kinds ?? [])]);
  for (const kind of [...kinds].sort().filter(name => !name.endsWith(': refused'))) {
    const [sent, ok] = [load.answers.total(kind), load.answers.count(kind, 'ok')];
    const ours = OURS.map(what => outcomes?.count(kind, what) ?? 0);
    const numbers = [sent, ok, sent - ok, ...ours];
    print(`${kind.padEnd(28)}${numbers.map(count => String(count).padStart(9)).join('')}`);
  }
  print('refused when applied:');
  for (const kind of outcomes?.kinds.filter(name => name.endsWith(': refused')) ?? []) {
    const reasons = [...(outcomes?.of(kind) ?? [])].map(([reason, count]) => `${count} ${reason}`);
    print(`  ${kind.replace(': refused', '')}: ${reasons.join(', ')}`);
  }
  for (const { id, ambiguous, departed } of models) {
    print(
      `member ${id.toString(16)}: ${ambiguous} entries are ambiguous to an outsider; ` +
        `in ${departed.length} of them the member departs from the reading taken`,
    );
  }
  if (load.unanswered > 0) print(`${load.unanswered} requests had no answer that tells`);
  print(failures.length === 0 ? 'no difference' : `${failures.length} differences`);
}

/** What was sent since the last comparison without a difference, and what we say of its entries. */
export function recentLines({ load, models }: RunResult): string[] {
  return [
    ...load.recent.map(line => `SENT ${line()}`),
    ...models.flatMap(({ id, recent }) =>
      recent.map(line => `ENTRY of ${id.toString(16)} ${line()}`),
    ),
  ];
}
