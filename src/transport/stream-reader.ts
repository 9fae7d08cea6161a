import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorText } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { MessageParser } from '../wire/message-stream.ts';
import { MsgAppParser, type StreamSink } from '../wire/msgapp-stream.ts';
import type { Message } from '../wire/types.ts';
import { formatId, type PeerHttp, peerHeaders, peerUrl } from './peer-http.ts';
import type { PeerMember, TransportIdentity, TransportStats } from './types.ts';

/** rafthttp's own pace of dialing again. */
const REDIAL_MS = 100;
/** rafthttp ConnReadTimeout: three link heartbeats fit into it. */
const READ_TIMEOUT_MS = 5_000;
const MAX_REFUSAL_BYTES = 1_024;

export type StreamKind = 'msgapp' | 'message';

export interface StreamReaderOptions {
  readonly kind: StreamKind;
  readonly peer: PeerMember;
  readonly identity: TransportIdentity;
  readonly http: PeerHttp;
  readonly version: () => string;
  readonly stats: TransportStats;
  readonly logger: Logger;
  readonly onMessage: (message: Message) => void;
  readonly onRemoved: () => void;
  /** A dialed stream was silent for too long: its partner, which the member dialed, is dead as well. */
  readonly onTimeout: () => void;
  readonly onOpened: () => void;
  readonly onLost: (lifetimeMs: number) => void;
}

/** One stream that we dial and read, over and over until stopped. */
export class StreamReader {
  readonly #options: StreamReaderOptions;
  readonly #abort = new AbortController();
  #response: IncomingMessage | undefined;
  #url = 0;
  #lastError: string | undefined;

  constructor(options: StreamReaderOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#response !== undefined;
  }

  get lastError(): string | undefined {
    return this.#lastError;
  }

  async run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      await this.#once();
      await sleep(REDIAL_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  stop(): void {
    this.#abort.abort();
    this.#response?.destroy();
  }

  async #once(): Promise<void> {
    const { http, identity, kind, peer, version, stats } = this.#options;
    const base = peer.peerUrls[this.#url % peer.peerUrls.length] ?? '';
    const url = peerUrl(base, `/raft/stream/${kind}/${formatId(identity.memberId)}`);
    const headers = { ...peerHeaders(identity, version()), 'X-Raft-To': formatId(peer.id) };
    stats.dials += 1;
    try {
      const response = await http.stream(url, headers);
      if (this.#abort.signal.aborted) response.destroy();
      else if (response.statusCode === 200) await this.#read(response);
      else this.#refused(response.statusCode ?? 0, await shortBody(response));
    } catch (error) {
      this.#failed(errorText(error));
      this.#url += 1;
    }
  }

  async #read(response: IncomingMessage): Promise<void> {
    const { onOpened, onLost, onTimeout, stats } = this.#options;
    const openedMs = Date.now();
    this.#response = response;
    this.#lastError = undefined;
    onOpened();
    const parser = this.#parser();
    response.socket.setKeepAlive(true, READ_TIMEOUT_MS);
    response.socket.setTimeout(READ_TIMEOUT_MS, () => {
      onTimeout();
      response.destroy(new Error(`silent for ${READ_TIMEOUT_MS} ms`));
    });
    try {
      for await (const chunk of response) {
        stats.receivedBytes += (chunk as Buffer).length;
        parser.feed(chunk as Buffer);
      }
      this.#failed('closed by the member');
    } catch (error) {
      this.#failed(errorText(error));
    } finally {
      response.destroy();
      this.#response = undefined;
      stats.lostStreams += 1;
      onLost(Date.now() - openedMs);
    }
  }

  #parser(): MessageParser | MsgAppParser {
    const { kind, peer, identity, onMessage, stats } = this.#options;
    const sink: StreamSink = {
      message: message => {
        stats.receivedMessages += 1;
        onMessage(message);
      },
      linkHeartbeat: () => undefined,
    };
    return kind === 'msgapp'
      ? new MsgAppParser(peer.id, identity.memberId, sink)
      : new MessageParser(sink);
  }

  #refused(status: number, body: string): void {
    this.#failed(`status ${status}: ${body.trim()}`);
    if (status === 410) this.#options.onRemoved();
  }

  /** Logs the first of a row of equal failures; a member that is down would fill the log otherwise. */
  #failed(text: string): void {
    const { logger, kind, peer } = this.#options;
    if (this.#abort.signal.aborted || text === this.#lastError) return;
    this.#lastError = text;
    const code = text.includes('cluster ID mismatch')
      ? 'PEER_CLUSTER_MISMATCH'
      : text.includes('incompatible version')
        ? 'PEER_INCOMPATIBLE'
        : 'PEER_UNREACHABLE';
    logger.warn(
      { code, peer: formatId(peer.id), stream: kind, reason: text },
      'stream is down, dialing again',
    );
  }
}

async function shortBody(response: IncomingMessage): Promise<string> {
  let text = '';
  try {
    for await (const chunk of response) {
      text += (chunk as Buffer).toString('utf8');
      if (text.length > MAX_REFUSAL_BYTES) break;
    }
  } catch (error) {
    return text === '' ? errorText(error) : text;
  } finally {
    response.destroy();
  }
  return text.slice(0, MAX_REFUSAL_BYTES);
}
