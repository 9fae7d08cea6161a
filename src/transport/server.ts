import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { errorText, SyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import type { TlsSource } from '../ops/tls.ts';

/** Connections at once; a source has a handful of members with about six connections each. */
const MAX_CONNECTIONS = 4_096;
/** A connection that has not sent a whole request by then is closed. */
const REQUEST_HEAD_MS = 5_000;
const MAX_HEADER_BYTES = 16 * 1024;

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Listens on the peer URLs. Everything about limits of connections is here; routes are the handler's. */
export class PeerServer {
  readonly #servers: Server[] = [];
  readonly #tls: TlsSource;
  readonly #logger: Logger;
  readonly #handler: Handler;
  readonly #sockets = new Set<Socket>();

  constructor(tls: TlsSource, logger: Logger, handler: Handler) {
    this.#tls = tls;
    this.#logger = logger;
    this.#handler = handler;
  }

  /** Errors: LISTEN_FAILED. */
  async listen(urls: readonly string[]): Promise<void> {
    for (const url of urls) await this.#listen(new URL(url));
  }

  async close(): Promise<void> {
    const closing = this.#servers.map(
      server => new Promise<void>(resolve => server.close(() => resolve())),
    );
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closing);
  }

  async #listen(url: URL): Promise<void> {
    const server = url.protocol === 'https:' ? this.#secureServer() : createServer(HTTP_OPTIONS);
    server.maxConnections = MAX_CONNECTIONS;
    server.on('request', (request, response) => {
      request.socket.setTimeout(0);
      this.#handler(request, response);
    });
    server.on('connection', socket => this.#track(socket));
    server.on('clientError', (error, socket) => {
      this.#logger.debug({ reason: errorText(error) }, 'malformed request on the peer port');
      socket.destroy();
    });
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    await new Promise<void>((resolve, reject) => {
      server.once('error', error => {
        reject(
          new SyncerError(
            'LISTEN_FAILED',
            `${url.href}: ${errorText(error)}`,
            {},
            { cause: error },
          ),
        );
      });
      server.listen(port, host, resolve);
    });
    server.on('error', error => this.#logger.error({ code: 'LISTEN_FAILED', error }, 'peer port'));
    this.#servers.push(server);
  }

  #secureServer(): Server {
    const { material } = this.#tls;
    const mutual = material.ca !== undefined;
    const server = createSecureServer({
      ...HTTP_OPTIONS,
      ...material,
      requestCert: mutual,
      rejectUnauthorized: mutual,
    });
    server.on('tlsClientError', error => {
      this.#logger.debug({ reason: errorText(error) }, 'refused a TLS connection on the peer port');
    });
    this.#tls.onChange(() => server.setSecureContext(this.#tls.material));
    return server;
  }

  /** A connection without a request is dropped after a while, so that idle ones can't pile up. */
  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setKeepAlive(true, REQUEST_HEAD_MS);
    socket.setTimeout(REQUEST_HEAD_MS, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

const HTTP_OPTIONS = {
  maxHeaderSize: MAX_HEADER_BYTES,
  headersTimeout: REQUEST_HEAD_MS,
  // A snapshot may take as long as it takes; the routes bound their own bodies.
  requestTimeout: 0,
  keepAliveTimeout: REQUEST_HEAD_MS,
  connectionsCheckingInterval: 1_000,
};
