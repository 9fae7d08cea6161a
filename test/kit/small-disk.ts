import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system in memory with a size. */
export class SmallDisk {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  get dataDir(): string {
    return join(this.#path, 'data');
  }

  /** Why there can be none; undefined when there can. */
  static fault(): string | undefined {
    try {
      SmallDisk.mount(1)[Symbol.dispose]();
      return undefined;
    } catch {
      return 'a tmpfs can not be mounted';
    }
  }

  static mount(mebibytes: number): SmallDisk {
    const path = mkdtempSync(join(tmpdir(), 'etcd-syncer-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', path]);
    return new SmallDisk(path);
  }

  grow(mebibytes: number): void {
    execFileSync('mount', ['-o', `remount,size=${mebibytes}m`, this.#path]);
  }

  [Symbol.dispose](): void {
    execFileSync('umount', ['-l', this.#path]);
    rmSync(this.#path, { recursive: true, force: true });
  }
}
