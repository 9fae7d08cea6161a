import { setTimeout as sleep } from 'node:timers/promises';
import { fetchMembers } from './discovery.ts';
import { type PeerHttp, peerUrl } from './peer-http.ts';
import type { PeerMember } from './types.ts';

const POLL_MS = 4_000;
const SERVER_VERSION = /^\d{1,5}\.\d{1,5}\.\d{1,5}$/;
/** A relayed /members older than this is not given out: a joining member must not see an old one. */
const MEMBERS_MAX_AGE_MS = 10_000;

/**
 * Knows what the members run. We answer /version with the leader's own answer, word for word, from
 * memory: so we hold back no upgrade and no downgrade, and never keep a leader waiting that asks us.
 */
export class VersionCache {
  readonly #http: PeerHttp;
  readonly #clusterId: bigint;
  readonly #peers: () => readonly PeerMember[];
  readonly #onVersions: (versions: ReadonlyMap<bigint, string>) => void;
  readonly #answers = new Map<bigint, { readonly body: string; readonly server: string }>();
  #leader = 0n;
  #members: { readonly body: string; readonly atMs: number } | undefined;
  readonly #abort = new AbortController();

  constructor(
    http: PeerHttp,
    clusterId: bigint,
    peers: () => readonly PeerMember[],
    onVersions: (versions: ReadonlyMap<bigint, string>) => void,
  ) {
    this.#http = http;
    this.#clusterId = clusterId;
    this.#peers = peers;
    this.#onVersions = onVersions;
  }

  set leader(id: bigint) {
    this.#leader = id;
  }

  /** The body of our /version: the leader's, or any member's as long as the leader's is unknown. */
  get body(): string | undefined {
    return (this.#answers.get(this.#leader) ?? this.#answers.values().next().value)?.body;
  }

  /** N.N.N for the X-Server-Version header, which must never be anything else. */
  get serverVersion(): string | undefined {
    return (this.#answers.get(this.#leader) ?? this.#answers.values().next().value)?.server;
  }

  versionOf(id: bigint): string | undefined {
    return this.#answers.get(id)?.server;
  }

  /** A member's own /members answer, when there is a fresh one. `nowMs` by performance.now(). */
  membersBody(nowMs: number): string | undefined {
    const members = this.#members;
    return members !== undefined && nowMs - members.atMs < MEMBERS_MAX_AGE_MS
      ? members.body
      : undefined;
  }

  /** Asks all members once; true when any has answered. */
  async poll(): Promise<boolean> {
    const peers = this.#peers();
    await Promise.all(peers.map(peer => this.#ask(peer)));
    for (const id of this.#answers.keys()) {
      if (!peers.some(peer => peer.id === id)) this.#answers.delete(id);
    }
    await this.#askMembers(peers);
    this.#onVersions(new Map([...this.#answers].map(([id, { server }]) => [id, server])));
    return this.#answers.size > 0;
  }

  async run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      await this.poll();
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  stop(): void {
    this.#abort.abort();
  }

  /** A member that does not answer keeps its last known version: it most likely comes back with it. */
  async #ask(peer: PeerMember): Promise<void> {
    for (const url of peer.peerUrls) {
      const answer = await this.#http.get(peerUrl(url, '/version')).catch(() => undefined);
      if (answer?.status !== 200) continue;
      const body = answer.body.toString('utf8');
      const server = serverVersion(body);
      if (server === undefined) continue;
      this.#answers.set(peer.id, { body, server });
      return;
    }
  }

  async #askMembers(peers: readonly PeerMember[]): Promise<void> {
    const leaderFirst = [...peers].sort(a => (a.id === this.#leader ? -1 : 0));
    for (const peer of leaderFirst) {
      const url = peer.peerUrls[0];
      if (url === undefined) continue;
      const view = await fetchMembers(this.#http, url).catch(() => undefined);
      // An address may have gone over to another cluster; an empty list stops a member that joins.
      if (view?.clusterId !== this.#clusterId || view.members.length === 0) continue;
      this.#members = { body: view.body, atMs: performance.now() };
      return;
    }
  }
}

function serverVersion(body: string): string | undefined {
  try {
    const { etcdserver } = JSON.parse(body) as { etcdserver?: unknown };
    if (typeof etcdserver !== 'string') return undefined;
    const plain = etcdserver.split(/[-+]/, 1)[0] ?? '';
    return SERVER_VERSION.test(plain) ? plain : undefined;
  } catch {
    return undefined;
  }
}
