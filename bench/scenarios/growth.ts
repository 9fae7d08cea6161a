import { performance } from 'node:perf_hooks';
import { MemorySampler } from '../../test/drills/memory.ts';
import { loadInBulk } from '../bulk-load.ts';
import { pidsOf, startDestination, startSource } from '../clusters.ts';
import { Meter } from '../measure.ts';
import { benchKey, benchValue, forEachNumber, RawClient } from '../raw-client.ts';
import { startSyncer } from '../replicas.ts';
import { rounds } from '../rounds.ts';
import type { Figures, Scenario, ScenarioOptions } from '../types.ts';
import { until } from '../until.ts';
import { meanDurations } from './catch-up.ts';

const KEYS = [10_000, 100_000, 1_000_000];
const VALUE_BYTES = 256;
const PUTS = 50_000;
const IN_FLIGHT = 64;
/** Odd, so that its multiples are spread over all keys. */
const STRIDE = 7_919_999;

export const growth: Scenario = {
  name: 'growth',
  what: `What a put costs that overwrites one of few or of many keys of ${VALUE_BYTES} B, all over the place.`,
  ratio: { figure: 'replica_us_per_put', of: `${KEYS[0]} keys` },
  run,
};

async function run(options: ScenarioOptions): Promise<void> {
  const scaled = (count: number): number =>
    Math.max(1_000, Math.round(count * Math.min(1, options.scale)));
  await rounds(
    options,
    Object.fromEntries(
      KEYS.map(keys => [
        `${keys} keys`,
        () => measure(options, keys === KEYS[0] ? keys : scaled(keys), scaled(PUTS)),
      ]),
    ),
  );
}

async function measure(options: ScenarioOptions, keys: number, puts: number): Promise<Figures> {
  await using source = await startSource(options);
  await using destination = await startDestination(options);
  const endpoint = source.endpoints[0] ?? '';
  await loadInBulk(endpoint, keys, VALUE_BYTES);
  await using replica = await startSyncer(source, destination, options.profileDir);
  const client = new RawClient(endpoint);
  const there = new RawClient(replica.readAt);
  const memory = new MemorySampler(() => replica.pid);
  try {
    await until(async () => (await there.count()) === keys);
    const meter = new Meter({
      replica: replica.pid,
      source: pidsOf(source),
      destination: pidsOf(destination),
    });
    const started = performance.now();
    await forEachNumber(0, puts, IN_FLIGHT, number => {
      const key = (number * STRIDE) % keys;
      return client.put(benchKey(key), benchValue(number, VALUE_BYTES));
    });
    await client.put(benchKey(keys), benchValue(keys));
    await until(() => there.has(benchKey(keys)));
    const seconds = (performance.now() - started) / 1_000;
    const { replica_cpu_s = Number.NaN, ...figures } = meter.read();
    const { stall_p999_ms = Number.NaN } = await meanDurations(replica.syncer);
    const replica_us_per_put = (1e6 * replica_cpu_s) / puts;
    // Most of a large state is its file, as far as it is mapped.
    const replica_anonymous_mb = memory.max.anonymous / 1024 ** 2;
    return {
      rate_per_s: puts / seconds,
      ...{ replica_us_per_put, stall_p999_ms, replica_anonymous_mb },
      ...figures,
    };
  } finally {
    memory.stop();
    client.close();
    there.close();
  }
}
