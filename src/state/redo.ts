import { SyncerError } from '../ops/errors.ts';
import type { ByteString } from '../wire/bytes.ts';

const TABLE_NAMES = ['key', 'lease', 'attachment'] as const;
export type TableName = (typeof TABLE_NAMES)[number];

/** What a table is to hold under a key; undefined = nothing. */
export interface TableWrite {
  readonly table: TableName;
  readonly key: ByteString;
  readonly value: Buffer | undefined;
}

/** A row of the small values. */
export type MetaRow = readonly [name: string, text: string];

/** What is written in several transactions, as it is noted by the first of them. Writing it once more changes nothing. */
export interface Redo {
  readonly rows: readonly MetaRow[];
  readonly writes: readonly TableWrite[];
}

interface Json {
  readonly rows: readonly MetaRow[];
  readonly tables: Readonly<Record<TableName, TableJson>>;
}

interface TableJson {
  readonly removed: ByteString[];
  /** Values in base64. */
  readonly put: [key: ByteString, value: string][];
}

export function encodeRedo({ rows, writes }: Redo): string {
  const table = (): TableJson => ({ removed: [], put: [] });
  const tables = { key: table(), lease: table(), attachment: table() };
  for (const { table, key, value } of writes) {
    if (value === undefined) tables[table].removed.push(key);
    else tables[table].put.push([key, value.toString('base64')]);
  }
  return JSON.stringify({ rows, tables } satisfies Json);
}

/** Errors: STATE_DAMAGED. */
export function decodeRedo(text: string): Redo {
  try {
    const { rows, tables } = JSON.parse(text) as Json;
    const writes = TABLE_NAMES.flatMap(table => {
      const { removed, put } = tables[table];
      return [
        ...removed.map(key => ({ table, key, value: undefined })),
        ...put.map(([key, value]) => ({ table, key, value: Buffer.from(value, 'base64') })),
      ];
    });
    return { rows, writes };
  } catch (error) {
    const text = 'a write that was broken off can not be read';
    throw new SyncerError('STATE_DAMAGED', text, {}, { cause: error });
  }
}
