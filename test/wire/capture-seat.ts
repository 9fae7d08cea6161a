import { setTimeout as sleep } from 'node:timers/promises';
import { PeerHttp } from '../../src/transport/peer-http.ts';
import { message } from '../../src/wire/raft-message.ts';
import { EntryType, MessageType } from '../../src/wire/types.ts';
import type { EtcdCluster, EtcdMember } from '../kit/cluster.ts';
import { FaultLink } from '../kit/fault-link.ts';
import { freePort } from '../kit/ports.ts';
import { addSeat, Follower, peersOf, until } from '../transport/follower.ts';

/** Dials members through their proxies; streams wait until `streamsMayStart`. */
class ProxiedHttp extends PeerHttp {
  proxies: ReadonlyMap<string, string> = new Map();
  streamsMayStart: () => boolean = () => true;

  override get(...[url, headers]: Parameters<PeerHttp['get']>): ReturnType<PeerHttp['get']> {
    return super.get(this.#through(url), headers);
  }

  override post(...args: Parameters<PeerHttp['post']>): ReturnType<PeerHttp['post']> {
    return super.post(this.#through(args[0]), args[1], args[2]);
  }

  override async stream(
    ...[url, headers, signal]: Parameters<PeerHttp['stream']>
  ): ReturnType<PeerHttp['stream']> {
    while (!this.streamsMayStart() && !signal.aborted) await sleep(20);
    return await super.stream(this.#through(url), headers, signal);
  }

  #through(url: string): string {
    const { origin, pathname, search } = new URL(url);
    const proxy = this.proxies.get(origin);
    if (proxy === undefined) throw new Error(`no proxy in front of ${origin}`);
    return `${proxy}${pathname}${search}`;
  }
}

/** A seat whose connections to and from the members all go through recording proxies. */
export class CaptureSeat {
  readonly cluster: EtcdCluster;
  readonly follower: Follower;
  readonly inbound: FaultLink;
  readonly outbound: ReadonlyMap<EtcdMember, FaultLink>;
  readonly id: bigint;

  private constructor(
    cluster: EtcdCluster,
    follower: Follower,
    inbound: FaultLink,
    outbound: ReadonlyMap<EtcdMember, FaultLink>,
  ) {
    this.cluster = cluster;
    this.follower = follower;
    this.inbound = inbound;
    this.outbound = outbound;
    this.id = follower.memberId;
  }

  static async take(cluster: EtcdCluster): Promise<CaptureSeat> {
    const outbound = new Map<EtcdMember, FaultLink>();
    const proxies = new Map<string, string>();
    for (const member of cluster.members) {
      const proxy = await FaultLink.start(member.peerUrl, { records: true });
      outbound.set(member, proxy);
      proxies.set(member.peerUrl, proxy.url);
    }
    const listenUrl = `http://127.0.0.1:${await freePort()}`;
    const inbound = await FaultLink.start(listenUrl, { records: true });
    await addSeat(cluster, inbound.url);
    const follower = await Follower.start({
      peers: peersOf(cluster),
      listenUrl,
      advertiseUrl: inbound.url,
      makeHttp: tls => {
        const http = new ProxiedHttp(tls);
        http.proxies = proxies;
        // Before there are streams, members send by POST: some of those are wanted, too.
        http.streamsMayStart = () => inbound.hasSent('POST /raft HTTP/1.1');
        return http;
      },
    });
    return new CaptureSeat(cluster, follower, inbound, outbound);
  }

  /** Asks the leader for its commit index. */
  readIndex(): void {
    const leader = this.follower.messages.findLast(({ type }) => type === MessageType.App)?.from;
    if (leader === undefined) throw new Error('no leader was heard');
    const data = Buffer.from('read-index-0001');
    this.follower.transport.send([
      message({
        type: MessageType.ReadIndex,
        to: leader,
        from: this.id,
        entries: [{ type: EntryType.Normal, term: 0, index: 0, data }],
      }),
    ]);
  }

  /** Waits until a message of this type has come, `after` a number of messages. */
  async receives(type: number, after: number, what: string): Promise<void> {
    await until(() => this.follower.messages.slice(after).some(m => m.type === type), what);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.follower[Symbol.asyncDispose]();
    await this.inbound[Symbol.asyncDispose]();
    for (const proxy of this.outbound.values()) await proxy[Symbol.asyncDispose]();
  }
}
