import type { Entry } from '../wire/types.ts';

/** The newest entries in memory, bounded in bytes. Entries that are not on disk yet are never dropped. */
export class EntryCache {
  readonly #maxBytes: number;
  #entries: Entry[] = [];
  #head = 0;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get firstIndex(): number | undefined {
    return this.#entries[this.#head]?.index;
  }

  push(entry: Entry): void {
    this.#entries.push(entry);
    this.#bytes += cost(entry);
  }

  /** Drops `index` and everything behind it. */
  truncateFrom(index: number): void {
    while (this.#entries.length > this.#head) {
      const last = this.#entries.at(-1) as Entry;
      if (last.index < index) return;
      this.#entries.pop();
      this.#bytes -= cost(last);
    }
  }

  /** Drops the oldest ones over the bound, but nothing above `writtenIndex`. */
  evict(writtenIndex: number): void {
    while (this.#bytes > this.#maxBytes) {
      const first = this.#entries[this.#head];
      if (first === undefined || first.index > writtenIndex) break;
      this.#bytes -= cost(first);
      this.#head += 1;
    }
    if (this.#head > 4096 && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Entries from..to when `from` is held; undefined when it has to be read from disk. */
  read(from: number, to: number, maxBytes: number): Entry[] | undefined {
    const first = this.firstIndex;
    if (first === undefined || from < first) return undefined;
    const start = this.#head + (from - first);
    const end = Math.min(this.#entries.length, start + (to - from) + 1);
    let bytes = 0;
    let at = start;
    for (; at < end && bytes < maxBytes; at += 1) bytes += (this.#entries[at] as Entry).data.length;
    return at === start ? undefined : this.#entries.slice(start, at);
  }

  clear(): void {
    this.#entries = [];
    this.#head = 0;
    this.#bytes = 0;
  }
}

function cost(entry: Entry): number {
  return entry.data.length + 96;
}
