import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Status } from '../../src/replicator/status.ts';
import { CheckpointWatch } from '../drills/checkpoint-watch.ts';
import { until } from '../drills/until.ts';
import type { EtcdBinaries } from '../kit/binaries-types.ts';
import { EtcdCluster, type EtcdMember } from '../kit/cluster.ts';
import { type Contents, differences, readContents } from '../kit/compare.ts';
import { FaultLink, type LinkUsers } from '../kit/fault-link.ts';
import { isWarm } from '../kit/replicas.ts';
import { within } from '../kit/within.ts';
import { runCheck } from '../verify/run-check.ts';
import { LinkedReplica } from './linked-replica.ts';
import type { Login } from './source-history.ts';

export interface RigOptions {
  readonly source: EtcdBinaries;
  readonly destination: EtcdBinaries;
  /** Members of each cluster. */
  readonly size: number;
  /** Processes of etcd-syncer, of which one writes. */
  readonly replicas: number;
  readonly random: () => number;
}

const SOURCE_LOGIN: Login = { username: 'root', password: 'source' };
const DESTINATION_LOGIN: Login = { username: 'root', password: 'destination' };
const USERS = ['--source-user=root:source', '--dest-user=root:destination'];
/** Behind so many entries a source member sends a snapshot. */
const KEPT_ENTRIES = 2_000;
const SETTLE_MS = 180_000;
/** So long without being equal is worth a word, each time. */
const LONG_MS = 15_000;
/** A client that was begun anew finds a member that answers; one that holds on to a dead one does not. */
const READ_MS = 5_000;

/** A cluster, with a link in front of the peer port of each member. */
export interface LinkedCluster {
  readonly cluster: EtcdCluster;
  readonly peers: readonly FaultLink[];
  readonly login: Login;
}

/** Two clusters with auth, and between them one replicator, or several of which one writes, with links on all ways that they go. */
export class FaultRig {
  readonly source: LinkedCluster;
  readonly destination: LinkedCluster;
  readonly replicas: readonly LinkedReplica[];
  /** When the source may have sent a snapshot last, on the monotonic clock. */
  snapshotAtMs = Number.NEGATIVE_INFINITY;
  readonly #dir: string;
  #writer: LinkedReplica;

  private constructor(
    parts: Pick<FaultRig, 'source' | 'destination' | 'replicas'>,
    writer: LinkedReplica,
    dir: string,
  ) {
    this.source = parts.source;
    this.destination = parts.destination;
    this.replicas = parts.replicas;
    this.#writer = writer;
    this.#dir = dir;
  }

  /** Starts all of it and waits until the destination has caught up. */
  static async start(options: RigOptions): Promise<FaultRig> {
    const { size, random } = options;
    const kept = keepsFew(options.source);
    const source = await linked(options.source, size, kept, SOURCE_LOGIN, random);
    const destination = await linked(options.destination, size, [], DESTINATION_LOGIN, random);
    const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-token-'));
    const tokenFile = join(dir, 'token');
    writeFileSync(tokenFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
    const replicas: LinkedReplica[] = [];
    for (let i = 0; i < options.replicas; i += 1) {
      const ha = options.replicas === 1 ? {} : { ha: { name: `r${i}`, tokenFile } };
      replicas.push(await LinkedReplica.create({ source, destination, random, ...ha }));
    }
    const [first] = replicas;
    if (first === undefined) throw new Error('no replica');
    const rig = new FaultRig({ source, destination, replicas }, first, dir);
    const hasSeat = async (): Promise<boolean> =>
      options.replicas > 1 || (await source.cluster.addLearner(first.seat.url)) > 0n;
    // A young cluster refuses members for its first seconds ("unhealthy cluster").
    await until(hasSeat, 'the seat');
    rig.runAll();
    await rig.settled();
    return rig;
  }

  /** Whoever wrote when all was last at rest, or as a fault has it. */
  get writer(): LinkedReplica {
    return this.#writer;
  }

  set writer(replica: LinkedReplica) {
    this.#writer = replica;
  }

  /** Whoever followed it then; with one replica there is none. */
  get standby(): LinkedReplica {
    const standby = this.replicas.find(replica => replica !== this.#writer);
    if (standby === undefined) throw new Error('there is one replica');
    return standby;
  }

  /** Starts every replica that does not run. */
  runAll(): void {
    for (const replica of this.replicas) if (!replica.syncer.isRunning) replica.run();
  }

  /** Waits until one of the replicas writes and has caught up, and the others follow it. */
  async settled(): Promise<void> {
    await until(
      async () => {
        const statuses = await Promise.all(
          this.replicas.map(({ syncer }) => syncer.status().catch(() => undefined)),
        );
        const isSettled = this.#isSettled(statuses);
        if (!isSettled) throw new Error(`they say ${JSON.stringify(statuses)}`);
        return true;
      },
      'one replica to write and the others to follow',
      SETTLE_MS,
    );
  }

  /** Notes who writes, when so. */
  #isSettled(statuses: readonly (Status | undefined)[]): boolean {
    const writes = statuses.findIndex(
      status => status?.phase === 'replicating' && status.lag.entries === 0,
    );
    const others = statuses.filter((_, i) => i !== writes);
    const writer = this.replicas[writes];
    if (writer === undefined || !others.every(other => other !== undefined && isWarm(other))) {
      return false;
    }
    this.#writer = writer;
    return true;
  }

  /** Parts a cluster's leader from its followers. */
  async isolateLeader({ cluster, peers }: LinkedCluster): Promise<void> {
    const leader = await cluster.leader();
    const ids = await memberIds(cluster);
    const followers: LinkUsers = [...ids]
      .filter(([name]) => name !== leader.name)
      .map(([, id]) => id);
    for (const [i, member] of cluster.members.entries()) {
      const isLeader = member === leader;
      peers[i]?.set({ holds: 'both' }, isLeader ? followers : [ids.get(leader.name) ?? '']);
    }
  }

  /** All links are good again. */
  heal(): void {
    for (const link of [...this.source.peers, ...this.destination.peers]) link.set({});
    for (const replica of this.replicas) replica.heal();
  }

  /** With the load at rest: waits until both sides are equal; then what differs, users and roles included. */
  async settledDifferences(): Promise<string[]> {
    const { source, destination } = this;
    await source.cluster.ready();
    await destination.cluster.ready();
    await source.cluster.etcdctl(['put', 'settled', String(Date.now())]);
    const deadline = Date.now() + SETTLE_MS;
    let toldAt = Date.now() + LONG_MS;
    let found = ['not compared'];
    while (found.length > 0 && Date.now() < deadline) {
      try {
        // Leases end at the source meanwhile.
        const wanted = await within(READ_MS, contentsOf(source));
        await sleep(200);
        const there = await within(READ_MS, contentsOf(destination));
        found = differences(wanted, there);
      } catch (error) {
        found = [`not compared: ${String(error)}`];
      }
      if (found.length > 0 && Date.now() > toldAt) {
        toldAt = Date.now() + LONG_MS;
        console.error(`not equal yet: ${found.slice(0, 5).join('; ')}`);
      }
    }
    await this.settled();
    const { code, stdout, stderr } = await runCheck([
      `--source-endpoints=${source.cluster.endpoints.join(',')}`,
      `--dest-endpoints=${destination.cluster.endpoints.join(',')}`,
      `--http-listen=${this.#writer.syncer.httpAddress}`,
      ...USERS,
    ]);
    return code === 0 ? found : [...found, `check: exit ${code}, ${stdout}${stderr}`];
  }

  /** Where the history of the checkpoint shows two writers, or a step back. */
  async writerFaults(): Promise<string[]> {
    const { cluster, login } = this.destination;
    await using watch = await CheckpointWatch.start(cluster.endpoints, login);
    await watch.complete();
    return watch.faults();
  }

  async revision(): Promise<number> {
    const printed = await this.source.cluster.etcdctl(['get', 'x', '-w', 'json']);
    return (JSON.parse(printed) as { header: { revision: number } }).header.revision;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.heal();
    for (const replica of this.replicas) await replica[Symbol.asyncDispose]();
    for (const { cluster, peers } of [this.source, this.destination]) {
      await cluster[Symbol.asyncDispose]();
      for (const link of peers) await link[Symbol.asyncDispose]();
    }
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

function contentsOf({ cluster, login }: LinkedCluster): Promise<Contents> {
  return readContents(cluster.endpoints, login);
}

/** Stops a member and starts it again. */
export async function restart(member: EtcdMember, signal: NodeJS.Signals): Promise<void> {
  await member.stop(signal);
  member.start();
}

async function linked(
  programs: EtcdBinaries,
  size: number,
  flags: readonly string[],
  login: Login,
  random: () => number,
): Promise<LinkedCluster> {
  const peers: FaultLink[] = [];
  const advertisePeer = async (url: string): Promise<string> => {
    const link = await FaultLink.start(url, { random });
    peers.push(link);
    return link.url;
  };
  const cluster = await EtcdCluster.start({ programs, size, flags, advertisePeer });
  await cluster.etcdctl(['user', 'add', `root:${login.password}`]);
  await cluster.etcdctl(['user', 'grant-role', 'root', 'root']);
  await cluster.etcdctl(['auth', 'enable']);
  // Under load a member may take more than etcdctl's 5 s to let a user in.
  cluster.ctlFlags = [`--user=root:${login.password}`, '--command-timeout=20s'];
  return { cluster, peers, login };
}

/** Name to ID in hex, as peers name themselves. */
async function memberIds(cluster: EtcdCluster): Promise<ReadonlyMap<string, string>> {
  const lines = (await cluster.etcdctl(['member', 'list'])).trim().split('\n');
  return new Map(
    lines.map(line => {
      const [id = '', , name = ''] = line.split(',').map(field => field.trim());
      return [name, id];
    }),
  );
}

function keepsFew({ line }: EtcdBinaries): string[] {
  const flags = ['--snapshot-count=1000'];
  if (line === '3.5') flags.push(`--experimental-snapshot-catchup-entries=${KEPT_ENTRIES}`);
  if (line === '3.6' || line === '3.7') flags.push(`--snapshot-catchup-entries=${KEPT_ENTRIES}`);
  return flags;
}
