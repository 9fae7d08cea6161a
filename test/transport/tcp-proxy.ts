import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy on loopback in front of a port. It can swallow one direction of the connections it has. */
export class TcpProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #muted = new Set<Socket>();
  #silent = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(targetPort: number): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server);
    server.on('connection', client => proxy.#join(client, connect(targetPort, '127.0.0.1')));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
    return `http://127.0.0.1:${address.port}`;
  }

  /** What the target answers on the connections of now gets lost; new connections pass. */
  muteAnswers(): void {
    for (const socket of this.#sockets) this.#muted.add(socket);
  }

  /** Nothing passes on any connection, old or new, and nobody is told. */
  set silent(silent: boolean) {
    this.#silent = silent;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>(resolve => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #join(client: Socket, target: Socket): void {
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      this.#sockets.add(from);
      from.setNoDelay(true);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        this.#muted.delete(from);
        // A muted connection is half open: the client never learns that it ended.
        if (!(from === target && this.#muted.has(client))) to.destroy();
      });
      from.on('data', (chunk: Buffer) => {
        if (this.#silent || (from === target && this.#muted.has(from))) return;
        to.write(chunk);
      });
    }
  }
}
