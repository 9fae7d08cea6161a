import { FaultLink, type LinkFaults } from '../kit/fault-link.ts';
import { SmallDisk } from '../kit/small-disk.ts';
import { Syncer } from '../kit/syncer.ts';
import { clockEnv } from './clock-jump.ts';
import type { LinkedCluster } from './rig.ts';

const DISK_MIB = 256;

/** Whose connections a fault is for. */
export type Way = 'source' | 'destination' | 'both';

export interface LinkedReplicaOptions {
  readonly source: LinkedCluster;
  readonly destination: LinkedCluster;
  readonly random: () => number;
  /** Of one of several: its name, and the file with the token that they know each other by. */
  readonly ha?: { readonly name: string; readonly tokenFile: string };
}

/** A process of etcd-syncer with links of its own on all ways that it goes. */
export class LinkedReplica {
  readonly syncer: Syncer;
  /** Where the source's members reach its peer port. */
  readonly seat: FaultLink;
  /** Its data directory is on it; undefined = it could not be made. */
  readonly disk: SmallDisk | undefined;
  readonly #source: LinkedCluster;
  readonly #clients: Readonly<Record<Exclude<Way, 'both'>, readonly FaultLink[]>>;
  /** Where the other replica reaches its HTTP port. */
  readonly #http: FaultLink;
  readonly #args: readonly string[];

  private constructor(
    parts: Pick<LinkedReplica, 'syncer' | 'seat' | 'disk'>,
    source: LinkedCluster,
    clients: Readonly<Record<Exclude<Way, 'both'>, readonly FaultLink[]>>,
    http: FaultLink,
    args: readonly string[],
  ) {
    this.syncer = parts.syncer;
    this.seat = parts.seat;
    this.disk = parts.disk;
    this.#source = source;
    this.#clients = clients;
    this.#http = http;
    this.#args = args;
  }

  /** The links; the process is started by `run`. */
  static async create(options: LinkedReplicaOptions): Promise<LinkedReplica> {
    const { source, destination, random, ha } = options;
    const linksTo = ({ cluster }: LinkedCluster): Promise<FaultLink[]> =>
      Promise.all(cluster.endpoints.map(url => FaultLink.start(url, { random })));
    const clients = { source: await linksTo(source), destination: await linksTo(destination) };
    const disk = SmallDisk.fault() === undefined ? SmallDisk.mount(DISK_MIB) : undefined;
    const args = [
      `--source-endpoints=${urls(clients.source)}`,
      `--dest-endpoints=${urls(clients.destination)}`,
      `--source-user=${source.login.username}:${source.login.password}`,
      `--dest-user=${destination.login.username}:${destination.login.password}`,
    ];
    const place = disk === undefined ? {} : { dataDir: disk.dataDir };
    const syncer = await Syncer.create(args, { ...place, env: clockEnv });
    const seat = await FaultLink.start(syncer.peerUrl, { random });
    const http = await FaultLink.start(`http://${syncer.httpAddress}`, { random });
    const own = [`--initial-advertise-peer-urls=${seat.url}`];
    if (ha !== undefined) {
      own.push('--join', '--ha', `--replica-name=${ha.name}`, `--replica-url=${http.url}`);
      own.push(`--http-token-file=${ha.tokenFile}`);
    }
    return new LinkedReplica({ syncer, seat, disk }, source, clients, http, own);
  }

  run(): void {
    this.syncer.start(this.#args);
  }

  /** Does this to the network between it and one side, or both. */
  async between(way: Way, faults: LinkFaults): Promise<void> {
    if (way !== 'destination') {
      const { source } = await this.syncer.status();
      for (const link of this.#clients.source) link.set(faults);
      // The members' connections to each other go through the same links.
      for (const link of this.#source.peers) link.set(faults, [source.member_id]);
      this.seat.set(faults);
    }
    if (way !== 'source') for (const link of this.#clients.destination) link.set(faults);
  }

  /** Does this to the network between it and the replica that follows it. */
  toFollower(faults: LinkFaults): void {
    this.#http.set(faults);
  }

  /** Its connections are gone at the other side without a word. */
  halfOpen(way: Exclude<Way, 'both'>): void {
    if (way === 'source') this.seat.halfOpen();
    for (const link of this.#clients[way]) link.halfOpen();
  }

  /** All links are good again. */
  heal(): void {
    for (const link of this.#links) link.set({});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.heal();
    await this.syncer[Symbol.asyncDispose]();
    this.disk?.[Symbol.dispose]();
    for (const link of this.#links) await link[Symbol.asyncDispose]();
  }

  get #links(): readonly FaultLink[] {
    const { source, destination } = this.#clients;
    return [...source, ...destination, this.seat, this.#http];
  }
}

function urls(links: readonly FaultLink[]): string {
  return links.map(({ url }) => url).join(',');
}
