import type { ServerResponse } from 'node:http';
import { errorText } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { encodeMessage } from '../wire/raft-message.ts';
import type { Message } from '../wire/types.ts';
import { AckWatch } from './ack-watch.ts';
import { formatId, type PeerHttp, peerHeaders, peerUrl, refusalCode } from './peer-http.ts';
import { ServedStream } from './served-stream.ts';
import { StreamReader } from './stream-reader.ts';
import type {
  PeerMember,
  PeerStatus,
  StreamKind,
  TransportIdentity,
  TransportStats,
} from './types.ts';

/** Messages that wait for a POST; rafthttp has 64 slots. raft tolerates the loss of any. */
const MAX_QUEUED = 64;

export interface PeerOptions {
  readonly member: PeerMember;
  readonly identity: TransportIdentity;
  readonly http: PeerHttp;
  readonly version: () => string;
  readonly maxMessageBytes: number;
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
  readonly #acks = new AckWatch();
  #posting = false;
  #stopped = false;
  #url = 0;
  #refusal: string | undefined;

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
    const older = this.#served[kind];
    this.#served[kind] = new ServedStream(kind, response, closed => {
      if (this.#served[kind] === closed) delete this.#served[kind];
    });
    older?.destroy();
  }

  /** Sends on the stream that the member dialed, else by POST. May lose the message, which raft tolerates. */
  send(message: Message): void {
    const { stats } = this.#options;
    if (this.#stopped) return;
    stats.sentMessages += 1;
    this.#acks.sent(message);
    if (this.#served.message?.send(message) === true) return;
    if (this.#queue.length >= MAX_QUEUED) {
      this.#queue.shift();
      stats.droppedMessages += 1;
    }
    this.#queue.push(message);
    if (!this.#posting) void this.#postQueue();
  }

  /** A message that this member sent, any path. */
  receive(message: Message): void {
    if (this.#acks.received(message, performance.now()) && this.#served.message !== undefined) {
      this.#options.logger.warn(
        { peer: formatId(this.member.id) },
        'acknowledgements do not arrive: breaking the streams that the member reads, sending by POST',
      );
      this.#dropServed();
    }
    this.#options.onMessage(message);
  }

  status(version: string | undefined): PeerStatus {
    const { msgapp, message } = this.#readers;
    const heardMs = Math.max(msgapp.heardMs ?? 0, message.heardMs ?? 0);
    return {
      id: this.member.id,
      url: this.member.peerUrls[0] ?? '',
      version,
      msgappStream: msgapp.isOpen,
      messageStream: message.isOpen,
      servedMessageStream: this.#served.message !== undefined,
      secondsSinceHeard: heardMs === 0 ? undefined : (performance.now() - heardMs) / 1000,
      lastError: msgapp.lastError ?? message.lastError,
    };
  }

  async #postQueue(): Promise<void> {
    this.#posting = true;
    try {
      for (
        let message = this.#queue.shift();
        message !== undefined;
        message = this.#queue.shift()
      ) {
        await this.#post(message);
      }
    } finally {
      this.#posting = false;
    }
  }

  async #post(message: Message): Promise<void> {
    const { http, identity, version, stats, logger } = this.#options;
    const base = this.member.peerUrls[this.#url % this.member.peerUrls.length] ?? '';
    try {
      const headers = peerHeaders(identity, version());
      const { status, body } = await http.post(
        peerUrl(base, '/raft'),
        headers,
        encodeMessage(message),
      );
      if (status === 204) this.#refusal = undefined;
      else this.#postRefused(status, body.toString('utf8'));
    } catch (error) {
      stats.droppedMessages += 1;
      this.#url += 1;
      if (!this.#stopped) logger.debug({ peer: base, reason: errorText(error) }, 'message lost');
    }
  }

  /** Logs the first of a row of equal refusals. */
  #postRefused(status: number, body: string): void {
    const { stats, logger } = this.#options;
    stats.droppedMessages += 1;
    const reason = `status ${status}: ${body.trim().slice(0, 200)}`;
    if (this.#stopped || reason === this.#refusal) return;
    this.#refusal = reason;
    logger.warn(
      { code: refusalCode(status, body), peer: formatId(this.member.id), reason },
      'a member refused a message',
    );
  }

  #reader(kind: StreamKind): StreamReader {
    const { member, identity, http, version, stats, logger, maxMessageBytes } = this.#options;
    return new StreamReader({
      kind,
      peer: member,
      identity,
      http,
      version,
      maxMessageBytes,
      stats,
      logger,
      onMessage: message => this.receive(message),
      onRemoved: () => this.#options.onRemoved(member.id),
      // From 3.5 on a member does not notice that its own stream to us is dead: what we write there is lost.
      onTimeout: () => this.#dropServed(),
      onOpened: () => logger.debug({ peer: formatId(member.id), stream: kind }, 'stream is up'),
      onLost: lifetimeMs => this.#options.onStreamLost(lifetimeMs),
    });
  }

  #dropServed(): void {
    this.#served.msgapp?.destroy();
    this.#served.message?.destroy();
  }
}
