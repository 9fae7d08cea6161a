import { crc32 } from 'node:zlib';
import { SyncerError } from '../ops/errors.ts';
import { uint48At } from '../wire/bytes.ts';
import type { Entry } from '../wire/types.ts';

/*
 * What a writer sends its standbys, integers big-endian:
 *
 *   frame   u32 payload length, u32 CRC-32 of all that follows in the frame, u8 type, payload
 *
 *   1 entries     of the log, consecutive: { u48 index, u48 term, u8 type, u32 length, data }*
 *   2 positions   JSON, see FeedPositions
 *   3 part        bytes of a file
 *   4 end         nothing follows: all was sent
 */

const HEADER_BYTES = 9;
const ENTRY_HEADER_BYTES = 17;
/** As a record of the log. */
const MAX_PAYLOAD_BYTES = 512 * 1024 * 1024;
const FrameType = { Entries: 1, Positions: 2, Part: 3, End: 4 } as const;

/** Where the writer stands. */
export interface FeedPositions {
  readonly commit: number;
  readonly confirmed: number;
  /** Index of the last checkpoint that the destination has confirmed. */
  readonly checkpoint: number;
  /** raft's term. */
  readonly term: number;
  /** What the members of the source run, and how many vote: how entries are applied depends on it. */
  readonly versions: readonly string[];
  readonly voters: number;
  /** The writer does not hear the source. */
  readonly isDeaf?: boolean;
  /** Changes of users and roles that are held; left out when they are as they were. */
  readonly held?: readonly HeldItem[];
}

/** A held change of users or roles, as it is kept. */
export interface HeldItem {
  readonly code: 'AUTH_HELD' | 'AUTH_PASSWORD_UNKNOWN';
  readonly what: string;
  readonly subject: string;
  readonly since: string;
}

export type FeedFrame =
  | { readonly kind: 'entries'; readonly entries: readonly Entry[] }
  | { readonly kind: 'positions'; readonly positions: FeedPositions }
  | { readonly kind: 'part'; readonly bytes: Buffer }
  | { readonly kind: 'end' };

export function entriesFrame(entries: readonly Entry[]): Buffer {
  let length = 0;
  for (const { data } of entries) length += ENTRY_HEADER_BYTES + data.length;
  const frame = Buffer.allocUnsafe(HEADER_BYTES + length);
  let at = HEADER_BYTES;
  for (const { index, term, type, data } of entries) {
    frame.writeUIntBE(index, at, 6);
    frame.writeUIntBE(term, at + 6, 6);
    frame.writeUInt8(type, at + 12);
    frame.writeUInt32BE(data.length, at + 13);
    frame.set(data, at + ENTRY_HEADER_BYTES);
    at += ENTRY_HEADER_BYTES + data.length;
  }
  return seal(frame, FrameType.Entries);
}

export function positionsFrame(positions: FeedPositions): Buffer {
  return frameOf(FrameType.Positions, Buffer.from(JSON.stringify(positions)));
}

export function partFrame(bytes: Buffer): Buffer {
  return frameOf(FrameType.Part, bytes);
}

export function endFrame(): Buffer {
  return frameOf(FrameType.End, Buffer.alloc(0));
}

function frameOf(type: number, payload: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  payload.copy(frame, HEADER_BYTES);
  return seal(frame, type);
}

function seal(frame: Buffer, type: number): Buffer {
  frame.writeUInt32BE(frame.length - HEADER_BYTES, 0);
  frame.writeUInt8(type, 8);
  frame.writeUInt32BE(crc32(frame.subarray(8)), 4);
  return frame;
}

/** Cuts a stream into frames. */
export class FeedDecoder {
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Of the frame that is being gathered; a header, until its length is known. */
  #needed = HEADER_BYTES;

  /** The frames that are complete with this chunk. Errors: STANDBY_STREAM. */
  push(chunk: Buffer): FeedFrame[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const frames: FeedFrame[] = [];
    while (this.#bytes >= this.#needed) {
      const bytes = this.#gathered();
      const length = bytes.readUInt32BE(0);
      if (length > MAX_PAYLOAD_BYTES) throw broken(`a frame of ${length} bytes`);
      this.#needed = HEADER_BYTES + length;
      if (bytes.length < this.#needed) break;
      frames.push(decode(bytes.subarray(0, this.#needed)));
      this.#chunks = [bytes.subarray(this.#needed)];
      this.#bytes -= this.#needed;
      this.#needed = HEADER_BYTES;
    }
    return frames;
  }

  #gathered(): Buffer {
    const [first] = this.#chunks;
    const bytes =
      this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    this.#chunks = [bytes];
    return bytes;
  }
}

function decode(frame: Buffer): FeedFrame {
  if (crc32(frame.subarray(8)) !== frame.readUInt32BE(4)) throw broken('a wrong checksum');
  const payload = frame.subarray(HEADER_BYTES);
  switch (frame.readUInt8(8)) {
    case FrameType.Entries:
      return { kind: 'entries', entries: decodeEntries(payload) };
    case FrameType.Positions:
      return { kind: 'positions', positions: decodePositions(payload) };
    case FrameType.Part:
      return { kind: 'part', bytes: payload };
    case FrameType.End:
      return { kind: 'end' };
    default:
      throw broken(`a frame of type ${frame.readUInt8(8)}`);
  }
}

function decodeEntries(payload: Buffer): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < payload.length; ) {
    if (payload.length - at < ENTRY_HEADER_BYTES) throw broken('an entry that is cut off');
    const end = at + ENTRY_HEADER_BYTES + payload.readUInt32BE(at + 13);
    if (end > payload.length) throw broken('an entry that is cut off');
    entries.push({
      type: payload.readUInt8(at + 12),
      term: uint48At(payload, at + 6),
      index: uint48At(payload, at),
      data: payload.subarray(at + ENTRY_HEADER_BYTES, end),
    });
    at = end;
  }
  return entries;
}

function decodePositions(payload: Buffer): FeedPositions {
  let json: unknown;
  try {
    json = JSON.parse(payload.toString('utf8'));
  } catch {
    throw broken('positions that are not JSON');
  }
  const fields = (typeof json === 'object' && json !== null ? json : {}) as FeedPositions;
  const { commit, confirmed, checkpoint, term, voters, versions } = fields;
  const numbers = [commit, confirmed, checkpoint, term, voters];
  if (!numbers.every(value => Number.isSafeInteger(value) && value >= 0)) {
    throw broken('positions without a number');
  }
  if (!Array.isArray(versions) || !versions.every(version => typeof version === 'string')) {
    throw broken('positions without versions');
  }
  return fields;
}

/** What came can't be what the writer sent. */
export function broken(what: string): SyncerError {
  return new SyncerError('STANDBY_STREAM', `the stream of the writer holds ${what}`);
}
