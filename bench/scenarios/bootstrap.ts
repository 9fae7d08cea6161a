import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EtcdCluster } from '../../test/kit/cluster.ts';
import { differences, readContents } from '../../test/kit/compare.ts';
import { Program } from '../../test/kit/program.ts';
import { putsOnly } from '../backlog.ts';
import { loadInBulk } from '../bulk-load.ts';
import { pidsOf, startDestination, startSource } from '../clusters.ts';
import { Meter } from '../measure.ts';
import { rounds } from '../rounds.ts';
import type { Figures, Scenario, ScenarioOptions } from '../types.ts';
import { limit, mirror, syncer } from './catch-up.ts';

const KEYS = 1_000_000;
const VALUE_BYTES = 256;
const POLL_MS = 20;

export const bootstrap: Scenario = {
  name: 'bootstrap',
  what: `Keys of ${VALUE_BYTES} B into an empty destination: from a snapshot file, and from the snapshot that the source sends.`,
  ratio: { figure: 'rate_per_s', of: 'limit' },
  run,
};

async function run(options: ScenarioOptions): Promise<void> {
  const keys = Math.max(1_000, Math.round(KEYS * options.scale));
  const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-bench-bootstrap-'));
  const file = join(dir, 'source.db');
  // So short a log that a new member is sent a snapshot.
  const flags = ['--snapshot-count=10', '--experimental-snapshot-catchup-entries=5'];
  await using source = await startSource(options, flags);
  try {
    options.progress(`filling the source with ${keys} keys`);
    await loadInBulk(source.endpoints[0] ?? '', keys, VALUE_BYTES);
    // Of one member, which is all that etcdctl takes.
    await source.etcdctl(['snapshot', 'save', file], undefined, source.endpoints.slice(0, 1));
    await rounds(options, {
      limit: () => limit(options, keys, { valueBytes: VALUE_BYTES }),
      'etcd-syncer, file': () => fromFile(options, source, keys, file),
      'etcd-syncer, MsgSnap': () => syncer(options, source, putsOnly(keys, VALUE_BYTES)),
      'make-mirror': () => mirror(options, source),
      'snapshot restore': () => restore(options, keys, file, join(dir, 'restored')),
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The whole of the command, its start included. */
async function fromFile(
  options: ScenarioOptions,
  source: EtcdCluster,
  keys: number,
  file: string,
): Promise<Figures> {
  await using destination = await startDestination(options);
  const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-bench-state-'));
  const started = performance.now();
  await using program = new Program([
    'bootstrap',
    ...[`--snapshot=${file}`, `--data-dir=${dir}`],
    ...[
      `--source-endpoints=${source.endpoints[0]}`,
      `--dest-endpoints=${destination.endpoints[0]}`,
    ],
  ]);
  try {
    const meter = new Meter({
      replica: program.pid,
      destination: pidsOf(destination),
    });
    let figures: Figures = {};
    const exited = program.exited();
    while (program.isRunning) {
      figures = meter.readIfAlive() ?? figures;
      await Promise.race([exited, sleep(POLL_MS)]);
    }
    const seconds = (performance.now() - started) / 1_000;
    if ((await exited) !== 0) throw new Error(`bootstrap failed: ${program.stderr}`);
    const found = differences(
      await readContents(source.endpoints),
      await readContents(destination.endpoints),
    );
    if (found.length > 0) throw new Error(`the destination differs: ${found[0]}`);
    return { rate_per_s: keys / seconds, whole_s: seconds, ...figures };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** For scale: it copies the file and writes a log, and nobody can read it yet. */
async function restore(
  { source }: ScenarioOptions,
  keys: number,
  file: string,
  dir: string,
): Promise<Figures> {
  const started = performance.now();
  const command = source.etcdutl ?? source.etcdctl;
  const child = spawn(command, ['snapshot', 'restore', file, `--data-dir=${dir}`], {
    stdio: 'ignore',
    env: { PATH: process.env.PATH, ETCDCTL_API: '3' },
  });
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`snapshot restore ended with ${code}`);
  const seconds = (performance.now() - started) / 1_000;
  rmSync(dir, { recursive: true, force: true });
  return { rate_per_s: keys / seconds, whole_s: seconds };
}
