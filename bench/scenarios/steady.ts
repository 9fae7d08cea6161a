import { fileURLToPath } from 'node:url';
import type { EtcdCluster } from '../../test/kit/cluster.ts';
import { pidsOf, startDestination, startSource } from '../clusters.ts';
import { Meter, quantile } from '../measure.ts';
import { benchKey, benchValue, forEachNumber, RawClient } from '../raw-client.ts';
import { type Replica, startLearner, startMirror, startSyncer } from '../replicas.ts';
import { rounds } from '../rounds.ts';
import { runWorker } from '../run-worker.ts';
import { askForRevision, type Sight, watchKeys } from '../sight.ts';
import type { Figures, Scenario, ScenarioOptions } from '../types.ts';
import { until } from '../until.ts';

/** Puts a second; 0 = as many as 32 at once give. */
const RATES = [100, 300, 1_000, 0];
const SECONDS = 10;
const HIGHEST_IN_FLIGHT = 32;
const WORKER = fileURLToPath(new URL('../load-worker.ts', import.meta.url));
/** Before the clock starts: the copy has to be there first, and code be compiled. */
const WARM_UP = 40_000;
const WARM_UP_IN_FLIGHT = 4;

export const steady: Scenario = {
  name: 'steady',
  what: 'Single puts of 128 B at a rate; lag from the answer of the source until a client sees the key at the copy: by a watch, at a native learner by asking it every millisecond.',
  run,
};

async function run(options: ScenarioOptions): Promise<void> {
  const variants = RATES.flatMap(rate => {
    const at = rate === 0 ? 'at most' : `${rate}/s`;
    return [
      [`etcd-syncer, ${at}`, () => measure(options, rate, startSyncer)],
      [`make-mirror, ${at}`, () => measure(options, rate, startMirror)],
      [`native learner, ${at}`, () => measure(options, rate, from => startLearner(from, []))],
    ] as const;
  });
  await rounds(options, Object.fromEntries(variants));
}

type Start = (source: EtcdCluster, destination: EtcdCluster) => Promise<Replica>;

export async function measure(
  options: ScenarioOptions,
  rate: number,
  start: Start,
): Promise<Figures> {
  const seconds = Math.max(1, SECONDS * Math.min(1, options.scale));
  const { lags, put_per_s, used } = await measureLags(options, rate, seconds, start);
  return { put_per_s, ...lagFigures(lags), ...used };
}

export function lagFigures(lags: readonly number[]): Figures {
  return {
    lag_p50_ms: quantile(lags, 0.5),
    lag_p99_ms: quantile(lags, 0.99),
    lag_max_ms: quantile(lags, 1),
  };
}

/** Milliseconds of each put in turn, and what the processes used. */
export interface Lags {
  readonly lags: readonly number[];
  readonly put_per_s: number;
  readonly used: Figures;
}

/** @param rate puts a second; 0 = as many as the source gives */
export async function measureLags(
  options: ScenarioOptions,
  rate: number,
  seconds: number,
  start: Start,
): Promise<Lags> {
  await using source = await startSource(options);
  await using destination = await startDestination(options);
  await using replica = await start(source, destination);
  const client = new RawClient(source.endpoints[0] ?? '');
  let sight: Sight | undefined;
  try {
    const seeing = await lookAt(replica, destination);
    sight = seeing;
    await forEachNumber(0, WARM_UP, WARM_UP_IN_FLIGHT, number =>
      client.put(benchKey(number), benchValue(number)),
    );
    await until(async () => seeing.count === WARM_UP);
    const meter = new Meter({
      replica: replica.pid,
      source: pidsOf(source),
      destination: pidsOf(destination),
    });
    const loaded = await load(source.endpoints[0] ?? '', rate, 1_000 * seconds);
    const { answeredMs } = loaded;
    await until(async () => seeing.count === WARM_UP + answeredMs.length);
    // A key can be seen before its put is answered here: no lag then.
    const lags = answeredMs.map((at, number) => Math.max(0, seeing.seenMs(WARM_UP + number) - at));
    return { lags, put_per_s: answeredMs.length / loaded.seconds, used: meter.read() };
  } finally {
    client.close();
    await sight?.close();
  }
}

/** A copy that is read elsewhere than at the destination is a learner, which may still be starting. */
async function lookAt({ readAt }: Replica, destination: EtcdCluster): Promise<Sight> {
  if (destination.endpoints.includes(readAt)) return await watchKeys(destination.endpoints);
  const client = new RawClient(readAt);
  try {
    await until(async () => (await client.revision()) > 0);
  } finally {
    client.close();
  }
  return await askForRevision(readAt);
}

/** What load-worker.ts prints. */
interface Load {
  readonly seconds: number;
  /** By `nowMs`, for each put from WARM_UP on. */
  readonly answeredMs: readonly number[];
}

function load(endpoint: string, rate: number, milliseconds: number): Promise<Load> {
  return runWorker(WORKER, {
    endpoint,
    rate,
    from: WARM_UP,
    ms: milliseconds,
    'in-flight': HIGHEST_IN_FLIGHT,
  });
}
