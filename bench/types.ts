import type { EtcdBinaries } from '../test/kit/binaries-types.ts';

/** Figures of one run by name; the name ends with the unit (`_per_s`, `_ms`, `_s`, `_mb`). */
export type Figures = Readonly<Record<string, number>>;

/** One run of one variant in one round. */
export interface Sample {
  readonly variant: string;
  readonly round: number;
  readonly figures: Figures;
}

export interface ScenarioOptions {
  readonly source: EtcdBinaries;
  readonly destination: EtcdBinaries;
  /** Of each of the two clusters. */
  readonly members: number;
  readonly rounds: number;
  /** 1 = as in docs/performance.md; less is quicker and coarser. */
  readonly scale: number;
  /** Variants to run; undefined = all. */
  readonly variants: readonly string[] | undefined;
  /** Each side on a processor of its own, as on hosts of their own (`source-load`). */
  readonly apart: boolean;
  /** Where `--cpu-prof` files of etcd-syncer go; undefined = no profile. */
  readonly profileDir: string | undefined;
  /** Says what is going on. */
  readonly progress: (text: string) => void;
  readonly record: (sample: Sample) => void;
}

export interface Scenario {
  readonly name: string;
  /** What is measured, in one sentence. */
  readonly what: string;
  /** The figure that others are compared by, and the variant that stands for 1. */
  readonly ratio?: { readonly figure: string; readonly of: string };
  readonly run: (options: ScenarioOptions) => Promise<void>;
}
