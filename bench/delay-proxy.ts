import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy on loopback behind which a server is so many milliseconds away, one way. */
export class DelayProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Of the server; a proxy may be there before the server's port is known. */
  target = '';
  delayMs = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<DelayProxy> {
    const server = createServer({ allowHalfOpen: true });
    const proxy = new DelayProxy(server);
    server.on('connection', client => proxy.#join(client));
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

  #join(client: Socket): void {
    const { hostname, port } = new URL(this.target);
    const server = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    this.#pump(client, server);
    this.#pump(server, client);
  }

  /** Passes on what comes, in order, each piece so much later. */
  #pump(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.setNoDelay(true);
    const waiting: { readonly chunk: Buffer | undefined; readonly atMs: number }[] = [];
    const flush = (): void => {
      const nowMs = performance.now();
      while (waiting[0] !== undefined && waiting[0].atMs <= nowMs) {
        const { chunk } = waiting[0];
        waiting.shift();
        if (chunk === undefined) to.end();
        else to.write(chunk);
      }
      if (waiting[0] !== undefined) setTimeout(flush, waiting[0].atMs - nowMs);
    };
    const pass = (chunk: Buffer | undefined): void => {
      waiting.push({ chunk, atMs: performance.now() + this.delayMs });
      if (waiting.length === 1) flush();
    };
    from.on('data', pass);
    from.on('end', () => pass(undefined));
    from.on('error', () => to.destroy());
    from.on('close', () => this.#sockets.delete(from));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
  }
}
