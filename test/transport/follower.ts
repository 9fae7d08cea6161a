import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SegmentedLog } from '../../src/log/segmented-log.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { type TlsFiles, TlsSource } from '../../src/ops/tls.ts';
import { Learner } from '../../src/raft/learner.ts';
import type { RaftEvent } from '../../src/raft/types.ts';
import { Membership } from '../../src/replicator/membership.ts';
import { RaftNode } from '../../src/replicator/raft-node.ts';
import { discover } from '../../src/transport/discovery.ts';
import { PeerHttp } from '../../src/transport/peer-http.ts';
import { Transport } from '../../src/transport/transport.ts';
import type { TransportLimits } from '../../src/transport/types.ts';
import type { Message } from '../../src/wire/types.ts';
import type { EtcdCluster } from '../kit/cluster.ts';
import { freePort } from '../kit/ports.ts';

export interface FollowerOptions {
  /** Peer URLs of the source. */
  readonly peers: readonly string[];
  readonly listenUrl: string;
  /** What the source has as our peer URL; the listen URL when left out. */
  readonly advertiseUrl?: string;
  readonly tls?: TlsFiles;
  readonly limits?: Partial<TransportLimits>;
  readonly onSnapshot?: (message: Message, file: string) => Promise<void>;
  /** Makes the HTTP client of the peer port; PeerHttp itself when left out. */
  readonly makeHttp?: (tls: TlsSource) => PeerHttp;
}

/** The transport with a real learner and log behind it, in this process: a seat without a destination. */
export class Follower {
  readonly transport: Transport;
  readonly log: SegmentedLog;
  readonly tls: TlsSource;
  readonly clusterId: bigint;
  readonly memberId: bigint;
  readonly messages: Message[] = [];
  readonly events: RaftEvent[] = [];
  readonly removedBy: bigint[] = [];
  /** Snapshots that the transport has taken. */
  readonly snapshots: Message[] = [];
  stolen = 0;
  readonly #node: RaftNode;
  readonly #dir: string;

  private constructor(
    parts: { tls: TlsSource; log: SegmentedLog; dir: string; http: PeerHttp },
    seat: { clusterId: bigint; memberId: bigint; peerUrls: readonly string[] },
    membership: Membership,
    options: FollowerOptions,
  ) {
    const { tls, log, dir, http } = parts;
    this.tls = tls;
    this.log = log;
    this.#dir = dir;
    this.clusterId = seat.clusterId;
    this.memberId = seat.memberId;
    const learner = new Learner({
      id: seat.memberId,
      terms: log.terms,
      hardState: log.hardState,
      electionTimeoutMs: 1_000,
    });
    this.transport = new Transport({
      identity: seat,
      listenUrls: [options.listenUrl],
      snapshotDir: join(dir, 'snapshot'),
      http,
      tls,
      logger,
      limits: options.limits ?? {},
      events: {
        onMessage: message => {
          this.messages.push(message);
          this.#node.receive(message);
        },
        onSnapshot: (message, file) => {
          this.snapshots.push(message);
          return options.onSnapshot?.(message, file) ?? Promise.resolve();
        },
        onRemoved: by => this.removedBy.push(by),
        onStolen: () => {
          this.stolen += 1;
        },
        onVersions: () => undefined,
      },
    });
    this.#node = new RaftNode({
      learner,
      log,
      send: messages => this.transport.send(messages),
      maxLogBytes: Number.MAX_SAFE_INTEGER,
      now: () => performance.now(),
      hashPasswords: async () => [],
      events: {
        onCommit: () => undefined,
        onConfChange: entry => {
          if (membership.apply(entry) === 'peers') this.transport.setPeers(membership.others);
        },
        onEvent: event => this.events.push(event),
        onFailed: error => {
          throw error;
        },
      },
    });
  }

  static async start(options: FollowerOptions): Promise<Follower> {
    const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-follower-'));
    const tls = await TlsSource.open(options.tls ?? {}, logger);
    const http = options.makeHttp?.(tls) ?? new PeerHttp(tls);
    const advertised = options.advertiseUrl ?? options.listenUrl;
    const { clusterId, own, others } = await findSeat(http, options.peers, advertised);
    const log = await SegmentedLog.open({ dir: join(dir, 'log'), clusterId });
    const follower = new Follower(
      { tls, log, dir, http },
      { clusterId, memberId: own.id, peerUrls: own.peerUrls },
      new Membership(own.id, others),
      options,
    );
    await follower.#node.start();
    await follower.transport.start(others, new AbortController().signal);
    return follower;
  }

  /** Committed entries whose bytes hold this text. */
  async count(text: string): Promise<number> {
    const wanted = Buffer.from(text);
    let found = 0;
    for (let next = this.log.base.index + 1; next <= this.#node.commit; ) {
      const entries = await this.log.read(next, this.#node.commit, 16 * 1024 * 1024);
      for (const { data } of entries) if (Buffer.from(data).includes(wanted)) found += 1;
      next += entries.length;
    }
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.transport.stop();
    await this.#node.stop();
    await this.log.close();
    this.tls.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

const logger = createLogger({ level: process.env.TEST_LOG_LEVEL ?? 'fatal', format: 'json' });

/** A member that has not applied the addition of our seat yet does not list it. */
async function findSeat(http: PeerHttp, peers: readonly string[], url: string) {
  for (let attempt = 0; ; attempt += 1) {
    for (const { clusterId, members } of await discover(http, peers)) {
      const own = members.find(member => member.peerUrls.includes(url));
      if (own === undefined) continue;
      return { clusterId, own, others: members.filter(member => member !== own) };
    }
    if (attempt === 50) throw new Error('no member lists our seat');
    await sleep(100);
  }
}

/** A young cluster refuses members for its first seconds ("unhealthy cluster"). */
export async function addSeat(cluster: EtcdCluster, url: string): Promise<bigint> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await cluster.addLearner(url);
    } catch (error) {
      if (attempt === 30 || !String(error).includes('unhealthy cluster')) throw error;
      await sleep(500);
    }
  }
}

/** Adds a seat to the cluster and takes it. */
export async function takeSeat(
  cluster: EtcdCluster,
  options: Omit<FollowerOptions, 'peers' | 'listenUrl'> = {},
): Promise<Follower> {
  const listenUrl = `http://127.0.0.1:${await freePort()}`;
  await addSeat(cluster, options.advertiseUrl ?? listenUrl);
  return await Follower.start({ ...options, listenUrl, peers: peersOf(cluster) });
}

export function peersOf(cluster: EtcdCluster): string[] {
  return cluster.members.map(member => member.peerUrl);
}

/** Waits until a condition holds; the time is only a bound for failing tests. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  const deadline = performance.now() + 45_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`it did not come to pass: ${what}`);
    await sleep(20);
  }
}
