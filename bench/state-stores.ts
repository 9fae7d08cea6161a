import { createRequire } from 'node:module';
import { join } from 'node:path';
import { open } from 'lmdb';

/** What the state asks of a store. `scan` of the whole range is read; a store that can't do it at once returns a promise. */
export interface BenchStore {
  /** One transaction with these puts, visible when it resolves. */
  commit(batch: readonly (readonly [Buffer, Buffer])[]): Promise<void>;
  /** The value's length; 0 when it is not there. */
  get(key: Buffer): number;
  /** Bytes of up to `limit` values from `from` on, ascending. */
  scan(from: Buffer, limit: number): number | Promise<number>;
  close(): Promise<void>;
}

type Require = (name: string) => unknown;

/** Opens a store in `dir`; candidates that are no dependency come from the folder `modules`. */
export async function openStore(name: string, dir: string, modules: string): Promise<BenchStore> {
  const load: Require = createRequire(join(modules, 'index.js'));
  if (name === 'lmdb') return openLmdb(dir);
  if (name === 'better-sqlite3') return openSqlite(load, dir);
  if (name === 'classic-level') return await openLevel(load, dir);
  throw new Error(`no store ${name}`);
}

/** As src/state/store.ts opens it. */
function openLmdb(dir: string): BenchStore {
  const env = open<Buffer, Buffer>({
    path: dir,
    encoding: 'binary',
    keyEncoding: 'binary',
    maxDbs: 8,
    separateFlushed: true,
    eventTurnBatching: false,
  } as Parameters<typeof open>[0]);
  const db = env.openDB<Buffer, Buffer>({
    name: 'key',
    encoding: 'binary',
    keyEncoding: 'binary',
  });
  return {
    commit: async batch => {
      await env.transaction(() => {
        for (const [key, value] of batch) db.putSync(key, value);
      });
      env.resetReadTxn();
    },
    get: key => db.getBinaryFast(key)?.length ?? 0,
    scan: (start, limit) => {
      let bytes = 0;
      for (const { value } of db.getRange({ start, limit })) bytes += value.length;
      return bytes;
    },
    close: async () => {
      await env.flushed;
      await env.close();
    },
  };
}

interface Statement {
  run(...values: unknown[]): unknown;
  get(...values: unknown[]): { readonly v: Buffer } | undefined;
  iterate(...values: unknown[]): Iterable<{ readonly v: Buffer }>;
}
interface Sqlite {
  pragma(text: string): unknown;
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
  close(): void;
}

/** WAL with synchronous=NORMAL: a commit is visible at once and flushed later, as with lmdb here. */
function openSqlite(load: Require, dir: string): BenchStore {
  const Database = load('better-sqlite3') as new (path: string) => Sqlite;
  const db = new Database(join(dir, 'state.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('cache_size = -65536');
  db.exec('CREATE TABLE key (k BLOB PRIMARY KEY, v BLOB) WITHOUT ROWID');
  const put = db.prepare('INSERT OR REPLACE INTO key VALUES (?, ?)');
  const one = db.prepare('SELECT v FROM key WHERE k = ?');
  const range = db.prepare('SELECT v FROM key WHERE k >= ? ORDER BY k LIMIT ?');
  return {
    commit: batch => {
      db.exec('BEGIN');
      for (const [key, value] of batch) put.run(key, value);
      db.exec('COMMIT');
      return Promise.resolve();
    },
    get: key => one.get(key)?.v.length ?? 0,
    scan: (from, limit) => {
      let bytes = 0;
      for (const { v } of range.iterate(from, limit)) bytes += v.length;
      return bytes;
    },
    close: () => {
      db.close();
      return Promise.resolve();
    },
  };
}

interface Level {
  open(): Promise<void>;
  batch(operations: readonly { type: 'put'; key: Buffer; value: Buffer }[]): Promise<void>;
  getSync(key: Buffer): Buffer | undefined;
  values(options: { gte: Buffer; limit: number }): { all(): Promise<Buffer[]> };
  close(): Promise<void>;
}

/** It reads single keys synchronously since version 3, ranges never. */
async function openLevel(load: Require, dir: string): Promise<BenchStore> {
  const { ClassicLevel } = load('classic-level') as {
    ClassicLevel: new (path: string, options: Record<string, unknown>) => Level;
  };
  const db = new ClassicLevel(dir, {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
    cacheSize: 64 * 1024 * 1024,
  });
  await db.open();
  return {
    commit: batch => db.batch(batch.map(([key, value]) => ({ type: 'put', key, value }))),
    get: key => db.getSync(key)?.length ?? 0,
    scan: async (gte, limit) => {
      let bytes = 0;
      for (const value of await db.values({ gte, limit }).all()) bytes += value.length;
      return bytes;
    },
    close: () => db.close(),
  };
}
