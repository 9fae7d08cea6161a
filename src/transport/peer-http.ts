import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { ErrorCode } from '../ops/error-codes.ts';
import { errorText, SyncerError, systemCode } from '../ops/errors.ts';
import type { TlsSource } from '../ops/tls.ts';
import type { TransportIdentity } from './types.ts';

/** Time for connecting and for the headers of the answer; streams have no end. */
export const DIAL_TIMEOUT_MS = 5_000;
/** The peer port drops connections that were idle for 5 s. */
const IDLE_MS = 3_000;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

export interface PeerAnswer {
  readonly status: number;
  readonly clusterId: string | undefined;
  readonly body: Buffer;
}

/** etcd writes IDs in headers and paths as hex without leading zeros (types.ID). */
export function formatId(id: bigint): string {
  return id.toString(16);
}

/** HTTP/1.1 to the peer port of members: short requests, posts and the start of streams. */
export class PeerHttp {
  readonly #tls: TlsSource;
  #http = new HttpAgent({ keepAlive: true, timeout: IDLE_MS });
  #https: HttpsAgent;

  constructor(tls: TlsSource) {
    this.#tls = tls;
    this.#https = this.#newHttpsAgent();
    tls.onChange(() => {
      this.#https.destroy();
      this.#https = this.#newHttpsAgent();
    });
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  /** GET with the whole answer in memory, at most 4 MiB. Errors: PEER_UNREACHABLE. */
  get(url: string, headers: Record<string, string> = {}): Promise<PeerAnswer> {
    return this.#whole('GET', url, headers);
  }

  /** POST of a bare raft message. Errors: PEER_UNREACHABLE. */
  post(url: string, headers: Record<string, string>, body: Uint8Array): Promise<PeerAnswer> {
    return this.#whole('POST', url, { ...headers, 'Content-Type': 'application/protobuf' }, body);
  }

  /**
   * Dials a stream on a connection of its own: resolves with the answer once its headers are there.
   * The signal ends the stream as well. Errors: PEER_UNREACHABLE.
   */
  stream(
    url: string,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = this.#request('GET', url, headers, { pooled: false, signal });
      const timer = deadline(request);
      request.once('response', response => {
        clearTimeout(timer);
        resolve(response);
      });
      request.on('error', error => {
        clearTimeout(timer);
        this.#explained(url, error).then(reject, reject);
      });
      request.end();
    });
  }

  async #whole(
    method: string,
    url: string,
    headers: Record<string, string>,
    body?: Uint8Array,
  ): Promise<PeerAnswer> {
    try {
      return await this.#attempt(method, url, headers, body);
    } catch (error) {
      // The member closed the idle connection while we sent; a message that arrives twice does no harm.
      if (!(error instanceof StaleConnection)) throw await this.#explained(url, error);
    }
    try {
      return await this.#attempt(method, url, headers, body);
    } catch (error) {
      throw await this.#explained(url, error);
    }
  }

  /** The failure of a request; TLS_... when TLS is the cause. */
  async #explained(url: string, error: unknown): Promise<SyncerError> {
    const found = await this.#tls.explain(new URL(url).origin, error);
    return found ?? unreachable(url, error);
  }

  #attempt(
    method: string,
    url: string,
    headers: Record<string, string>,
    body?: Uint8Array,
  ): Promise<PeerAnswer> {
    return new Promise((resolve, reject) => {
      const request = this.#request(method, url, headers, { pooled: true });
      const timer = deadline(request);
      let hasAnswer = false;
      request.on('error', error => {
        clearTimeout(timer);
        const isStale = !hasAnswer && request.reusedSocket && systemCode(error) === 'ECONNRESET';
        reject(isStale ? new StaleConnection('the connection was closed') : error);
      });
      request.once('response', response => {
        hasAnswer = true;
        collect(response)
          .then(resolve, reject)
          .finally(() => clearTimeout(timer));
      });
      request.end(body);
    });
  }

  #request(
    method: string,
    url: string,
    headers: Record<string, string>,
    { pooled, signal }: { readonly pooled: boolean; readonly signal?: AbortSignal },
  ): ClientRequest {
    const options = { method, headers, ...(signal === undefined ? {} : { signal }) };
    if (url.startsWith('https:')) {
      return httpsRequest(
        url,
        pooled
          ? { ...options, agent: this.#https }
          : { ...options, agent: false, ...this.#tls.material },
      );
    }
    return httpRequest(url, { ...options, agent: pooled ? this.#http : false });
  }

  #newHttpsAgent(): HttpsAgent {
    return new HttpsAgent({ keepAlive: true, timeout: IDLE_MS, ...this.#tls.material });
  }
}

/** The kept connection was closed by the other side before it took the request. */
class StaleConnection extends Error {}

function deadline(request: ClientRequest): NodeJS.Timeout {
  return setTimeout(() => request.destroy(new Error('no answer in time')), DIAL_TIMEOUT_MS);
}

/**
 * The answer with its body. etcd ends a refusal of a message (removed sender, wrong To) with status
 * 500, a body broken off and a closed connection: the status counts, the broken body does not. A
 * success must be whole.
 */
async function collect(response: IncomingMessage): Promise<PeerAnswer> {
  const status = response.statusCode ?? 0;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response) {
      bytes += (chunk as Buffer).length;
      if (bytes > MAX_ANSWER_BYTES) throw new Error('answer is too long');
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    if (status < 400) throw error;
  }
  const clusterId = response.headers['x-etcd-cluster-id'];
  return {
    status,
    clusterId: typeof clusterId === 'string' ? clusterId : undefined,
    body: Buffer.concat(chunks),
  };
}

/** The headers of section "learner dials" that every request of ours carries. */
export function peerHeaders(identity: TransportIdentity, version: string): Record<string, string> {
  return {
    'X-Server-From': formatId(identity.memberId),
    'X-Server-Version': version,
    'X-Min-Cluster-Version': '3.0.0',
    'X-Etcd-Cluster-ID': formatId(identity.clusterId),
    'X-PeerURLs': identity.peerUrls.join(','),
  };
}

/** Joins a peer URL and a path. */
export function peerUrl(base: string, path: string): string {
  return `${base.replace(/\/+$/, '')}${path}`;
}

/** The code for an answer by which a member refuses us (etcd rafthttp/http.go). */
export function refusalCode(status: number, body: string): ErrorCode {
  if (status === 410) return 'PEER_REMOVED';
  // Go's net/http says so to a client that speaks plain HTTP to it.
  if (status === 400 && body.includes('HTTP request to an HTTPS server')) return 'TLS_MISMATCH';
  if (status === 412 && body.includes('cluster ID mismatch')) return 'PEER_CLUSTER_MISMATCH';
  if (status === 412 && body.includes('incompatible version')) return 'PEER_INCOMPATIBLE';
  return 'PEER_UNREACHABLE';
}

function unreachable(url: string, error: unknown): SyncerError {
  return new SyncerError(
    'PEER_UNREACHABLE',
    `${url}: ${errorText(error)}`,
    { url },
    { cause: error },
  );
}
