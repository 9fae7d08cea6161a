import type { IncomingMessage } from 'node:http';
import { Reader, WireError } from '../wire/cursor.ts';
import { decodeMessage } from '../wire/raft-message.ts';
import type { Message } from '../wire/types.ts';
import { checkMessageBounds } from './message-bounds.ts';

/** A body that stands still for so long is broken off. */
const IDLE_MS = 5_000;
/** A body that comes, but too slowly, would hold its share of the memory for ever. */
const WHOLE_MS = 60_000;

/** The bodies of POST /raft: bare messages, bounded each and together. */
export class MessageReceiver {
  readonly #maxMessageBytes: number;
  readonly #maxInFlightBytes: number;
  #inFlightBytes = 0;

  constructor(maxMessageBytes: number, maxInFlightBytes: number) {
    this.#maxMessageBytes = maxMessageBytes;
    this.#maxInFlightBytes = maxInFlightBytes;
  }

  /**
   * Reads one body. Errors: WireError when it is no message or too long; others when it broke off,
   * took too long, or too much is being received at once.
   */
  async receive(request: IncomingMessage): Promise<{ message: Message; bytes: number }> {
    if (Number(request.headers['content-length'] ?? 0) > this.#maxMessageBytes) {
      throw new WireError('message is too long', 0);
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => request.destroy(new Error('the body takes too long')), WHOLE_MS);
    // A request that is not read to its end loses its socket.
    const { socket } = request;
    socket.setTimeout(IDLE_MS);
    try {
      for await (const chunk of request) {
        bytes += (chunk as Buffer).length;
        this.#inFlightBytes += (chunk as Buffer).length;
        if (bytes > this.#maxMessageBytes) throw new WireError('message is too long', bytes);
        if (this.#inFlightBytes > this.#maxInFlightBytes) {
          throw new Error('too many messages at once');
        }
        chunks.push(chunk as Buffer);
      }
      if (!request.complete) throw new Error('the body was broken off');
      const body = Buffer.concat(chunks);
      // Whoever looks for passwords in it is given the copy alone.
      for (const chunk of chunks) chunk.fill(0);
      checkMessageBounds(body);
      return { message: decodeMessage(new Reader(body)), bytes };
    } finally {
      this.#inFlightBytes -= bytes;
      clearTimeout(timer);
      socket.setTimeout(0);
    }
  }
}
