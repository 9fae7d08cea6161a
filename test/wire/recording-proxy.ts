import { connect, createServer, type Server } from 'node:net';

/** What went over one connection, by direction. */
export interface RecordedConnection {
  /** Bytes of the side that connected. */
  readonly sent: Buffer[];
  /** Bytes of the side that was connected to. */
  readonly answered: Buffer[];
}

/** A TCP proxy on loopback in front of a port, which keeps every byte that passes. */
export class RecordingProxy {
  readonly connections: RecordedConnection[] = [];
  readonly #server: Server;
  readonly #open = new Set<{ destroy(): void }>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(targetPort: number): Promise<RecordingProxy> {
    const server = createServer();
    const proxy = new RecordingProxy(server);
    server.on('connection', client => {
      const target = connect(targetPort, '127.0.0.1');
      const connection: RecordedConnection = { sent: [], answered: [] };
      proxy.connections.push(connection);
      for (const [from, to, kept] of [
        [client, target, connection.sent],
        [target, client, connection.answered],
      ] as const) {
        proxy.#open.add(from);
        from.setNoDelay(true);
        // A connection that breaks ends its other half; both sides are used to that.
        from.on('error', () => to.destroy());
        from.on('close', () => {
          proxy.#open.delete(from);
          to.destroy();
        });
        from.on('data', (chunk: Buffer) => {
          kept.push(chunk);
          to.write(chunk);
        });
      }
    });
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

  /** Whether any connecting side has sent this text so far. */
  hasSent(text: string): boolean {
    return this.connections.some(({ sent }) => sent.some(chunk => chunk.includes(text)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>(resolve => this.#server.close(() => resolve()));
    for (const socket of this.#open) socket.destroy();
    await closed;
  }
}
