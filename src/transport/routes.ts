import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorText } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { Reader, WireError } from '../wire/cursor.ts';
import { decodeMessage } from '../wire/raft-message.ts';
import type { Message } from '../wire/types.ts';
import { formatId } from './peer-http.ts';
import { receiveSnapshot } from './snapshot-receiver.ts';
import type { StreamKind } from './stream-reader.ts';
import type { TransportIdentity, TransportStats } from './types.ts';
import type { VersionCache } from './version-cache.ts';

/** One posted message: an append of one large request, or what a stream could not carry. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
/** All messages being received by POST together. */
const MAX_IN_FLIGHT_BYTES = 128 * 1024 * 1024;
const BODY_IDLE_MS = 5_000;
/**
 * How long a refused snapshot keeps the leader waiting: it sends the whole database again about 100 ms
 * after a refusal.
 */
const SNAPSHOT_REFUSAL_MS = 30_000;

const STREAM_PATH = /^\/raft\/stream\/(msgapp|message)\/([0-9a-f]{1,16})$/;

export interface RoutesOptions {
  readonly identity: TransportIdentity;
  readonly versions: VersionCache;
  readonly stats: TransportStats;
  readonly logger: Logger;
  readonly snapshotDir: string;
  readonly isPeer: (id: bigint) => boolean;
  readonly onStream: (id: bigint, kind: StreamKind, response: ServerResponse) => void;
  readonly onMessage: (message: Message) => void;
  readonly onSnapshot: (message: Message, file: string) => Promise<void>;
}

/**
 * What we answer on the peer port. Two statuses are never sent, since they shut a member down: 403 to a
 * message and 410 to a stream.
 */
export class Routes {
  readonly #options: RoutesOptions;
  #inFlightBytes = 0;
  #receivingSnapshot = false;

  constructor(options: RoutesOptions) {
    this.#options = options;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const { logger } = this.#options;
    request.on('error', error => logger.debug({ reason: errorText(error) }, 'request broken off'));
    response.on('error', error => logger.debug({ reason: errorText(error) }, 'answer broken off'));
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const stream = STREAM_PATH.exec(path);
    if (stream !== null) this.#stream(request, response, stream[1] as StreamKind, stream[2] ?? '');
    else if (path === '/raft') this.#message(request, response);
    else if (path === '/raft/snapshot') this.#snapshot(request, response);
    else if (request.method !== 'GET') this.#refuse(response, 405, 'Method Not Allowed');
    else this.#get(path, response);
  }

  #get(path: string, response: ServerResponse): void {
    const { versions, identity } = this.#options;
    if (path === '/raft/probing') {
      json(response, JSON.stringify({ OK: true, Now: new Date().toISOString() }));
    } else if (path === '/version') {
      const { body } = versions;
      if (body === undefined) text(response, 503, 'version of the cluster is not known yet');
      else json(response, body);
    } else if (path === '/members') {
      const body = versions.membersBody(Date.now());
      response.setHeader('X-Etcd-Cluster-ID', formatId(identity.clusterId));
      // Never an empty list: a joining member would believe it.
      if (body === undefined) text(response, 503, 'members are not known, ask another member');
      else json(response, body);
    } else if (path === '/downgrade/enabled') {
      text(response, 503, 'not known here, ask another member');
    } else {
      this.#refuse(response, 404, '404 page not found');
    }
  }

  #stream(request: IncomingMessage, response: ServerResponse, kind: StreamKind, hex: string): void {
    const { identity, isPeer, onStream, versions } = this.#options;
    const id = BigInt(`0x${hex}`);
    const to = request.headers['x-raft-to'];
    const version = versions.serverVersion;
    if (request.method !== 'GET') this.#refuse(response, 405, 'Method Not Allowed');
    else if (!this.#sameCluster(request)) this.#refuse(response, 412, 'cluster ID mismatch');
    else if (!isPeer(id)) this.#refuse(response, 404, 'error sender not found');
    else if (to !== formatId(identity.memberId)) this.#refuse(response, 412, 'to field mismatch');
    else if (version === undefined)
      this.#refuse(response, 503, 'version of the cluster is not known yet');
    else {
      response.writeHead(200, {
        'X-Server-Version': version,
        'X-Etcd-Cluster-ID': formatId(identity.clusterId),
      });
      response.flushHeaders();
      onStream(id, kind, response);
    }
  }

  #message(request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== 'POST') {
      this.#refuse(response, 405, 'Method Not Allowed');
      return;
    }
    if (!this.#sameCluster(request)) {
      this.#refuse(response, 412, 'cluster ID mismatch');
      return;
    }
    this.#receiveMessage(request).then(
      message => {
        response.writeHead(204).end();
        // Only members of the cluster are heard; strangers get the same answer.
        if (this.#options.isPeer(message.from)) this.#options.onMessage(message);
        else this.#options.stats.refusedRequests += 1;
      },
      (error: unknown) => {
        const status = error instanceof WireError ? 400 : 503;
        this.#refuse(response, status, errorText(error));
        request.destroy();
      },
    );
  }

  async #receiveMessage(request: IncomingMessage): Promise<Message> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.socket.setTimeout(BODY_IDLE_MS, () =>
      request.destroy(new Error('the body stands still')),
    );
    try {
      for await (const chunk of request) {
        bytes += (chunk as Buffer).length;
        this.#inFlightBytes += (chunk as Buffer).length;
        if (bytes > MAX_MESSAGE_BYTES) throw new WireError('message is too long', bytes);
        if (this.#inFlightBytes > MAX_IN_FLIGHT_BYTES) throw new Error('too many messages at once');
        chunks.push(chunk as Buffer);
      }
      if (!request.complete) throw new Error('the body was broken off');
      this.#options.stats.receivedBytes += bytes;
      this.#options.stats.receivedMessages += 1;
      return decodeMessage(new Reader(Buffer.concat(chunks)));
    } finally {
      this.#inFlightBytes -= bytes;
      request.socket.setTimeout(0);
    }
  }

  #snapshot(request: IncomingMessage, response: ServerResponse): void {
    const { logger, snapshotDir, onSnapshot, isPeer } = this.#options;
    if (request.method !== 'POST') {
      this.#refuse(response, 405, 'Method Not Allowed');
      return;
    }
    if (!this.#sameCluster(request)) {
      this.#refuse(response, 412, 'cluster ID mismatch');
      return;
    }
    if (this.#receivingSnapshot) {
      this.#refuse(response, 503, 'a snapshot is being received');
      return;
    }
    this.#receivingSnapshot = true;
    receiveSnapshot(request, snapshotDir)
      .then(async ({ message, file }) => {
        if (!isPeer(message.from)) throw new WireError('snapshot of a stranger', 0);
        await onSnapshot(message, file);
        response.writeHead(204).end();
      })
      .catch(async (error: unknown) => {
        logger.error({ error }, 'a snapshot could not be taken');
        if (!(error instanceof WireError)) await delay(SNAPSHOT_REFUSAL_MS);
        this.#refuse(response, 500, errorText(error));
      })
      .finally(() => {
        this.#receivingSnapshot = false;
      });
  }

  #sameCluster(request: IncomingMessage): boolean {
    return request.headers['x-etcd-cluster-id'] === formatId(this.#options.identity.clusterId);
  }

  #refuse(response: ServerResponse, status: number, reason: string): void {
    this.#options.stats.refusedRequests += 1;
    if (response.headersSent || response.destroyed) return;
    text(response, status, reason);
  }
}

function text(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' });
  response.end(`${body}\n`);
}

function json(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(body);
}

function delay(ms: number): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, ms).unref();
  });
}
