import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { errorText, SyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import type { TlsSource } from '../ops/tls.ts';
import type { Connections } from './connections.ts';

/** A connection that has not sent the head of a request, or finished its TLS handshake, by then is closed. */
export const REQUEST_HEAD_MS = 5_000;
const MAX_HEADER_BYTES = 16 * 1024;
/** Different reasons of failed handshakes that are remembered. */
const MAX_REFUSALS = 16;

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Listens on the peer URLs: HTTP/1.1, plain or with TLS. What is answered is the handler's. */
export class PeerServer {
  readonly #servers: Server[] = [];
  readonly #tls: TlsSource;
  readonly #logger: Logger;
  readonly #connections: Connections;
  readonly #handler: Handler;
  readonly #refusals = new Set<string>();

  constructor(tls: TlsSource, logger: Logger, connections: Connections, handler: Handler) {
    this.#tls = tls;
    this.#logger = logger;
    this.#connections = connections;
    this.#handler = handler;
  }

  /** Opens all or none. Errors: LISTEN_FAILED; TLS_FILES for an https URL without certificate. */
  async listen(urls: readonly string[]): Promise<void> {
    try {
      for (const url of urls) await this.#listen(new URL(url));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const closing = this.#servers.map(
      server => new Promise<void>(resolve => server.close(() => resolve())),
    );
    this.#connections.destroyAll();
    await Promise.all(closing);
  }

  async #listen(url: URL): Promise<void> {
    const server = url.protocol === 'https:' ? this.#secureServer(url) : this.#plainServer();
    server.on('request', (request, response) => this.#handle(request, response));
    server.on('connection', socket => this.#connections.add(socket));
    server.on('clientError', (error, socket) => {
      this.#logger.debug({ reason: errorText(error) }, 'malformed request on the peer port');
      socket.destroy();
    });
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    await new Promise<void>((resolve, reject) => {
      server.once('error', error => {
        const text = `${url.href}: ${errorText(error)}`;
        reject(new SyncerError('LISTEN_FAILED', text, {}, { cause: error }));
      });
      server.listen(port, host, resolve);
    });
    server.on('error', error => this.#logger.error({ code: 'LISTEN_FAILED', error }, 'peer port'));
    this.#servers.push(server);
  }

  /** Whatever a request does, it ends its own connection at the most. */
  #handle(request: IncomingMessage, response: ServerResponse): void {
    // From here on the routes bound the time.
    request.socket.setTimeout(0);
    try {
      this.#handler(request, response);
    } catch (error) {
      this.#logger.error({ code: 'INTERNAL', error }, 'a request on the peer port failed');
      request.socket.destroy();
    }
  }

  /** A member whose certificate we do not trust dials ten times a second: each reason is a warning once. */
  #refused(reason: string, address: string | undefined): void {
    const isNew = !this.#refusals.has(reason) && this.#refusals.size < MAX_REFUSALS;
    if (isNew) this.#refusals.add(reason);
    const facts = { code: 'TLS_PEER_REFUSED', reason, address };
    const text = 'refused a TLS connection on the peer port';
    if (isNew) this.#logger.warn(facts, text);
    else this.#logger.debug(facts, text);
  }

  #plainServer(): Server {
    const server = createServer(HTTP_OPTIONS);
    server.on('connection', socket => this.#connections.ready(socket));
    return server;
  }

  #secureServer(url: URL): Server {
    const { material } = this.#tls;
    if (material.cert === undefined || material.key === undefined) {
      throw new SyncerError('TLS_FILES', `${url.href} needs a certificate and its key`);
    }
    const isMutual = material.ca !== undefined;
    const server = createSecureServer({
      ...HTTP_OPTIONS,
      ...material,
      handshakeTimeout: REQUEST_HEAD_MS,
      requestCert: isMutual,
      rejectUnauthorized: isMutual,
    });
    server.on('secureConnection', socket => this.#connections.ready(socket));
    server.on('tlsClientError', (error, socket) => {
      this.#refused(errorText(error), socket.remoteAddress);
      socket.destroy();
    });
    this.#tls.onChange(() => {
      this.#refusals.clear();
      server.setSecureContext(this.#tls.material);
    });
    return server;
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
