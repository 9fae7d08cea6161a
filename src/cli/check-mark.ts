import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import type { Config } from '../config/options.ts';
import { errorText, SyncerError } from '../ops/errors.ts';
import { replaceFile } from '../ops/files.ts';
import type { CheckMark } from '../verify/check.ts';
import type { CheckFlags } from './check-flags.ts';

const FORMAT_VERSION = 1;
const SAVE_MS = 5_000;

/** Keeps in a file how far a check has come, so that one that was ended can be gone on with. */
export class MarkFile {
  readonly #path: string;
  readonly #options: string;

  /** The file belongs to a check with these options: of another it would tell nothing. */
  constructor(path: string, config: Config, flags: CheckFlags) {
    const { sourceEndpoints, destEndpoints, checkpointPrefix, onNonempty } = config;
    const { prefix, excludePrefix, destPrefix, noDestPrefix } = config;
    const { onlyPrefix, keysOnly, sample, seed } = flags;
    const facts = [sourceEndpoints, destEndpoints, checkpointPrefix, onNonempty, prefix];
    facts.push(excludePrefix, destPrefix ?? '', String(noDestPrefix), onlyPrefix);
    facts.push(String(keysOnly === true), String(sample), String(seed));
    this.#path = path;
    this.#options = createHash('sha256').update(JSON.stringify(facts)).digest('hex');
  }

  /** undefined when there is none. Errors: CONFIG_FILE for one of other options, or that can't be read. */
  async read(): Promise<CheckMark | undefined> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw this.#failed(error);
    }
    const { format, options, mark } = this.#parse(text);
    if (format !== FORMAT_VERSION || options !== this.#options) {
      throw this.#failed(
        new Error('it is of a check with other options: remove it, or name another'),
      );
    }
    return mark as CheckMark;
  }

  /** Saves every now and then until disposed. Errors go to `onFailed`: a check that can't be gone on with is a check. */
  keep(mark: () => CheckMark | undefined, onFailed: (error: SyncerError) => void): AsyncDisposable {
    let saving: Promise<void> = Promise.resolve();
    const save = (): void => {
      const now = mark();
      if (now === undefined) return;
      const text = JSON.stringify({ format: FORMAT_VERSION, options: this.#options, mark: now });
      saving = saving
        .then(() => replaceFile(this.#path, `${text}\n`))
        .catch((error: unknown) => onFailed(this.#failed(error)));
    };
    const timer = setInterval(save, SAVE_MS);
    return {
      [Symbol.asyncDispose]: async () => {
        clearInterval(timer);
        save();
        await saving;
      },
    };
  }

  /** The check has come to its end. */
  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }

  #parse(text: string): Readonly<Record<string, unknown>> {
    try {
      const parsed: unknown = JSON.parse(text);
      return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
    } catch (error) {
      throw this.#failed(error);
    }
  }

  #failed(error: unknown): SyncerError {
    const text = `${this.#path}: ${errorText(error)}`;
    return new SyncerError('CONFIG_FILE', text, {}, { cause: error });
  }
}
