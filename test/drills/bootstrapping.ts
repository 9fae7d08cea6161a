import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EtcdCluster } from '../kit/cluster.ts';
import { freePort } from '../kit/ports.ts';
import { Program } from '../kit/program.ts';
import { MemorySampler, type Resident } from './memory.ts';

const SCRAPE_MS = 500;

/** What a run of `bootstrap` was like. */
export interface Bootstrapped {
  readonly code: number | null;
  readonly seconds: number;
  readonly memory: Resident;
  readonly stalls: Stalls;
  readonly output: string;
  /** What it said, and when. */
  readonly steps: string;
}

/** Of the event loop, in milliseconds: the worst between two scrapes. */
export interface Stalls {
  readonly max: number;
  readonly p999: number;
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
}: BootstrapOptions): Promise<{ program: Program; http: string }> {
  const http = `127.0.0.1:${await freePort()}`;
  const program = new Program([
    'bootstrap',
    `--snapshot=${file}`,
    `--source-endpoints=${source.endpoints.join(',')}`,
    `--dest-endpoints=${destination.endpoints.join(',')}`,
    `--data-dir=${dataDir}`,
    `--http-listen=${http}`,
  ]);
  return { program, http };
}

/** Runs it to its end. */
export async function bootstrap(options: BootstrapOptions): Promise<Bootstrapped> {
  const startedMs = Date.now();
  const started = await startBootstrap(options);
  await using program = started.program;
  const memory = new MemorySampler(() => program.pid);
  const stalls = new StallSampler(started.http);
  const code = await program.exited();
  memory.stop();
  stalls.stop();
  const seconds = (Date.now() - startedMs) / 1_000;
  const steps = [...program.stderr.matchAll(/"time":"?([^",]+)"?[^\n]*"msg":"([^"]*)"/g)].map(
    ([, time = '', message = '']) =>
      `${((Date.parse(time) - startedMs) / 1_000).toFixed(1)} s ${message.slice(0, 60)}`,
  );
  return {
    code,
    seconds,
    memory: memory.max,
    stalls: stalls.worst,
    output: program.stdout + program.stderr,
    steps: steps.join('; '),
  };
}

/** Scrapes how long the event loop stood still. */
class StallSampler {
  worst: Stalls = { max: 0, p999: 0 };
  readonly #timer: NodeJS.Timeout;

  constructor(http: string) {
    this.#timer = setInterval(() => void this.#scrape(`http://${http}/metrics`), SCRAPE_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #scrape(url: string): Promise<void> {
    let text: string;
    try {
      text = await (await fetch(url)).text();
    } catch (error) {
      // It does not listen yet, or not any more.
      if (error instanceof TypeError) return;
      throw error;
    }
    const of = (name: string): number =>
      1_000 *
      Number(new RegExp(`^etcd_syncer_event_loop_${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
    this.worst = {
      max: Math.max(this.worst.max, of('stall_seconds')),
      p999: Math.max(this.worst.p999, of('stall_p999_seconds')),
    };
  }
}

/** A temporary folder for files and data directories. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'etcd-syncer-drill-'));

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
