import type { Fields } from './client.ts';

/** A request of the load: what it is called in tables, where it goes, and who sends it. */
export interface Operation {
  readonly kind: string;
  /** As in `KV/Put`. */
  readonly method: string;
  /** May hold `Symbolic` values, which stand for revisions that are known when it is sent. */
  readonly request: Fields;
  /** undefined = without a token. */
  readonly caller: string | undefined;
  /** Whether it is written to the log when the server takes it at all. */
  readonly isLogged: boolean;
}

/**
 * A revision relative to something: the current one, the compacted one, the last write of a key, or, counted in such
 * revisions, the last one that a put made, and the last one before what was compacted.
 */
export class Symbolic {
  readonly base: 'revision' | 'compacted' | 'key' | 'put' | 'compacted put';
  readonly offset: number;
  readonly key: string;

  constructor(base: Symbolic['base'], offset: number, key = '') {
    this.base = base;
    this.offset = offset;
    this.key = key;
  }
}

/** What the load has learnt from answers. */
export interface Known {
  readonly revision: number;
  readonly compacted: number;
  /** Revision of the last put of a key that was answered. */
  readonly written: ReadonlyMap<string, number>;
  /** Revisions that a put made, and nothing else, as they were answered. */
  readonly puts: readonly number[];
}

/** The request with numbers in place of symbols. */
export function resolve(value: unknown, known: Known): unknown {
  if (value instanceof Symbolic) return String(numberOf(value, known));
  if (Array.isArray(value)) return value.map(item => resolve(item, known));
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, resolve(field, known)]),
  );
}

function numberOf({ base, offset, key }: Symbolic, known: Known): number {
  if (base === 'revision') return known.revision + offset;
  if (base === 'compacted') return known.compacted + offset;
  if (base === 'put') return known.puts.at(offset - 1) ?? known.compacted;
  if (base === 'compacted put') {
    return known.puts.find(revision => revision > known.compacted) ?? known.compacted;
  }
  return (known.written.get(key) ?? 0) + offset;
}
