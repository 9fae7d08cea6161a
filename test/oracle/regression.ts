import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Reader, Writer } from '../../src/wire/cursor.ts';
import { decodeEntry, encodeEntry } from '../../src/wire/entry.ts';
import type { Entry } from '../../src/wire/types.ts';

/** Stored runs: what a member's log held, and what its database held behind it. */
export const REGRESSIONS = join(import.meta.dirname, '..', '..', 'testdata', 'oracle');

/** What is to be found behind the entries. */
export interface Expected {
  readonly about: string;
  readonly version: string;
  readonly memberId: string;
  readonly voters: number;
  /** The state and the rows behind the compacted revision, as `plainJson` writes them. */
  readonly contents: unknown;
}

export interface Regression {
  readonly name: string;
  readonly entries: readonly Entry[];
  readonly expected: Expected;
}

export function loadRegressions(): Regression[] {
  if (!existsSync(REGRESSIONS)) return [];
  return readdirSync(REGRESSIONS, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => {
      const dir = join(REGRESSIONS, name);
      return {
        name,
        entries: readEntries(gunzipSync(readFileSync(join(dir, 'entries.bin.gz')))),
        expected: JSON.parse(readFileSync(join(dir, 'expected.golden.json'), 'utf8')),
      };
    });
}

/** Returns the folder. */
export function storeRegression({ name, entries, expected }: Regression): string {
  const dir = join(REGRESSIONS, name);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'entries.bin.gz'), gzipSync(writeEntries(entries)));
  writeFileSync(join(dir, 'expected.golden.json'), `${JSON.stringify(expected, null, 1)}\n`);
  return dir;
}

/** Entries as raftpb writes them, each behind its length as u32. */
function writeEntries(entries: readonly Entry[]): Buffer {
  return Buffer.concat(
    entries.flatMap(entry => {
      const writer = new Writer();
      encodeEntry(writer, entry);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(writer.length);
      return [length, writer.finish()];
    }),
  );
}

function readEntries(bytes: Buffer): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32BE(at);
    entries.push(decodeEntry(new Reader(bytes.subarray(at + 4, end))));
    at = end;
  }
  return entries;
}

/** A value as JSON can hold it: maps and sets as sorted lists, 64-bit numbers as text, bytes as hex. */
export function plainJson(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof Set) return [...value].map(plainJson).sort();
  if (Array.isArray(value)) return value.map(plainJson);
  if (value instanceof Map) {
    return [...value]
      .map(([key, item]) => [String(plainJson(key)), plainJson(item)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plainJson(item)]));
}
