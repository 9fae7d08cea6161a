import { performance } from 'node:perf_hooks';
import { EtcdCluster } from '../../test/kit/cluster.ts';
import { Meter, quantile } from '../measure.ts';
import { benchKey, benchValue, forEachNumber, RawClient } from '../raw-client.ts';
import { type Replica, startLearner, startMirror, startSyncer } from '../replicas.ts';
import { rounds } from '../rounds.ts';
import type { Figures, Scenario, ScenarioOptions } from '../types.ts';
import { until } from '../until.ts';

const SECONDS = 10;
const IN_FLIGHT = 32;

type Start = (source: EtcdCluster, destination: EtcdCluster) => Promise<Replica>;

export const sourceLoad: Scenario = {
  name: 'source-load',
  what: 'What a replica costs the source: 32 clients put 128 B each as fast as they are answered. All share one machine.',
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
  await using source = await EtcdCluster.start({ programs: options.source });
  await using destination = await EtcdCluster.start({ programs: options.destination });
  await using replica = await start?.(source, destination);
  const client = new RawClient(source.endpoints[0] ?? '');
  try {
    await client.put(benchKey(0), benchValue(0));
    if (replica !== undefined) await isThere(replica.readAt, 0);
    const meter = new Meter({
      source: source.members[0]?.pid ?? 0,
      ...(replica === undefined ? {} : { replica: replica.pid }),
    });
    const end = performance.now() + 1_000 * Math.max(1, SECONDS * Math.min(1, options.scale));
    const took: number[] = [];
    const started = performance.now();
    const put = async (number: number): Promise<void> => {
      const sent = performance.now();
      await client.put(benchKey(number), benchValue(number));
      took.push(performance.now() - sent);
    };
    await forEachNumber(1, Number.POSITIVE_INFINITY, IN_FLIGHT, put, () => performance.now() > end);
    const seconds = (performance.now() - started) / 1_000;
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

async function isThere(endpoint: string, number: number): Promise<void> {
  const client = new RawClient(endpoint);
  try {
    await until(() => client.has(benchKey(number)));
  } finally {
    client.close();
  }
}
