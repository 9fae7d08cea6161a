import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Pair } from '../kit/pair.ts';

const MAIN = join(
  dirname(dirname(dirname(fileURLToPath(import.meta.url)))),
  'dist',
  'cli',
  'main.js',
);
const SAMPLE_MS = 20;

/** What `check --json` prints, as far as tests look at it. */
export interface Printed {
  readonly result: string;
  readonly pairs: readonly { readonly source_revision: string; destination_revision: string }[];
  readonly compared: Readonly<Record<string, number>>;
  readonly foreign: Readonly<Record<string, number>>;
  readonly differences: number;
  readonly by_kind: Readonly<Record<string, number>>;
  readonly first: readonly Readonly<
    Record<'kind' | 'subject' | 'source' | 'destination', string>
  >[];
  readonly unknown_keys: number;
  readonly unsettled: number;
  readonly first_unsettled: Printed['first'];
  readonly seconds: number;
  readonly repair?: {
    readonly found: number;
    readonly planned: Readonly<Record<string, number>>;
    readonly first: readonly { readonly action: string; readonly subject: string }[];
    readonly done?: Readonly<Record<string, number>>;
  };
}

export interface CheckRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Most memory that the process held. */
  readonly peakRssMiB: number;
}

/** Runs the compiled `check` to its end. @param nodeFlags of Node.js itself @param onStart is given the process */
export async function runCheck(
  args: readonly string[],
  nodeFlags: readonly string[] = [],
  onStart: (child: ChildProcess) => void = () => undefined,
): Promise<CheckRun> {
  const child = spawn(process.execPath, [...nodeFlags, MAIN, 'check', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onStart(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  let peakKib = 0;
  const timer = setInterval(() => {
    peakKib = Math.max(peakKib, highWaterKib(child.pid ?? 0));
  }, SAMPLE_MS);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(timer);
  return { code, stdout, stderr, peakRssMiB: peakKib / 1024 };
}

/** Compares the clusters of a pair; throws when the report can't be read. */
export async function checkPair(
  pair: Pair,
  args: readonly string[] = [],
  nodeFlags: readonly string[] = [],
): Promise<CheckRun & { readonly report: Printed }> {
  const run = await runCheck([...endpointsOf(pair), '--json', ...args], nodeFlags);
  try {
    return { ...run, report: JSON.parse(run.stdout) as Printed };
  } catch (cause) {
    throw new Error(`no report, exit code ${run.code}:\n${run.stderr}`, { cause });
  }
}

export function endpointsOf({ source, destination, syncer }: Pair): string[] {
  return [
    `--source-endpoints=${source.endpoints.join(',')}`,
    `--dest-endpoints=${destination.endpoints.join(',')}`,
    `--http-listen=${syncer.httpAddress}`,
  ];
}

/** 0 once the process has ended. */
function highWaterKib(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
