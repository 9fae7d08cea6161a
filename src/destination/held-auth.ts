import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { errorText, SyncerError } from '../ops/errors.ts';

const SUFFIX = '.json';
/** A directory that changed less long ago may change again within the same tick of its clock. */
const STILL_NS = 1_000_000_000n;

/** What was not carried over, for status. */
export interface HeldAuth {
  readonly code: 'AUTH_HELD' | 'AUTH_PASSWORD_UNKNOWN';
  readonly what: string;
  /** What it is about, for `auth settle`: a user's name, `role:` and a role's name, or `auth`. */
  readonly subject: string;
}

/** A held item as it is kept. */
export interface HeldSince extends HeldAuth {
  /** ISO 8601. */
  readonly since: string;
}

/** Where held changes are kept until they are settled. */
export interface HeldAuthStore {
  /** The oldest first. */
  readonly items: readonly HeldSince[];
  /** Keeps an item; false when it is held already. */
  hold(item: HeldAuth): boolean;
  /** Drops all items of a subject, or only those with the code, or the one that says just this; returns how many there were. */
  settle(subject: string, code?: HeldAuth['code'], what?: string): number;
}

/**
 * Held changes as files of a directory, one each: they outlive the process, and `auth settle` removes them
 * under a running one, which looks again whenever the directory has changed. Needs no lock: a file is
 * written by the replicator alone, and to remove one twice is no harm.
 */
export class HeldAuthFiles implements HeldAuthStore {
  readonly #dir: string;
  #items: readonly HeldSince[] = [];
  #changedAt = -1n;

  /** @param dir made when there is something to keep */
  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Errors: DATA_DIR. */
  get items(): readonly HeldSince[] {
    const changedAt = this.#modifiedAt();
    if (changedAt === undefined) return [];
    if (changedAt !== this.#changedAt) {
      this.#items = this.#read();
      const isStill = BigInt(Date.now()) * 1_000_000n - changedAt > STILL_NS;
      this.#changedAt = isStill ? changedAt : -1n;
    }
    return this.#items;
  }

  #modifiedAt(): bigint | undefined {
    try {
      return statSync(this.#dir, { bigint: true, throwIfNoEntry: false })?.mtimeNs;
    } catch (error) {
      const text = `${this.#dir}: ${errorText(error)}`;
      throw new SyncerError('DATA_DIR', text, {}, { cause: error });
    }
  }

  /** Durable when it returns: the checkpoint may move past the change. Errors: DATA_DIR. */
  hold(item: HeldAuth, since = new Date().toISOString()): boolean {
    if (this.items.some(held => isSame(held, item))) return false;
    const kept: HeldSince = { ...item, since };
    this.#changedAt = -1n;
    try {
      mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
      const path = this.#path(item);
      const file = openSync(`${path}.tmp`, 'w', 0o600);
      try {
        writeSync(file, `${JSON.stringify(kept)}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(`${path}.tmp`, path);
      const dir = openSync(this.#dir, 'r');
      try {
        fsyncSync(dir);
      } finally {
        closeSync(dir);
      }
    } catch (error) {
      throw this.#failed(error);
    }
    return true;
  }

  /** Holds exactly these from now on, each since when it says: those of the replica that writes. Errors: DATA_DIR. */
  replace(items: readonly HeldSince[]): void {
    for (const { subject, code, what } of this.items) {
      if (!items.some(item => isSame(item, { subject, code, what })))
        this.#remove({ subject, code, what });
    }
    for (const item of items) this.hold(item, item.since);
  }

  /** Errors: DATA_DIR. */
  settle(subject: string, code?: HeldAuth['code'], what?: string): number {
    const settled = this.items.filter(
      held =>
        held.subject === subject &&
        (code === undefined || held.code === code) &&
        (what === undefined || held.what === what),
    );
    for (const item of settled) this.#remove(item);
    return settled.length;
  }

  #remove(item: HeldAuth): void {
    try {
      rmSync(this.#path(item), { force: true });
    } catch (error) {
      throw this.#failed(error);
    }
    this.#changedAt = -1n;
  }

  #read(): HeldSince[] {
    try {
      return readdirSync(this.#dir)
        .filter(name => name.endsWith(SUFFIX))
        .flatMap(name => this.#readOne(join(this.#dir, name)))
        .sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0));
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** Nothing when it was settled since the directory was listed. */
  #readOne(path: string): HeldSince[] {
    try {
      return [JSON.parse(readFileSync(path, 'utf8')) as HeldSince];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  /** Names may be longer than a file's may be, and hold any character. */
  #path({ code, what }: HeldAuth): string {
    const name = createHash('sha256').update(`${code}\n${what}`).digest('hex').slice(0, 32);
    return join(this.#dir, `${name}${SUFFIX}`);
  }

  #failed(error: unknown): SyncerError {
    return new SyncerError('DATA_DIR', `${this.#dir}: ${errorText(error)}`, {}, { cause: error });
  }
}

function isSame(a: HeldAuth, b: HeldAuth): boolean {
  return a.code === b.code && a.what === b.what;
}
