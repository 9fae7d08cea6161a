import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Etcd3 } from 'etcd3';
import { EtcdCluster } from '../../test/kit/cluster.ts';
import { Meter, quantile } from '../measure.ts';
import { benchKey, benchValue, forEachNumber, PREFIX, RawClient } from '../raw-client.ts';
import { type Replica, startMirror, startSyncer } from '../replicas.ts';
import { rounds } from '../rounds.ts';
import type { Figures, Scenario, ScenarioOptions } from '../types.ts';
import { until } from '../until.ts';

/** Puts a second; 0 = as many as 32 at once give. */
const RATES = [100, 300, 1_000, 0];
const SECONDS = 10;
const HIGHEST_IN_FLIGHT = 32;
/** Before the clock starts: the copy has to be there first, and code be compiled. */
const WARM_UP = 6_000;
const WARM_UP_IN_FLIGHT = 4;

export const steady: Scenario = {
  name: 'steady',
  what: 'Single puts of 128 B at a rate; lag from the answer of the source until a watcher sees the key at the destination.',
  run,
};

async function run(options: ScenarioOptions): Promise<void> {
  const variants = RATES.flatMap(rate => {
    const at = rate === 0 ? 'at most' : `${rate}/s`;
    return [
      [`etcd-syncer, ${at}`, () => measure(options, rate, startSyncer)],
      [`make-mirror, ${at}`, () => measure(options, rate, startMirror)],
    ] as const;
  });
  await rounds(options, Object.fromEntries(variants));
}

export async function measure(
  options: ScenarioOptions,
  rate: number,
  start: (source: EtcdCluster, destination: EtcdCluster) => Promise<Replica>,
): Promise<Figures> {
  await using source = await EtcdCluster.start({ programs: options.source });
  await using destination = await EtcdCluster.start({ programs: options.destination });
  await using replica = await start(source, destination);
  const client = new RawClient(source.endpoints[0] ?? '');
  const seen = new Map<string, number>();
  const watching = new Etcd3({ hosts: destination.endpoints });
  try {
    const watcher = await watching.watch().prefix(PREFIX).create();
    watcher.on('put', ({ key }) => seen.set(key.toString('latin1'), performance.now()));
    await forEachNumber(0, WARM_UP, WARM_UP_IN_FLIGHT, number =>
      client.put(benchKey(number), benchValue(number)),
    );
    await until(async () => seen.size === WARM_UP);
    const meter = new Meter({
      replica: replica.pid,
      source: source.members[0]?.pid ?? 0,
      destination: destination.members[0]?.pid ?? 0,
    });
    const milliseconds = 1_000 * Math.max(1, SECONDS * Math.min(1, options.scale));
    const started = performance.now();
    const answered = await load(client, rate, milliseconds);
    const seconds = (performance.now() - started) / 1_000;
    await until(async () => seen.size === WARM_UP + answered.size);
    // A key can be seen before its put is answered here: no lag then.
    const lags = [...answered].map(([key, at]) => Math.max(0, (seen.get(key) ?? Number.NaN) - at));
    return {
      put_per_s: answered.size / seconds,
      lag_p50_ms: quantile(lags, 0.5),
      lag_p99_ms: quantile(lags, 0.99),
      lag_max_ms: quantile(lags, 1),
      ...meter.read(),
    };
  } finally {
    client.close();
    watching.close();
  }
}

/** Puts for a time, and when each was answered. With a rate they are sent on time, however long the answers take. */
async function load(
  client: RawClient,
  rate: number,
  milliseconds: number,
): Promise<Map<string, number>> {
  const answered = new Map<string, number>();
  const end = performance.now() + milliseconds;
  const put = async (number: number): Promise<void> => {
    const key = benchKey(number);
    await client.put(key, benchValue(number));
    answered.set(key, performance.now());
  };
  if (rate === 0) {
    const isOver = (): boolean => performance.now() > end;
    await forEachNumber(WARM_UP, Number.POSITIVE_INFINITY, HIGHEST_IN_FLIGHT, put, isOver);
    return answered;
  }
  const underWay: Promise<void>[] = [];
  const started = performance.now();
  for (let sent = 0; sent < (rate * milliseconds) / 1_000; sent += 1) {
    const wait = started + (1_000 * sent) / rate - performance.now();
    if (wait > 0) await sleep(wait);
    underWay.push(put(WARM_UP + sent));
  }
  await Promise.all(underWay);
  return answered;
}
