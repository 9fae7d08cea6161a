import { performance } from 'node:perf_hooks';
import { Writer } from '../../src/wire/cursor.ts';
import { MemorySampler } from '../../test/drills/memory.ts';
import { STRIDE } from '../backlog.ts';
import { loadInBulk } from '../bulk-load.ts';
import { pidsOf, startDestination, startSource } from '../clusters.ts';
import { Http2Puts } from '../http2-puts.ts';
import { cpuSeconds, Meter } from '../measure.ts';
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

const ENTRIES = 10_000_000;
/** What those entries overwrite. */
const ENTRY_KEYS = 100_000;
const ENTRIES_IN_FLIGHT = 256;
/** As a cluster is that lives: without it no database would hold so many revisions. */
const COMPACT_EVERY = 500_000;

export const growth: Scenario = {
  name: 'growth',
  what: `What a put costs that overwrites one of few or of many keys of ${VALUE_BYTES} B, all over the place, and after how many.`,
  ratio: { figure: 'replica_us_per_put', of: `${KEYS[0]} keys` },
  run,
};

async function run(options: ScenarioOptions): Promise<void> {
  const scaled = (count: number): number =>
    Math.max(1_000, Math.round(count * Math.min(1, options.scale)));
  const byKeys = KEYS.map(keys => [
    `${keys} keys`,
    () => measure(options, keys === KEYS[0] ? keys : scaled(keys), scaled(PUTS)),
  ]);
  await rounds(options, {
    ...Object.fromEntries(byKeys),
    [`${ENTRIES} entries`]: () => measureEntries(options, scaled(ENTRIES)),
  });
}

/** Follows so many puts in ten parts: what the last part costs beside the first one, and the memory after all of them. */
function measureEntries(options: ScenarioOptions, entries: number): Promise<Figures> {
  const keys = Math.min(ENTRY_KEYS, entries);
  return following(options, keys, entries, async ({ endpoint, replicaPid, client, arrive }) => {
    const puts = new Http2Puts(endpoint);
    const put = async (number: number): Promise<void> => {
      const key = (number * STRIDE) % keys;
      await puts.put(benchKey(key), benchValue(number, VALUE_BYTES));
      if (number % COMPACT_EVERY !== COMPACT_EVERY - 1) return;
      // Each put has made a revision of its own.
      const revision = BigInt(number - ENTRIES_IN_FLIGHT);
      await client.call('KV/Compact', new Writer().int64Field(1, revision).finish());
    };
    const tenths: number[] = [];
    try {
      for (let part = 0; part < 10; part += 1) {
        const [from, to] = [part, part + 1].map(n => Math.round((n * entries) / 10)) as [
          number,
          number,
        ];
        const before = cpuSeconds(replicaPid);
        await forEachNumber(from, to, ENTRIES_IN_FLIGHT, put);
        await arrive(keys + part);
        tenths.push((1e6 * (cpuSeconds(replicaPid) - before)) / (to - from));
        options.progress(`${to} entries: ${tenths.at(-1)?.toFixed(1)} us each`);
      }
    } finally {
      puts.close();
    }
    return {
      first_tenth_us: tenths[0] ?? Number.NaN,
      last_tenth_us: tenths.at(-1) ?? Number.NaN,
    };
  });
}

function measure(options: ScenarioOptions, keys: number, puts: number): Promise<Figures> {
  return following(options, keys, puts, async ({ client, arrive }) => {
    await forEachNumber(0, puts, IN_FLIGHT, number => {
      const key = (number * STRIDE) % keys;
      return client.put(benchKey(key), benchValue(number, VALUE_BYTES));
    });
    await arrive(keys);
    return {};
  });
}

interface Following {
  readonly endpoint: string;
  readonly replicaPid: number;
  readonly client: RawClient;
  /** Puts one key more; resolves when it is at the destination, and with it all before. */
  readonly arrive: (number: number) => Promise<void>;
}

/** @param puts that `act` makes, once the destination has `keys` keys */
async function following(
  options: ScenarioOptions,
  keys: number,
  puts: number,
  act: (following: Following) => Promise<Figures>,
): Promise<Figures> {
  await using source = await startSource(options);
  await using destination = await startDestination(options);
  const endpoint = source.endpoints[0] ?? '';
  await loadInBulk(endpoint, keys, VALUE_BYTES);
  await using replica = await startSyncer(source, destination, options.profileDir);
  const client = new RawClient(endpoint);
  const there = new RawClient(replica.readAt);
  const memory = new MemorySampler(() => replica.pid);
  const arrive = async (number: number): Promise<void> => {
    await client.put(benchKey(number), benchValue(number));
    await until(() => there.has(benchKey(number)));
  };
  try {
    await until(async () => (await there.count()) === keys);
    const meter = new Meter({
      replica: replica.pid,
      source: pidsOf(source),
      destination: pidsOf(destination),
    });
    const started = performance.now();
    const own = await act({ endpoint, replicaPid: replica.pid, client, arrive });
    const seconds = (performance.now() - started) / 1_000;
    const { replica_cpu_s = Number.NaN, ...figures } = meter.read();
    const { stall_p999_ms = Number.NaN } = await meanDurations(replica.syncer);
    const replica_us_per_put = (1e6 * replica_cpu_s) / puts;
    // Most of a large state is its file, as far as it is mapped.
    const replica_anonymous_mb = memory.max.anonymous / 1024 ** 2;
    return {
      rate_per_s: puts / seconds,
      ...{ replica_us_per_put, ...own, stall_p999_ms, replica_anonymous_mb },
      ...figures,
    };
  } finally {
    memory.stop();
    client.close();
    there.close();
  }
}
