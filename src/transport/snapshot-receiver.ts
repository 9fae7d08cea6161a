import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Reader, WireError } from '../wire/cursor.ts';
import { FrameBuffer } from '../wire/frame-buffer.ts';
import { decodeMessage } from '../wire/raft-message.ts';
import { type Message, MessageType } from '../wire/types.ts';
import { checkMessageBounds } from './message-bounds.ts';

/** A body that stands still this long is broken off. */
const IDLE_MS = 30_000;

const BBOLT_MAGIC = 0xed0cdaed;
const META_MAGIC_AT = 16;
const META_PAGE_SIZE_AT = 24;
const MIN_PAGE_BYTES = 1_024;
const MAX_PAGE_BYTES = 64 * 1024;
const MIN_PAGES = 4;

export interface SnapshotReceiverOptions {
  readonly dir: string;
  /** The message in front of the database; it holds the old store as JSON, megabytes at the most. */
  readonly maxMessageBytes: number;
  readonly maxSnapshotBytes: number;
  readonly isPeer: (id: bigint) => boolean;
}

export interface ReceivedSnapshot {
  readonly message: Message;
  readonly file: string;
  readonly bytes: number;
}

/**
 * Receives POST /raft/snapshot: u64 length, MsgSnap, then the raw bbolt file until the end of the body.
 * The file is fsynced and its meta pages are looked at; nothing is left behind on failure.
 *
 * When the disk refuses the file, the body is still read to its end: a sender that is cut off sends
 * the whole database again at once, while one that waits for its answer can be kept waiting.
 *
 * Errors: WireError when the body is no snapshot of a member, the stream's own error when it broke
 * off, and those of the file system.
 */
export async function receiveSnapshot(
  request: IncomingMessage,
  options: SnapshotReceiverOptions,
): Promise<ReceivedSnapshot> {
  const body = new SnapshotBody(options);
  // A request that is not read to its end loses its socket.
  const { socket } = request;
  socket.setTimeout(IDLE_MS);
  let failure: unknown;
  try {
    for await (const chunk of request) {
      if (failure !== undefined) {
        body.discard((chunk as Buffer).length);
        continue;
      }
      try {
        await body.take(chunk as Buffer);
      } catch (error) {
        if (error instanceof WireError) throw error;
        failure = error;
      }
    }
    if (!request.complete) throw new Error('the body was broken off');
    if (failure !== undefined) throw failure;
    return await body.finish();
  } catch (error) {
    await body.remove();
    throw error;
  } finally {
    socket.setTimeout(0);
    await body.close();
  }
}

/** The body of one snapshot on its way to the disk. */
class SnapshotBody {
  readonly #options: SnapshotReceiverOptions;
  readonly #path: string;
  readonly #front = new FrameBuffer();
  #length: number | undefined;
  #message: Message | undefined;
  #file: FileHandle | undefined;
  #bytes = 0;

  constructor(options: SnapshotReceiverOptions) {
    this.#options = options;
    this.#path = join(options.dir, `receiving-${Date.now()}.db`);
  }

  async take(chunk: Uint8Array): Promise<void> {
    if (this.#message !== undefined) {
      await this.#write(chunk);
      return;
    }
    this.#front.push(chunk);
    this.#length ??= this.#front.takeLength(
      this.#options.maxMessageBytes,
      'snapshot message length',
    );
    const frame = this.#length === undefined ? undefined : this.#front.take(this.#length);
    if (frame === undefined) return;
    this.#message = this.#decode(frame);
    const rest = this.#front.take(this.#front.length);
    if (rest !== undefined) await this.#write(rest);
  }

  /** Counts bytes that are not kept. Errors: WireError when there are too many. */
  discard(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#options.maxSnapshotBytes) {
      throw new WireError('snapshot is too long', this.#bytes);
    }
  }

  async finish(): Promise<ReceivedSnapshot> {
    if (this.#message === undefined) throw new WireError('not a snapshot message', 0);
    const file = await this.#opened();
    await checkDatabase(file, this.#bytes);
    await file.sync();
    return { message: this.#message, file: this.#path, bytes: this.#bytes };
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }

  /** Nothing is written for a stranger. */
  #decode(frame: Uint8Array): Message {
    checkMessageBounds(frame);
    const message = decodeMessage(new Reader(frame));
    if (message.type !== MessageType.Snap || message.snapshot === undefined) {
      throw new WireError('not a snapshot message', 0);
    }
    if (!this.#options.isPeer(message.from)) throw new WireError('snapshot of a stranger', 0);
    return message;
  }

  async #write(chunk: Uint8Array): Promise<void> {
    this.discard(chunk.length);
    const file = await this.#opened();
    await file.writeFile(chunk);
  }

  async #opened(): Promise<FileHandle> {
    if (this.#file === undefined) {
      await mkdir(this.#options.dir, { recursive: true, mode: 0o700 });
      // Readable by us for the check, by nobody else.
      this.#file = await open(this.#path, 'wx+', 0o600);
    }
    return this.#file;
  }
}

/** A bbolt file starts with two meta pages; the first must carry its magic, and the size must be whole pages. */
async function checkDatabase(file: FileHandle, bytes: number): Promise<void> {
  const head = Buffer.alloc(META_PAGE_SIZE_AT + 4);
  const { bytesRead } = await file.read(head, 0, head.length, 0);
  if (bytesRead < head.length || head.readUInt32LE(META_MAGIC_AT) !== BBOLT_MAGIC) {
    throw new Error('not a bbolt database');
  }
  const pageSize = head.readUInt32LE(META_PAGE_SIZE_AT);
  if (pageSize < MIN_PAGE_BYTES || pageSize > MAX_PAGE_BYTES) {
    throw new Error(`database with pages of ${pageSize} bytes`);
  }
  if (bytes < MIN_PAGES * pageSize || bytes % pageSize !== 0) {
    throw new Error(`database of ${bytes} bytes with pages of ${pageSize} is cut off`);
  }
}
