import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { MemoryState } from '../../src/apply/memory-state.ts';
import type { Applied, Change } from '../../src/apply/types.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { SettledReadings } from '../../src/replicator/settled-readings.ts';
import { Settler } from '../../src/replicator/settler.ts';
import type { Entry } from '../../src/wire/types.ts';

const dirs: string[] = [];

afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-settler-'));
  dirs.push(dir);
  return dir;
}

const ENTRY: Entry = { type: 0, term: 3, index: 17, data: new Uint8Array(0) };
const made: Change = { kind: 'revision', revision: 9 };
const AMBIGUOUS: Applied = {
  outcome: { kind: 'ambiguous', readings: ['other'], taken: 'first' },
  changes: [],
  alternatives: [
    { reading: 'first', applied: { outcome: { kind: 'none' }, changes: [] } },
    { reading: 'other', applied: { outcome: { kind: 'applied' }, changes: [made] } },
  ],
};
const logger = createLogger({ level: 'silent', format: 'json' });

test('what was settled is the same after a restart, with nobody to ask', async () => {
  const dir = folder();
  const kept = await SettledReadings.open(dir);
  await kept.keep({ index: 17, term: 3, reading: 'other' }, 10);
  const settler = new Settler({
    reference: undefined,
    settled: await SettledReadings.open(dir),
    logger,
  });
  expect(settler.recall(ENTRY, AMBIGUOUS).changes).toEqual([made]);
  expect((await settler.settle(ENTRY, AMBIGUOUS, new MemoryState(), 10)).changes).toEqual([made]);
  // An entry of another term at that index is another one.
  expect(settler.recall({ ...ENTRY, term: 4 }, AMBIGUOUS)).toBe(AMBIGUOUS);
  expect(statSync(join(dir, 'settled-readings.json')).mode & 0o077).toBe(0);
});

test('what the destination has confirmed is forgotten', async () => {
  const dir = folder();
  const kept = await SettledReadings.open(dir);
  await kept.keep({ index: 17, term: 3, reading: 'other' }, 10);
  await kept.keep({ index: 20, term: 3, reading: 'other' }, 17);
  expect(kept.of(17, 3)).toBeUndefined();
  expect(readFileSync(join(dir, 'settled-readings.json'), 'utf8')).not.toContain('17');
  expect((await SettledReadings.open(dir)).of(20, 3)).toBe('other');
});

test('a file that is not ours ends the start', async () => {
  const dir = folder();
  writeFileSync(join(dir, 'settled-readings.json'), 'nonsense');
  await expect(SettledReadings.open(dir)).rejects.toMatchObject({ code: 'DATA_DIR' });
});

test('with nobody to ask, the reading taken stays, and the entry is reported', async () => {
  const lines: string[] = [];
  const settler = new Settler({
    reference: undefined,
    settled: await SettledReadings.open(folder()),
    logger: createLogger({
      level: 'warn',
      format: 'json',
      destination: { write: line => void lines.push(line) },
    }),
  });
  expect(await settler.settle(ENTRY, AMBIGUOUS, new MemoryState(), 10)).toBe(AMBIGUOUS);
  expect(lines.join('')).toContain('ENTRY_AMBIGUOUS');
  expect(lines.join('')).toContain('3/17 empty');
});
