import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What waits in a direction at most before its sender is held back. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
const HEAD_BYTES = 8 * 1024;

/** What a network does to connections; nothing unless named. */
export interface LinkFaults {
  /**
   * Nothing passes this way, and nobody is told. What was sent meanwhile arrives when it is over, late, as TCP
   * would send it again.
   */
  readonly holds?: 'requests' | 'answers' | 'both';
  /** Milliseconds that each way takes. */
  readonly delayMs?: number;
  /** Share of the pieces passed on with which their connection is reset instead, 0 to 1. */
  readonly resets?: number;
  /** Of each direction of each connection. */
  readonly bytesPerSecond?: number;
  /** A connection ends when more bytes than this have been sent to the server on it. */
  readonly cutsAfterBytes?: number;
}

/** What went over one connection, by direction. */
export interface RecordedConnection {
  /** Bytes of the side that connected. */
  readonly sent: Buffer[];
  /** Bytes of the side that was connected to. */
  readonly answered: Buffer[];
}

export interface LinkOptions {
  /** 0 to 1, for `resets`; Math.random unless given. */
  readonly random?: () => number;
  /** Every byte that comes is kept in `recorded`. */
  readonly records?: boolean;
}

/** Whose connections are meant: all, or those that say by X-Server-From that they are of these members. */
export type LinkUsers = readonly string[] | undefined;

/** A TCP proxy on loopback in front of one server's port, which does to connections what bad networks do. */
export class FaultLink {
  /** Every connection since the start, when it records. */
  readonly recorded: RecordedConnection[] = [];
  /** URL of the server; a link may be there before the server's port is known. */
  target: string;
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  readonly #options: LinkOptions;
  #cuts = 0;
  #faults: LinkFaults = {};
  #users: LinkUsers;
  #changed: () => void = () => undefined;
  #change: Promise<void>;

  private constructor(server: Server, target: string, options: LinkOptions) {
    this.#server = server;
    this.target = target;
    this.#options = options;
    this.#change = new Promise(resolve => {
      this.#changed = resolve;
    });
  }

  static async start(target = '', options: LinkOptions = {}): Promise<FaultLink> {
    const server = createServer({ allowHalfOpen: true });
    const link = new FaultLink(server, target, options);
    server.on('connection', client => link.#join(client));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return link;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the link has no port');
    return `http://127.0.0.1:${address.port}`;
  }

  /** From now on, in place of what was before. `{}` = a good network again. */
  set(faults: LinkFaults, users?: LinkUsers): void {
    this.#faults = faults;
    this.#users = users;
    this.#wakeAll();
  }

  /** Whether any side that connected has sent this text so far; only what is recorded is known. */
  hasSent(text: string): boolean {
    return this.recorded.some(({ sent }) => sent.some(chunk => chunk.includes(text)));
  }

  /** Connections that `cutsAfterBytes` has ended. */
  get cuts(): number {
    return this.#cuts;
  }

  /** What the server answers on the connections of now is lost, and nobody is told. New ones pass. */
  mute(): void {
    for (const connection of this.#connections) connection.mute();
  }

  /** The server's side of the connections of now is gone, and the client never learns it. New ones pass. */
  halfOpen(): void {
    for (const connection of this.#connections) connection.forget();
  }

  /** Clients of connections that are half open learn it, as from a keepalive that is answered by a reset. */
  endHalfOpen(): void {
    for (const connection of this.#connections) if (connection.isForgotten) connection.reset();
  }

  /** Resets the connections of now. */
  reset(): void {
    for (const connection of this.#connections) connection.reset();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>(resolve => this.#server.close(() => resolve()));
    for (const connection of this.#connections) connection.destroy();
    this.#wakeAll();
    await closed;
  }

  #wakeAll(): void {
    this.#changed();
    this.#change = new Promise(resolve => {
      this.#changed = resolve;
    });
  }

  #join(client: Socket): void {
    const { hostname: host, port } = new URL(this.target);
    const server = connect({ host, port: Number(port), allowHalfOpen: true });
    const { random = Math.random, records = false } = this.#options;
    const recorded = records ? { sent: [], answered: [] } : undefined;
    if (recorded !== undefined) this.recorded.push(recorded);
    const connection = new Connection(client, server, {
      faultsOf: from => this.#faultsOf(from),
      change: () => this.#change,
      random,
      recorded,
      onCut: () => {
        this.#cuts += 1;
      },
      onGone: () => this.#connections.delete(connection),
    });
    this.#connections.add(connection);
  }

  /** @param from the member that dialed; undefined = it has not said yet, '' = it does not say */
  #faultsOf(from: string): LinkFaults {
    return this.#users === undefined || this.#users.includes(from) ? this.#faults : {};
  }
}

interface ConnectionOptions {
  readonly faultsOf: (from: string) => LinkFaults;
  /** Resolves when the faults are others. */
  readonly change: () => Promise<void>;
  readonly random: () => number;
  readonly recorded: RecordedConnection | undefined;
  readonly onCut: () => void;
  readonly onGone: () => void;
}

type Direction = 'requests' | 'answers';

class Connection {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #options: ConnectionOptions;
  /** The member that dialed, in hex; '' until it has said so. */
  #from = '';
  #head = '';
  #isForgotten = false;
  #isMute = false;
  #sentBytes = 0;

  constructor(client: Socket, server: Socket, options: ConnectionOptions) {
    this.#client = client;
    this.#server = server;
    this.#options = options;
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.#ended());
      socket.on('close', () => this.#ended());
    }
    client.on('data', (chunk: Buffer) => {
      this.#sentBytes += chunk.length;
      this.#readHead(chunk);
      options.recorded?.sent.push(chunk);
    });
    server.on('data', (chunk: Buffer) => options.recorded?.answered.push(chunk));
    this.#pump(client, server, 'requests');
    this.#pump(server, client, 'answers');
  }

  mute(): void {
    this.#isMute = true;
  }

  get isForgotten(): boolean {
    return this.#isForgotten;
  }

  forget(): void {
    this.#isForgotten = true;
    this.#server.destroy();
  }

  reset(): void {
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  destroy(): void {
    this.#client.destroy();
    this.#server.destroy();
    this.#options.onGone();
  }

  get #faults(): LinkFaults {
    return this.#options.faultsOf(this.#from);
  }

  #ended(): void {
    if ((this.#isForgotten || this.#isMute) && !this.#client.destroyed) return;
    this.destroy();
  }

  /** More has been sent than `cutsAfterBytes` lets by; ends the connection the first time. */
  #isCut(): boolean {
    const { cutsAfterBytes = Number.POSITIVE_INFINITY } = this.#faults;
    if (this.#sentBytes <= cutsAfterBytes || this.#client.destroyed) return false;
    this.destroy();
    this.#options.onCut();
    return true;
  }

  /** Peers say who they are in their first request; what they dial for stays the same after it. */
  #readHead(chunk: Buffer): void {
    if (this.#from !== '' || this.#head.length > HEAD_BYTES) return;
    this.#head += chunk.toString('latin1');
    this.#from = /^X-Server-From: ([0-9a-f]+)\r$/im.exec(this.#head)?.[1] ?? '';
  }

  /** One direction: what is read waits for its time, in order, and is written. */
  #pump(from: Socket, to: Socket, direction: Direction): void {
    const waiting: { readonly chunk: Buffer | undefined; readonly atMs: number }[] = [];
    let bytes = 0;
    let isRunning = false;
    const run = async (): Promise<void> => {
      isRunning = true;
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        await this.#pass(next.atMs, next.chunk?.length ?? 0, direction);
        bytes -= next.chunk?.length ?? 0;
        if (bytes < MAX_WAITING_BYTES) from.resume();
        if (to.destroyed || this.#isCut()) continue;
        if (this.#isMute && direction === 'answers') continue;
        if (next.chunk === undefined) to.end();
        else if (this.#options.random() < (this.#faults.resets ?? 0)) this.reset();
        else to.write(next.chunk);
      }
      isRunning = false;
    };
    const take = (chunk: Buffer | undefined): void => {
      waiting.push({ chunk, atMs: performance.now() });
      bytes += chunk?.length ?? 0;
      if (bytes >= MAX_WAITING_BYTES) from.pause();
      if (!isRunning) void run();
    };
    from.on('data', take);
    from.on('end', () => take(undefined));
  }

  async #pass(atMs: number, bytes: number, direction: Direction): Promise<void> {
    const { delayMs = 0, bytesPerSecond } = this.#faults;
    const waitMs = atMs + delayMs - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    if (bytesPerSecond !== undefined) await sleep((1_000 * bytes) / bytesPerSecond);
    while ([direction, 'both'].includes(this.#faults.holds ?? '')) {
      if (this.#client.destroyed && this.#server.destroyed) return;
      await this.#options.change();
    }
  }
}
