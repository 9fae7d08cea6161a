import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MembershipState } from '../apply/types.ts';
import { errorText, SyncerError } from '../ops/errors.ts';
import { replaceFile, syncDirectory } from '../ops/files.ts';
import { decodeMembership, encodeMembership } from '../state/meta-codec.ts';
import type { Position } from '../state/types.ts';

const RECORD = /^(\d{1,16})-(\d{1,16})\.json$/;

/** A snapshot that is durable here and has not become the state yet. */
export interface PendingSnapshot {
  readonly position: Position;
  /** The bbolt database. */
  readonly file: string;
  /** The source's members at `position`, when the message told them and the database may not (3.4 and 3.5). */
  readonly membership: MembershipState | undefined;
  /** Of the bucket `key`, for telling how far one is; 0 = not known. */
  readonly rows: number;
}

/**
 * The snapshots in the data directory: a database and a record beside it. The record is written last, by
 * renaming: from then on the snapshot counts, and the log may begin behind it.
 */
export class PendingSnapshots {
  readonly #dir: string;
  readonly #pending = new Map<number, PendingSnapshot>();

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** Reads the records, and removes what broke off. Errors: DATA_DIR. */
  static async open(dir: string): Promise<PendingSnapshots> {
    const snapshots = new PendingSnapshots(dir);
    try {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      const names = await readdir(dir);
      for (const name of names) await snapshots.#read(name, names);
      const known = new Set([...snapshots.#pending.values()].flatMap(pathsOf));
      for (const name of names) {
        const path = join(dir, name);
        if (!known.has(path)) await rm(path, { recursive: true, force: true });
      }
    } catch (error) {
      throw new SyncerError('DATA_DIR', `${dir}: ${errorText(error)}`, {}, { cause: error });
    }
    return snapshots;
  }

  get dir(): string {
    return this.#dir;
  }

  /** The one at `index`, or the newest. */
  find(index?: number): PendingSnapshot | undefined {
    if (index !== undefined) return this.#pending.get(index);
    return this.#pending.get(Math.max(...this.#pending.keys()));
  }

  /**
   * Takes over a file of this directory that is complete and synced. Errors: those of the file system, after
   * which nothing is pending that was not before.
   */
  async add(
    file: string,
    position: Position,
    membership: MembershipState | undefined,
    rows: number,
  ): Promise<void> {
    const pending = { position, file: join(this.#dir, `${nameOf(position)}.db`), membership, rows };
    const record = join(this.#dir, `${nameOf(position)}.json`);
    const members = membership === undefined ? null : encodeMembership(membership);
    await rename(file, pending.file);
    // The record must not be there without it after a power cut.
    await syncDirectory(this.#dir);
    await replaceFile(record, JSON.stringify({ ...position, members, rows }));
    this.#pending.set(position.index, pending);
  }

  /** Removes those up to `index`; the records go first. */
  async removeUpTo(index: number): Promise<void> {
    for (const pending of [...this.#pending.values()]) {
      if (pending.position.index > index) continue;
      this.#pending.delete(pending.position.index);
      for (const path of pathsOf(pending)) await rm(path, { force: true });
    }
  }

  /** Removes all but the one at `index`. */
  async removeOthers(index: number): Promise<void> {
    for (const pending of [...this.#pending.values()]) {
      if (pending.position.index === index) continue;
      this.#pending.delete(pending.position.index);
      for (const path of pathsOf(pending)) await rm(path, { force: true });
    }
  }

  async #read(name: string, names: readonly string[]): Promise<void> {
    const [, index, term] = RECORD.exec(name) ?? [];
    if (index === undefined || term === undefined) return;
    const position = { index: Number(index), term: Number(term) };
    if (!names.includes(`${nameOf(position)}.db`)) return;
    const { members, rows = 0 } = JSON.parse(await readFile(join(this.#dir, name), 'utf8')) as {
      members: string | null;
      rows?: number;
    };
    this.#pending.set(position.index, {
      position,
      file: join(this.#dir, `${nameOf(position)}.db`),
      membership: members === null ? undefined : decodeMembership(members),
      rows,
    });
  }
}

function nameOf({ index, term }: Position): string {
  return `${index}-${term}`;
}

function pathsOf({ file }: PendingSnapshot): string[] {
  return [file.replace(/\.db$/, '.json'), file];
}
