import type { StateReader } from '../apply/types.ts';
import type { KeyPage } from '../destination/planner/difference.ts';
import type { KeyFilter } from '../destination/planner/filter.ts';
import { type ByteString, EMPTY_BYTES, prefixEnd } from '../wire/bytes.ts';
import type { KeySource } from './key-source.ts';
import type { AlignedPair } from './types.ts';

const PAGE_KEYS = 1_000;
const PAGE_BYTES = 1024 * 1024;

/** What a snapshot of the source holds. */
export interface SnapshotContents {
  readonly state: StateReader;
  /** Source revision that the key was deleted at, of keys that are not there; undefined = not known. */
  readonly deletedAt: (key: ByteString) => number | undefined;
  /** It knows of those deleted after this revision, as far as they are not compacted. */
  readonly deletionsAfter: number;
}

/**
 * The source as a snapshot of it tells. The destination never stood at the snapshot's own revision, unless a
 * batch ended just there; so a pair lies at or before it, and what changed in between can't be told.
 */
export class SnapshotSource implements KeySource {
  readonly #contents: SnapshotContents;
  readonly #filter: KeyFilter;
  readonly #prefixes: readonly ByteString[];

  /** @param prefixes source prefixes to look under, ascending */
  constructor(contents: SnapshotContents, filter: KeyFilter, prefixes: readonly ByteString[]) {
    this.#contents = contents;
    this.#filter = filter;
    this.#prefixes = prefixes;
  }

  async *pages(after: ByteString): AsyncGenerator<KeyPage> {
    const first = after === '' ? after : (`${this.#filter.unmap(after)}\0` as ByteString);
    for (const prefix of this.#prefixes) {
      let start: ByteString | undefined = first > prefix ? first : prefix;
      while (start !== undefined) {
        const { page, next } = this.#page(start, prefixEnd(prefix));
        if (page.length > 0) yield page;
        start = next;
      }
    }
  }

  /** Collected in one go: a cursor of the store must not stay open. */
  #page(start: ByteString, end: ByteString | undefined): { page: KeyPage; next?: ByteString } {
    const page: KeyPage[number][] = [];
    if (end !== undefined && start >= end) return { page };
    let seen = 0;
    let bytes = 0;
    for (const [key, { value, lease }] of this.#contents.state.scanKeys(start, end)) {
      const mapped = this.#filter.map(key);
      if (mapped !== undefined) page.push([mapped, { value, lease }]);
      seen += 1;
      bytes += key.length + value.length;
      if (seen >= PAGE_KEYS || bytes >= PAGE_BYTES) {
        return { page, next: `${key}\0` as ByteString };
      }
    }
    return { page };
  }

  async value(key: ByteString): Promise<Uint8Array> {
    return this.#contents.state.getKey(this.#filter.unmap(key))?.value ?? EMPTY_BYTES;
  }

  async count(): Promise<number> {
    return 0;
  }

  async isLive(lease: bigint): Promise<boolean> {
    return this.#contents.state.getLease(lease) !== undefined;
  }

  /** A key that changed after the pair's revision was something else there; compaction may have taken along when one was deleted. */
  isKnown(key: ByteString, { sourceRevision }: AlignedPair): boolean {
    const { state, deletedAt, deletionsAfter } = this.#contents;
    if (sourceRevision >= state.revision) return true;
    const sourceKey = this.#filter.unmap(key);
    const record = state.getKey(sourceKey);
    if (record !== undefined) return record.modRevision <= sourceRevision;
    const deleted = deletedAt(sourceKey);
    return deleted === undefined
      ? Math.max(state.compactRevision, deletionsAfter) <= sourceRevision
      : deleted <= sourceRevision;
  }
}
