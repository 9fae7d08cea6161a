import type { Socket } from 'node:net';

/** One connection: the TCP socket, and the TLS socket over it. */
interface Connection {
  readonly sockets: Set<Socket>;
  /** Requests of members of the source that are being served on it. */
  members: number;
}

/**
 * The connections to the peer port, bounded. When there are too many, the oldest one that serves no
 * member of the source makes room, so that strangers can't keep the members out.
 */
export class Connections {
  readonly #limit: number;
  readonly #idleMs: number;
  /** By remote address and port, which the TCP and the TLS socket have in common; oldest first. */
  readonly #all = new Map<string, Connection>();

  /** @param idleMs a connection without a request that is silent for so long is closed */
  constructor(limit: number, idleMs: number) {
    this.#limit = limit;
    this.#idleMs = idleMs;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Takes a new TCP connection. */
  add(socket: Socket): void {
    const key = keyOf(socket);
    if (key === undefined || (this.#all.size >= this.#limit && !this.#makeRoom())) {
      socket.destroy();
      return;
    }
    this.#all.set(key, { sockets: new Set([socket]), members: 0 });
    socket.setKeepAlive(true, this.#idleMs);
    socket.once('close', () => this.#all.delete(key));
    socket.on('error', () => socket.destroy());
  }

  /** Takes the socket on which requests come: the TCP socket, or the TLS socket once its handshake is done. */
  ready(socket: Socket): void {
    this.#of(socket)?.sockets.add(socket);
    socket.on('timeout', () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.setTimeout(this.#idleMs);
  }

  /** A member's request begins on this socket; call the result when it is over. */
  serveMember(socket: Socket): () => void {
    const connection = this.#of(socket);
    if (connection === undefined) return () => undefined;
    connection.members += 1;
    return () => {
      connection.members -= 1;
    };
  }

  destroyAll(): void {
    for (const { sockets } of this.#all.values()) destroy(sockets);
  }

  #of(socket: Socket): Connection | undefined {
    const key = keyOf(socket);
    return key === undefined ? undefined : this.#all.get(key);
  }

  #makeRoom(): boolean {
    for (const [key, { sockets, members }] of this.#all) {
      if (members > 0) continue;
      this.#all.delete(key);
      destroy(sockets);
      return true;
    }
    return false;
  }
}

function destroy(sockets: ReadonlySet<Socket>): void {
  for (const socket of sockets) socket.destroy();
}

/** undefined when the connection is already gone. */
function keyOf(socket: Socket): string | undefined {
  if (socket.remoteAddress === undefined || socket.remotePort === undefined) return undefined;
  return `${socket.remoteAddress} ${socket.remotePort} ${socket.localPort ?? ''} ${socket.localAddress ?? ''}`;
}
