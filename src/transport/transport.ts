import { SyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { retry } from '../ops/retry.ts';
import type { TlsSource } from '../ops/tls.ts';
import type { Message } from '../wire/types.ts';
import { Connections } from './connections.ts';
import { HeardTerms } from './heard-terms.ts';
import { Peer } from './peer.ts';
import type { PeerHttp } from './peer-http.ts';
import { Routes } from './routes.ts';
import { PeerServer, REQUEST_HEAD_MS } from './server.ts';
import {
  DEFAULT_LIMITS,
  type PeerMember,
  type PeerStatus,
  type TransportEvents,
  type TransportIdentity,
  type TransportLimits,
  type TransportStats,
} from './types.ts';
import { VersionCache } from './version-cache.ts';

/** Streams that live shorter than this look stolen; two processes with one ID steal about ten a second. */
const SHORT_LIFE_MS = 1_000;
const STOLEN_STREAMS = 30;
const STOLEN_WINDOW_MS = 10_000;

export interface TransportOptions {
  readonly identity: TransportIdentity;
  readonly listenUrls: readonly string[];
  readonly snapshotDir: string;
  readonly http: PeerHttp;
  readonly tls: TlsSource;
  readonly logger: Logger;
  readonly events: TransportEvents;
  /** DEFAULT_LIMITS where left out. */
  readonly limits?: Partial<TransportLimits>;
}

/** The peer port and the streams to all members of the source. */
export class Transport {
  readonly stats: TransportStats = {
    receivedBytes: 0,
    receivedMessages: 0,
    sentMessages: 0,
    droppedMessages: 0,
    dials: 0,
    lostStreams: 0,
    refusedRequests: 0,
  };
  readonly #options: TransportOptions;
  readonly #limits: TransportLimits;
  readonly #peers = new Map<bigint, Peer>();
  readonly #versions: VersionCache;
  readonly #server: PeerServer;
  readonly #terms: HeardTerms;
  #shortLives: number[] = [];
  #running = false;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    const { http, tls, logger, events, identity, snapshotDir } = options;
    this.#versions = new VersionCache(
      http,
      identity.clusterId,
      () => [...this.#peers.values()].map(peer => peer.member),
      versions => events.onVersions(versions),
    );
    this.#terms = new HeardTerms(logger);
    const connections = new Connections(this.#limits.maxConnections, REQUEST_HEAD_MS);
    const routes = new Routes({
      identity,
      limits: this.#limits,
      versions: this.#versions,
      stats: this.stats,
      logger,
      snapshotDir,
      terms: this.#terms,
      isPeer: id => this.#peers.has(id),
      serveMember: socket => connections.serveMember(socket),
      onStream: (id, kind, response) => this.#peers.get(id)?.attach(kind, response),
      onMessage: message => this.#peers.get(message.from)?.receive(message),
      onSnapshot: (message, file) => events.onSnapshot(message, file),
    });
    this.#server = new PeerServer(tls, logger, connections, (request, response) =>
      routes.handle(request, response),
    );
  }

  /** Learns the members' versions, then listens and dials. Errors: LISTEN_FAILED; SOURCE_UNREACHABLE is retried. */
  async start(members: readonly PeerMember[], signal: AbortSignal): Promise<void> {
    const { logger, listenUrls } = this.#options;
    for (const member of members) this.#add(member);
    await retry(
      async () => {
        if (await this.#versions.poll()) return;
        throw new SyncerError('SOURCE_UNREACHABLE', 'no member answers /version');
      },
      { logger, signal, what: 'learn the version of the source', isPermanent: () => false },
    );
    await this.#server.listen(listenUrls);
    this.#running = true;
    // It ends when stopped, and handles all that can happen.
    void this.#versions.run();
    for (const peer of this.#peers.values()) peer.start();
  }

  /** Follows the membership: new members are dialed, gone ones dropped, moved ones dialed anew. */
  setPeers(members: readonly PeerMember[]): void {
    for (const [id, peer] of this.#peers) {
      const wanted = members.find(member => member.id === id);
      if (wanted !== undefined && sameUrls(wanted, peer.member)) continue;
      peer.stop();
      this.#peers.delete(id);
    }
    for (const member of members) if (!this.#peers.has(member.id)) this.#add(member);
  }

  /** Tells whose /version answer is ours. */
  setLeader(id: bigint): void {
    this.#versions.leader = id;
  }

  send(messages: readonly Message[]): void {
    for (const message of messages) {
      const peer = this.#peers.get(message.to);
      if (peer === undefined) this.stats.droppedMessages += 1;
      else peer.send(message);
    }
  }

  peers(): PeerStatus[] {
    return [...this.#peers.values()].map(peer =>
      peer.status(this.#versions.versionOf(peer.member.id)),
    );
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#versions.stop();
    this.#terms.stop();
    for (const peer of this.#peers.values()) peer.stop();
    await this.#server.close();
    this.#options.http.close();
  }

  #add(member: PeerMember): void {
    const { identity, http, logger, events } = this.#options;
    if (member.id === identity.memberId) return;
    const peer = new Peer({
      member,
      identity,
      http,
      version: () => this.#versions.serverVersion ?? '3.4.0',
      maxMessageBytes: this.#limits.maxMessageBytes,
      stats: this.stats,
      logger,
      onMessage: message => {
        this.#terms.heard(message);
        events.onMessage(message);
      },
      onRemoved: by => events.onRemoved(by),
      onStreamLost: lifetimeMs => this.#streamLost(lifetimeMs),
    });
    this.#peers.set(member.id, peer);
    if (this.#running) peer.start();
  }

  #streamLost(lifetimeMs: number): void {
    if (lifetimeMs > SHORT_LIFE_MS) return;
    const now = performance.now();
    this.#shortLives = this.#shortLives.filter(at => now - at < STOLEN_WINDOW_MS);
    this.#shortLives.push(now);
    if (this.#shortLives.length < STOLEN_STREAMS) return;
    this.#shortLives = [];
    this.#options.events.onStolen();
  }
}

function sameUrls(a: PeerMember, b: PeerMember): boolean {
  return (
    a.peerUrls.length === b.peerUrls.length && a.peerUrls.every((url, i) => url === b.peerUrls[i])
  );
}
