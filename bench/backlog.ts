import type { ByteString } from '../src/wire/bytes.ts';
import { benchKey, benchValue } from './raw-client.ts';

/** Prime to every number of keys that the bench has, so that its multiples are spread over all of them. */
export const STRIDE = 7_919_999;
/** Of operations that meet keys which are there, every third deletes. */
const DELETES_EVERY = 3;

/** One request of a backlog; without a value it deletes. */
export interface Operation {
  readonly key: ByteString;
  readonly value: Uint8Array | undefined;
}

/** Requests with one operation each, by number: so many entries in the source's log. */
export interface Backlog {
  readonly entries: number;
  /** Where what follows needs all before it to be there. */
  readonly borders: readonly number[];
  readonly operation: (number: number) => Operation;
  /** Put by the first, and by the last entry alone. */
  readonly first: ByteString;
  readonly last: ByteString;
  /** How many keys there are at the end. */
  readonly keys: number;
}

/** As many new keys as entries. */
export function putsOnly(entries: number, valueBytes?: number): Backlog {
  return {
    entries,
    borders: [],
    operation: number => ({ key: benchKey(number), value: benchValue(number, valueBytes) }),
    first: benchKey(0),
    last: benchKey(entries - 1),
    keys: entries,
  };
}

/** New keys, then each of them overwritten or deleted, all over the place, then one more. */
export function putsThenMixed(keys: number): Backlog {
  const puts = putsOnly(keys);
  const operation = (number: number): Operation => {
    if (number < keys || number === 2 * keys) return puts.operation(number);
    const key = benchKey((number * STRIDE) % keys);
    return { key, value: number % DELETES_EVERY === 0 ? undefined : benchValue(number) };
  };
  const mixed = Array.from({ length: keys }, (_, i) => operation(keys + i));
  const deleted = mixed.filter(({ value }) => value === undefined).length;
  return {
    entries: 2 * keys + 1,
    borders: [keys, 2 * keys],
    operation,
    first: puts.first,
    last: benchKey(2 * keys),
    keys: keys - deleted + 1,
  };
}
