import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { throwIfFallen, watchOver } from './fallen.ts';
import { freePort } from './ports.ts';

const run = promisify(execFile);
const READY_MS = 30_000;

/** Where the programs of one etcd release are. */
export interface EtcdPrograms {
  readonly version: string;
  readonly etcd: string;
  readonly etcdctl: string;
}

/**
 * In tests, not where figures are taken: cheap hashes, and nothing waits for the disk. A process that is
 * killed loses nothing by it, since the page cache stays.
 */
function flagsOfTests({ version }: EtcdPrograms): string[] {
  if (process.env.VITEST === undefined) return [];
  return ['--bcrypt-cost=4', ...(version.startsWith('3.4.') ? [] : ['--unsafe-no-fsync'])];
}

/** Processes that must not outlive the test run. */
const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** The environment without etcd's own variables, which would change its servers. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('ETCD'));
  return { ...Object.fromEntries(kept), ETCDCTL_API: '3' };
}

/** One etcd server process on loopback. */
export class EtcdMember {
  readonly name: string;
  readonly clientUrl: string;
  readonly peerUrl: string;
  /** Where others reach it: in front of `peerUrl` there may be a proxy. */
  readonly advertisedPeerUrl: string;
  readonly #args: readonly string[];
  readonly #dir: string;
  #program: string;
  #child: ChildProcess | undefined;
  #mayEnd: () => void = () => undefined;

  constructor(
    name: string,
    program: string,
    dir: string,
    clientPort: number,
    peerPort: number,
    args: readonly string[],
    tls: ClusterTls = {},
    advertisedPeerUrl?: string,
  ) {
    this.name = name;
    this.clientUrl = `${tls.client === undefined ? 'http' : 'https'}://127.0.0.1:${clientPort}`;
    this.peerUrl = `${tls.peer === undefined ? 'http' : 'https'}://127.0.0.1:${peerPort}`;
    this.advertisedPeerUrl = advertisedPeerUrl ?? this.peerUrl;
    this.#dir = dir;
    this.#program = program;
    this.#args = args;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get isRunning(): boolean {
    return (
      this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
    );
  }

  /** `running`, or how its process ended: an exit code or a signal. */
  get condition(): string {
    if (this.isRunning) return 'running';
    return `ended by ${this.#child?.signalCode ?? `exit code ${this.#child?.exitCode}`}`;
  }

  /** Its next start is with this program: a step of an upgrade. */
  runNext(program: string): void {
    this.#program = program;
  }

  start(): void {
    const log = openSync(join(this.#dir, `${this.name}.log`), 'a', 0o600);
    const child = spawn(
      this.#program,
      [
        `--name=${this.name}`,
        `--data-dir=${join(this.#dir, this.name)}`,
        `--listen-client-urls=${this.clientUrl}`,
        `--advertise-client-urls=${this.clientUrl}`,
        `--listen-peer-urls=${this.peerUrl}`,
        `--initial-advertise-peer-urls=${this.advertisedPeerUrl}`,
        ...this.#args,
      ],
      { stdio: ['ignore', log, log], env: cleanEnvironment() },
    );
    closeSync(log);
    alive.add(child);
    child.once('exit', () => alive.delete(child));
    this.#child = child;
    this.#mayEnd();
    this.#mayEnd = watchOver(() =>
      this.isRunning
        ? undefined
        : `etcd ${this.name} has ended (${child.exitCode ?? child.signalCode}):\n${this.logTail()}`,
    );
  }

  /** Ends the process and waits for it. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#mayEnd();
    const child = this.#child;
    if (child === undefined || !this.isRunning) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    child.kill('SIGCONT');
    await gone;
  }

  /** For signals that it outlives. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(signal);
  }

  /** Its data directory; its database and its log may be read when it has stopped. */
  get dataDir(): string {
    return join(this.#dir, this.name);
  }

  /** Everything it has logged, of all runs. */
  log(): string {
    return readFileSync(join(this.#dir, `${this.name}.log`), 'utf8');
  }

  /** The end of what it has logged, for errors. */
  logTail(): string {
    return this.log().slice(-2_000);
  }
}

/** Which ports speak TLS, each with the server's flags for it. */
export interface ClusterTls {
  readonly client?: readonly string[];
  readonly peer?: readonly string[];
}

export interface ClusterOptions {
  readonly programs: EtcdPrograms;
  readonly size?: number;
  readonly flags?: readonly string[];
  readonly tls?: ClusterTls;
  /** Flags of every etcdctl call: certificates, a user. */
  readonly ctlFlags?: readonly string[];
  /** The URL under which a member's peer URL is to be known. */
  readonly advertisePeer?: (peerUrl: string) => Promise<string>;
}

/** A cluster of real etcd servers in a temporary folder; gone when disposed. */
export class EtcdCluster {
  readonly members: readonly EtcdMember[];
  readonly programs: EtcdPrograms;
  readonly #dir: string;
  /** Flags of every etcdctl call; a test changes them when it changes what the servers ask for. */
  ctlFlags: readonly string[];

  private constructor(
    programs: EtcdPrograms,
    dir: string,
    members: readonly EtcdMember[],
    ctlFlags: readonly string[],
  ) {
    this.programs = programs;
    this.#dir = dir;
    this.members = members;
    this.ctlFlags = ctlFlags;
  }

  static async start(options: ClusterOptions): Promise<EtcdCluster> {
    const { programs, size = 1, flags = [], tls = {}, ctlFlags = [] } = options;
    const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-test-'));
    const ports: [number, number][] = [];
    for (let i = 0; i < size; i += 1) ports.push([await freePort(), await freePort()]);
    const scheme = tls.peer === undefined ? 'http' : 'https';
    const advertised: string[] = [];
    for (const [, peer] of ports) {
      const url = `${scheme}://127.0.0.1:${peer}`;
      advertised.push((await options.advertisePeer?.(url)) ?? url);
    }
    const initial = advertised.map((url, i) => `m${i}=${url}`).join(',');
    const args = [
      `--initial-cluster=${initial}`,
      `--initial-cluster-token=${dir}`,
      ...flagsOfTests(programs),
      ...flags,
      ...(tls.client ?? []),
      ...(tls.peer ?? []),
    ];
    const members = ports.map(
      ([client, peer], i) =>
        new EtcdMember(`m${i}`, programs.etcd, dir, client, peer, args, tls, advertised[i]),
    );
    const cluster = new EtcdCluster(programs, dir, members, ctlFlags);
    for (const member of members) member.start();
    await cluster.ready();
    return cluster;
  }

  get endpoints(): string[] {
    return this.members.map(member => member.clientUrl);
  }

  /** Waits until a write through any running member goes through. */
  async ready(): Promise<void> {
    const deadline = Date.now() + READY_MS;
    for (;;) {
      throwIfFallen();
      try {
        await this.etcdctl(['get', 'ready', '--command-timeout=2s']);
        return;
      } catch (error) {
        if (Date.now() > deadline) {
          throw new Error(
            `${this.programs.version} did not start:\n${this.members[0]?.logTail()}`,
            { cause: error },
          );
        }
        await sleep(200);
      }
    }
  }

  /** Runs this release's own etcdctl; returns what it printed. `endpoints`: those of all members that run, unless given. */
  async etcdctl(
    args: readonly string[],
    input?: string,
    endpoints: readonly string[] = this.#running,
  ): Promise<string> {
    const promise = run(
      this.programs.etcdctl,
      [`--endpoints=${endpoints.join(',')}`, ...this.ctlFlags, ...args],
      { env: cleanEnvironment(), maxBuffer: 64 * 1024 * 1024 },
    );
    if (input !== undefined) promise.child.stdin?.end(input);
    return (await promise).stdout;
  }

  get #running(): string[] {
    return this.members.filter(member => member.isRunning).map(member => member.clientUrl);
  }

  /** The member that leads now; waits for an election, and for members under load. */
  async leader(): Promise<EtcdMember> {
    const deadline = Date.now() + READY_MS;
    let reason: unknown;
    do {
      throwIfFallen();
      for (const member of this.members) {
        if (!member.isRunning) continue;
        try {
          if (await this.#leads(member)) return member;
        } catch (error) {
          reason = error;
        }
      }
    } while (Date.now() < deadline);
    throw new Error('the cluster has no leader', { cause: reason });
  }

  async #leads({ clientUrl }: EtcdMember): Promise<boolean> {
    const { stdout } = await run(
      this.programs.etcdctl,
      [`--endpoints=${clientUrl}`, ...this.ctlFlags, 'endpoint', 'status', '-w', 'fields'],
      { env: cleanEnvironment() },
    );
    const id = /"MemberID" : (\d+)/.exec(stdout)?.[1];
    return id !== undefined && id === /"Leader" : (\d+)/.exec(stdout)?.[1];
  }

  /** Adds a learner with this peer URL; returns its ID. */
  async addLearner(peerUrl: string): Promise<bigint> {
    const printed = await this.etcdctl([
      'member',
      'add',
      'etcd-syncer',
      '--learner',
      `--peer-urls=${peerUrl}`,
    ]);
    const id = /Member\s+([0-9a-f]+) added/.exec(printed)?.[1];
    if (id === undefined) throw new Error(`no ID in: ${printed}`);
    return BigInt(`0x${id}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.members.map(member => member.stop('SIGKILL')));
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
