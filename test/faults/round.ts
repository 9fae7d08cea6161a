import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './faults.ts';
import { MixedLoad } from './mixed-load.ts';
import { Reader, type ReaderVerdict } from './reader.ts';
import type { FaultRig } from './rig.ts';
import type { SourceHistory } from './source-history.ts';

/** What came of one fault. */
export interface RoundResult {
  readonly fault: string;
  /** Why it was not run. */
  readonly missing?: string;
  /** What broke the round off. */
  readonly failure?: string;
  readonly answered: number;
  readonly failed: number;
  readonly reader?: ReaderVerdict;
  readonly differences: readonly string[];
  readonly writerFaults: readonly string[];
  /** From the fault to the first batch of another replica; undefined = none took over. */
  readonly takeoverSeconds?: number;
  /** From the fault's end to equality, without what the load's own clients waited for. */
  readonly seconds: number;
  /** That: from the load's stop to its last answer. */
  readonly loadSeconds: number;
}

export function holds({ failure, reader, differences, writerFaults }: RoundResult): boolean {
  const wrong = [...(reader?.neverWere ?? []), ...(reader?.wentBack ?? [])];
  return failure === undefined && wrong.length + differences.length + writerFaults.length === 0;
}

export interface RoundOptions {
  /** How long the fault lasts. */
  readonly holdMs: number;
  /** Load before and after it. */
  readonly calmMs: number;
  readonly seed: number;
}

/** One fault under load, from before it until both sides are equal again, with a reader at the destination all the time. */
export async function runRound(
  rig: FaultRig,
  history: SourceHistory,
  fault: Fault,
  { holdMs, calmMs, seed }: RoundOptions,
): Promise<RoundResult> {
  const { source, destination } = rig;
  const nothing = {
    answered: 0,
    failed: 0,
    differences: [],
    writerFaults: [],
    seconds: 0,
    loadSeconds: 0,
  };
  const missing = fault.missing?.(rig);
  if (missing !== undefined) return { fault: fault.name, missing, ...nothing };
  const reader = new Reader(destination.cluster.endpoints, destination.login);
  const load = new MixedLoad(source.cluster, source.login, seed);
  let failure: string | undefined;
  let beganMs = Number.NaN;
  try {
    await sleep(calmMs);
    const end = await fault.begin(rig);
    beganMs = performance.now();
    await sleep(holdMs);
    await end();
  } catch (error) {
    failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    rig.heal();
    rig.runAll();
  }
  const endedMs = performance.now();
  await sleep(calmMs);
  const stoppedMs = performance.now();
  await load.stop();
  const loadMs = performance.now() - stoppedMs;
  const differences = await rig.settledDifferences();
  const seconds = (performance.now() - endedMs - loadMs) / 1_000;
  await reader.stop();
  await history.extend(source.cluster.endpoints, source.login, await rig.revision());
  const takeoverSeconds = reader.takenOverAfter(beganMs);
  return {
    fault: fault.name,
    ...(takeoverSeconds === undefined || rig.replicas.length === 1 ? {} : { takeoverSeconds }),
    ...(failure === undefined ? {} : { failure }),
    answered: load.done,
    failed: load.failed,
    reader: reader.judge(history),
    differences,
    writerFaults: await rig.writerFaults(),
    seconds,
    loadSeconds: loadMs / 1_000,
  };
}
