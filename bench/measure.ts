import { readFileSync } from 'node:fs';
import type { Figures } from './types.ts';

/** Ticks of utime and stime a second (USER_HZ, which is 100 on every Linux that Node.js runs on). */
const TICKS_PER_SECOND = 100;

/** Milliseconds by a clock that all processes of a machine share. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** A process has ended: nothing can be read of it any more. */
export class ProcessGone extends Error {}

/** CPU seconds that a process has used, of all its threads. Errors: ProcessGone. */
export function cpuSeconds(pid: number): number {
  const stat = readOf(pid, 'stat');
  // The program's name is in brackets and may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Most memory that a process has had resident, in bytes. Errors: ProcessGone. */
export function peakRssBytes(pid: number): number {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readOf(pid, 'status'));
  // One that has ended and whose parent does not know yet has no memory any more.
  if (line === null) throw new ProcessGone(`process ${pid} has no VmHWM`);
  return Number(line[1]) * 1024;
}

function readOf(pid: number, file: 'stat' | 'status'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['ENOENT', 'ESRCH'].includes(code)) throw error;
    throw new ProcessGone(`process ${pid} has ended`);
  }
}

/** Process IDs by name; several are one thing together. */
export type Metered = Readonly<Record<string, number | readonly number[]>>;

/** CPU that named processes use from now on, and their peak memory: of several the sum, and the most that one has. */
export class Meter {
  readonly #pids: ReadonlyMap<string, readonly number[]>;
  readonly #before = new Map<string, number>();

  constructor(metered: Metered) {
    this.#pids = new Map(Object.entries(metered).map(([name, pids]) => [name, [pids].flat()]));
    for (const [name, pids] of this.#pids) this.#before.set(name, sumOf(pids.map(cpuSeconds)));
  }

  /** undefined once one of the processes has ended. */
  readIfAlive(): Figures | undefined {
    try {
      return this.read();
    } catch (error) {
      if (error instanceof ProcessGone) return undefined;
      throw error;
    }
  }

  /** While the processes are still there. Errors: ProcessGone. */
  read(): Figures {
    const figures: Record<string, number> = {};
    for (const [name, pids] of this.#pids) {
      figures[`${name}_cpu_s`] = sumOf(pids.map(cpuSeconds)) - (this.#before.get(name) ?? 0);
      figures[`${name}_rss_mb`] = Math.max(...pids.map(peakRssBytes)) / 1024 ** 2;
    }
    return figures;
  }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** The value below which this share of the values lies; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1);
  return sorted[Math.max(0, at)] ?? Number.NaN;
}

/** The middle value, or the mean of both in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}
