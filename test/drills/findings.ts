import type { EtcdBinaries } from '../kit/binaries-types.ts';

/** What the drills run on, and how much of it. */
export interface DrillOptions {
  readonly source: EtcdBinaries;
  readonly destination: EtcdBinaries;
  /** SIGKILLs of the replicator. */
  readonly kills: number;
  /** SIGSTOPs and SIGTERMs of the writer of two. */
  readonly freezes: number;
  readonly shutdowns: number;
  /** Changes of the source's leader. */
  readonly changes: number;
  /** How long the destination stays away in one piece, in seconds. */
  readonly outage: number;
  /** Windows of each sort in which the source's write rate is measured. */
  readonly windows: number;
  /** Length of a window in seconds. */
  readonly window: number;
  /** Whether each side has a processor of its own there, as on hosts of their own. */
  readonly apart: boolean;
  /** How often a seat is ended in each way. */
  readonly seats: number;
  /** Keys that a snapshot holds. */
  readonly keys: number;
  /** Leases of the leases drill, and --lease-ttl-floor in it, in seconds. */
  readonly leases: number;
  readonly floor: number;
  /** How often figures that are ratios are taken. */
  readonly rounds: number;
  /** Damaged files of each kind. */
  readonly flips: number;
  readonly seed: number;
}

/** One line of a drill's result: a figure, or a statement that holds or does not. */
export interface Finding {
  readonly what: string;
  readonly value: string;
  /** undefined = a figure that proves nothing by itself. */
  readonly holds?: boolean;
}

/** Collects what one drill finds. A drill goes on after a statement that fails: the rest is worth knowing. */
export class Findings {
  readonly rows: Finding[] = [];

  figure(what: string, value: string | number): void {
    this.rows.push({ what, value: String(value) });
  }

  /** @param shown what was counted or seen, for both outcomes */
  check(what: string, holds: boolean, shown: string | number): void {
    this.rows.push({ what, value: String(shown), holds });
  }

  /** A statement that holds when the list is empty; its first lines are shown otherwise. */
  none(what: string, found: readonly string[]): void {
    const shown = found.length === 0 ? 'none' : `${found.length}: ${found.slice(0, 5).join('; ')}`;
    this.rows.push({ what, value: shown, holds: found.length === 0 });
  }

  get hold(): boolean {
    return this.rows.every(({ holds }) => holds !== false);
  }
}

export interface Drill {
  readonly name: string;
  /** One line for people. */
  readonly about: string;
  run(options: DrillOptions, findings: Findings): Promise<void>;
}

/** Middle, least and most of some measurements, as text. */
export function spread(values: readonly number[], digits = 0): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `median ${median(values).toFixed(digits)}, min ${least.toFixed(digits)}, max ${most.toFixed(digits)}`;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
