import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EtcdCluster } from '../kit/cluster.ts';
import { freePort } from '../kit/ports.ts';
import { Program } from '../kit/program.ts';
import { MemorySampler, type Resident } from './memory.ts';

/** What a run of `bootstrap` was like. */
export interface Bootstrapped {
  readonly code: number | null;
  readonly seconds: number;
  readonly memory: Resident;
  readonly output: string;
  /** What it said, and when. */
  readonly steps: string;
}

export interface BootstrapOptions {
  readonly source: EtcdCluster;
  readonly destination: EtcdCluster;
  readonly file: string;
  readonly dataDir: string;
}

/** Starts the program; whoever asked ends it. */
export async function startBootstrap({
  source,
  destination,
  file,
  dataDir,
}: BootstrapOptions): Promise<Program> {
  return new Program([
    'bootstrap',
    `--snapshot=${file}`,
    `--source-endpoints=${source.endpoints.join(',')}`,
    `--dest-endpoints=${destination.endpoints.join(',')}`,
    `--data-dir=${dataDir}`,
    `--http-listen=127.0.0.1:${await freePort()}`,
  ]);
}

/** Runs it to its end. */
export async function bootstrap(options: BootstrapOptions): Promise<Bootstrapped> {
  const startedMs = Date.now();
  await using program = await startBootstrap(options);
  const memory = new MemorySampler(() => program.pid);
  const code = await program.exited();
  memory.stop();
  const seconds = (Date.now() - startedMs) / 1_000;
  const steps = [...program.stderr.matchAll(/"time":"?([^",]+)"?[^\n]*"msg":"([^"]*)"/g)].map(
    ([, time = '', message = '']) =>
      `${((Date.parse(time) - startedMs) / 1_000).toFixed(1)} s ${message.slice(0, 60)}`,
  );
  return {
    code,
    seconds,
    memory: memory.max,
    output: program.stdout + program.stderr,
    steps: steps.join('; '),
  };
}

/** A temporary folder for files and data directories. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'etcd-syncer-drill-'));

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
