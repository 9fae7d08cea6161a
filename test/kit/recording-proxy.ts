import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type Exchange, readExchanges } from './http-record.ts';

interface Recorded {
  readonly sent: Buffer[];
  readonly answered: Buffer[];
}

/** A TCP proxy on loopback that keeps every byte of both directions. */
export class RecordingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #connections: Recorded[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(targetPort: number): Promise<RecordingProxy> {
    const server = createServer();
    const proxy = new RecordingProxy(server);
    server.on('connection', client => proxy.#join(client, connect(targetPort, '127.0.0.1')));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** All requests so far with their answers. Throws when the bytes of a connection are not HTTP/1.1. */
  exchanges(): Exchange[] {
    return this.#connections.flatMap(({ sent, answered }) =>
      readExchanges(Buffer.concat(sent), Buffer.concat(answered)),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise(resolve => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #join(client: Socket, target: Socket): void {
    const recorded: Recorded = { sent: [], answered: [] };
    this.#connections.push(recorded);
    for (const [from, to, kept] of [
      [client, target, recorded.sent],
      [target, client, recorded.answered],
    ] as const) {
      this.#sockets.add(from);
      from.setNoDelay(true);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.on('data', (chunk: Buffer) => {
        kept.push(chunk);
        to.write(chunk);
      });
    }
  }
}
