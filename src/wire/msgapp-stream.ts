import { Reader, WireError } from './cursor.ts';
import { decodeEntry } from './entry.ts';
import { FrameBuffer } from './frame-buffer.ts';
import { decodeMessage, message } from './raft-message.ts';
import type { Entry, Message } from './types.ts';
import { MessageType } from './types.ts';

/*
 * The msgapp stream (etcd rafthttp/msgappv2_codec.go), integers big-endian:
 *
 *   0                                              link heartbeat
 *   2  u64 length, Message                         a whole MsgApp; sets the stream's term and index
 *   1  u64 n, n x { u64 length, Entry }, u64 commit  MsgApp that follows the last one
 *
 * For type 1: term = logTerm = the stream's term, index = the stream's index, which then grows by n.
 */

/** etcd's own bound on a message (rafthttp readBytesLimit). */
export const MAX_FRAME_BYTES = 512 * 1024 * 1024;

/** Entries one frame may announce; etcd's own frames hold about 16,000. */
const MAX_FRAME_ENTRIES = 1 << 20;

/** What a type 1 frame may add up to before the stream counts as hostile. */
type Phase =
  | { readonly kind: 'type' }
  | { readonly kind: 'message-length' }
  | { readonly kind: 'message'; readonly length: number }
  | { readonly kind: 'count' }
  | { readonly kind: 'entry-length' }
  | { readonly kind: 'entry'; readonly length: number }
  | { readonly kind: 'commit' };

const TYPE: Phase = { kind: 'type' };
const ENTRY_LENGTH: Phase = { kind: 'entry-length' };
const COMMIT: Phase = { kind: 'commit' };

/** Receives what the parser finds. `linkHeartbeat` carries nothing: the peer is alive. */
export interface StreamSink {
  message(message: Message): void;
  linkHeartbeat(): void;
}

/**
 * Incremental parser of one msgapp stream: feed it chunks as they come. One per connection, since
 * the format refers back to the previous message.
 */
export class MsgAppParser {
  readonly #from: bigint;
  readonly #to: bigint;
  readonly #sink: StreamSink;
  readonly #limit: number;
  readonly #buffer = new FrameBuffer();
  #phase: Phase = TYPE;
  #term = 0;
  #index = 0;
  #remaining = 0;
  #frameBytes = 0;
  #entries: Entry[] = [];

  /**
   * @param from the member we dialed, @param to our own ID: type 1 frames leave both out
   * @param limit most bytes of one frame, checked before anything is kept for it
   */
  constructor(from: bigint, to: bigint, sink: StreamSink, limit = MAX_FRAME_BYTES) {
    this.#from = from;
    this.#to = to;
    this.#sink = sink;
    this.#limit = limit;
  }

  /** Parses what is whole; keeps the rest. Errors: WireError, after which the connection is of no use. */
  feed(chunk: Uint8Array): void {
    this.#buffer.push(chunk);
    while (this.#next()) {}
  }

  #next(): boolean {
    const buffer = this.#buffer;
    const phase = this.#phase;
    switch (phase.kind) {
      case 'type': {
        const byte = buffer.take(1)?.[0];
        if (byte === undefined) return false;
        this.#start(byte);
        return true;
      }
      case 'message-length': {
        const length = buffer.takeLength(this.#limit, 'message length');
        if (length === undefined) return false;
        this.#phase = { kind: 'message', length };
        return true;
      }
      case 'message': {
        const bytes = buffer.take(phase.length);
        if (bytes === undefined) return false;
        this.#whole(bytes);
        return true;
      }
      case 'count': {
        const count = buffer.takeLength(MAX_FRAME_ENTRIES, 'entry count');
        if (count === undefined) return false;
        this.#remaining = count;
        this.#phase = count === 0 ? COMMIT : ENTRY_LENGTH;
        return true;
      }
      case 'entry-length': {
        const length = buffer.takeLength(this.#limit - this.#frameBytes, 'entry length');
        if (length === undefined) return false;
        this.#frameBytes += length;
        this.#phase = { kind: 'entry', length };
        return true;
      }
      case 'entry': {
        const bytes = buffer.take(phase.length);
        if (bytes === undefined) return false;
        this.#entries.push(decodeEntry(new Reader(bytes)));
        this.#remaining -= 1;
        this.#phase = this.#remaining === 0 ? COMMIT : ENTRY_LENGTH;
        return true;
      }
      case 'commit': {
        const commit = buffer.takeLength(Number.MAX_SAFE_INTEGER, 'commit index');
        if (commit === undefined) return false;
        this.#following(commit);
        return true;
      }
    }
  }

  #start(type: number): void {
    this.#frameBytes = 0;
    if (type === 0) this.#sink.linkHeartbeat();
    else if (type === 1) this.#phase = { kind: 'count' };
    else if (type === 2) this.#phase = { kind: 'message-length' };
    else throw new WireError(`unknown msgapp frame type ${type}`, 0);
  }

  #whole(bytes: Uint8Array): void {
    const whole = decodeMessage(new Reader(bytes));
    this.#phase = TYPE;
    this.#term = whole.term;
    this.#index = whole.entries.at(-1)?.index ?? whole.index;
    this.#sink.message(whole);
  }

  #following(commit: number): void {
    const entries = this.#entries;
    const index = this.#index;
    this.#entries = [];
    this.#phase = TYPE;
    this.#index += entries.length;
    this.#sink.message(
      message({
        type: MessageType.App,
        from: this.#from,
        to: this.#to,
        term: this.#term,
        logTerm: this.#term,
        index,
        entries,
        commit,
      }),
    );
  }
}

/** The only byte we ever write on a msgapp stream that we serve: anything else can panic a member. */
export const MSGAPP_LINK_HEARTBEAT: Uint8Array = new Uint8Array([0]);
