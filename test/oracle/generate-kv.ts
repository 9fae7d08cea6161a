import type { Fields } from './client.ts';
import type { Dice } from './dice.ts';
import { Symbolic } from './operations.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Few, so that they are written again and again; neighbours, prefixes of each other, bytes that are no text. */
export const KEYS = [
  ...['a', 'b', 'c', 'd', 'e', 'k', 'k\0', 'k0', 'k1', 'k2', 'k3', 'k\xff', 'l', 'm/1', 'm/2'],
  ...['m/3', 'm/3/x', 'n', '\0', '\0\0', '\xff', '\xff\xff', 'é'],
];
const VALUES = ['', 'v', 'v1', 'v2', 'v\0', '\xff\xfe', 'w'.repeat(300)];
/** Positive, negative, beyond what a double holds. */
export const LEASES = ['1', '2', '3', '4', '7', '1000003', '4611686018427387904', '-1', '-2', '-9'];
const UNKNOWN_LEASE = '424242';
const FROM_KEY = '\0';
/** Revisions; more than requests that are sent at once. */
const BEYOND_ALL_UNDER_WAY = 200;

/** Requests of the services KV and Lease. */
export class KvGenerator {
  readonly #dice: Dice;
  readonly #compactsAnywhere: boolean;

  /** `line` as in 3.5. */
  constructor(dice: Dice, line: string) {
    this.#dice = dice;
    this.#compactsAnywhere = line === '3.4';
  }

  key(): string {
    return this.#dice.pick(KEYS);
  }

  put(key = this.key(), mayIgnore = true): Fields {
    const dice = this.#dice;
    const ignoreValue = mayIgnore && dice.chance(0.1);
    const ignoreLease = mayIgnore && dice.chance(0.1);
    const lease = dice.chance(0.3) && !ignoreLease ? this.lease() : '0';
    return {
      key: bytes(key),
      ...(ignoreValue ? { ignore_value: true } : { value: bytes(dice.pick(VALUES)) }),
      ...(ignoreLease ? { ignore_lease: true } : { lease }),
      prev_kv: dice.chance(0.2),
    };
  }

  lease(): string {
    return this.#dice.chance(0.05) ? UNKNOWN_LEASE : this.#dice.pick(LEASES);
  }

  deleteRange(): Fields {
    const dice = this.#dice;
    return { ...(dice.chance(0.015) ? this.#all() : this.#range(0.03)), prev_kv: dice.chance(0.2) };
  }

  /**
   * From 3.4.34, 3.5.16 and 3.6 on, members lose a key, and end when it is read, if they are compacted at the very
   * revision in which a transaction deleted and put it. So those are compacted at revisions of single puts.
   */
  compaction(): Fields {
    const dice = this.#dice;
    const physical = dice.chance(0.3);
    if (this.#compactsAnywhere) return { revision: this.#anyCompaction(), physical };
    const revision = dice.weighted<unknown>([
      [3, new Symbolic('put', -dice.roll(40))],
      [2, new Symbolic('put', 0)],
      [1, new Symbolic('revision', BEYOND_ALL_UNDER_WAY + dice.roll(3))],
      [1, new Symbolic('compacted', 0)],
      [2, new Symbolic('compacted put', 0)],
      [0.5, '0'],
      [0.5, '-1'],
    ]);
    return { revision, physical };
  }

  #anyCompaction(): unknown {
    return this.#dice.weighted<unknown>([
      [3, new Symbolic('revision', -this.#dice.roll(60))],
      [2, new Symbolic('revision', 0)],
      [1, new Symbolic('revision', 1 + this.#dice.roll(3))],
      [1, new Symbolic('compacted', 0)],
      [2, new Symbolic('compacted', 1)],
      [0.5, '0'],
      [0.5, '-1'],
    ]);
  }

  grant(): Fields {
    const TTL = this.#dice.weighted([
      [4, '1'],
      [2, '3'],
      [1, '0'],
      [1, '-5'],
      [6, '600'],
      [1, '9000000000'],
      [1, '9000000001'],
    ]);
    return { ID: this.#dice.chance(0.02) ? '0' : this.#dice.pick(LEASES), TTL };
  }

  txn(): Fields {
    return new TxnGenerator(this.#dice, this).txn(0);
  }

  compare(): Fields {
    const dice = this.#dice;
    const key = this.key();
    const range = dice.chance(0.25) ? this.#range(0.2) : { key: bytes(key) };
    const result = dice.pick(['Equal', 'Greater', 'Less', 'NotEqual']);
    const target = dice.pick(['Version', 'Create', 'Mod', 'Value', 'Lease']);
    // Once in a while the operand is that of another target, or there is none.
    const operand = dice.chance(0.05) ? dice.pick(['Version', 'Value', 'None']) : target;
    return { ...range, result, target, ...this.#operand(operand, key) };
  }

  #operand(target: string, key: string): Fields {
    const dice = this.#dice;
    const revision = (): unknown =>
      dice.weighted([
        [3, new Symbolic('key', dice.roll(3) - 1, key) as unknown],
        [1, new Symbolic('revision', -dice.roll(10))],
        [2, '0'],
        [0.3, '-1'],
      ]);
    switch (target) {
      case 'Version':
        return { version: String(dice.roll(4)) };
      case 'Create':
        return { create_revision: revision() };
      case 'Mod':
        return { mod_revision: revision() };
      case 'Value':
        return { value: bytes(dice.pick(VALUES)) };
      case 'Lease':
        return { lease: dice.chance(0.4) ? '0' : this.lease() };
      default:
        return {};
    }
  }

  range(): Fields {
    const dice = this.#dice;
    const revision = dice.weighted<unknown>([
      [12, '0'],
      [2, new Symbolic('revision', -dice.roll(30))],
      [1, new Symbolic('revision', 1 + dice.roll(2))],
      [1, new Symbolic('compacted', -1 + dice.roll(2))],
      [0.3, '-1'],
      [0.3, '-2'],
    ]);
    return { ...this.#range(0.1), revision, limit: dice.chance(0.2) ? '2' : '0' };
  }

  /** A single key, a range, a prefix, an empty or an inverted one; from a key on in a share of cases. */
  #range(fromKey: number): Fields {
    const dice = this.#dice;
    const key = this.key();
    if (dice.chance(fromKey)) return { key: bytes(key), range_end: bytes(FROM_KEY) };
    if (dice.chance(0.5)) return { key: bytes(key) };
    if (dice.chance(0.2)) return { key: bytes(key), range_end: bytes(`${key}\0`) };
    if (dice.chance(0.1)) return { key: bytes(key), range_end: bytes(key) };
    if (dice.chance(0.2)) return { key: bytes('m/'), range_end: bytes('m0') };
    const other = this.key();
    const inverted = dice.chance(0.15);
    const [low = '', high = ''] = [key, other].sort();
    return { key: bytes(inverted ? high : low), range_end: bytes(inverted ? low : high) };
  }

  /** One that ends: an inverted range, or that of a key to itself, may happen to be one from a key on. */
  boundedRange(): Fields {
    const range = this.#range(0);
    const isFromKey = range.range_end instanceof Buffer && range.range_end.equals(bytes(FROM_KEY));
    return isFromKey ? { key: range.key } : range;
  }

  fromKey(): Fields {
    return { key: bytes(this.key()), range_end: bytes(FROM_KEY) };
  }

  #all(): Fields {
    return { key: bytes(FROM_KEY), range_end: bytes(FROM_KEY) };
  }
}

/**
 * One transaction. The server refuses two puts of a key, or a put beside a delete that covers it, so keys
 * to put and keys to delete are mostly kept apart; deletes from a key on are taken with any put. Such a
 * delete and then a put that ignores something would crash every member: never both in one transaction.
 */
class TxnGenerator {
  readonly #dice: Dice;
  readonly #kv: KvGenerator;
  readonly #mayIgnore: boolean;
  readonly #isCareless: boolean;
  readonly #puts: string[];
  readonly #deletes: string[];

  constructor(dice: Dice, kv: KvGenerator) {
    this.#dice = dice;
    this.#kv = kv;
    this.#mayIgnore = dice.chance(0.5);
    this.#isCareless = dice.chance(0.1);
    const keys = dice.shuffled(KEYS);
    this.#puts = keys.slice(0, 15);
    this.#deletes = keys.slice(15);
  }

  txn(depth: number): Fields {
    const dice = this.#dice;
    const count = (most: number): undefined[] => Array.from({ length: dice.roll(most + 1) });
    const compare = count(depth === 0 ? 2 : 1).map(() => this.#kv.compare());
    const success = count(4).flatMap(() => this.#ops(depth));
    const failure = count(3).flatMap(() => this.#ops(depth));
    return { compare, success, failure };
  }

  #ops(depth: number): Fields[] {
    const dice = this.#dice;
    const kind = dice.weighted([
      [5, 'put'],
      [2, 'delete'],
      [2, 'range'],
      [depth < 3 ? 1.5 : 0, 'txn'],
      [depth < 3 ? 0.4 : 0, 'put and delete'],
    ]);
    switch (kind) {
      case 'put':
        return this.#put().map(request_put => ({ request_put }));
      case 'delete':
        return [{ request_delete_range: { ...this.#delete(), prev_kv: dice.chance(0.15) } }];
      case 'range':
        return [{ request_range: this.#kv.range() }];
      case 'txn':
        return [{ request_txn: this.txn(depth + 1) }];
      default:
        return this.#putAndDelete();
    }
  }

  #put(): Fields[] {
    if (this.#isCareless) return [this.#kv.put(undefined, this.#mayIgnore)];
    const key = this.#puts.pop();
    return key === undefined ? [] : [this.#kv.put(key, this.#mayIgnore)];
  }

  #delete(): Fields {
    const dice = this.#dice;
    if (!this.#mayIgnore && dice.chance(0.2)) return this.#kv.fromKey();
    if (this.#isCareless || dice.chance(0.1)) return this.#kv.boundedRange();
    return { key: bytes(dice.pick(this.#deletes)) };
  }

  /** The one order in which the server takes a put and a delete of the same key: in neighbours. */
  #putAndDelete(): Fields[] {
    return this.#put().flatMap(put => [
      { request_txn: { compare: [], success: [{ request_put: put }], failure: [] } },
      {
        request_txn: {
          compare: [],
          success: [{ request_delete_range: { key: put.key } }],
          failure: [],
        },
      },
    ]);
  }
}
