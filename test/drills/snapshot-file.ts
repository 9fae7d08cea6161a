import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkpointKey } from '../../src/destination/checkpoint.ts';
import { EtcdClient } from '../../src/destination/etcd-client.ts';
import type { KeyOp } from '../../src/destination/planner/batch.ts';
import { encodeTxn } from '../../src/destination/planner/encode.ts';
import { txnLimits } from '../../src/destination/planner/limits.ts';
import { type ByteString, utf8ToByteString } from '../../src/wire/bytes.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { seededRandom } from '../kit/load.ts';
import { freePort } from '../kit/ports.ts';
import { Program } from '../kit/program.ts';
import { equalContents } from './equal.ts';
import type { Drill, DrillOptions } from './findings.ts';
import { MemorySampler, mib, type Resident } from './memory.ts';

const VALUE_BYTES = 256;
/** Keys for trying a batch size. */
const TRIAL_KEYS = 60_000;
const TRIALS = [250, 500, 1_000, 2_000] as const;
const WORKERS = [1, 2, 4] as const;
const MEMORY_LIMIT = 300 * 1024 * 1024;
const LEAST_SHARE = 0.8;

/** `bootstrap --snapshot` into an empty destination: how fast against plain puts, how much memory, and killed again and again. */
export const snapshotFile: Drill = {
  name: 'snapshot-file',
  about: 'a backup file into an empty destination: rate, memory, SIGKILLs',
  async run(options, findings) {
    const trials: Loading[] = [];
    for (const workers of WORKERS) {
      for (const batch of TRIALS) trials.push(await trial(options, { batch, workers }));
    }
    trials.sort((a, b) => b.rate - a.rate);
    const [fastest] = trials;
    if (fastest === undefined) throw new Error('nothing was tried');
    findings.figure(
      'plain puts a second by batch x workers',
      trials.map(({ batch, workers, rate }) => `${batch}x${workers}: ${rate}`).join(', '),
    );
    await using source = await clusterOf(options, 'source');
    const plain = await load(source, options.keys, fastest);
    findings.figure(
      'plain loader: keys, seconds, keys/s',
      `${options.keys}, ${plain.seconds.toFixed(1)}, ${plain.rate}`,
    );
    using folder = new Folder();
    const file = join(folder.path, 'backup.db');
    await source.etcdctl(['snapshot', 'save', file, '--command-timeout=300s']);
    findings.figure('bytes of the file', mib(statSync(file).size));
    {
      await using destination = await clusterOf(options, 'destination');
      const args = bootstrapArgs(source, destination, file, join(folder.path, 'data-1'));
      const run = await bootstrap(args);
      findings.check('exit code', run.code === 0, `${run.code} ${run.output.slice(-300)}`);
      findings.figure('bootstrap: seconds', run.seconds.toFixed(1));
      findings.figure('of which', run.steps);
      const rate = Math.round(options.keys / run.seconds);
      const share = rate / plain.rate;
      findings.check(
        'share of the plain rate',
        share >= LEAST_SHARE,
        `${share.toFixed(2)} (${rate}/s)`,
      );
      const { total, anonymous } = run.memory;
      findings.check('RSS', total <= MEMORY_LIMIT, `${mib(total)}, anonymous ${mib(anonymous)}`);
      findings.none('differences', await equalContents(source, destination));
      const again = await bootstrap(args);
      findings.check(
        'again: no operations',
        again.output.includes('; 0 puts and deletes'),
        again.output.slice(-200),
      );
    }
    await using destination = await clusterOf(options, 'destination');
    await killed(options, findings, source, destination, file, join(folder.path, 'data-2'));
  },
};

async function killed(
  options: DrillOptions,
  findings: Parameters<Drill['run']>[1],
  source: EtcdCluster,
  destination: EtcdCluster,
  file: string,
  dataDir: string,
): Promise<void> {
  const random = seededRandom(options.seed);
  const args = bootstrapArgs(source, destination, file, dataDir);
  const moments: string[] = [];
  const ownEnds: string[] = [];
  let peak = 0;
  for (let kill = 0; kill < options.kills; kill += 1) {
    await using program = new Program(await withPorts(args));
    const memory = new MemorySampler(() => program.pid);
    // The first ones in the file's check and its loading, later ones further on.
    await Promise.race([sleep(1_000 + random() * 6_000 + kill * 700), program.exited()]);
    memory.stop();
    if (memory.samples.length > 0) peak = Math.max(peak, memory.max.total);
    if (!program.isRunning) {
      ownEnds.push(`${await program.exited()}`);
      if ((await program.exited()) === 0) break;
      continue;
    }
    await program.kill('SIGKILL');
    moments.push(lastStep(program.stderr));
  }
  findings.figure('killed while', moments.join('; '));
  findings.none(
    'ends with an error',
    ownEnds.filter(code => code !== '0'),
  );
  const last = await bootstrap(args);
  findings.check('ends at last', last.code === 0, last.output.slice(-300));
  findings.figure('RSS over all runs', mib(Math.max(peak, last.memory.total)));
  findings.none('differences after the kills', await equalContents(source, destination));
}

function lastStep(log: string): string {
  const messages = [...log.matchAll(/"msg":"([^"]*)"/g)].map(([, text = '']) => text);
  return messages.at(-1) ?? 'nothing said yet';
}

interface Bootstrapped {
  readonly code: number | null;
  readonly seconds: number;
  readonly memory: Resident;
  readonly output: string;
  readonly steps: string;
}

async function bootstrap(args: readonly string[]): Promise<Bootstrapped> {
  const startedMs = Date.now();
  await using program = new Program(await withPorts(args));
  const memory = new MemorySampler(() => program.pid);
  const code = await program.exited();
  memory.stop();
  const seconds = (Date.now() - startedMs) / 1_000;
  const times = [...program.stderr.matchAll(/"time":"?([^",]+)"?[^\n]*"msg":"([^"]*)"/g)].map(
    ([, time = '', message = '']) =>
      `${((Date.parse(time) - startedMs) / 1_000).toFixed(1)} s ${message.slice(0, 60)}`,
  );
  return {
    code,
    seconds,
    memory: memory.max,
    output: program.stdout + program.stderr,
    steps: times.join('; '),
  };
}

function bootstrapArgs(
  source: EtcdCluster,
  destination: EtcdCluster,
  file: string,
  dataDir: string,
): string[] {
  return [
    'bootstrap',
    `--snapshot=${file}`,
    `--source-endpoints=${source.endpoints.join(',')}`,
    `--dest-endpoints=${destination.endpoints.join(',')}`,
    `--data-dir=${dataDir}`,
  ];
}

async function withPorts(args: readonly string[]): Promise<string[]> {
  return [...args, `--http-listen=127.0.0.1:${await freePort()}`];
}

function clusterOf(
  { source, destination }: DrillOptions,
  side: 'source' | 'destination',
): Promise<EtcdCluster> {
  return EtcdCluster.start({
    programs: side === 'source' ? source : destination,
    flags: ['--quota-backend-bytes=8589934592', '--snapshot-count=10000'],
  });
}

interface Plan {
  readonly batch: number;
  readonly workers: number;
}

interface Loading extends Plan {
  readonly seconds: number;
  readonly rate: number;
}

async function trial(options: DrillOptions, plan: Plan): Promise<Loading> {
  await using cluster = await clusterOf(options, 'destination');
  return await load(cluster, Math.min(TRIAL_KEYS, options.keys), plan);
}

/** Nothing but puts in nested transactions, as large and as many at a time as told. */
async function load(cluster: EtcdCluster, keys: number, plan: Plan): Promise<Loading> {
  const client = new EtcdClient({
    endpoints: cluster.endpoints,
    tls: undefined,
    user: undefined,
    password: undefined,
  });
  const limits = txnLimits(128, 1_572_864);
  let next = 0;
  const worker = async (_: unknown, number: number): Promise<void> => {
    const mark = checkpointKey(utf8ToByteString('__etcd_syncer__/plain-'), BigInt(number));
    for (let version = 0; next < keys; version += 1) {
      const from = next;
      next = Math.min(keys, from + plan.batch);
      const ops = new Map<ByteString, KeyOp>();
      for (let i = from; i < next; i += 1)
        ops.set(keyOf(i), { kind: 'put', value: plainValue(i), lease: 0n });
      const request = encodeTxn(
        { checkpointKey: mark, guardVersion: version, checkpoint: Buffer.from('plain'), ops },
        limits,
      );
      const { succeeded } = await client.txn(request);
      if (!succeeded) throw new Error('a plain transaction was not made');
    }
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: plan.workers }, worker));
  const seconds = (performance.now() - startedMs) / 1_000;
  client.close();
  return { ...plan, seconds, rate: Math.round(keys / seconds) };
}

function keyOf(number: number): ByteString {
  return utf8ToByteString(`/registry/pods/${String(number).padStart(9, '0')}`);
}

function plainValue(number: number): Buffer {
  const value = Buffer.alloc(VALUE_BYTES, number & 0xff);
  value.writeUInt32BE(number, 0);
  return value;
}

class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'etcd-syncer-drill-'));

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
