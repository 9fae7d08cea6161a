import { liveKeysAmong, liveKeysIn } from '../apply/live-keys.ts';
import { successor } from '../apply/ranges.ts';
import type { LiveKey } from '../apply/types.ts';
import { yieldTurn } from '../ops/yield-turn.ts';
import type { ByteString } from '../wire/bytes.ts';
import type { TableReader } from './state-tables.ts';

/** Keys that are read in one turn of the event loop: about 10 ms. */
const PIECE = 2_000;

/** Live keys of the state that an entry deletes, in their order. */
interface Wanted {
  readonly name: string;
  /** @param after the last one that is known; undefined = from the first on */
  readonly from: (after: ByteString | undefined) => Iterable<LiveKey>;
}

/** Thrown by a read of so many keys that the event loop would stand still: give it to `LiveAhead.read`, then read again. */
export class ManyKeys extends Error {
  readonly wanted: Wanted;

  constructor(wanted: Wanted) {
    super('more keys than are read in one turn of the event loop');
    this.wanted = wanted;
  }
}

/**
 * The live keys that an entry deletes. What an entry does is decided in one go; where that takes very many keys, they
 * are read before it, in as many turns as it takes. A source's prefix delete of 100,000 keys is one entry.
 */
export class LiveAhead {
  readonly #reader: TableReader;
  readonly #held = new Map<string, readonly LiveKey[]>();

  /** @param reader must not be moved on between `read` and what is decided by it, up to `forget` */
  constructor(reader: TableReader) {
    this.#reader = reader;
  }

  /** As `StateReader.liveKeys`. Throws ManyKeys. */
  inRange(start: ByteString, end: ByteString | undefined): readonly LiveKey[] {
    const reader = this.#reader;
    return this.#all({
      name: JSON.stringify([start, end]),
      from: after => liveKeysIn(reader, after === undefined ? start : successor(after), end),
    });
  }

  /** As `StateReader.liveKeysOf`. Throws ManyKeys. */
  ofLease(id: bigint): readonly LiveKey[] {
    const reader = this.#reader;
    return this.#all({
      name: String(id),
      from: after => {
        const from = after === undefined ? undefined : successor(after);
        return liveKeysAmong(reader, reader.scanAttachments(id, from));
      },
    });
  }

  /** Reads them in turns, and holds them until `forget`. */
  async read({ wanted }: ManyKeys): Promise<void> {
    const live: LiveKey[] = [];
    while (take(wanted.from(live.at(-1)?.[0]), live)) await yieldTurn();
    this.#held.set(wanted.name, live);
  }

  /** The state has moved on. */
  forget(): void {
    if (this.#held.size > 0) this.#held.clear();
  }

  #all(wanted: Wanted): readonly LiveKey[] {
    const held = this.#held.get(wanted.name);
    if (held !== undefined) return held;
    const live: LiveKey[] = [];
    if (take(wanted.from(undefined), live)) throw new ManyKeys(wanted);
    return live;
  }
}

/** Adds a piece of them; true when there may be more. */
function take(keys: Iterable<LiveKey>, live: LiveKey[]): boolean {
  const full = live.length + PIECE;
  for (const key of keys) {
    live.push(key);
    if (live.length === full) return true;
  }
  return false;
}
