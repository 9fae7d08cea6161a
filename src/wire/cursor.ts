import type { ByteString } from './bytes.ts';
import { EMPTY_BYTES, sliceToByteString } from './bytes.ts';

/** Protobuf wire types (encoding.md of protobuf). */
export const WireType = {
  Varint: 0,
  Fixed64: 1,
  Bytes: 2,
  StartGroup: 3,
  EndGroup: 4,
  Fixed32: 5,
} as const;

/** Groups inside groups that an unknown field may hold before it counts as hostile. */
const MAX_GROUP_DEPTH = 64;

/** Bytes that are not what their grammar says. The only error that decoding throws. */
export class WireError extends Error {
  readonly code: 'WIRE_MALFORMED' | 'WIRE_EMPTY_REQUEST';
  readonly offset: number;

  constructor(message: string, offset: number, code: WireError['code'] = 'WIRE_MALFORMED') {
    super(`${message} at byte ${offset}`);
    this.name = 'WireError';
    this.code = code;
    this.offset = offset;
  }
}

/** A 64-bit number and its halves, which lie in the machine's order. */
const WHOLE = new BigUint64Array(1);
const HALVES = new Uint32Array(WHOLE.buffer);
const LOW = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1;

/** A cursor over protobuf bytes. It copies nothing: slices share the memory they were cut from. */
export class Reader {
  readonly bytes: Uint8Array;
  pos: number;
  readonly end: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.pos = start;
    this.end = end;
  }

  get done(): boolean {
    return this.pos >= this.end;
  }

  /** A field's tag: field number << 3 | wire type, below 2^32. */
  tag(): number {
    const tag = this.uint();
    if (tag > 0xffff_ffff || tag >>> 3 === 0) throw new WireError('impossible field tag', this.pos);
    return tag;
  }

  /** A varint that must be a safe integer. */
  uint(): number {
    const { bytes, end } = this;
    const start = this.pos;
    let value = 0;
    // Up to 28 bits by integer arithmetic alone. A product that V8 keeps as a double would be one in every object that it
    // is put into, too, boxed, and with the maps of those objects given up.
    for (let i = 0; i < 4; i += 1) {
      const pos = start + i;
      if (pos >= end) throw new WireError('varint is cut off', pos);
      const byte = bytes[pos] as number;
      value |= (byte & 0x7f) << (7 * i);
      if (byte < 0x80) {
        this.pos = pos + 1;
        return value;
      }
    }
    return this.uintBeyond(start, value);
  }

  /** A varint of five bytes and more from `start` on; `low` is what the first four hold. */
  private uintBeyond(start: number, low: number): number {
    const { bytes, end } = this;
    let value = low;
    let scale = 2 ** 28;
    for (let i = 4; i < 10; i += 1) {
      const pos = start + i;
      if (pos >= end) throw new WireError('varint is cut off', pos);
      const byte = bytes[pos] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) throw new WireError('number beyond 2^53', start);
        this.pos = pos + 1;
        return value;
      }
      scale *= 128;
    }
    throw new WireError('varint is longer than 10 bytes', start);
  }

  /** A varint as unsigned 64 bits. */
  uint64(): bigint {
    const { bytes, end } = this;
    const start = this.pos;
    let low = 0;
    let high = 0;
    for (let i = 0; i < 10; i += 1) {
      const pos = start + i;
      if (pos >= end) throw new WireError('varint is cut off', pos);
      const byte = bytes[pos] as number;
      const bits = byte & 0x7f;
      // Halves of 32 bits: arithmetic with bigints would make one for each step.
      if (i < 5) low |= bits << (7 * i);
      if (i === 4) high = bits >>> 4;
      else if (i > 4) high |= bits << (7 * i - 32);
      if (byte < 0x80) {
        this.pos = pos + 1;
        HALVES[LOW] = low;
        HALVES[1 - LOW] = high;
        return WHOLE[0] as bigint;
      }
    }
    throw new WireError('varint is longer than 10 bytes', start);
  }

  /** A varint as signed 64 bits (proto int64: negatives take ten bytes). */
  int64(): bigint {
    return BigInt.asIntN(64, this.uint64());
  }

  /** A varint as bool: any non-zero is true. */
  bool(): boolean {
    return this.uint64() !== 0n;
  }

  /** An enum or int32: the low 32 bits, signed, as every protobuf library reads it. */
  int32(): number {
    const first = this.bytes[this.pos];
    if (first !== undefined && first < 0x80 && this.pos < this.end) {
      this.pos += 1;
      return first;
    }
    return Number(BigInt.asIntN(32, this.uint64()));
  }

  /** A length-delimited field as a slice of the input. */
  slice(): Uint8Array {
    const end = this.lengthEnd();
    const slice = this.pos === end ? EMPTY_BYTES : this.bytes.subarray(this.pos, end);
    this.pos = end;
    return slice;
  }

  /** A length-delimited field as a byte string (copied). */
  byteString(): ByteString {
    const end = this.lengthEnd();
    const text = sliceToByteString(this.bytes, this.pos, end);
    this.pos = end;
    return text;
  }

  /** A length-delimited field as UTF-8 text; invalid bytes become U+FFFD. */
  text(): string {
    return TEXT.decode(this.slice());
  }

  /** A length-delimited field as a reader of its own. */
  nested(): Reader {
    const end = this.lengthEnd();
    const nested = new Reader(this.bytes, this.pos, end);
    this.pos = end;
    return nested;
  }

  /** Skips the value of an unknown field. */
  skip(tag: number, depth = 0): void {
    switch (tag & 7) {
      case WireType.Varint:
        this.uint64();
        return;
      case WireType.Fixed64:
        this.advance(8);
        return;
      case WireType.Bytes:
        this.pos = this.lengthEnd();
        return;
      case WireType.Fixed32:
        this.advance(4);
        return;
      case WireType.StartGroup:
        if (depth >= MAX_GROUP_DEPTH) throw new WireError('groups nested too deep', this.pos);
        for (;;) {
          const inner = this.tag();
          if ((inner & 7) === WireType.EndGroup) {
            if (inner >>> 3 !== tag >>> 3)
              throw new WireError('group ends another group', this.pos);
            return;
          }
          this.skip(inner, depth + 1);
        }
      default:
        throw new WireError(`wire type ${tag & 7} can't start a field`, this.pos);
    }
  }

  /** Fails unless the tag has the wire type that its field number is declared with. */
  expect(tag: number, wireType: number): void {
    if ((tag & 7) !== wireType) {
      throw new WireError(`field ${tag >>> 3} has wire type ${tag & 7}, not ${wireType}`, this.pos);
    }
  }

  /** Where the length-delimited field ends that begins behind its length, to which the cursor moves. */
  lengthEnd(): number {
    const length = this.uint();
    const end = this.pos + length;
    if (end > this.end) throw new WireError(`length ${length} goes past the end`, this.pos);
    return end;
  }

  private advance(count: number): void {
    if (this.pos + count > this.end) throw new WireError('fixed-size field is cut off', this.pos);
    this.pos += count;
  }
}

const TEXT = new TextDecoder('utf-8', { ignoreBOM: true });

/** A growing buffer for protobuf bytes. `finish` hands out a copy, so a writer can be used again. */
export class Writer {
  #bytes: Uint8Array;
  #pos = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#pos;
  }

  reset(): void {
    this.#pos = 0;
  }

  /** What was written, copied. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#pos);
  }

  /** What was written, not copied: the writer must not be used any more. */
  take(): Uint8Array {
    return this.#bytes.subarray(0, this.#pos);
  }

  /** An unsigned safe integer as varint. */
  uint(value: number): this {
    this.#room(10);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#pos++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#pos++] = rest;
    return this;
  }

  /** A 64-bit number as varint; negatives take ten bytes (proto int64). */
  int64(value: bigint): this {
    if (value >= 0n && value <= 0xffff_ffffn) return this.uint(Number(value));
    this.#room(10);
    let rest = BigInt.asUintN(64, value);
    while (rest >= 0x80n) {
      this.#bytes[this.#pos++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#pos++] = Number(rest);
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#pos);
    this.#pos += bytes.length;
    return this;
  }

  /** A byte string, one byte per code unit. */
  rawByteString(text: ByteString): this {
    const length = text.length;
    this.#room(length);
    const bytes = this.#bytes;
    const pos = this.#pos;
    if (length < 64) {
      for (let i = 0; i < length; i += 1) bytes[pos + i] = text.charCodeAt(i);
    } else {
      Buffer.from(bytes.buffer, bytes.byteOffset + pos, length).write(text, 'latin1');
    }
    this.#pos += length;
    return this;
  }

  /** Field with a non-negative number; zero is written too (proto2 servers up to 3.6 write it as well). */
  uintField(field: number, value: number): this {
    return this.uint(field * 8).uint(value);
  }

  int64Field(field: number, value: bigint): this {
    return this.uint(field * 8).int64(value);
  }

  boolField(field: number, value: boolean): this {
    return this.uint(field * 8).uint(value ? 1 : 0);
  }

  bytesField(field: number, bytes: Uint8Array): this {
    return this.uint(field * 8 + 2)
      .uint(bytes.length)
      .raw(bytes);
  }

  byteStringField(field: number, text: ByteString): this {
    return this.uint(field * 8 + 2)
      .uint(text.length)
      .rawByteString(text);
  }

  textField(field: number, text: string): this {
    return this.bytesField(field, TEXT_ENCODER.encode(text));
  }

  #room(count: number): void {
    const needed = this.#pos + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#pos));
    this.#bytes = grown;
  }
}

const TEXT_ENCODER = new TextEncoder();

/** Bytes a varint takes for an unsigned safe integer. */
export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 128)) size += 1;
  return size;
}

/** Bytes a varint takes for a 64-bit number (ten for negatives). */
export function int64Size(value: bigint): number {
  if (value < 0n) return 10;
  let size = 1;
  for (let rest = value; rest >= 0x80n; rest >>= 7n) size += 1;
  return size;
}
