import type { ByteString } from '../wire/bytes.ts';

const FIRST_SLOTS = 1 << 12;
/** 8 bytes a slot. */
const MAX_SLOTS = 1 << 24;
const MAX_LOAD = 0.7;

/** Keys for one set, so that it stays below 128 MiB: parts are not of quite the same size. */
export const MAX_KEYS = Math.floor(MAX_SLOTS * MAX_LOAD * 0.95);

/**
 * A set of keys that holds 63 bits of hash for each, and can be told to take one part of all keys only, so
 * that any number of them can be gone through in several rounds. Two keys with one hash pass for one:
 * among a hundred million keys that happens with a chance of 1 in 1,800.
 */
export class KeySet {
  readonly #part: number;
  readonly #parts: number;
  #slots = new Uint32Array(FIRST_SLOTS * 2);
  #size = 0;

  constructor(part = 0, parts = 1) {
    this.#part = part;
    this.#parts = parts;
  }

  /** 'added', 'held' when it was there before, 'other' when it belongs to another part. */
  add(key: ByteString): 'added' | 'held' | 'other' {
    const [low, high] = hashOf(key);
    if (low % this.#parts !== this.#part) return 'other';
    const slot = find(this.#slots, low, high);
    if (this.#slots[slot + 1] !== 0) return 'held';
    this.#slots[slot] = low;
    this.#slots[slot + 1] = high;
    this.#size += 1;
    if (this.#size > (this.#slots.length / 2) * MAX_LOAD) this.#grow();
    return 'added';
  }

  has(key: ByteString): boolean {
    const [low, high] = hashOf(key);
    return this.#slots[find(this.#slots, low, high) + 1] !== 0;
  }

  #grow(): void {
    const grown = new Uint32Array(this.#slots.length * 2);
    for (let at = 0; at < this.#slots.length; at += 2) {
      const [low, high] = [this.#slots[at] as number, this.#slots[at + 1] as number];
      if (high === 0) continue;
      const slot = find(grown, low, high);
      grown[slot] = low;
      grown[slot + 1] = high;
    }
    this.#slots = grown;
  }
}

/** Where a hash lies, or the free place for it. */
function find(slots: Uint32Array, low: number, high: number): number {
  const mask = slots.length - 2;
  let slot = high & mask;
  while (slots[slot + 1] !== 0 && (slots[slot] !== low || slots[slot + 1] !== high)) {
    slot = (slot + 2) & mask;
  }
  return slot;
}

/** 63 bits, of which the second half is odd: 0 marks a free slot. */
function hashOf(key: ByteString): readonly [low: number, high: number] {
  let [a, b] = [0x9e3779b9 ^ key.length, 0x85ebca6b];
  for (let i = 0; i < key.length; i += 1) {
    const unit = key.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x9e3779b1);
    b = Math.imul(b ^ unit, 0x5f356495);
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return [a >>> 0, (b | 1) >>> 0];
}
