import { setTimeout as sleep } from 'node:timers/promises';
import { CheckpointWatch } from '../drills/checkpoint-watch.ts';
import { until } from '../drills/until.ts';
import type { EtcdBinaries } from '../kit/binaries-types.ts';
import { EtcdCluster, type EtcdMember } from '../kit/cluster.ts';
import { differences, readContents } from '../kit/compare.ts';
import { FaultLink, type LinkFaults, type LinkUsers } from '../kit/fault-link.ts';
import { SmallDisk } from '../kit/small-disk.ts';
import { Syncer } from '../kit/syncer.ts';
import { runCheck } from '../verify/run-check.ts';
import type { Login } from './source-history.ts';

export interface RigOptions {
  readonly source: EtcdBinaries;
  readonly destination: EtcdBinaries;
  /** Members of each cluster. */
  readonly size: number;
  readonly random: () => number;
}

const SOURCE_LOGIN: Login = { username: 'root', password: 'source' };
const DESTINATION_LOGIN: Login = { username: 'root', password: 'destination' };
const USERS = ['--source-user=root:source', '--dest-user=root:destination'];
const DISK_MIB = 256;
/** Behind so many entries a source member sends a snapshot. */
const KEPT_ENTRIES = 2_000;
const SETTLE_MS = 180_000;

/** Whose connections a fault is for. */
export type Way = 'source' | 'destination' | 'both';

/** A cluster, with a link in front of each port of each member. */
export interface LinkedCluster {
  readonly cluster: EtcdCluster;
  readonly clients: readonly FaultLink[];
  readonly peers: readonly FaultLink[];
  readonly login: Login;
}

/** Two clusters with auth and a replicator between them, with links on all ways that it goes. */
export class FaultRig {
  readonly source: LinkedCluster;
  readonly destination: LinkedCluster;
  readonly syncer: Syncer;
  /** Where the source's members reach our peer port. */
  readonly seat: FaultLink;
  /** The replicator's data directory is on it; undefined = it could not be made. */
  readonly disk: SmallDisk | undefined;
  #memberId = '';

  private constructor(
    parts: Pick<FaultRig, 'source' | 'destination' | 'syncer' | 'seat' | 'disk'>,
  ) {
    this.source = parts.source;
    this.destination = parts.destination;
    this.syncer = parts.syncer;
    this.seat = parts.seat;
    this.disk = parts.disk;
  }

  /** Starts all of it and waits until the replicator has caught up. */
  static async start(options: RigOptions): Promise<FaultRig> {
    const { size, random } = options;
    const kept = keepsFew(options.source);
    const source = await linked(options.source, size, kept, SOURCE_LOGIN, random);
    const destination = await linked(options.destination, size, [], DESTINATION_LOGIN, random);
    const disk = SmallDisk.fault() === undefined ? SmallDisk.mount(DISK_MIB) : undefined;
    const urls = ({ clients }: LinkedCluster): string => clients.map(({ url }) => url).join(',');
    const args = [
      `--source-endpoints=${urls(source)}`,
      `--dest-endpoints=${urls(destination)}`,
      ...USERS,
    ];
    const syncer = await Syncer.create(args, disk === undefined ? {} : { dataDir: disk.dataDir });
    const seat = await FaultLink.start(syncer.peerUrl, { random });
    const rig = new FaultRig({ source, destination, syncer, seat, disk });
    // A young cluster refuses members for its first seconds ("unhealthy cluster").
    await until(async () => (await source.cluster.addLearner(seat.url)) > 0n, 'the seat');
    rig.startSyncer();
    await syncer.caughtUp(60_000);
    rig.#memberId = (await syncer.status()).source.member_id;
    return rig;
  }

  startSyncer(): void {
    this.syncer.start([`--initial-advertise-peer-urls=${this.seat.url}`]);
  }

  /** Does this to the network between the replicator and one side, or both. */
  between(way: Way, faults: LinkFaults): void {
    if (way !== 'destination') {
      for (const link of this.source.clients) link.set(faults);
      // The members' connections to each other go through the same links.
      for (const link of this.source.peers) link.set(faults, [this.#memberId]);
      this.seat.set(faults);
    }
    if (way !== 'source') for (const link of this.destination.clients) link.set(faults);
  }

  /** Connections of the replicator whose other side is gone without a word. */
  halfOpen(way: Exclude<Way, 'both'>): void {
    if (way === 'destination') for (const link of this.destination.clients) link.halfOpen();
    else {
      this.seat.halfOpen();
      for (const link of this.source.clients) link.halfOpen();
    }
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
    const { source, destination } = this;
    for (const link of [...source.clients, ...source.peers, ...destination.clients]) link.set({});
    for (const link of [...destination.peers, this.seat]) link.set({});
  }

  /** With the load at rest: waits until both sides are equal; then what differs, users and roles included. */
  async settledDifferences(): Promise<string[]> {
    const { source, destination, syncer } = this;
    await source.cluster.ready();
    await destination.cluster.ready();
    await source.cluster.etcdctl(['put', 'settled', String(Date.now())]);
    const deadline = Date.now() + SETTLE_MS;
    let found = ['not compared'];
    while (found.length > 0 && Date.now() < deadline) {
      // Leases end at the source meanwhile.
      const wanted = await readContents(source.cluster.endpoints, source.login);
      await sleep(200);
      found = differences(
        wanted,
        await readContents(destination.cluster.endpoints, destination.login),
      );
    }
    const { code, stdout, stderr } = await runCheck([
      `--source-endpoints=${source.cluster.endpoints.join(',')}`,
      `--dest-endpoints=${destination.cluster.endpoints.join(',')}`,
      `--http-listen=${syncer.httpAddress}`,
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
    await this.syncer[Symbol.asyncDispose]();
    this.disk?.[Symbol.dispose]();
    for (const { cluster, clients, peers } of [this.source, this.destination]) {
      await cluster[Symbol.asyncDispose]();
      for (const link of [...clients, ...peers]) await link[Symbol.asyncDispose]();
    }
    await this.seat[Symbol.asyncDispose]();
  }
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
  const clients: FaultLink[] = [];
  for (const url of cluster.endpoints) clients.push(await FaultLink.start(url, { random }));
  await cluster.etcdctl(['user', 'add', `root:${login.password}`]);
  await cluster.etcdctl(['user', 'grant-role', 'root', 'root']);
  await cluster.etcdctl(['auth', 'enable']);
  cluster.ctlFlags = [`--user=root:${login.password}`];
  return { cluster, clients, peers, login };
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
