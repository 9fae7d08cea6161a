import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { errorText } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { WireError } from '../wire/cursor.ts';
import type { Message } from '../wire/types.ts';
import { type HeardTerms, isAuthorized } from './heard-terms.ts';
import { MessageReceiver } from './message-receiver.ts';
import { formatId } from './peer-http.ts';
import { SnapshotRoute } from './snapshot-route.ts';
import type { StreamKind, TransportIdentity, TransportLimits, TransportStats } from './types.ts';
import type { VersionCache } from './version-cache.ts';

const STREAM_PATH = /^\/raft\/stream\/(msgapp|message)\/([0-9a-f]{1,16})$/;
const ID = /^[0-9a-f]{1,16}$/;

export interface RoutesOptions {
  readonly identity: TransportIdentity;
  readonly versions: VersionCache;
  readonly stats: TransportStats;
  readonly limits: TransportLimits;
  readonly logger: Logger;
  readonly snapshotDir: string;
  readonly terms: HeardTerms;
  readonly isPeer: (id: bigint) => boolean;
  /** A member's request begins; the result is called when it is over. */
  readonly serveMember: (socket: Socket) => () => void;
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
  readonly #messages: MessageReceiver;
  readonly #snapshots: SnapshotRoute;

  constructor(options: RoutesOptions) {
    this.#options = options;
    const { limits } = options;
    this.#messages = new MessageReceiver(limits.maxMessageBytes, limits.maxInFlightBytes);
    this.#snapshots = new SnapshotRoute({
      ...options,
      receiver: { ...limits, dir: options.snapshotDir, isPeer: options.isPeer },
      refusalMs: limits.snapshotRefusalMs,
      refuse: (response, status, reason) => this.#refuse(response, status, reason),
    });
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
      if (body === undefined)
        this.#refuse(response, 503, 'version of the cluster is not known yet');
      else json(response, body);
    } else if (path === '/members') {
      const body = versions.membersBody(performance.now());
      response.setHeader('X-Etcd-Cluster-ID', formatId(identity.clusterId));
      // Never an empty list: a joining member would believe it.
      if (body === undefined)
        this.#refuse(response, 503, 'members are not known, ask another member');
      else json(response, body);
    } else if (path === '/downgrade/enabled') {
      // The member that asks goes on to the next one; an answer from memory could be out of date.
      this.#refuse(response, 503, 'not known here, ask another member');
    } else {
      this.#refuse(response, 404, '404 page not found');
    }
  }

  /** The checks and their order are those of streamHandler.ServeHTTP (etcd rafthttp/http.go), but for 410. */
  #stream(request: IncomingMessage, response: ServerResponse, kind: StreamKind, hex: string): void {
    const { identity, isPeer, onStream, versions } = this.#options;
    const id = BigInt(`0x${hex}`);
    const version = versions.serverVersion;
    if (request.method !== 'GET') this.#refuse(response, 405, 'Method Not Allowed');
    else if (!this.#isSameCluster(request)) this.#refuse(response, 412, 'cluster ID mismatch');
    else if (!isPeer(id)) this.#refuse(response, 404, 'error sender not found');
    else if (request.headers['x-raft-to'] !== formatId(identity.memberId))
      this.#refuse(response, 412, 'to field mismatch');
    else if (version === undefined)
      this.#refuse(response, 503, 'version of the cluster is not known yet');
    else {
      this.#protect(request, response);
      response.writeHead(200, {
        'X-Server-Version': version,
        'X-Etcd-Cluster-ID': formatId(identity.clusterId),
      });
      response.flushHeaders();
      onStream(id, kind, response);
    }
  }

  #message(request: IncomingMessage, response: ServerResponse): void {
    if (!this.#isPostOfCluster(request, response)) return;
    if (this.#isFromPeer(request)) this.#protect(request, response);
    this.#takeMessage(request, response).catch((error: unknown) => {
      if (error instanceof WireError) this.#refuse(response, 400, error.message);
      else this.#refuse(response, 503, errorText(error));
    });
  }

  /**
   * Only members that prove who they are by TLS are heard; all others get the same answer. Nothing is
   * missed: raft tolerates losses, and members post only while the streams that we dial are down.
   */
  async #takeMessage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { stats, isPeer, terms, onMessage, logger } = this.#options;
    const { message, bytes } = await this.#messages.receive(request);
    stats.receivedBytes += bytes;
    stats.receivedMessages += 1;
    response.writeHead(204).end();
    if (!isPeer(message.from) || !isAuthorized(request)) {
      stats.refusedRequests += 1;
      if (isPeer(message.from)) terms.claimed(message, request.socket.remoteAddress ?? '');
      return;
    }
    try {
      onMessage(message);
    } catch (error) {
      logger.error({ code: 'INTERNAL', error }, 'a message could not be handled');
    }
  }

  #snapshot(request: IncomingMessage, response: ServerResponse): void {
    if (!this.#isPostOfCluster(request, response)) return;
    if (!this.#isFromPeer(request)) {
      this.#refuse(response, 404, 'error sender not found');
      return;
    }
    this.#protect(request, response);
    this.#snapshots.handle(request, response);
  }

  #isPostOfCluster(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.method !== 'POST') this.#refuse(response, 405, 'Method Not Allowed');
    else if (!this.#isSameCluster(request)) this.#refuse(response, 412, 'cluster ID mismatch');
    else return true;
    return false;
  }

  #isSameCluster(request: IncomingMessage): boolean {
    return request.headers['x-etcd-cluster-id'] === formatId(this.#options.identity.clusterId);
  }

  /** Members name themselves in every POST (etcd rafthttp/util.go createPostRequest). */
  #isFromPeer(request: IncomingMessage): boolean {
    const from = request.headers['x-server-from'];
    return typeof from === 'string' && ID.test(from) && this.#options.isPeer(BigInt(`0x${from}`));
  }

  /** Until the answer is over this connection does not make room for others. */
  #protect(request: IncomingMessage, response: ServerResponse): void {
    response.once('close', this.#options.serveMember(request.socket));
  }

  #refuse(response: ServerResponse, status: number, reason: string): void {
    this.#options.stats.refusedRequests += 1;
    if (response.headersSent || response.destroyed) return;
    response.writeHead(status, {
      'Content-Type': 'text/plain; charset=utf-8',
      Connection: 'close',
    });
    response.end(`${reason}\n`);
  }
}

function json(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(body);
}
