import type { storeRegression } from './regression.ts';
import { recentLines } from './report.ts';
import type { RunOptions, RunResult } from './run.ts';
import { shrink } from './shrink.ts';

/** Runs of a shrinking list; each starts a cluster of its own. */
const SHRINKING_RUNS = 60;

export interface FailureTools {
  readonly run: (options: RunOptions) => Promise<RunResult>;
  readonly store: typeof storeRegression;
  readonly print: (line: string) => void;
}

/**
 * Prints the differences with their seed, keeps the run under testdata/oracle, and looks for a short list of requests that
 * shows a difference as well when sent one by one; that one is kept, too.
 */
export async function reportFailure(
  options: RunOptions,
  result: RunResult,
  tools: FailureTools,
): Promise<void> {
  const { print, store } = tools;
  const name = `seed-${options.seed}-${options.programs.version}`;
  print(`etcd ${options.programs.version}, seed ${options.seed}:`);
  for (const failure of result.failures) print(`DIFFERENCE ${failure}`);
  for (const line of recentLines(result)) print(line);
  if (result.last !== undefined) print(`stored: ${store({ name, ...result.last })}`);
  let shortest: RunResult | undefined;
  const found = await shrink(
    result.load.sent,
    async script => {
      const outcome = await runScript(options, script, tools);
      if (outcome !== undefined) shortest = outcome;
      return outcome !== undefined;
    },
    SHRINKING_RUNS,
  );
  if (found === undefined || shortest === undefined) {
    print('sent one by one, the same requests show no difference');
    return;
  }
  print(`${found.length} requests are enough:`);
  for (const line of recentLines(shortest)) print(line);
  for (const failure of shortest.failures) print(`DIFFERENCE ${failure}`);
  if (shortest.last !== undefined) {
    print(`stored: ${store({ name: `${name}-short`, ...shortest.last })}`);
  }
}

/**
 * The run of these requests, one after the other; undefined when it shows no difference. One that breaks off shows
 * none: with requests left out, auth may be on and nobody root, so that nothing can be compared.
 */
async function runScript(
  options: RunOptions,
  script: NonNullable<RunOptions['script']>,
  { run, print }: FailureTools,
): Promise<RunResult | undefined> {
  const every = Math.max(1, script.length);
  try {
    const again = { ...options, members: 1, disturbed: false, script, operations: every, every };
    const outcome = await run(again);
    return outcome.failures.length > 0 ? outcome : undefined;
  } catch (error) {
    print(`a run of ${script.length} requests broke off: ${String(error).split('\n', 1)[0]}`);
    return undefined;
  }
}
