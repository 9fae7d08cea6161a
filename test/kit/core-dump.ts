import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Place, TextSearch } from './text-search.ts';

const PART_BYTES = 4 * 1024 * 1024;

/** A folder in which processes leave their cores, begun by `launcher`. Linux only. */
export class CoreFolder {
  readonly #dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-core-'));

  /** Why no core can be had on this machine; undefined = it can. */
  static get obstacle(): string | undefined {
    if (process.platform !== 'linux') return `no cores on ${process.platform}`;
    const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim();
    return /[|/]/.test(pattern) ? `cores go elsewhere: core_pattern is ${pattern}` : undefined;
  }

  /** Runs the command behind it in the folder, with a core of any size. */
  get launcher(): readonly string[] {
    return ['sh', '-c', 'cd "$0" && ulimit -c unlimited && exec "$@"', this.#dir];
  }

  /** Searches the one core that is there, and removes it. */
  take(texts: readonly string[]): { readonly bytes: number; readonly places: readonly Place[] } {
    const [name, ...more] = readdirSync(this.#dir);
    if (name === undefined) throw new Error('the process left no core');
    if (more.length > 0) throw new Error(`more than one core: ${[name, ...more].join(', ')}`);
    const path = join(this.#dir, name);
    const bytes = statSync(path).size;
    const places = search(path, texts);
    rmSync(path);
    return { bytes, places };
  }

  [Symbol.dispose](): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

function search(path: string, texts: readonly string[]): Place[] {
  const wanted = new TextSearch(texts);
  const found: Place[] = [];
  const buffer = Buffer.alloc(PART_BYTES);
  const file = openSync(path, 'r');
  try {
    for (let at = 0; ; at += PART_BYTES - wanted.overlap) {
      const length = readSync(file, buffer, 0, PART_BYTES, at);
      found.push(...wanted.in(buffer.subarray(0, length)));
      if (length < PART_BYTES) return found;
    }
  } finally {
    closeSync(file);
  }
}
