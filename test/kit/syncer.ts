import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Status } from '../../src/replicator/status.ts';
import { freePort } from './ports.ts';

export const MAIN = join(
  dirname(dirname(dirname(fileURLToPath(import.meta.url)))),
  'dist',
  'cli',
  'main.js',
);

const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

export interface SyncerOptions {
  /** The peer port speaks this; http unless given. */
  readonly scheme?: 'http' | 'https';
  /** Beside the environment of the test. */
  readonly env?: Readonly<Record<string, string>>;
  /** In place of one with a free port: replicas may share one, since only the one that writes listens. */
  readonly peerUrl?: string;
  /** In place of a temporary one; removed at the end all the same. */
  readonly dataDir?: string;
  /** What starts the program: a command and its arguments before those of Node.js. */
  readonly launcher?: readonly string[];
}

/** A seat for the compiled program: its ports and data directory stay the same over restarts. */
export class Syncer {
  readonly peerUrl: string;
  readonly dataDir: string;
  readonly #http: string;
  readonly #args: readonly string[];
  readonly #options: SyncerOptions;
  #child: ChildProcess | undefined;
  #exit: Promise<number | null> = Promise.resolve(null);
  /** Everything it has logged, of all runs. */
  output = '';

  private constructor(
    peerUrl: string,
    http: string,
    dataDir: string,
    args: readonly string[],
    options: SyncerOptions,
  ) {
    this.peerUrl = peerUrl;
    this.#http = http;
    this.dataDir = dataDir;
    this.#args = args;
    this.#options = options;
  }

  /** @param args flags beside those for ports and data directory */
  static async create(args: readonly string[], options: SyncerOptions = {}): Promise<Syncer> {
    const peerUrl =
      options.peerUrl ?? `${options.scheme ?? 'http'}://127.0.0.1:${await freePort()}`;
    const http = `127.0.0.1:${await freePort()}`;
    const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'etcd-syncer-data-'));
    return new Syncer(peerUrl, http, dataDir, args, options);
  }

  /** @param extraArgs flags of this run only, in place of those of the same name */
  start(extraArgs: readonly string[] = []): void {
    const replaced = new Set(extraArgs.map(flagName));
    const { launcher = [], env = {} } = this.#options;
    const [program = '', ...rest] = [...launcher, process.execPath];
    const child = spawn(
      program,
      [
        ...rest,
        MAIN,
        'run',
        `--listen-peer-urls=${this.peerUrl}`,
        `--http-listen=${this.#http}`,
        `--data-dir=${this.dataDir}`,
        ...this.#args.filter(arg => !replaced.has(flagName(arg))),
        ...extraArgs,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } },
    );
    alive.add(child);
    this.#child = child;
    const keep = (chunk: Buffer): void => {
      this.output += chunk.toString('utf8');
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    this.#exit = once(child, 'exit').then(([code]) => {
      alive.delete(child);
      return code as number | null;
    });
  }

  /** host:port of its health, metrics and status. */
  get httpAddress(): string {
    return this.#http;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get isRunning(): boolean {
    return (
      this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
    );
  }

  /** Resolves with the exit code; null after a signal. */
  exited(): Promise<number | null> {
    return this.#exit;
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    this.#child?.kill(signal);
    return await this.#exit;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async get(path: string): Promise<string> {
    return await (await this.#fetch(path)).text();
  }

  /** The HTTP status of a path. */
  async code(path: string): Promise<number> {
    const response = await this.#fetch(path);
    await response.text();
    return response.status;
  }

  /** On a connection of its own: one that was kept may be that of a process which has been killed since. */
  #fetch(path: string): Promise<Response> {
    return fetch(`http://${this.#http}${path}`, { headers: { connection: 'close' } });
  }

  async status(): Promise<Status> {
    return JSON.parse(await this.get('/status')) as Status;
  }

  /** Waits until it says that it has caught up, or until its process has ended. */
  async caughtUp(timeoutMs = 30_000): Promise<void> {
    await this.until(
      status => status.phase === 'replicating' && status.lag.entries === 0,
      timeoutMs,
    );
  }

  /** The same for any status. */
  async until(condition: (status: Status) => boolean, timeoutMs = 30_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    let last = 'no status yet';
    while (Date.now() < deadline && !this.#hasEnded) {
      const status = await this.status().catch(() => undefined);
      if (status !== undefined && condition(status)) return;
      if (status !== undefined) last = JSON.stringify(status);
      await sleep(50);
    }
    const ending = this.#hasEnded ? `the process ended (${this.#child?.exitCode}), ` : '';
    throw new Error(`it did not come to pass: ${ending}${last}\n${this.output.slice(-3_000)}`);
  }

  get #hasEnded(): boolean {
    return this.#child !== undefined && !this.isRunning;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#exit;
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

function flagName(arg: string): string {
  return arg.split('=', 1)[0] ?? arg;
}
