import type { Entry } from '../wire/types.ts';
import type { EntryRun } from './entry-run.ts';

/** The newest entries in memory, bounded in bytes. Entries that are not on disk yet are never dropped. */
export class EntryCache {
  readonly #maxBytes: number;
  #runs: EntryRun[] = [];
  #head = 0;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get firstIndex(): number | undefined {
    return this.#runs[this.#head]?.first;
  }

  push(run: EntryRun): void {
    this.#runs.push(run);
    this.#bytes += cost(run);
  }

  /** Drops `index` and everything behind it. */
  truncateFrom(index: number): void {
    while (this.#runs.length > this.#head) {
      const last = this.#runs.at(-1) as EntryRun;
      if (last.last < index) return;
      this.#runs.pop();
      this.#bytes -= cost(last);
      if (last.first < index) this.push(last.before(index));
    }
  }

  /** Drops the oldest ones over the bound, but nothing above `writtenIndex`. */
  evict(writtenIndex: number): void {
    while (this.#bytes > this.#maxBytes) {
      const first = this.#runs[this.#head];
      if (first === undefined || first.last > writtenIndex) break;
      this.#bytes -= cost(first);
      this.#head += 1;
    }
    if (this.#head * 2 > this.#runs.length) {
      this.#runs = this.#runs.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Entries from..to when `from` is held; undefined when it has to be read from disk. */
  read(from: number, to: number, maxBytes: number): Entry[] | undefined {
    const first = this.firstIndex;
    if (first === undefined || from < first) return undefined;
    const entries: Entry[] = [];
    let bytes = 0;
    for (let at = this.#runOf(from); at < this.#runs.length && bytes < maxBytes; at += 1) {
      const run = this.#runs[at] as EntryRun;
      if (run.first > to) break;
      bytes += run.read(from, to, maxBytes - bytes, entries);
    }
    return entries.length === 0 ? undefined : entries;
  }

  clear(): void {
    this.#runs = [];
    this.#head = 0;
    this.#bytes = 0;
  }

  /** Where the run is that holds `index` or begins behind it. */
  #runOf(index: number): number {
    let low = this.#head;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#runs[middle] as EntryRun).last < index) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function cost(run: EntryRun): number {
  return run.bytes + 96;
}
