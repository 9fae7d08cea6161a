import { type ByteString, int64ToByteString } from '../wire/bytes.ts';
import { KeySet, MAX_KEYS } from './key-set.ts';
import type { SnapshotCounts, SnapshotFile } from './snapshot-file.ts';

/** Prefixes that are told apart; keys of further ones are counted together. */
const MAX_PREFIXES = 65_536;
/** Longer prefixes are cut here. */
const MAX_PREFIX_BYTES = 256;
const SLASH = '/';

export interface PrefixCount {
  readonly prefix: ByteString;
  readonly keys: number;
  readonly valueBytes: number;
}

/** What the live keys and leases of a file are like. */
export interface Survey {
  readonly liveKeys: number;
  readonly valueBytes: number;
  /** Most keys first. */
  readonly prefixes: readonly PrefixCount[];
  /** Live keys of prefixes beyond those that are told apart. */
  readonly keysOfOtherPrefixes: number;
  readonly leases: number;
  /** Seconds; 0 without leases. */
  readonly minTtl: number;
  readonly maxTtl: number;
  /** Live keys whose lease exists. */
  readonly boundKeys: number;
}

/**
 * Goes through the rows from the newest to the oldest: the first one met of a key is the one that counts.
 * What was met is kept as hashes, 23 bytes a key and 128 MiB at the most (and half of it again while
 * the table grows); a file with more rows than that takes is gone through several times, each time for
 * a part of the keys. Leases are kept likewise without that bound: they are some tens of bytes in the
 * file as well. Errors: those of SnapshotFile.
 */
export async function survey(
  file: SnapshotFile,
  counts: SnapshotCounts,
  prefixDepth: number,
  keysAtOnce = MAX_KEYS,
): Promise<Survey> {
  const counter = new Counter(prefixDepth);
  await counter.leases(file);
  const rounds = Math.max(1, Math.ceil(counts.rows / keysAtOnce));
  for (let round = 0; round < rounds; round += 1) await counter.keys(file, round, rounds);
  return counter.result();
}

class Counter {
  readonly #depth: number;
  readonly #ids = new KeySet();
  readonly #prefixes = new Map<ByteString, { keys: number; valueBytes: number }>();
  #found = { liveKeys: 0, valueBytes: 0, keysOfOtherPrefixes: 0, boundKeys: 0 };
  #leases = { leases: 0, minTtl: 0, maxTtl: 0 };

  constructor(depth: number) {
    this.#depth = depth;
  }

  async leases(file: SnapshotFile): Promise<void> {
    for await (const batch of file.leases()) {
      for (const [id, { ttl }] of batch) {
        const { leases, minTtl, maxTtl } = this.#leases;
        this.#ids.add(int64ToByteString(id));
        this.#leases = {
          leases: leases + 1,
          minTtl: leases === 0 ? ttl : Math.min(minTtl, ttl),
          maxTtl: Math.max(maxTtl, ttl),
        };
      }
    }
  }

  async keys(file: SnapshotFile, part: number, parts: number): Promise<void> {
    const met = new KeySet(part, parts);
    for await (const batch of file.rows('descending')) {
      for (const { key, record } of batch) {
        if (met.add(key) !== 'added' || record === undefined) continue;
        this.#found.liveKeys += 1;
        this.#found.valueBytes += record.value.length;
        if (record.lease !== 0n && this.#ids.has(int64ToByteString(record.lease))) {
          this.#found.boundKeys += 1;
        }
        this.#count(prefixOf(key, this.#depth), record.value.length);
      }
    }
  }

  #count(prefix: ByteString, valueBytes: number): void {
    const held = this.#prefixes.get(prefix);
    if (held !== undefined) {
      held.keys += 1;
      held.valueBytes += valueBytes;
    } else if (this.#prefixes.size === MAX_PREFIXES) this.#found.keysOfOtherPrefixes += 1;
    else this.#prefixes.set(copyOf(prefix), { keys: 1, valueBytes });
  }

  result(): Survey {
    const prefixes = [...this.#prefixes]
      .map(([prefix, count]) => ({ prefix, ...count }))
      .sort((a, b) => b.keys - a.keys || (a.prefix < b.prefix ? -1 : 1));
    return { ...this.#found, ...this.#leases, prefixes };
  }
}

/** The key up to its `depth`-th slash, not counting one at its start; '' = it has none. */
export function prefixOf(key: ByteString, depth: number): ByteString {
  let end = key.startsWith(SLASH) ? 1 : 0;
  for (let i = 0; i < depth; i += 1) {
    const next = key.indexOf(SLASH, end);
    if (next < 0) break;
    end = next + 1;
  }
  return key.slice(0, Math.min(end, MAX_PREFIX_BYTES)) as ByteString;
}

/** A part of a string keeps the whole in memory; a copy does not. */
function copyOf(prefix: ByteString): ByteString {
  return Buffer.from(prefix, 'latin1').toString('latin1') as ByteString;
}
