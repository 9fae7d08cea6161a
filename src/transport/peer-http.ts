import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { errorText, SyncerError } from '../ops/errors.ts';
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

  /** GET with the whole answer in memory. Errors: PEER_UNREACHABLE. */
  get(url: string, headers: Record<string, string> = {}): Promise<PeerAnswer> {
    return this.#whole('GET', url, headers);
  }

  /** POST of a bare raft message. Errors: PEER_UNREACHABLE. */
  post(url: string, headers: Record<string, string>, body: Uint8Array): Promise<PeerAnswer> {
    return this.#whole('POST', url, { ...headers, 'Content-Type': 'application/protobuf' }, body);
  }

  /** Dials a stream: resolves with the answer once its headers are there. Errors: PEER_UNREACHABLE. */
  stream(url: string, headers: Record<string, string>): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = this.#request('GET', url, headers, false);
      const timer = setTimeout(
        () => request.destroy(new Error('no answer in time')),
        DIAL_TIMEOUT_MS,
      );
      request.once('response', response => {
        clearTimeout(timer);
        resolve(response);
      });
      request.once('error', error => {
        clearTimeout(timer);
        reject(unreachable(url, error));
      });
      request.end();
    });
  }

  #whole(
    method: string,
    url: string,
    headers: Record<string, string>,
    body?: Uint8Array,
  ): Promise<PeerAnswer> {
    return new Promise((resolve, reject) => {
      const request = this.#request(method, url, headers, true);
      const timer = setTimeout(
        () => request.destroy(new Error('no answer in time')),
        DIAL_TIMEOUT_MS,
      );
      const fail = (error: Error): void => {
        clearTimeout(timer);
        reject(unreachable(url, error));
      };
      request.once('error', fail);
      request.once('response', response => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MAX_ANSWER_BYTES) response.destroy(new Error('answer is too long'));
          else chunks.push(chunk);
        });
        // A refused post ends in a broken chunked body: only `close` tells.
        response.once('error', fail);
        response.once('close', () => {
          clearTimeout(timer);
          const clusterId = response.headers['x-etcd-cluster-id'];
          resolve({
            status: response.statusCode ?? 0,
            clusterId: typeof clusterId === 'string' ? clusterId : undefined,
            body: Buffer.concat(chunks),
          });
        });
      });
      request.end(body);
    });
  }

  #request(
    method: string,
    url: string,
    headers: Record<string, string>,
    pooled: boolean,
  ): ClientRequest {
    const secure = url.startsWith('https:');
    if (secure) {
      const options = pooled ? { agent: this.#https } : { agent: false, ...this.#tls.material };
      return httpsRequest(url, { method, headers, ...options });
    }
    return httpRequest(url, { method, headers, agent: pooled ? this.#http : false });
  }

  #newHttpsAgent(): HttpsAgent {
    return new HttpsAgent({ keepAlive: true, timeout: IDLE_MS, ...this.#tls.material });
  }
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

function unreachable(url: string, error: unknown): SyncerError {
  return new SyncerError(
    'PEER_UNREACHABLE',
    `${url}: ${errorText(error)}`,
    { url },
    { cause: error },
  );
}
