import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { errorText, SyncerError } from './errors.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

export interface HealthSource {
  /** The answer of /status. */
  status(): unknown;
  /** Caught up once and still replicating. */
  ready(): boolean;
}

/** Serves /livez, /readyz, /metrics and /status. Everything here only reads. */
export class HttpServer {
  readonly #server: Server;
  readonly #metrics: Metrics;
  readonly #health: HealthSource;
  readonly #logger: Logger;

  constructor(metrics: Metrics, health: HealthSource, logger: Logger) {
    this.#metrics = metrics;
    this.#health = health;
    this.#logger = logger;
    this.#server = createServer(
      { requestTimeout: 10_000, maxHeaderSize: 16 * 1024 },
      (request, response) => {
        this.#handle(request, response).catch((error: unknown) => {
          this.#logger.warn({ error }, 'could not answer on the HTTP port');
          response.destroy();
        });
      },
    );
  }

  /** Listens on host:port. Errors: HTTP_LISTEN. */
  async listen(address: string): Promise<void> {
    const at = address.lastIndexOf(':');
    const host = address.slice(0, at).replace(/^\[|\]$/g, '');
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', error => {
        reject(
          new SyncerError('HTTP_LISTEN', `${address}: ${errorText(error)}`, {}, { cause: error }),
        );
      });
      this.#server.listen(Number(address.slice(at + 1)), host, resolve);
    });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      reply(response, 405, 'text/plain', 'method not allowed\n');
      return;
    }
    switch (request.url?.split('?', 1)[0]) {
      case '/livez':
        reply(response, 200, 'text/plain', 'ok\n');
        return;
      case '/readyz': {
        const ready = this.#health.ready();
        reply(response, ready ? 200 : 503, 'text/plain', ready ? 'ok\n' : 'not caught up\n');
        return;
      }
      case '/metrics':
        reply(response, 200, this.#metrics.contentType, await this.#metrics.text());
        return;
      case '/status':
        reply(
          response,
          200,
          'application/json',
          `${JSON.stringify(this.#health.status(), null, 2)}\n`,
        );
        return;
      default:
        reply(response, 404, 'text/plain', 'not found: try /livez, /readyz, /metrics or /status\n');
    }
  }
}

function reply(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
}
