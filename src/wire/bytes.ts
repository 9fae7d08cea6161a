/**
 * Bytes and byte strings.
 *
 * Keys are bytes and are ordered as unsigned bytes. Ordered maps and hash maps in JavaScript want
 * strings, so inside the process a key is a {@link ByteString}: one UTF-16 code unit (0..255) per byte.
 * Comparing two of them with `<` compares unsigned bytes, which no other string form guarantees.
 */
declare const byteString: unique symbol;

/** A string that holds one byte per code unit; `<` orders it as unsigned bytes. */
export type ByteString = string & { readonly [byteString]: true };

export const EMPTY_BYTES: Uint8Array = new Uint8Array(0);

/**
 * Zeros, in memory of their own: for what may be a password. V8 keeps arrays of up to 64 bytes among its objects, and when
 * such an array is sliced or given away, a copy of it stays there.
 */
export function bytesOutsideOfHeap(length: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(length));
}

/** Eight bytes from `at` on, which must be there, as a big-endian number; rounded above 2^53. */
export function uint64At(bytes: Uint8Array, at: number): number {
  const high = uint32At(bytes, at);
  const low = uint32At(bytes, at + 4);
  // No product where none is needed, so that V8 keeps a small number as an integer (see Reader.uint).
  return high === 0 ? low : high * 2 ** 32 + low;
}

/** Six bytes from `at` on, which must be there, as a big-endian number. */
export function uint48At(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  const low = uint32At(bytes, at + 2);
  return high === 0 ? low : high * 2 ** 32 + low;
}

function uint32At(bytes: Uint8Array, at: number): number {
  const [a, b] = [bytes[at] as number, bytes[at + 1] as number];
  const [c, d] = [bytes[at + 2] as number, bytes[at + 3] as number];
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

/** Bytes to byte string; the bytes are copied. */
export function toByteString(bytes: Uint8Array): ByteString {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(
    'latin1',
  ) as ByteString;
}

/** `bytes[start..end)` as a byte string. For what is done for every entry: it makes no view of the bytes first. */
export function sliceToByteString(bytes: Uint8Array, start: number, end: number): ByteString {
  return latin1Slice.call(bytes, start, end) as ByteString;
}

/** Node's own, which Buffer.toString calls; it takes any Uint8Array. */
const { latin1Slice } = Buffer.prototype as unknown as {
  readonly latin1Slice: (this: Uint8Array, start: number, end: number) => string;
};

/** Byte string to freshly allocated bytes. */
export function fromByteString(text: ByteString): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** UTF-8 text (an option, a test's literal) to a byte string. */
export function utf8ToByteString(text: string): ByteString {
  return toByteString(Buffer.from(text, 'utf8'));
}

/** -1, 0 or 1 by unsigned bytes, a prefix first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}

/** The 8 bytes of a 64-bit two's complement number, big-endian, as a byte string that sorts unsigned. */
export function int64ToByteString(value: bigint): ByteString {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64BE(BigInt.asIntN(64, value));
  return bytes.toString('latin1') as ByteString;
}

/** The first key behind all keys with a prefix: its last byte below 0xff raised by one; undefined = there is none (clientv3 GetPrefixRangeEnd). */
export function prefixEnd(prefix: ByteString): ByteString | undefined {
  for (let i = prefix.length - 1; i >= 0; i -= 1) {
    const code = prefix.charCodeAt(i);
    if (code < 0xff) return (prefix.slice(0, i) + String.fromCharCode(code + 1)) as ByteString;
  }
  return undefined;
}
