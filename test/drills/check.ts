import { setTimeout as sleep } from 'node:timers/promises';
import { Etcd3 } from 'etcd3';
import { bulkKey, fill } from '../kit/bulk.ts';
import { Load } from '../kit/load.ts';
import { Pair } from '../kit/pair.ts';
import { OperatorToken } from '../verify/operator-token.ts';
import { plantDifferences, prepareSource } from '../verify/planted.ts';
import { checkPair } from '../verify/run-check.ts';
import { type Drill, type DrillOptions, type Findings, spread } from './findings.ts';
import { MemorySampler, mib } from './memory.ts';

/** Runs without a difference before any is planted. */
const RUNS = 20;
const CAUGHT_UP_MS = 600_000;
const MAX_HEAP_MIB = 48;
const VALUE_BYTES = 100;
const PUT_PAUSE_MS = 5;
/** A hundred thousand keys at the most, so that the gentle check has its end. */
const COST_PREFIX = '--only-prefix=bulk/000';
const MIB = 1024 * 1024;

/** `check` under load: what it finds, what it must not find, repairs, and what it costs. */
export const check: Drill = {
  name: 'check',
  about:
    'check under load: a hundred planted differences, none that is not there, repair, its cost',
  async run(options, findings) {
    using token = new OperatorToken();
    // So long that no keepalive is due, which would bring back a lease that is taken away.
    const syncerArgs = ['--lease-ttl-floor=10000h', token.flag];
    const quota = ['--quota-backend-bytes=8589934592'];
    await using pair = await Pair.start({
      ...options,
      syncerArgs,
      sourceFlags: quota,
      destinationFlags: quota,
    });
    pair.syncer.start();
    await pair.syncer.caughtUp();
    await prepareSource(pair.source);
    const load = new Load({ endpoints: pair.source.endpoints, seed: options.seed, workers: 2 });
    try {
      await falseDifferences(pair, findings);
      await planted(pair, findings, token.flag);
      await manyKeys(pair, options, findings);
    } finally {
      await load.stop();
    }
    findings.figure('requests of the load meanwhile', `${load.done}, ${load.failed} failed`);
    await cost(pair, options, findings);
  },
};

async function falseDifferences(pair: Pair, findings: Findings): Promise<void> {
  const found: string[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const { code, report } = await checkPair(pair);
    if (code !== 0) found.push(`run ${run}: exit ${code}, ${JSON.stringify(report.first)}`);
  }
  findings.none(`differences in ${RUNS} runs under load`, found);
}

async function planted(pair: Pair, findings: Findings, token: string): Promise<void> {
  const wanted = await plantDifferences(pair.destination);
  const { report } = await checkPair(pair, ['--limit=1000']);
  const found = report.first.map(({ kind, subject }) => `${kind} ${subject}`).sort();
  findings.check('differences planted', wanted.length === 100, wanted.length);
  findings.none('of them not found', missingIn(wanted, found));
  findings.none('found though not planted', missingIn(found, wanted));
  findings.figure(
    'by kind',
    Object.entries(report.by_kind)
      .filter(([, count]) => count > 0)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', '),
  );
  const repaired = await checkPair(pair, ['--repair', '--yes', token]);
  findings.figure('repair', JSON.stringify(repaired.report.repair?.done));
  findings.check('exit code after it', repaired.code === 0, repaired.code ?? 'none');
}

/** Each line of one list that the other lacks; two equal lines are two. */
function missingIn(wanted: readonly string[], found: readonly string[]): string[] {
  const left = [...found];
  return wanted.filter(line => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

async function manyKeys(pair: Pair, { keys }: DrillOptions, findings: Findings): Promise<void> {
  const { endpoints } = pair.source;
  const value = (number: number): string => String(number).padEnd(VALUE_BYTES, '.');
  await fill({ endpoints, from: 0, to: keys }, value);
  await pair.source.etcdctl(['put', 'filled', 'yes']);
  await until(pair, 'filled');
  const heap = [`--max-old-space-size=${MAX_HEAP_MIB}`];
  const memory = new MemorySampler(() => pair.syncer.pid);
  const run = await checkPair(pair, [], heap);
  memory.stop();
  const { report, peakRssMiB } = run;
  findings.check(
    `keys compared under load, a heap of ${MAX_HEAP_MIB} MiB`,
    report.compared.keys !== undefined && report.compared.keys >= keys,
    report.compared.keys ?? 0,
  );
  findings.none(
    'differences',
    report.first.map(({ kind, subject }) => `${kind} ${subject}`),
  );
  findings.figure('pairs of revisions', report.pairs.length);
  findings.figure(
    'seconds, keys a second',
    `${report.seconds.toFixed(1)}, ${(keys / report.seconds).toFixed(0)}`,
  );
  findings.figure(
    'memory at most (RSS)',
    `${peakRssMiB.toFixed(0)} MiB of ${((keys * (VALUE_BYTES + 13)) / MIB).toFixed(0)} MiB of keys and values on each side`,
  );
  const { max } = memory;
  findings.figure(
    'memory of the replicator meanwhile (RSS)',
    `${mib(max.total)}, ${mib(max.file)} of it pages of files`,
  );
  await pair.destination.etcdctl(['del', bulkKey(keys - 1)]);
  const again = await checkPair(pair, ['--keys-only', '--no-leases', '--no-auth'], heap);
  findings.check(
    'one that is missing at the end is found',
    again.report.first[0]?.subject === bulkKey(keys - 1),
    again.report.differences,
  );
  findings.figure('seconds with --keys-only', again.report.seconds.toFixed(1));
}

/** What single writes to the source wait for while it is read, beside the same time without. */
async function cost(pair: Pair, options: DrillOptions, findings: Findings): Promise<void> {
  const results = new Map<string, { p50: number; p99: number }[]>();
  const measure = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    const list = results.get(name) ?? [];
    list.push(await putLatencies(pair.source.endpoints, work));
    results.set(name, list);
  };
  for (let round = 0; round < 3; round += 1) {
    await measure('without', () => sleep(options.window * 1_000));
    await measure('check at full speed', () => checkPair(pair));
    await measure('check --max-load=25', () => checkPair(pair, [COST_PREFIX, '--max-load=25']));
  }
  for (const [name, list] of results) {
    const of = (pick: (r: { p50: number; p99: number }) => number): string =>
      spread(list.map(pick), 1);
    findings.figure(
      `put at the source, ms, ${name}`,
      `p50 ${of(r => r.p50)}; p99 ${of(r => r.p99)}`,
    );
  }
}

async function putLatencies(
  endpoints: readonly string[],
  work: () => Promise<unknown>,
): Promise<{ p50: number; p99: number }> {
  const client = new Etcd3({ hosts: [...endpoints] });
  const tookMs: number[] = [];
  const over = { is: false };
  const writing = (async () => {
    for (let n = 0; !over.is; n += 1) {
      const startedMs = performance.now();
      await client.put(`latency/${n % 10}`).value(String(n));
      tookMs.push(performance.now() - startedMs);
      await sleep(PUT_PAUSE_MS);
    }
  })();
  try {
    await work();
  } finally {
    over.is = true;
    await writing;
    client.close();
  }
  const sorted = tookMs.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

/** Waits until the destination has this key. */
async function until(pair: Pair, key: string): Promise<void> {
  const deadline = Date.now() + CAUGHT_UP_MS;
  while ((await pair.destination.etcdctl(['get', key])) === '') {
    if (Date.now() > deadline) throw new Error(`${key} did not arrive`);
    await sleep(500);
  }
}
