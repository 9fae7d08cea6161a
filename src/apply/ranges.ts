import type { ByteString } from '../wire/bytes.ts';

/** A half-open interval of keys; `end` undefined = to the last key. */
export interface KeyRange {
  readonly start: ByteString;
  readonly end: ByteString | undefined;
}

/** The range_end that means all keys from the key on. */
export const FROM_KEY = '\0' as ByteString;

/**
 * What a key and range_end of a request mean (apply mkGteRange, mvcc index): no end = the single key,
 * one zero byte = all keys from `key` on, else [key, end). Undefined when it can match nothing.
 */
export function requestRange(key: ByteString, rangeEnd: ByteString): KeyRange | undefined {
  if (rangeEnd === '') return { start: key, end: successor(key) };
  if (rangeEnd === FROM_KEY) return { start: key, end: undefined };
  return rangeEnd > key ? { start: key, end: rangeEnd } : undefined;
}

/** The next key after `key`. */
export function successor(key: ByteString): ByteString {
  return `${key}\0` as ByteString;
}

export function isSingleKey(rangeEnd: ByteString): boolean {
  return rangeEnd === '';
}
