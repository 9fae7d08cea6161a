import { performance } from 'node:perf_hooks';
import type { EtcdCluster } from '../../test/kit/cluster.ts';
import { DESTINATION_PROCESSOR, keepOn, SOURCE_PROCESSOR } from '../../test/kit/processor.ts';
import { pidsOf, startDestination, startSource } from '../clusters.ts';
import { Meter, quantile } from '../measure.ts';
import { benchKey, benchValue, forEachNumber, RawClient } from '../raw-client.ts';
import { type Replica, startLearner, startMirror, startSyncer } from '../replicas.ts';
import { rounds } from '../rounds.ts';
import type { Figures, Scenario, ScenarioOptions } from '../types.ts';
import { until } from '../until.ts';

const SECONDS = 10;
/** Before the clock starts: code is compiled, logs and caches have their size. */
const WARM_UP_SECONDS = 15;
const IN_FLIGHT = 32;

type Start = (source: EtcdCluster, destination: EtcdCluster) => Promise<Replica>;

export const sourceLoad: Scenario = {
  name: 'source-load',
  what: 'What a replica costs the source: 32 clients put 128 B each as fast as they are answered. All share one machine; with --apart, two processors.',
  ratio: { figure: 'put_per_s', of: 'nobody' },
  run,
};

async function run(options: ScenarioOptions): Promise<void> {
  await rounds(options, {
    nobody: () => measure(options, undefined),
    'native learner': () => measure(options, source => startLearner(source, [])),
    'etcd-syncer': () => measure(options, startSyncer),
    'make-mirror': () => measure(options, startMirror),
  });
}

async function measure(options: ScenarioOptions, start: Start | undefined): Promise<Figures> {
  await using source = await startSource(options);
  await using destination = await startDestination(options);
  await using replica = await start?.(source, destination);
  const client = new RawClient(source.endpoints[0] ?? '');
  try {
    await client.put(benchKey(0), benchValue(0));
    if (replica !== undefined) await isThere(replica.readAt, 0);
    if (options.apart) await keepApart(source, [...destination.members, replica]);
    const put = async (number: number): Promise<number> => {
      const sent = performance.now();
      await client.put(benchKey(number), benchValue(number));
      return performance.now() - sent;
    };
    const warm = await putFor(WARM_UP_SECONDS * Math.min(1, options.scale), 1, put);
    const meter = new Meter({
      source: pidsOf(source),
      ...(replica === undefined ? {} : { replica: replica.pid }),
    });
    const { took, seconds } = await putFor(
      Math.max(1, SECONDS * Math.min(1, options.scale)),
      1 + warm.took.length,
      put,
    );
    return {
      put_per_s: took.length / seconds,
      p50_ms: quantile(took, 0.5),
      p99_ms: quantile(took, 0.99),
      ...meter.read(),
    };
  } finally {
    client.close();
  }
}

/** Puts keys from number `from` on for so many seconds; what each took, in milliseconds. */
async function putFor(
  seconds: number,
  from: number,
  put: (number: number) => Promise<number>,
): Promise<{ readonly took: readonly number[]; readonly seconds: number }> {
  const took: number[] = [];
  const started = performance.now();
  await forEachNumber(
    from,
    Number.POSITIVE_INFINITY,
    IN_FLIGHT,
    async number => {
      took.push(await put(number));
    },
    () => performance.now() > started + 1_000 * seconds,
  );
  return { took, seconds: (performance.now() - started) / 1_000 };
}

/** We write to the source, and keep its company. */
async function keepApart(
  source: EtcdCluster,
  others: readonly ({ readonly pid: number } | undefined)[],
): Promise<void> {
  for (const { pid } of [process, ...source.members]) await keepOn(SOURCE_PROCESSOR, pid);
  for (const other of others) {
    if (other !== undefined) await keepOn(DESTINATION_PROCESSOR, other.pid);
  }
}

async function isThere(endpoint: string, number: number): Promise<void> {
  const client = new RawClient(endpoint);
  try {
    await until(() => client.has(benchKey(number)));
  } finally {
    client.close();
  }
}
