import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { encodeMessageFrame } from '../../src/wire/message-stream.ts';
import { encodeMessage } from '../../src/wire/raft-message.ts';
import type { Message } from '../../src/wire/types.ts';
import { readFrames, readMessage, type SeenMessage } from './raftpb.ts';

type StreamKind = 'msgapp' | 'message';

/** A seat as the fake's /members lists it, and as it is dialed. */
export interface FakeSeat {
  readonly id: bigint;
  readonly url: string;
}

/** A request that came to the fake. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer that the fake got. `bytes` grows as long as a stream is open. */
export interface SeenAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  bytes: Buffer;
}

export interface FakePeerOptions {
  readonly id: bigint;
  readonly clusterId: bigint;
  readonly version?: string;
}

const LINK_HEARTBEAT_MS = 1_667;

/**
 * A member of etcd that is none: it serves the peer port, dials streams, and sends whatever it is told
 * to; everything that comes is kept. It can be the leader of a cluster of its own, or a stranger to a
 * real one (then only `dial` and `post` are of use).
 */
export class FakePeer {
  readonly id: bigint;
  readonly clusterId: bigint;
  readonly requests: SeenRequest[] = [];
  /** Status and headers of every answer to a request of ours. */
  readonly answers: SeenAnswer[] = [];
  /** Raft messages that came, by stream or POST, in the order of their coming; no link heartbeats. */
  readonly messages: SeenMessage[] = [];
  /** What came on the newest msgapp stream that we dialed. */
  msgappBytes: Buffer = Buffer.alloc(0);
  seat: FakeSeat | undefined;
  readonly #version: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #served: Partial<Record<StreamKind, ServerResponse>> = {};
  readonly #timer: NodeJS.Timeout;

  private constructor({ id, clusterId, version = '3.5.30' }: FakePeerOptions) {
    this.id = id;
    this.clusterId = clusterId;
    this.#version = version;
    this.#server = createServer((incoming, response) => {
      this.#handle(incoming, response).catch(() => response.destroy());
    });
    this.#server.on('connection', socket => this.#keep(socket));
    this.#timer = setInterval(() => {
      this.#served.msgapp?.write(Uint8Array.of(0));
      this.#served.message?.write(LINK_HEARTBEAT);
    }, LINK_HEARTBEAT_MS);
  }

  static async start(options: FakePeerOptions): Promise<FakePeer> {
    const peer = new FakePeer(options);
    peer.#server.listen(0, '127.0.0.1');
    await once(peer.#server, 'listening');
    return peer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The seat has dialed both streams. */
  get isDialed(): boolean {
    return this.#served.msgapp !== undefined && this.#served.message !== undefined;
  }

  /** Dials both streams of the seat, as a member does. */
  async dialSeat(): Promise<void> {
    await this.dial('msgapp');
    await this.dial('message');
  }

  /** Dials one stream; resolves with the answer, whose bytes go on growing. */
  async dial(
    kind: StreamKind,
    headers: Record<string, string> = {},
    asId: bigint = this.id,
  ): Promise<SeenAnswer> {
    return await this.send('GET', `/raft/stream/${kind}/${asId.toString(16)}`, {
      headers: { 'X-Raft-To': this.#seat().id.toString(16), ...headers },
      onData: answer => {
        if (kind === 'msgapp' && answer.status === 200) this.msgappBytes = answer.bytes;
      },
      isMessages: kind === 'message',
    });
  }

  /** POST /raft of a message or of any bytes. */
  async post(
    body: Message | Uint8Array,
    headers: Record<string, string> = {},
    path = '/raft',
  ): Promise<SeenAnswer> {
    const bytes = body instanceof Uint8Array ? body : encodeMessage(body);
    return await this.send('POST', path, { headers, body: bytes });
  }

  /**
   * Any request to the seat's peer port with the headers of a member. Resolves when the answer has
   * ended, for streams when it has begun. Errors: those of the connection.
   */
  send(
    method: string,
    path: string,
    options: {
      readonly headers?: Record<string, string>;
      readonly body?: Uint8Array;
      readonly isMessages?: boolean;
      readonly onData?: (answer: SeenAnswer) => void;
    } = {},
  ): Promise<SeenAnswer> {
    const headers = {
      'X-Server-From': this.id.toString(16),
      'X-Server-Version': this.#version,
      'X-Min-Cluster-Version': '3.0.0',
      'X-Etcd-Cluster-ID': this.clusterId.toString(16),
      ...options.headers,
    };
    const isStream = path.startsWith('/raft/stream/');
    return new Promise((resolve, reject) => {
      const url = new URL(path, this.#seat().url);
      const outgoing = httpRequest(url, { method, headers, agent: false }, response => {
        const answer: SeenAnswer = {
          status: response.statusCode ?? 0,
          headers: response.headers,
          bytes: Buffer.alloc(0),
        };
        this.answers.push(answer);
        const frames = new FrameCounter(message => this.messages.push(message));
        response.on('data', (chunk: Buffer) => {
          answer.bytes = Buffer.concat([answer.bytes, chunk]);
          if (options.isMessages === true && answer.status === 200) frames.take(answer.bytes);
          options.onData?.(answer);
        });
        response.on('error', () => undefined);
        if (isStream && answer.status === 200) resolve(answer);
        else response.once('close', () => resolve(answer));
      });
      outgoing.once('socket', socket => this.#keep(socket));
      outgoing.on('error', reject);
      outgoing.end(options.body);
    });
  }

  /** Sends a message on the message stream that the seat dialed. */
  sendMessage(message: Message): void {
    this.sendBytes('message', encodeMessageFrame(message));
  }

  /** Sends a MsgApp as a whole frame (type 2) on the msgapp stream that the seat dialed. */
  sendAppend(message: Message): void {
    this.sendBytes('msgapp', Buffer.concat([Uint8Array.of(2), encodeMessageFrame(message)]));
  }

  /** Sends any bytes on a stream that the seat dialed. */
  sendBytes(kind: StreamKind, bytes: Uint8Array): void {
    const stream = this.#served[kind];
    if (stream === undefined) throw new Error(`the seat has not dialed the ${kind} stream`);
    stream.write(bytes);
  }

  /** Breaks the streams that the seat dialed. */
  dropStreams(): void {
    for (const kind of ['msgapp', 'message'] as const) {
      this.#served[kind]?.destroy();
      delete this.#served[kind];
    }
  }

  /** Messages of one name, in order. */
  named(name: string): SeenMessage[] {
    return this.messages.filter(message => message.name === name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    const closed = new Promise(resolve => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #seat(): FakeSeat {
    if (this.seat === undefined) throw new Error('the fake peer was not told of a seat');
    return this.seat;
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const path = incoming.url ?? '/';
    const method = incoming.method ?? '';
    const body = Buffer.concat(chunks);
    this.requests.push({ method, path, headers: incoming.headers, body });
    response.setHeader('X-Etcd-Cluster-ID', this.clusterId.toString(16));
    const kind = /^\/raft\/stream\/(msgapp|message)\//.exec(path)?.[1] as StreamKind | undefined;
    if (kind !== undefined) this.#serve(kind, response);
    else if (path === '/raft') {
      this.messages.push(readMessage(body));
      response.writeHead(204).end();
    } else if (path === '/version') {
      const cluster = this.#version.replace(/\d+$/, '0');
      response.end(`{"etcdserver":"${this.#version}","etcdcluster":"${cluster}"}`);
    } else if (path === '/members') response.end(this.#members());
    else response.writeHead(404).end('404 page not found\n');
  }

  #serve(kind: StreamKind, response: ServerResponse): void {
    this.#served[kind]?.destroy();
    this.#served[kind] = response;
    response.once('close', () => {
      if (this.#served[kind] === response) delete this.#served[kind];
    });
    response.writeHead(200, { 'X-Server-Version': this.#version });
    response.flushHeaders();
  }

  #members(): string {
    const own = `{"id":${this.id},"peerURLs":["${this.url}"],"name":"fake"}`;
    const { seat } = this;
    if (seat === undefined) return `[${own}]`;
    return `[${own},{"id":${seat.id},"peerURLs":["${seat.url}"],"isLearner":true}]`;
  }
}

/** The bytes in which every version knows a link heartbeat: a MsgHeartbeat from 0 to 0. */
const LINK_HEARTBEAT = Buffer.from([0, 0, 0, 0, 0, 0, 0, 2, 0x08, 0x08]);

/** Hands out the messages of a growing message stream, each once. */
class FrameCounter {
  readonly #onMessage: (message: SeenMessage) => void;
  #seen = 0;

  constructor(onMessage: (message: SeenMessage) => void) {
    this.#onMessage = onMessage;
  }

  take(bytes: Buffer): void {
    const all = readFrames(bytes);
    for (const message of all.slice(this.#seen)) {
      if (!message.isLinkHeartbeat) this.#onMessage(message);
    }
    this.#seen = all.length;
  }
}
