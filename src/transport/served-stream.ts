import type { ServerResponse } from 'node:http';
import { encodeMessageFrame, MESSAGE_LINK_HEARTBEAT } from '../wire/message-stream.ts';
import { MSGAPP_LINK_HEARTBEAT } from '../wire/msgapp-stream.ts';
import type { Message } from '../wire/types.ts';
import type { StreamKind } from './types.ts';

/** rafthttp ConnReadTimeout / 3. */
const LINK_HEARTBEAT_MS = 1_667;
/** A member that takes nothing more is as good as gone. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;

/**
 * A stream that a member dialed and we write. On a msgapp stream nothing but the heartbeat byte is
 * ever written: a malformed frame there makes the member panic, and a learner has no appends to send.
 */
export class ServedStream {
  readonly #kind: StreamKind;
  readonly #response: ServerResponse;
  readonly #timer: NodeJS.Timeout;

  constructor(
    kind: StreamKind,
    response: ServerResponse,
    onClosed: (stream: ServedStream) => void,
  ) {
    this.#kind = kind;
    this.#response = response;
    this.#timer = setInterval(() => {
      response.write(kind === 'msgapp' ? MSGAPP_LINK_HEARTBEAT : MESSAGE_LINK_HEARTBEAT);
    }, LINK_HEARTBEAT_MS);
    response.once('close', () => {
      clearInterval(this.#timer);
      onClosed(this);
    });
    // The socket's own error is followed by close.
    response.on('error', () => undefined);
  }

  /** Writes a message; false when this stream can't carry it. */
  send(message: Message): boolean {
    if (this.#kind !== 'message' || this.#response.destroyed) return false;
    if (this.#response.writableLength > MAX_BUFFERED_BYTES) {
      this.destroy();
      return false;
    }
    this.#response.write(encodeMessageFrame(message));
    return true;
  }

  destroy(): void {
    clearInterval(this.#timer);
    this.#response.destroy();
  }
}
