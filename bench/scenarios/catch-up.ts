import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Writer } from '../../src/wire/cursor.ts';
import type { EtcdCluster } from '../../test/kit/cluster.ts';
import { differences, readContents } from '../../test/kit/compare.ts';
import type { FaultLink } from '../../test/kit/fault-link.ts';
import type { Syncer } from '../../test/kit/syncer.ts';
import { type Backlog, putsOnly, putsThenMixed } from '../backlog.ts';
import { pidsOf, startDestination, startSource } from '../clusters.ts';
import { Meter, type Metered } from '../measure.ts';
import { forEachNumber, RawClient } from '../raw-client.ts';
import { type Detours, type Replica, startLearner, startMirror, startSyncer } from '../replicas.ts';
import { rounds } from '../rounds.ts';
import { runWorker } from '../run-worker.ts';
import type { Figures, Scenario, ScenarioOptions } from '../types.ts';
import { until } from '../until.ts';

const BACKLOG = 300_000;
const FILL_IN_FLIGHT = 256;
/** make-mirror is far too slow for the backlog: what it has done after so long gives its rate. */
const MIRROR_SECONDS = 10;
const LIMIT_OPS = 1_000;
const LIMIT_IN_FLIGHT = 2;
/** The source must hold its whole log: the new member begins with the first entry. */
export const WHOLE_LOG = ['--snapshot-count=100000000'];

const LIMIT_WORKER = fileURLToPath(new URL('../limit-worker.ts', import.meta.url));

export const catchUp: Scenario = {
  name: 'catch-up',
  what: 'A backlog of single puts of 128 B in the log of the source; each replica starts with nothing.',
  ratio: { figure: 'rate_per_s', of: 'limit' },
  run,
};

async function run(options: ScenarioOptions): Promise<void> {
  const keys = Math.max(1_000, Math.round(BACKLOG * options.scale));
  await using source = await startSource(options, WHOLE_LOG);
  const backlog = putsOnly(keys);
  await fill(options, source, backlog);
  await rounds(options, {
    limit: () => limit(options, keys),
    'etcd-syncer': () => syncer(options, source, backlog),
    'native learner': () => learner(source, backlog),
    'make-mirror': () => mirror(options, source),
  });
}

/** Makes the backlog in the log of the source. */
export async function fill(
  options: ScenarioOptions,
  source: EtcdCluster,
  { entries, borders, operation }: Backlog,
): Promise<void> {
  options.progress(`filling the source with ${entries} entries`);
  const client = new RawClient(source.endpoints[0] ?? '');
  const write = async (number: number): Promise<void> => {
    const { key, value } = operation(number);
    if (value !== undefined) await client.put(key, value);
    else await client.call('KV/DeleteRange', new Writer().byteStringField(1, key).finish());
  };
  let from = 0;
  for (const to of [...borders, entries]) {
    await forEachNumber(from, to, FILL_IN_FLIGHT, write);
    from = to;
  }
  client.close();
}

/** What a loader with prepared requests gets into the destination: new keys, or putsThenMixed. */
export async function limit(
  options: ScenarioOptions,
  keys: number,
  { valueBytes = 128, mixed = false } = {},
): Promise<Figures> {
  await using cluster = await startDestination(options);
  const meter = new Meter({ destination: pidsOf(cluster) });
  const { seconds } = await runWorker<{ seconds: number }>(LIMIT_WORKER, {
    endpoint: cluster.endpoints[0] ?? '',
    keys,
    mixed: String(mixed),
    ops: LIMIT_OPS,
    'in-flight': LIMIT_IN_FLIGHT,
    'value-bytes': valueBytes,
  });
  const entries = mixed ? putsThenMixed(keys).entries : keys;
  return { rate_per_s: entries / seconds, ...meter.read() };
}

/** @param detours makes the way between the two, once the destination is there */
export async function syncer(
  options: ScenarioOptions,
  source: EtcdCluster,
  backlog: Backlog,
  detours: (destination: EtcdCluster) => Detours = () => ({}),
): Promise<Figures> {
  await using destination = await startDestination(options);
  const started = performance.now();
  const { profileDir } = options;
  await using replica = await startSyncer(source, destination, profileDir, detours(destination));
  const figures = await drained(source, replica, backlog, started, {
    destination: pidsOf(destination),
  });
  const means = await meanDurations(replica.syncer);
  // Untimed: a replica that is quick and wrong has no figure.
  await replica.syncer.caughtUp();
  const found = differences(
    await readContents(source.endpoints),
    await readContents(destination.endpoints),
  );
  if (found.length > 0) throw new Error(`the destination differs: ${found[0]}`);
  return { ...figures, ...means };
}

/** What it says of itself: how long a batch and an fsync of its log take, and how many there were. */
export async function meanDurations(syncer: Syncer): Promise<Figures> {
  const text = await syncer.get('/metrics');
  const value = (name: string): number =>
    Number(new RegExp(`^etcd_syncer_${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  const [batches, fsyncs] = [value('batch_seconds_count'), value('log_fsync_seconds_count')];
  return {
    received_mb: value('peer_received_bytes_total') / 1024 ** 2,
    batches,
    batch_ms: (1000 * value('batch_seconds_sum')) / batches,
    fsyncs,
    stall_p999_ms: 1000 * value('event_loop_stall_p999_seconds'),
    guard_failures: value('guard_failures_total'),
    fsync_ms: (1000 * value('log_fsync_seconds_sum')) / fsyncs,
  };
}

async function learner(source: EtcdCluster, backlog: Backlog): Promise<Figures> {
  const started = performance.now();
  await using replica = await startLearner(source, WHOLE_LOG);
  const { whole_s = 0, ...figures } = await drained(source, replica, backlog, started, {});
  // It answers nobody before it has caught up, so its rate is that of the whole.
  return { ...figures, whole_s, rate_per_s: backlog.entries / whole_s };
}

export async function mirror(
  options: ScenarioOptions,
  source: EtcdCluster,
  proxyTo: (destination: EtcdCluster) => FaultLink | undefined = () => undefined,
): Promise<Figures> {
  await using destination = await startDestination(options);
  await using replica = await startMirror(source, destination, proxyTo(destination));
  const client = new RawClient(replica.readAt);
  try {
    const meter = meterOf(source, replica, { destination: pidsOf(destination) });
    await until(async () => (await client.count()) > 0);
    const [before, started] = [await client.count(), performance.now()];
    await sleep(MIRROR_SECONDS * 1000 * Math.min(1, 4 * options.scale));
    const done = (await client.count()) - before;
    return { rate_per_s: (1000 * done) / (performance.now() - started), ...meter.read() };
  } finally {
    client.close();
  }
}

/** Waits for the first and the last key: entries arrive in order, so with the last one all are there. */
async function drained(
  source: EtcdCluster,
  replica: Replica,
  { entries, first: firstKey, last: lastKey, keys }: Backlog,
  startedMs: number,
  others: Metered,
): Promise<Figures> {
  const client = new RawClient(replica.readAt);
  try {
    const meter = meterOf(source, replica, others);
    await until(() => client.has(firstKey));
    const first = performance.now();
    await until(() => client.has(lastKey));
    const last = performance.now();
    const figures = meter.read();
    const count = await client.count();
    if (count !== keys) throw new Error(`${count} of ${keys} keys are there`);
    return {
      rate_per_s: (1000 * entries) / (last - first),
      whole_s: (last - startedMs) / 1000,
      ...figures,
    };
  } finally {
    client.close();
  }
}

function meterOf(source: EtcdCluster, replica: Replica, others: Metered): Meter {
  return new Meter({ replica: replica.pid, source: pidsOf(source), ...others });
}
