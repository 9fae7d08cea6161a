import type { EtcdCluster } from '../kit/cluster.ts';
import { FaultLink } from '../kit/fault-link.ts';
import { type Exchange, header, readExchanges } from '../kit/http-record.ts';
import { freePort } from '../kit/ports.ts';
import { readFrames, readMessage, readMsgappFrames, type SeenMessage } from '../kit/raftpb.ts';

/** What a seat has sent, as seen from outside of it. */
export interface Sent {
  /** Requests to our peer port, with our answers. */
  readonly answers: readonly Exchange[];
  /** Requests of ours to members, with their answers. */
  readonly requests: readonly Exchange[];
  /** Raft messages on served message streams and in POSTs, without link heartbeats. */
  readonly messages: readonly SeenMessage[];
  /** Everything on served msgapp streams. */
  readonly msgapp: Buffer;
  /** Terms that members have given us on the streams that we dialed. */
  readonly termsGiven: ReadonlySet<number>;
}

/** Proxies in front of a seat's peer port and in front of every member's, all recording. */
export class Wiretap {
  readonly #front: FaultLink;
  readonly #backs: readonly FaultLink[];
  /** Where the seat has to listen; what the source knows is `url`. */
  readonly listenUrl: string;

  private constructor(listenUrl: string, front: FaultLink, backs: readonly FaultLink[]) {
    this.listenUrl = listenUrl;
    this.#front = front;
    this.#backs = backs;
  }

  /**
   * Puts proxies in place; the members' peer URLs become those of the proxies.
   * @param listenUrl where the seat will listen; a free port when left out
   */
  static async on(cluster: EtcdCluster, listenUrl?: string): Promise<Wiretap> {
    const backs: FaultLink[] = [];
    for (const line of (await cluster.etcdctl(['member', 'list'])).trim().split('\n')) {
      const [id = '', , , url = ''] = line.split(', ');
      const back = await FaultLink.start(url, { records: true });
      backs.push(back);
      await cluster.etcdctl(['member', 'update', id, `--peer-urls=${back.url}`]);
    }
    const target = listenUrl ?? `http://127.0.0.1:${await freePort()}`;
    return new Wiretap(target, await FaultLink.start(target, { records: true }), backs);
  }

  /** The peer URL of the seat. */
  get url(): string {
    return this.#front.url;
  }

  /** What the seat with this ID has sent until now. */
  sent(seat: bigint): Sent {
    const answers = exchangesOn(this.#front);
    const requests = this.#backs
      .flatMap(exchangesOn)
      .filter(({ request }) => header(request, 'x-server-from') === seat.toString(16));
    const served = answers.filter(({ status }) => status === 200);
    const bodies = (exchanges: readonly Exchange[], kind: string) =>
      exchanges
        .filter(({ path }) => path.startsWith(`/raft/stream/${kind}/`))
        .map(({ answer }) => answer?.body ?? Buffer.alloc(0));
    const posts = requests.filter(({ path }) => path === '/raft');
    const dialed = requests.filter(({ status }) => status === 200);
    const given = [
      ...bodies(dialed, 'message').flatMap(readFrames),
      ...bodies(dialed, 'msgapp').flatMap(readMsgappFrames),
    ];
    return {
      answers,
      requests,
      messages: [
        ...bodies(served, 'message').flatMap(readFrames),
        ...posts.map(({ request }) => readMessage(request.body)),
      ].filter(({ isLinkHeartbeat }) => !isLinkHeartbeat),
      msgapp: Buffer.concat(bodies(served, 'msgapp')),
      termsGiven: new Set(given.map(({ term }) => term)),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const proxy of [this.#front, ...this.#backs]) await proxy[Symbol.asyncDispose]();
  }
}

/** All requests so far with their answers. Throws when the bytes of a connection are not HTTP/1.1. */
function exchangesOn({ recorded }: FaultLink): Exchange[] {
  return recorded.flatMap(({ sent, answered }) =>
    readExchanges(Buffer.concat(sent), Buffer.concat(answered)),
  );
}

/** What `etcdctl endpoint status -w fields` says of one member. */
export interface MemberState {
  readonly id: string;
  readonly leader: string;
  readonly term: number;
  readonly index: number;
}

/** Of every running member of a cluster. */
export async function statesOf(cluster: EtcdCluster): Promise<MemberState[]> {
  return readStates(await cluster.etcdctl(['endpoint', 'status', '-w', 'fields']));
}

function readStates(printed: string): MemberState[] {
  const values = (name: string) =>
    [...printed.matchAll(new RegExp(`"${name}" : (\\d+)`, 'g'))].map(match => match[1] ?? '');
  const [ids, leaders, terms, indexes] = [
    values('MemberID'),
    values('Leader'),
    values('RaftTerm'),
    values('RaftIndex'),
  ];
  return ids.map((id, i) => ({
    id,
    leader: leaders[i] ?? '',
    term: Number(terms[i]),
    index: Number(indexes[i]),
  }));
}
