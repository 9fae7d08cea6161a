import type { ServerResponse } from 'node:http';
import { errorText } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { encodeMessage } from '../wire/raft-message.ts';
import type { Message } from '../wire/types.ts';
import { type PeerHttp, peerHeaders, peerUrl } from './peer-http.ts';
import { ServedStream } from './served-stream.ts';
import { type StreamKind, StreamReader } from './stream-reader.ts';
import type { PeerMember, PeerStatus, TransportIdentity, TransportStats } from './types.ts';

/** Messages that wait for a POST; rafthttp has 64 slots. raft tolerates the loss of any. */
const MAX_QUEUED = 64;

export interface PeerOptions {
  readonly member: PeerMember;
  readonly identity: TransportIdentity;
  readonly http: PeerHttp;
  readonly version: () => string;
  readonly stats: TransportStats;
  readonly logger: Logger;
  readonly onMessage: (message: Message) => void;
  readonly onRemoved: (by: bigint) => void;
  readonly onStreamLost: (lifetimeMs: number) => void;
}

/** One member of the source: the two streams we dial, the two it dials, and POST when there is none. */
export class Peer {
  readonly member: PeerMember;
  readonly #options: PeerOptions;
  readonly #readers: Record<StreamKind, StreamReader>;
  readonly #served: Partial<Record<StreamKind, ServedStream>> = {};
  readonly #queue: Message[] = [];
  #posting = false;
  #stopped = false;
  #url = 0;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.member = options.member;
    this.#readers = { msgapp: this.#reader('msgapp'), message: this.#reader('message') };
  }

  start(): void {
    // Both end when stopped; all they meet is handled inside.
    void this.#readers.msgapp.run();
    void this.#readers.message.run();
  }

  stop(): void {
    this.#stopped = true;
    this.#queue.length = 0;
    this.#readers.msgapp.stop();
    this.#readers.message.stop();
    this.#dropServed();
  }

  /** Takes a stream that the member dialed; the newest replaces the older one. */
  attach(kind: StreamKind, response: ServerResponse): void {
    this.#served[kind]?.destroy();
    this.#served[kind] = new ServedStream(kind, response, closed => {
      if (this.#served[kind] === closed) delete this.#served[kind];
    });
  }

  send(message: Message): void {
    const { stats } = this.#options;
    if (this.#stopped) return;
    stats.sentMessages += 1;
    if (this.#served.message?.send(message) === true) return;
    if (this.#queue.length >= MAX_QUEUED) {
      this.#queue.shift();
      stats.droppedMessages += 1;
    }
    this.#queue.push(message);
    if (!this.#posting) void this.#postQueue();
  }

  status(version: string | undefined): PeerStatus {
    const { msgapp, message } = this.#readers;
    return {
      id: this.member.id,
      url: this.member.peerUrls[0] ?? '',
      version,
      msgappStream: msgapp.isOpen,
      messageStream: message.isOpen,
      servedMessageStream: this.#served.message !== undefined,
      lastError: msgapp.lastError ?? message.lastError,
    };
  }

  async #postQueue(): Promise<void> {
    const { http, identity, version, stats, logger } = this.#options;
    this.#posting = true;
    try {
      for (
        let message = this.#queue.shift();
        message !== undefined;
        message = this.#queue.shift()
      ) {
        const base = this.member.peerUrls[this.#url % this.member.peerUrls.length] ?? '';
        try {
          const headers = peerHeaders(identity, version());
          const { status } = await http.post(
            peerUrl(base, '/raft'),
            headers,
            encodeMessage(message),
          );
          if (status !== 204) logger.debug({ status, peer: base }, 'a member refused a message');
        } catch (error) {
          stats.droppedMessages += 1;
          this.#url += 1;
          if (!this.#stopped)
            logger.debug({ peer: base, reason: errorText(error) }, 'message lost');
        }
      }
    } finally {
      this.#posting = false;
    }
  }

  #reader(kind: StreamKind): StreamReader {
    const { identity, http, version, stats, logger, onMessage, onRemoved, onStreamLost } =
      this.#options;
    const peer = this.#options.member;
    return new StreamReader({
      kind,
      peer,
      identity,
      http,
      version,
      stats,
      logger,
      onMessage,
      onRemoved: () => onRemoved(peer.id),
      // From 3.5 on a member does not notice that its own stream to us is dead: what we write there is lost.
      onTimeout: () => this.#dropServed(),
      onOpened: () => logger.debug({ peer: peer.id.toString(16), stream: kind }, 'stream is up'),
      onLost: onStreamLost,
    });
  }

  #dropServed(): void {
    this.#served.msgapp?.destroy();
    this.#served.message?.destroy();
  }
}
