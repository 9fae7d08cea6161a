import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { errorText, SyncerError, toSyncerError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { TlsSource } from '../tls.ts';
import type { TlsFiles } from '../tls-files.ts';
import { readToken, requireOperator } from './operators.ts';
import { RequestError, replyError } from './reply.ts';
import { type Route, RouteTable } from './routes.ts';

/** Refusals that are logged as warnings, one each; the rest is for debugging. */
const MAX_REFUSALS = 16;
const LOOPBACK = /^(127\.|::1$|localhost$)/;

export interface HttpOptions {
  /** host:port */
  readonly listen: string;
  /** With cert and key: https. `ca` vouches for operators' certificates; nobody else needs one. */
  readonly tls: TlsFiles;
  readonly tokenFile: string | undefined;
}

/** The port for people, probes and scrapers. What it answers is in its routes, which parts add. */
export class HttpServer {
  readonly #options: HttpOptions;
  readonly #logger: Logger;
  readonly #routes = new RouteTable();
  readonly #refusals = new Set<string>();
  #server: Server | undefined;
  #tls: TlsSource | undefined;

  constructor(options: HttpOptions, logger: Logger) {
    this.#options = options;
    this.#logger = logger;
  }

  /** Also while it listens. */
  add(...routes: readonly Route[]): void {
    for (const route of routes) this.#routes.add(route);
  }

  /** Where it listens: with port 0, the one that it was given. */
  get port(): number {
    return (this.#server?.address() as AddressInfo | null | undefined)?.port ?? 0;
  }

  /** Errors: HTTP_LISTEN, HTTP_TOKEN, TLS_FILES; CONFIG_INVALID for flags that do not fit together. */
  async listen(): Promise<void> {
    const { listen, tls, tokenFile } = this.#options;
    if (tls.ca !== undefined && tls.cert === undefined) {
      throw new SyncerError('CONFIG_INVALID', '--http-client-ca-file needs --http-cert-file');
    }
    if (tokenFile !== undefined) await readToken(tokenFile);
    this.#tls = await TlsSource.open(tls, this.#logger);
    const at = listen.lastIndexOf(':');
    const host = listen.slice(0, at).replace(/^\[|\]$/g, '');
    if (tokenFile !== undefined && tls.cert === undefined && !LOOPBACK.test(host)) {
      this.#logger.warn(
        { address: listen },
        'operators show their token in clear on this port: give it --http-cert-file and --http-key-file',
      );
    }
    this.#server = tls.cert === undefined ? createServer(SERVER_OPTIONS) : this.#secureServer();
    this.#server.on('request', (request, response) => void this.#handle(request, response));
    await this.#open(this.#server, Number(listen.slice(at + 1)), host);
  }

  async close(): Promise<void> {
    this.#tls?.close();
    const server = this.#server;
    if (server?.listening !== true) return;
    const closed = new Promise<void>(resolve => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  #open(server: Server, port: number, host: string): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      server.once('error', error => {
        const text = `${this.#options.listen}: ${errorText(error)}`;
        reject(new SyncerError('HTTP_LISTEN', text, {}, { cause: error }));
      });
      server.listen(port, host, () => {
        server.on('error', error =>
          this.#logger.error({ code: 'HTTP_LISTEN', error }, 'HTTP port'),
        );
        resolve();
      });
    });
  }

  #secureServer(): Server {
    const tls = this.#tls as TlsSource;
    const server = createSecureServer({
      ...SERVER_OPTIONS,
      ...tls.material,
      handshakeTimeout: SERVER_OPTIONS.headersTimeout,
      requestCert: this.#options.tls.ca !== undefined,
      // Probes and scrapers have none: who needs one is looked at by route.
      rejectUnauthorized: false,
    });
    server.on('tlsClientError', (error, socket) => {
      this.#logger.debug({ reason: errorText(error) }, 'a TLS connection on the HTTP port failed');
      socket.destroy();
    });
    tls.onChange(() => server.setSecureContext(tls.material));
    return server;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const route = this.#find(request);
      if (route.access === 'operator') await this.#admit(request);
      await route.handle(request, response);
    } catch (error) {
      const { code } = toSyncerError(error);
      if (code === 'INTERNAL') this.#logger.error({ code, error }, 'a request failed');
      if (response.headersSent || response.destroyed) response.destroy();
      else replyError(response, error);
    }
  }

  #find({ method = '', url = '' }: IncomingMessage): Route {
    const path = url.split('?', 1)[0] ?? '';
    const found = this.#routes.find(method, path);
    if (found === undefined) {
      throw new RequestError(404, `not found; there is ${this.#routes.paths.join(' ')}`);
    }
    if ('handle' in found) return found;
    throw new RequestError(405, `${path} takes ${found.join(' and ')}`);
  }

  async #admit(request: IncomingMessage): Promise<void> {
    const { tls, tokenFile } = this.#options;
    try {
      await requireOperator(request, { tokenFile, hasClientCa: tls.ca !== undefined });
    } catch (error) {
      this.#refused(request, toSyncerError(error));
      throw error;
    }
  }

  #refused(request: IncomingMessage, { code, message }: SyncerError): void {
    const address = request.socket.remoteAddress;
    const of = `${address} ${code}`;
    const isNew = !this.#refusals.has(of) && this.#refusals.size < MAX_REFUSALS;
    if (isNew) this.#refusals.add(of);
    const facts = { code, address, path: request.url?.split('?', 1)[0], reason: message };
    const text = 'refused a request for operators on the HTTP port';
    if (isNew) this.#logger.warn(facts, text);
    else this.#logger.debug(facts, text);
  }
}

const SERVER_OPTIONS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 5_000,
  /** Of receiving a request; answers may stream for as long as they like. */
  requestTimeout: 10_000,
};
