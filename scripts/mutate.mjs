#!/usr/bin/env node
/**
 * Proves that tests can fail: breaks the source on purpose, one fault at a time, and reports which test
 * notices. Works on a copy of the repository in a temporary folder; the tree itself is never changed.
 *
 *   node scripts/mutate.mjs [--write] [--only=TEXT] [test/AREA/mutations.json ...]
 *
 * A table is a JSON array of { what, file, search, replace, tests }: `search` must occur exactly once in
 * `file`; `tests` are the files or folders to run. `--write` puts the outcome into MUTATIONS.md
 * beside each table. Exits with 1 when a fault goes unnoticed.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const NOT_COPIED = new Set(['node_modules', '.git', 'dist', 'coverage']);

const args = process.argv.slice(2);
const write = args.includes('--write');
const only = args.find(arg => arg.startsWith('--only='))?.slice('--only='.length);
const named = args.filter(arg => !arg.startsWith('--')).map(path => join(process.cwd(), path));
const tables = named.length > 0 ? named : allTables();

const copy = mkdtempSync(join(tmpdir(), 'mutate-'));
let unnoticed = 0;
try {
  cpSync(ROOT, copy, {
    recursive: true,
    filter: path => !NOT_COPIED.has(basename(path)),
  });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'dir');
  for (const table of tables) runTable(table);
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.exitCode = unnoticed > 0 ? 1 : 0;

function allTables() {
  return readdirSync(join(ROOT, 'test'))
    .map(area => join(ROOT, 'test', area, 'mutations.json'))
    .filter(path => existsSync(path));
}

function runTable(table) {
  const rows = JSON.parse(readFileSync(table, 'utf8')).filter(
    ({ what, file }) => only === undefined || what.includes(only) || file.includes(only),
  );
  const tests = [...new Set(rows.flatMap(row => row.tests))];
  const before = firstFailure(tests);
  if (before !== undefined) throw new Error(`tests fail without any fault: ${before}`);
  const results = rows.map(row => {
    const caught = withFault(row, () => firstFailure(row.tests));
    if (caught === undefined) unnoticed += 1;
    process.stdout.write(`${caught === undefined ? 'UNNOTICED' : 'caught   '} ${row.what}\n`);
    if (caught !== undefined) process.stdout.write(`            by ${caught}\n`);
    return { ...row, caught };
  });
  if (write && only === undefined)
    writeFileSync(join(dirname(table), 'MUTATIONS.md'), report(table, results));
}

/** Runs `act` while the copy holds the fault. */
function withFault({ what, file, search, replace }, act) {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  const places = text.split(search).length - 1;
  if (places !== 1) throw new Error(`${what}: the search text occurs ${places} times in ${file}`);
  writeFileSync(
    path,
    text.replace(search, () => replace),
  );
  try {
    return act();
  } finally {
    writeFileSync(path, text);
  }
}

/** Name of the first failing test; undefined when all pass. */
function firstFailure(tests) {
  const output = join(copy, 'mutate-result.json');
  rmSync(output, { force: true });
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const run = spawnSync(
    process.execPath,
    [vitest, 'run', ...tests, '--bail=1', '--reporter=json', `--outputFile=${output}`],
    { cwd: copy, encoding: 'utf8' },
  );
  if (run.status === 0) return undefined;
  if (!existsSync(output)) throw new Error(`vitest gave no result:\n${run.stdout}${run.stderr}`);
  const { testResults } = JSON.parse(readFileSync(output, 'utf8'));
  for (const { name, assertionResults, message } of testResults) {
    const file = relative(copy, name);
    const failed = assertionResults.find(({ status }) => status === 'failed');
    if (failed !== undefined) return `${file}: ${failed.fullName}`;
    if (message) return `${file}: does not load`;
  }
  throw new Error(`vitest failed without a failing test:\n${run.stdout}${run.stderr}`);
}

function report(table, results) {
  const cell = text => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  return [
    '# Deliberate faults and the tests that notice them',
    '',
    `Written by \`node scripts/mutate.mjs --write ${relative(ROOT, table)}\`; the faults are in \`${basename(table)}\`. Where several tests notice a fault, one is named.`,
    '',
    '| File | Fault | Noticed by |',
    '|---|---|---|',
    ...results.map(
      ({ file, what, caught }) => `| ${file} | ${cell(what)} | ${cell(caught ?? '**nothing**')} |`,
    ),
    '',
  ].join('\n');
}
