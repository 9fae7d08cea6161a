import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Reader, WireError } from '../wire/cursor.ts';
import { FrameBuffer } from '../wire/frame-buffer.ts';
import { decodeMessage } from '../wire/raft-message.ts';
import { type Message, MessageType } from '../wire/types.ts';

/** The message in front of the database holds the old store as JSON: kilobytes, megabytes at the most. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;
/** A body that stands still this long is broken off. */
const IDLE_MS = 60_000;

const BBOLT_MAGIC = 0xed0cdaed;
const META_MAGIC_AT = 16;
const META_PAGE_SIZE_AT = 24;
const MIN_PAGES = 4;

/**
 * Receives POST /raft/snapshot: u64 length, MsgSnap, then the raw bbolt file until the end of the body.
 * The file is fsynced and its meta pages are looked at; nothing is left behind on failure.
 *
 * Errors: WireError when the body is no snapshot, the stream's own error when it broke off, and those
 * of the file system.
 */
export async function receiveSnapshot(
  request: IncomingMessage,
  dir: string,
): Promise<{ message: Message; file: string; bytes: number }> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, `receiving-${Date.now()}.db`);
  const file = await open(path, 'wx', 0o600);
  try {
    request.socket.setTimeout(IDLE_MS, () => request.destroy(new Error('the body stands still')));
    const { message, bytes } = await writeBody(request, file);
    await checkDatabase(path, bytes);
    await file.sync();
    return { message, file: path, bytes };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function writeBody(
  request: IncomingMessage,
  file: FileHandle,
): Promise<{ message: Message; bytes: number }> {
  const front = new FrameBuffer();
  let length: number | undefined;
  let message: Message | undefined;
  let bytes = 0;
  for await (const chunk of request) {
    if (message !== undefined) {
      bytes += await write(file, chunk as Buffer);
      continue;
    }
    front.push(chunk as Buffer);
    length ??= front.takeLength(MAX_MESSAGE_BYTES, 'snapshot message length');
    const frame = length === undefined ? undefined : front.take(length);
    if (frame === undefined) continue;
    message = decodeMessage(new Reader(frame));
    const rest = front.take(front.length);
    if (rest !== undefined) bytes += await write(file, rest);
  }
  if (!request.complete) throw new Error('the body was broken off');
  if (message?.type !== MessageType.Snap || message.snapshot === undefined) {
    throw new WireError('not a snapshot message', 0);
  }
  return { message, bytes };
}

async function write(file: FileHandle, chunk: Uint8Array): Promise<number> {
  await file.writeFile(chunk);
  return chunk.length;
}

/** A bbolt file starts with two meta pages; at least one must carry its magic, and the size must be whole pages. */
async function checkDatabase(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(META_PAGE_SIZE_AT + 4);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    if (bytesRead < head.length || head.readUInt32LE(META_MAGIC_AT) !== BBOLT_MAGIC) {
      throw new WireError('not a bbolt database', 0);
    }
    const pageSize = head.readUInt32LE(META_PAGE_SIZE_AT);
    if (pageSize < 1024 || bytes < MIN_PAGES * pageSize || bytes % pageSize !== 0) {
      throw new WireError(`database of ${bytes} bytes with pages of ${pageSize} is cut off`, bytes);
    }
  } finally {
    await file.close();
  }
}
