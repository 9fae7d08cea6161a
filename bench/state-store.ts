// Compares lmdb with other embedded stores on what the state does (src/state). `npm run bench:state [-- KEYS [MODULES]]`.
// Candidates that are no dependency are installed into a temporary folder, which is removed at the end, or
// taken from the folder MODULES where they are installed.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Measured } from './state-workload.ts';

const KEYS = Number(process.argv[2] ?? 1_000_000);
const INSTALLED = process.argv[3];
const CANDIDATES = [
  { name: 'lmdb', install: undefined },
  { name: 'better-sqlite3', install: 'better-sqlite3@12.11.1' },
  { name: 'classic-level', install: 'classic-level@3.0.0' },
] as const;

const here = import.meta.dirname;
const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const MIB = 1024 * 1024;

/** How it came to be there: whether a compiler or a download beside the registry was needed. */
function install(modules: string, spec: string): string {
  if (modules === INSTALLED) return 'before';
  mkdirSync(modules);
  writeFileSync(join(modules, 'package.json'), '{"private":true}');
  const npm = (...more: string[]) =>
    execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', ...more, spec], {
      cwd: modules,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  const started = performance.now();
  npm('--ignore-scripts');
  try {
    execFileSync(process.execPath, ['-e', probe(spec)], { cwd: modules, stdio: 'ignore' });
    return `as it is, ${elapsed(started)}`;
  } catch {
    rmSync(join(modules, 'node_modules'), { recursive: true, force: true });
    npm();
    return `by its install script, ${elapsed(started)}`;
  }
}

/** Opens a store, since a native part may be loaded no sooner. */
function probe(spec: string): string {
  return spec.startsWith('better-sqlite3')
    ? "new (require('better-sqlite3'))(':memory:')"
    : "require('classic-level')";
}

function elapsed(startedMs: number): string {
  return `${Math.round((performance.now() - startedMs) / 1_000)} s`;
}

function versionOf(folder: string, name: string): string {
  const text = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function row(name: string, installed: string, measured: Measured): string {
  const micros = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} µs`;
  const cells = [
    name,
    installed,
    micros(measured.putCpu),
    `${measured.commitP50.toFixed(1)} / ${measured.commitP99.toFixed(1)} ms`,
    micros(measured.getCpu),
    `${micros(measured.scanCpu)}${measured.isScanSync ? '' : ', async only'}`,
    `${Math.round(measured.anonBytes / MIB)} of ${Math.round(measured.rssBytes / MIB)} MiB`,
    `${Math.round(measured.diskBytes / MIB)} MiB`,
  ];
  return `| ${cells.join(' | ')} |`;
}

const root = mkdtempSync(join(tmpdir(), 'etcd-syncer-bench-'));
try {
  say(
    `${cpus().length} cores, Node.js ${process.version}, ${KEYS} keys with values of 256 bytes\n`,
  );
  say(
    '| Store | Installs | CPU of a put, 1000 a commit | Commit p50 / p99 | CPU of a get, random | CPU of a key in a scan | Memory, not mapped, of RSS | Disk |',
  );
  say('|---|---|---|---|---|---|---|---|');
  for (const { name, install: spec } of CANDIDATES) {
    const dir = join(root, name);
    mkdirSync(dir);
    const modules = INSTALLED ?? join(root, `${name}-modules`);
    const how = spec === undefined ? 'as it is' : install(modules, spec);
    const version = versionOf(spec === undefined ? join(here, '..') : modules, name);
    const printed = execFileSync(
      process.execPath,
      ['--import', 'tsx', join(here, 'state-workload.ts'), name, dir, modules, String(KEYS)],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    );
    say(row(`${name} ${version}`, how, JSON.parse(printed) as Measured));
    rmSync(dir, { recursive: true });
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
