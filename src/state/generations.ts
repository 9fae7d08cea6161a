import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText, SyncerError } from '../ops/errors.ts';
import { replaceFile } from '../ops/files.ts';

const CURRENT = 'CURRENT';
const FIRST = '0';
const NAME = /^\d{1,16}$/;

/**
 * The generations of the state: one directory each, named by the index of the snapshot that it began
 * with (0 = with the first entry), and a file that names the current one. A new one grows beside the
 * old one; replacing the file is the moment at which it becomes the state.
 */
export class Generations {
  readonly #dir: string;
  #current: string;

  private constructor(dir: string, current: string) {
    this.#dir = dir;
    this.#current = current;
  }

  /** Errors: DATA_DIR, STATE_DAMAGED when the file names no generation. */
  static async open(dir: string): Promise<Generations> {
    try {
      await mkdir(dir, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new SyncerError('DATA_DIR', `${dir}: ${errorText(error)}`, {}, { cause: error });
    }
    const name = await readCurrent(join(dir, CURRENT));
    if (!NAME.test(name)) {
      throw new SyncerError('STATE_DAMAGED', `${join(dir, CURRENT)} names no generation`);
    }
    return new Generations(dir, name);
  }

  get currentDir(): string {
    return join(this.#dir, this.#current);
  }

  /** Where the state that begins with the snapshot at `index` lies or will lie. */
  dirOf(index: number): string {
    return join(this.#dir, String(index));
  }

  /** Makes the generation of `index` the current one, durably. Errors: STATE_WRITE. */
  async switchTo(index: number): Promise<void> {
    const path = join(this.#dir, CURRENT);
    try {
      await replaceFile(path, `${index}\n`);
    } catch (error) {
      throw new SyncerError('STATE_WRITE', `${path}: ${errorText(error)}`, {}, { cause: error });
    }
    this.#current = String(index);
  }

  /** Deletes all but the current generation and that of `keep`. */
  async removeOthers(keep?: number): Promise<void> {
    for (const name of await readdir(this.#dir)) {
      if (!NAME.test(name) || name === this.#current || name === String(keep)) continue;
      await rm(join(this.#dir, name), { recursive: true, force: true });
    }
  }
}

async function readCurrent(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return FIRST;
    throw new SyncerError('DATA_DIR', `${path}: ${errorText(error)}`, {}, { cause: error });
  }
}
