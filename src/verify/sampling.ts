import type { ByteString } from '../wire/bytes.ts';

const RANGE = 2 ** 32;

/**
 * Whether a key is in the sample: by a hash of it, so that the same seed takes the same keys again, on
 * whichever side and in whatever pages they are read. Pure.
 *
 * @param share 0 to 1
 */
export function isSampled(key: ByteString, seed: number, share: number): boolean {
  return share >= 1 || hashOf(key, seed) < share * RANGE;
}

/** 32 bits, murmur3's mixing over the units of the key. */
function hashOf(key: ByteString, seed: number): number {
  let hash = seed >>> 0;
  for (let i = 0; i < key.length; i += 1) {
    const mixed = Math.imul(key.charCodeAt(i) + 1, 0xcc9e2d51);
    hash ^= Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  hash ^= key.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
