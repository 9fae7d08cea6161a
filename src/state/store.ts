import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, type DatabaseOptions, open, type RootDatabase } from 'lmdb';
import { NEW_AUTH_STATE } from '../apply/auth/store.ts';
import { NEW_MEMBERSHIP } from '../apply/membership.ts';
import type { AlarmState, AuthState, MembershipState } from '../apply/types.ts';
import { errorText, SyncerError } from '../ops/errors.ts';
import type { ByteString } from '../wire/bytes.ts';
import {
  decodeAlarms,
  decodeAuth,
  decodeMembership,
  encodeAlarms,
  encodeAuth,
  encodeMembership,
} from './meta-codec.ts';
import { BYTE_STRING_KEYS, OrderedTable } from './ordered-table.ts';
import { decodeRedo, encodeRedo, type MetaRow, type TableWrite } from './redo.ts';
import { checkStateFile, noteStateSize } from './state-file.ts';
import type { Position } from './types.ts';

const FORMAT_VERSION = 1;
/**
 * Address space for the file, twice what etcd advises as its largest database; beyond it lmdb maps anew. Begun small, the
 * library would double it again and again and keep every map: what is read through several counts several times.
 */
const MAP_BYTES = 16 * 1024 ** 3;

/** Writes of one transaction where they are spread over several: some milliseconds. */
const PIECE = 5_000;
/** Where writes are noted that are spread over several transactions. */
const REDO = 'redo';

/** The parts of the state that are small enough to be values. */
export interface Meta {
  readonly position: Position;
  /** Index of the last checkpoint known to be at the destination; 0 = none. */
  readonly checkpointIndex: number;
  readonly revision: number;
  readonly compactRevision: number;
  readonly auth: AuthState;
  readonly alarms: AlarmState;
  readonly membership: MembershipState;
}

export const NEW_META: Meta = {
  position: { index: 0, term: 0 },
  checkpointIndex: 0,
  revision: 1,
  compactRevision: -1,
  auth: NEW_AUTH_STATE,
  alarms: { alarms: [], runtimeApplier: 'normal' },
  membership: NEW_MEMBERSHIP,
};

/**
 * The embedded store: lmdb with one table per kind. A transaction is visible when `commit` resolves and on
 * disk when `flushed` does; a crash leaves the last committed state, a power cut the last flushed one
 * (lmdb's overlapping sync), each a whole transaction with the index in it.
 */
export class Store {
  readonly key: OrderedTable;
  readonly lease: OrderedTable;
  readonly attachment: OrderedTable;
  #env: RootDatabase<Buffer, Buffer>;
  #meta: Database<string, string>;
  readonly #dir: string;
  #last: Meta;
  #failure: SyncerError | undefined;
  #copying: Promise<void> | undefined;
  /** The transaction under way, or the last one. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    dir: string,
    env: RootDatabase<Buffer, Buffer>,
    meta: Database<string, string>,
    last: Meta,
  ) {
    this.#dir = dir;
    this.#env = env;
    this.#meta = meta;
    this.#last = last;
    this.key = new OrderedTable(openTable(env, 'key'));
    this.lease = new OrderedTable(openTable(env, 'lease'));
    this.attachment = new OrderedTable(openTable(env, 'attachment'));
  }

  /** Errors: STATE_FORMAT, STATE_DAMAGED, STATE_WRITE, SOURCE_CLUSTER_MISMATCH. */
  static async open(dir: string, clusterId: bigint): Promise<Store> {
    try {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      await checkStateFile(dir);
    } catch (error) {
      throw error instanceof SyncerError ? error : writeError(error);
    }
    const { env, meta } = openFile(dir);
    const store = new Store(dir, env, meta, await readMeta(meta, clusterId, dir));
    try {
      if (await store.#redo()) store.#last = await readMeta(meta, clusterId, dir);
      await noteStateSize(dir);
    } catch (error) {
      throw error instanceof SyncerError ? error : writeError(error);
    }
    return store;
  }

  get meta(): Meta {
    return this.#last;
  }

  /** Nothing was ever written to its tables. */
  get isEmpty(): boolean {
    return this.key.count + this.lease.count + this.attachment.count === 0;
  }

  /**
   * Writes a transaction: what `write` does to the tables, and the meta values that changed.
   * Errors: STATE_WRITE, after which the store takes no more.
   */
  async commit(meta: Meta, write: () => void): Promise<void> {
    const rows = metaRows(meta, this.#last);
    await this.#transaction(() => {
      write();
      this.#putMeta(rows);
    });
    this.#last = meta;
    this.#env.resetReadTxn();
  }

  /**
   * The same for so many writes that the event loop would stand still: in several transactions, each in a turn of its
   * own. The first one notes all of them, and `open` ends what a crash has broken off. Until the last one, readers may find
   * some of the writes beside the meta values from before. Errors: as of `commit`.
   */
  async commitInTurns(meta: Meta, writes: readonly TableWrite[]): Promise<void> {
    const rows = metaRows(meta, this.#last);
    await this.#transaction(() => this.#meta.putSync(REDO, encodeRedo({ rows, writes })));
    for (let at = 0; at < writes.length; at += PIECE) {
      await this.#transaction(() => this.#writeAll(writes.slice(at, at + PIECE)));
    }
    await this.#transaction(() => {
      this.#putMeta(rows);
      this.#meta.removeSync(REDO);
    });
    this.#last = meta;
    this.#env.resetReadTxn();
  }

  /** Ends what a crash has broken off, if there is any. Errors: STATE_DAMAGED, STATE_WRITE. */
  async #redo(): Promise<boolean> {
    const noted = this.#meta.get(REDO);
    if (noted === undefined) return false;
    const { rows, writes } = decodeRedo(noted);
    await this.#transaction(() => {
      this.#writeAll(writes);
      this.#putMeta(rows);
      this.#meta.removeSync(REDO);
    });
    return true;
  }

  #putMeta(rows: readonly MetaRow[]): void {
    for (const [name, text] of rows) this.#meta.putSync(name, text);
  }

  #writeAll(writes: readonly TableWrite[]): void {
    for (const { table, key, value } of writes) {
      if (value === undefined) this[table].remove(key);
      else this[table].put(key, value);
    }
  }

  /**
   * Writes a part of a state that is being loaded; meta, and with it the position, comes with the last `commit`.
   * Errors: STATE_WRITE, after which the store takes no more.
   */
  async load(write: () => void): Promise<void> {
    await this.#transaction(write);
    this.#env.resetReadTxn();
  }

  async #transaction(write: () => void): Promise<void> {
    this.#writing = this.#write(write);
    await this.#writing;
  }

  async #write(write: () => void): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      await this.#env.transaction(write);
    } catch (error) {
      this.#failure = writeError(await commitCause(error));
      throw this.#failure;
    }
  }

  /** Copies what is committed at some moment into an empty directory; returns the file. Errors: STATE_WRITE. */
  async copyTo(dir: string): Promise<string> {
    try {
      // With its free pages: in a copy that was compacted, lmdb (3.5.6) ends the process when a transaction frees many
      // (`mdb_page_alloc`, "key.mv_size > 0").
      this.#copying = this.#env.backup(dir, false);
      await this.#copying;
    } catch (error) {
      throw writeError(error);
    }
    return join(dir, 'data.mdb');
  }

  /** Resolves when everything committed is on disk. Errors: STATE_WRITE. */
  async flushed(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      await this.#env.flushed;
    } catch (error) {
      throw writeError(error);
    }
  }

  /**
   * Gives back the memory that the file is mapped into: whatever is read stays there, and counts as ours. For a store
   * that only its caller uses, on a long way through the whole of it: nothing may be asked of the tables meanwhile.
   * Errors: STATE_WRITE, STATE_DAMAGED, after which the store takes no more.
   */
  async relieve(): Promise<void> {
    await this.#writing;
    await this.flushed();
    try {
      await this.#env.close();
      const { env, meta } = openFile(this.#dir);
      this.#env = env;
      this.#meta = meta;
      this.key.reopened(openTable(env, 'key'));
      this.lease.reopened(openTable(env, 'lease'));
      this.attachment.reopened(openTable(env, 'attachment'));
    } catch (error) {
      this.#failure = error instanceof SyncerError ? error : writeError(error);
      throw this.#failure;
    }
  }

  /** After a failed commit lmdb would wait for its flush without end: what was committed before is on disk. */
  async close(): Promise<void> {
    if (this.#failure !== undefined) return;
    await this.#copying?.catch(() => undefined);
    await this.flushed();
    await this.#env.close();
    try {
      await noteStateSize(this.#dir);
    } catch (error) {
      throw writeError(error);
    }
  }
}

interface OpenFile {
  readonly env: RootDatabase<Buffer, Buffer>;
  readonly meta: Database<string, string>;
}

/** Errors: STATE_DAMAGED. */
function openFile(dir: string): OpenFile {
  try {
    const env = open<Buffer, Buffer>({
      path: dir,
      encoding: 'binary',
      keyEncoding: 'binary',
      maxDbs: 8,
      mapSize: MAP_BYTES,
      separateFlushed: true,
      // Its internal promise of a batch would be rejected unhandled when a commit fails.
      eventTurnBatching: false,
      permissionsMode: 0o600,
    } as Parameters<typeof open>[0]) as RootDatabase<Buffer, Buffer>;
    return { env, meta: env.openDB<string, string>({ name: 'meta', encoding: 'string' }) };
  } catch (error) {
    throw new SyncerError(
      'STATE_DAMAGED',
      `can't open ${dir}: ${errorText(error)}`,
      {},
      { cause: error },
    );
  }
}

function openTable(env: RootDatabase<Buffer, Buffer>, name: string): Database<Buffer, ByteString> {
  return env.openDB<Buffer, ByteString>({
    ...{ name, encoding: 'binary', keyEncoder: BYTE_STRING_KEYS },
  } as DatabaseOptions & { name: string });
}

/** lmdb rejects a failed transaction with an error that holds a promise, which is rejected with the cause. */
async function commitCause(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  const none = Symbol('none');
  try {
    const cause = await Promise.race([error.commitError, Promise.resolve(none)]);
    return cause === none ? error : cause;
  } catch (cause) {
    return cause;
  }
}

async function readMeta(
  db: Database<string, string>,
  clusterId: bigint,
  dir: string,
): Promise<Meta> {
  const id = clusterId.toString(16);
  const format = db.get('format');
  if (format === undefined) {
    await db.put('format', JSON.stringify({ version: FORMAT_VERSION, cluster: id }));
    return NEW_META;
  }
  try {
    const { version, cluster } = JSON.parse(format) as { version: number; cluster: string };
    if (version !== FORMAT_VERSION) {
      throw new SyncerError(
        'STATE_FORMAT',
        `${dir} has format ${version}, this is ${FORMAT_VERSION}`,
      );
    }
    if (cluster !== id) {
      throw new SyncerError(
        'SOURCE_CLUSTER_MISMATCH',
        `${dir} belongs to cluster ${cluster}, the source is ${id}`,
      );
    }
    const position = db.get('position');
    if (position === undefined) return NEW_META;
    return {
      ...decodePosition(position),
      auth: decodeWith(db.get('auth'), decodeAuth, NEW_META.auth),
      alarms: decodeWith(db.get('alarms'), decodeAlarms, NEW_META.alarms),
      membership: decodeWith(db.get('membership'), decodeMembership, NEW_META.membership),
    };
  } catch (error) {
    if (error instanceof SyncerError) throw error;
    throw new SyncerError('STATE_DAMAGED', `${dir}: ${errorText(error)}`, {}, { cause: error });
  }
}

function decodeWith<T>(text: string | undefined, decode: (text: string) => T, initial: T): T {
  return text === undefined ? initial : decode(text);
}

/** The small values that differ from those before, and the position, as they are written. */
function metaRows(meta: Meta, before: Meta): readonly MetaRow[] {
  const rows: MetaRow[] = [['position', encodePosition(meta)]];
  if (meta.auth !== before.auth) rows.push(['auth', encodeAuth(meta.auth)]);
  if (meta.alarms !== before.alarms) rows.push(['alarms', encodeAlarms(meta.alarms)]);
  if (meta.membership !== before.membership) {
    rows.push(['membership', encodeMembership(meta.membership)]);
  }
  return rows;
}

function encodePosition(meta: Meta): string {
  const { position, checkpointIndex, revision, compactRevision } = meta;
  return JSON.stringify({ position, checkpointIndex, revision, compactRevision });
}

function decodePosition(
  text: string,
): Pick<Meta, 'position' | 'checkpointIndex' | 'revision' | 'compactRevision'> {
  return JSON.parse(text) as Pick<
    Meta,
    'position' | 'checkpointIndex' | 'revision' | 'compactRevision'
  >;
}

function writeError(error: unknown): SyncerError {
  return new SyncerError(
    'STATE_WRITE',
    `can't write the state: ${errorText(error)}`,
    {},
    { cause: error },
  );
}
