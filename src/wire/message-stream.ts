import { Reader } from './cursor.ts';
import { FrameBuffer } from './frame-buffer.ts';
import { MAX_FRAME_BYTES, type StreamSink } from './msgapp-stream.ts';
import { decodeMessage, encodeMessage, message } from './raft-message.ts';
import type { Message } from './types.ts';
import { MessageType } from './types.ts';

/*
 * The message stream (etcd rafthttp/message_codec.go): repeated { u64 length big-endian, Message }.
 * A MsgHeartbeat from 0 to 0 is a link heartbeat (rafthttp linkHeartbeatMessage).
 */

/** Incremental parser of one message stream. */
export class MessageParser {
  readonly #sink: StreamSink;
  readonly #limit: number;
  readonly #buffer = new FrameBuffer();
  #length: number | undefined;

  constructor(sink: StreamSink, limit = MAX_FRAME_BYTES) {
    this.#sink = sink;
    this.#limit = limit;
  }

  /** Parses what is whole; keeps the rest. Errors: WireError, after which the connection is of no use. */
  feed(chunk: Uint8Array): void {
    this.#buffer.push(chunk);
    for (;;) {
      this.#length ??= this.#buffer.takeLength(this.#limit, 'message length');
      if (this.#length === undefined) return;
      const bytes = this.#buffer.take(this.#length);
      if (bytes === undefined) return;
      this.#length = undefined;
      const decoded = decodeMessage(new Reader(bytes));
      if (isLinkHeartbeat(decoded)) this.#sink.linkHeartbeat();
      else this.#sink.message(decoded);
    }
  }
}

function isLinkHeartbeat(decoded: Message): boolean {
  return decoded.type === MessageType.Heartbeat && decoded.from === 0n && decoded.to === 0n;
}

/** A frame of the message stream. */
export function encodeMessageFrame(sent: Message): Uint8Array {
  const body = encodeMessage(sent);
  const frame = new Uint8Array(8 + body.length);
  new DataView(frame.buffer).setUint32(4, body.length);
  frame.set(body, 8);
  return frame;
}

export const MESSAGE_LINK_HEARTBEAT: Uint8Array = encodeMessageFrame(
  message({ type: MessageType.Heartbeat }),
);
