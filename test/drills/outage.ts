import { setTimeout as sleep } from 'node:timers/promises';
import type { EtcdBinaries } from '../kit/binaries-types.ts';
import { readContents } from '../kit/compare.ts';
import { Load } from '../kit/load.ts';
import { Pair } from '../kit/pair.ts';
import { DESTINATION_PROCESSOR, keepOn, SOURCE_PROCESSOR } from '../kit/processor.ts';
import { type Drill, median, spread } from './findings.ts';
import { MemorySampler, mib } from './memory.ts';
import { until } from './until.ts';

const SETTLE_MS = 300_000;
const WORKERS = 16;
/** As long as a small Kubernetes object: the backlog outgrows the log's cache and its first segment. */
const VALUE_BYTES = 3_000;
/** Before a window begins, what the change before it has stirred up has settled. */
const SETTLING_MS = 1_500;
/** Entries that may be under way to the replicator when its window begins. */
const UNDER_WAY = 500;
/** Node's own, the store's pages, the queue and the overlay at their limits, and what waits for the collector. */
const MEMORY_LIMIT = 512 * 1024 * 1024;
/** Far from a measurement: it tells a source that is held up from one that shares its processors and its disk. */
const LEAST_RATIO = 0.5;
/** Of fewer windows the median is an accident. */
const ENOUGH_WINDOWS = 4;

/** The destination is away: what that does to the source and to the replicator's memory, and how it ends. */
export const outage: Drill = {
  name: 'outage',
  about: "the destination stopped under load: the source's write rate, memory, catching up",
  async run(options, findings) {
    await using pair = await Pair.start({
      ...options,
      sourceFlags: keepWholeLog(options.source),
    });
    const { syncer, source, destination } = pair;
    syncer.start();
    await syncer.caughtUp();
    const memory = new MemorySampler(() => syncer.pid);
    const load = new Load({
      endpoints: source.endpoints,
      seed: options.seed,
      workers: WORKERS,
      valueBytes: VALUE_BYTES,
    });
    if (options.apart) {
      for (const { pid } of [process, ...source.members]) await keepOn(SOURCE_PROCESSOR, pid);
    }
    await sleep(SETTLING_MS);
    const idle = memory.max;
    await destination.members[0]?.stop('SIGKILL');
    const startedMs = performance.now();

    const attached: number[] = [];
    const stopped: number[] = [];
    // A B, B A, A B ...: what changes slowly on the machine falls on both alike.
    for (let pairOf = 0; pairOf < options.windows; pairOf += 1) {
      const order = pairOf % 2 === 0 ? [true, false] : [false, true];
      for (const isAttached of order) {
        await attach(pair, isAttached);
        if (options.apart && isAttached) await keepOn(DESTINATION_PROCESSOR, syncer.pid);
        (isAttached ? attached : stopped).push(await writeRate(load, options.window));
      }
    }
    await attach(pair, true);
    await sleep(options.outage * 1_000);

    const { lag, log_bytes } = await syncer.status();
    await destination.members[0]?.start();
    await destination.ready();
    const backMs = performance.now();
    await load.stop();
    const found = await pair.settledDifferences(SETTLE_MS);
    const caughtUpMs = performance.now();
    await syncer.caughtUp();
    memory.stop();
    findings.none('differences at the end', found);
    findings.figure('destination away for seconds', seconds(backMs - startedMs));
    findings.figure('of them without an end, attached', options.outage);
    findings.figure('requests a second, attached', `${spread(attached)} of ${attached.length}`);
    findings.figure('requests a second, stopped', `${spread(stopped)} of ${stopped.length}`);
    const ratio = median(attached) / median(stopped);
    if (options.windows < ENOUGH_WINDOWS) findings.figure('ratio of the medians', ratio.toFixed(3));
    else {
      const what = `ratio of the medians, above ${LEAST_RATIO}`;
      findings.check(what, ratio > LEAST_RATIO, ratio.toFixed(3));
      const least = Math.min(...stopped);
      const isNoise = median(attached) >= least ? 'yes' : `no, below ${least.toFixed(0)}`;
      findings.figure('attached within what the windows without it vary by', isNoise);
    }
    findings.figure('entries behind when it came back', lag.entries);
    findings.figure('local log then', mib(log_bytes));
    findings.figure('seconds until equal, load ended', seconds(caughtUpMs - backMs));
    const { total, anonymous } = memory.max;
    findings.figure('RSS before the outage', mib(idle.total));
    findings.figure('RSS samples', memory.samples.length);
    findings.figure('RSS at most, without pages of files', mib(anonymous));
    findings.check(`RSS at most, below ${mib(MEMORY_LIMIT)}`, total < MEMORY_LIMIT, mib(total));
    const { keys, leases } = await readContents(destination.endpoints);
    findings.figure('requests answered', load.done);
    findings.figure('keys, leases compared', `${keys.size}, ${leases.size}`);
  },
};

/** While the replicator is stopped, the source must not throw away what it has not got. */
function keepWholeLog(source: EtcdBinaries): string[] {
  if (source.line === '3.4' || source.line === '3.5') return ['--snapshot-count=100000000'];
  return ['--snapshot-count=100000000', '--snapshot-catchup-entries=100000000'];
}

/** Starts or stops the replicator, if need be. */
async function attach(pair: Pair, isAttached: boolean): Promise<void> {
  const { syncer } = pair;
  if (!isAttached) await syncer.kill('SIGKILL');
  else if (!syncer.isRunning) {
    syncer.start();
    await keepsUp(pair);
  }
}

/** Waits until the replicator receives what the source commits. */
async function keepsUp({ source, syncer }: Pair): Promise<void> {
  await until(async () => {
    const [status] = JSON.parse(await source.etcdctl(['endpoint', 'status', '-w', 'json'])) as {
      Status: { raftIndex: number };
    }[];
    const { received } = (await syncer.status()).positions;
    return status !== undefined && status.Status.raftIndex - received < UNDER_WAY;
  }, 'the replicator to receive what the source commits');
}

/** Requests that the source answered per second. */
async function writeRate(load: Load, windowSeconds: number): Promise<number> {
  await sleep(SETTLING_MS);
  const [before, startedMs] = [load.done, performance.now()];
  await sleep(windowSeconds * 1_000);
  return ((load.done - before) / (performance.now() - startedMs)) * 1_000;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
