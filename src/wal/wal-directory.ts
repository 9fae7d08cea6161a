import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText, SyncerError, systemCode } from '../ops/errors.ts';
import type { Entry } from '../wire/types.ts';
import { damaged, readWalFile, reread } from './wal-file.ts';

interface WalFile {
  readonly path: string;
  /** Its place in the row of files. */
  readonly sequence: bigint;
}

interface EntryPlace {
  readonly index: number;
  readonly file: number;
  readonly at: number;
}

const FILE_NAME = /^([0-9a-f]{16})-[0-9a-f]{16}\.wal$/;

/**
 * A member's own log, as it lies in its data directory: read and checked once, then asked for entries. It
 * is only read; the member may run, the end of the last file is then wherever it has got to. One file
 * (64 MiB, or one record more) is held in memory at a time.
 */
export class WalDirectory {
  readonly memberId: bigint;
  readonly clusterId: bigint;
  /** The last entry that the member knew to be committed when it last wrote that down. */
  readonly commit: number;
  readonly #files: readonly WalFile[];
  readonly #places: readonly EntryPlace[];

  private constructor(files: readonly WalFile[], survey: Survey) {
    this.memberId = survey.memberId;
    this.clusterId = survey.clusterId;
    this.commit = survey.commit;
    this.#files = files;
    this.#places = survey.places;
  }

  /**
   * Reads all files of a directory: a member's data directory, or the folder with the .wal files itself.
   * Errors: WAL_READ, WAL_DAMAGED.
   */
  static async open(dir: string): Promise<WalDirectory> {
    const files = await filesIn(dir);
    const survey = new Survey();
    let crc: number | undefined;
    for (const [i, { path, sequence }] of files.entries()) {
      const before = files[i - 1];
      if (before !== undefined && sequence !== before.sequence + 1n) {
        throw damaged(
          path,
          0,
          `the file before it in the row is missing (${before.path} is there)`,
        );
      }
      crc = survey.take(path, i, await read(path), i === files.length - 1, crc);
    }
    return new WalDirectory(files, survey);
  }

  /** 0 = there are no entries. */
  get firstIndex(): number {
    return this.#places[0]?.index ?? 0;
  }

  /** Of entries that may not be committed yet: see `commit`. */
  get lastIndex(): number {
    return this.#places.at(-1)?.index ?? 0;
  }

  /** Entries by index, each in its last version. Errors: WAL_READ, WAL_DAMAGED. */
  async *entries(from = 0, to = Number.MAX_SAFE_INTEGER): AsyncGenerator<Entry> {
    let held = -1;
    let bytes: Buffer = Buffer.alloc(0);
    for (const { index, file, at } of this.#places) {
      const path = this.#files[file]?.path;
      if (index < from || index > to || path === undefined) continue;
      if (file !== held) bytes = await read(path);
      held = file;
      const record = reread(path, bytes, at);
      if (record.kind !== 'entry') throw damaged(path, at, 'the entry is gone');
      yield record.entry;
    }
  }
}

/** What is learnt from the records of all files. */
class Survey {
  memberId = 0n;
  clusterId = 0n;
  commit = 0;
  readonly places: EntryPlace[] = [];
  #snapshotIndex = 0;

  /** Returns the checksum to go on from. */
  take(
    path: string,
    file: number,
    bytes: Buffer,
    isLast: boolean,
    crc: number | undefined,
  ): number {
    const records = readWalFile({ path, bytes, isLast, crc });
    for (;;) {
      const next = records.next();
      if (next.done === true) return next.value;
      const { at, record } = next.value;
      if (record.kind === 'metadata') {
        this.memberId = record.memberId;
        this.clusterId = record.clusterId;
      } else if (record.kind === 'state') this.commit = record.commit;
      else if (record.kind === 'snapshot') this.#snapshotIndex = record.index;
      else if (record.kind === 'entry') this.#place(path, file, at, record.entry.index);
    }
  }

  /** An entry replaces the one of its index and all behind it; a snapshot may stand in for those before it. */
  #place(path: string, file: number, at: number, index: number): void {
    const last = this.places.at(-1)?.index;
    if (last !== undefined && index > last + 1) {
      if (index !== this.#snapshotIndex + 1) {
        throw damaged(path, at, `entry ${index} comes behind entry ${last}`);
      }
      this.places.length = 0;
    }
    const first = this.places[0]?.index ?? index;
    if (index < first) this.places.length = 0;
    else this.places.length = index - first;
    this.places.push({ index, file, at });
  }
}

async function filesIn(dir: string): Promise<WalFile[]> {
  for (const folder of [dir, join(dir, 'member', 'wal')]) {
    let names: string[];
    try {
      names = await readdir(folder);
    } catch (error) {
      if (folder !== dir && systemCode(error) === 'ENOENT') break;
      throw readFailed(folder, error);
    }
    const files = names.sort().flatMap(name => {
      const sequence = FILE_NAME.exec(name)?.[1];
      return sequence === undefined
        ? []
        : [{ path: join(folder, name), sequence: BigInt(`0x${sequence}`) }];
    });
    if (files.length > 0) return files;
  }
  throw new SyncerError('WAL_READ', `${dir}: there are no .wal files`, { dir });
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw readFailed(path, error);
  }
}

function readFailed(path: string, error: unknown): SyncerError {
  const message = `${path}: ${errorText(error)}`;
  return new SyncerError('WAL_READ', message, { path }, { cause: error });
}
