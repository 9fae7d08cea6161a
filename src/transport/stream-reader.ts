import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ErrorCode } from '../ops/error-codes.ts';
import { errorText, toSyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { MessageParser } from '../wire/message-stream.ts';
import { MsgAppParser, type StreamSink } from '../wire/msgapp-stream.ts';
import type { Message } from '../wire/types.ts';
import { formatId, type PeerHttp, peerHeaders, peerUrl, refusalCode } from './peer-http.ts';
import type { PeerMember, StreamKind, TransportIdentity, TransportStats } from './types.ts';

/** rafthttp's own pace of dialing again. */
const REDIAL_MS = 100;
/** rafthttp ConnReadTimeout: three link heartbeats fit into it. */
const READ_TIMEOUT_MS = 5_000;
const MAX_REFUSAL_BYTES = 1_024;
const REFUSAL_TIMEOUT_MS = 2_000;
/** Different failures remembered so that each is logged once while the stream is down. */
const MAX_REPORTED = 16;

export interface StreamReaderOptions {
  readonly kind: StreamKind;
  readonly peer: PeerMember;
  readonly identity: TransportIdentity;
  readonly http: PeerHttp;
  readonly version: () => string;
  readonly maxMessageBytes: number;
  readonly stats: TransportStats;
  readonly logger: Logger;
  readonly onMessage: (message: Message) => void;
  readonly onRemoved: () => void;
  /** A dialed stream was silent for too long: its partner, which the member dialed, is dead as well. */
  readonly onTimeout: () => void;
  readonly onOpened: () => void;
  readonly onLost: (lifetimeMs: number) => void;
}

/** One stream that we dial and read, over and over until stopped or told that our ID is removed. */
export class StreamReader {
  readonly #options: StreamReaderOptions;
  readonly #abort = new AbortController();
  readonly #reported = new Set<string>();
  #isOpen = false;
  #url = 0;
  #lastError: string | undefined;
  #heardMs: number | undefined;

  constructor(options: StreamReaderOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get lastError(): string | undefined {
    return this.#lastError;
  }

  /** When anything came last, by performance.now(). */
  get heardMs(): number | undefined {
    return this.#heardMs;
  }

  async run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      await this.#once(signal);
      await sleep(REDIAL_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  stop(): void {
    this.#abort.abort();
  }

  async #once(signal: AbortSignal): Promise<void> {
    const { http, identity, kind, peer, version, stats } = this.#options;
    const base = peer.peerUrls[this.#url % peer.peerUrls.length] ?? '';
    const url = peerUrl(base, `/raft/stream/${kind}/${formatId(identity.memberId)}`);
    const headers = { ...peerHeaders(identity, version()), 'X-Raft-To': formatId(peer.id) };
    stats.dials += 1;
    try {
      const response = await http.stream(url, headers, signal);
      if (response.statusCode === 200) await this.#read(response);
      else this.#refused(response.statusCode ?? 0, await shortBody(response));
    } catch (cause) {
      const { code, message } = toSyncerError(cause);
      this.#failed(code, message);
      this.#url += 1;
    }
  }

  async #read(response: IncomingMessage): Promise<void> {
    const { onOpened, onLost, onTimeout, stats } = this.#options;
    const openedMs = performance.now();
    this.#isOpen = true;
    this.#lastError = undefined;
    this.#reported.clear();
    onOpened();
    const parser = this.#parser();
    response.socket.setKeepAlive(true, READ_TIMEOUT_MS);
    // Up to 3.4 it may hold a password. What it held is in the body by now, which Node.js copies.
    response.socket.on('data', (chunk: Buffer) => chunk.fill(0));
    response.socket.setTimeout(READ_TIMEOUT_MS, () => {
      onTimeout();
      response.destroy(new Error(`silent for ${READ_TIMEOUT_MS} ms`));
    });
    try {
      // Each chunk as it comes: an iterator joins several, and leaves what it has copied behind.
      response.on('data', (chunk: Buffer) => {
        this.#heardMs = performance.now();
        stats.receivedBytes += chunk.length;
        try {
          parser.feed(chunk);
        } catch (error) {
          response.destroy(error as Error);
        }
      });
      await finished(response);
      this.#failed('PEER_UNREACHABLE', 'closed by the member');
    } catch (error) {
      this.#failed('PEER_UNREACHABLE', errorText(error));
    } finally {
      response.destroy();
      this.#isOpen = false;
      stats.lostStreams += 1;
      onLost(performance.now() - openedMs);
    }
  }

  #parser(): MessageParser | MsgAppParser {
    const { kind, peer, identity, onMessage, stats, maxMessageBytes } = this.#options;
    const sink: StreamSink = {
      message: message => {
        stats.receivedMessages += 1;
        onMessage(message);
      },
      linkHeartbeat: () => undefined,
    };
    return kind === 'msgapp'
      ? new MsgAppParser(peer.id, identity.memberId, sink, maxMessageBytes)
      : new MessageParser(sink, maxMessageBytes);
  }

  #refused(status: number, body: string): void {
    const code = refusalCode(status, body);
    this.#failed(code, `status ${status}: ${body.trim()}`);
    if (code !== 'PEER_REMOVED') return;
    // Final: an ID that was removed never comes back.
    this.stop();
    this.#options.onRemoved();
  }

  /** Logs each kind of failure once while the stream is down; a dead member would fill the log otherwise. */
  #failed(code: ErrorCode, reason: string): void {
    const { logger, kind, peer } = this.#options;
    if (this.#abort.signal.aborted) return;
    this.#lastError = reason;
    if (this.#reported.has(reason) || this.#reported.size >= MAX_REPORTED) return;
    this.#reported.add(reason);
    logger.warn(
      { code, peer: formatId(peer.id), stream: kind, reason },
      'stream is down, dialing again',
    );
  }
}

/** The words of a refusal: its beginning, or what of it came in time. */
async function shortBody(response: IncomingMessage): Promise<string> {
  const timer = setTimeout(
    () => response.destroy(new Error('the refusal does not end')),
    REFUSAL_TIMEOUT_MS,
  );
  let text = '';
  try {
    for await (const chunk of response) {
      text += (chunk as Buffer).toString('utf8');
      if (text.length > MAX_REFUSAL_BYTES) break;
    }
  } catch (error) {
    return text === '' ? errorText(error) : text;
  } finally {
    clearTimeout(timer);
    response.destroy();
  }
  return text.slice(0, MAX_REFUSAL_BYTES);
}
