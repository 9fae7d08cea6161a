import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fetchFromDebian } from './binaries-debian.ts';
import { buildWithGo } from './binaries-go.ts';
import {
  compareVersions,
  type EtcdBinaries,
  lineOf,
  WANTED_RELEASES,
  type WantedRelease,
} from './binaries-types.ts';
import { withBuildLock } from './build-lock.ts';
import { runCommand } from './run-command.ts';

/** What became of one wanted release: its binaries, or the reason why there are none. */
export type ReleaseResult =
  | { readonly wanted: WantedRelease; readonly binaries: EtcdBinaries }
  | { readonly wanted: WantedRelease; readonly reason: string };

/** Binaries found on the machine, before it is known which release they stand for. */
type Found = readonly EtcdBinaries[];

/** Where binaries that we fetched or built are kept, one folder for a version. */
export function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(base, 'etcd-syncer', 'etcd');
}

let everything: Promise<readonly ReleaseResult[]> | undefined;

/**
 * Gets every wanted release: from `ETCD_BIN_DIR`, the `PATH`, the cache, Debian packages, or the Go
 * module. A release that can't be had is in the result with the reason. Done once per process.
 */
export function ensureAllBinaries(): Promise<readonly ReleaseResult[]> {
  everything ??= ensureEach();
  return everything;
}

/**
 * The binaries for a version (`3.5.30`) or a line (`3.5`, its latest). A wanted version whose
 * place another patch has taken is answered with that one. Throws, with the reason, when there is
 * none.
 */
export async function binariesFor(versionOrLine: string): Promise<EtcdBinaries> {
  const matching = WANTED_RELEASES.filter(
    wanted => wanted.version === versionOrLine || wanted.line === versionOrLine,
  );
  const wanted = matching.at(-1);
  if (wanted === undefined) throw new Error(`etcd ${versionOrLine} is not a wanted release`);
  const result = await ensureRelease(wanted);
  if ('reason' in result) throw new Error(`etcd ${versionOrLine}: ${result.reason}`);
  return result.binaries;
}

/**
 * The releases that are there, for a suite's table of versions: those whose binaries are known
 * without fetching anything, after {@link ensureAllBinaries} has run in this or another process.
 */
export async function availableReleases(): Promise<readonly EtcdBinaries[]> {
  const results = await ensureAllBinaries();
  return results.flatMap(result => ('binaries' in result ? [result.binaries] : []));
}

async function ensureEach(): Promise<readonly ReleaseResult[]> {
  const results: ReleaseResult[] = [];
  for (const wanted of WANTED_RELEASES) results.push(await ensureRelease(wanted));
  return results;
}

const releases = new Map<string, Promise<ReleaseResult>>();

function ensureRelease(wanted: WantedRelease): Promise<ReleaseResult> {
  let result = releases.get(wanted.version);
  if (result === undefined) {
    result = findOrFetch(wanted);
    releases.set(wanted.version, result);
  }
  return result;
}

async function findOrFetch(wanted: WantedRelease): Promise<ReleaseResult> {
  const here = pick(wanted, await onThisMachine()) ?? (await fromCache(wanted));
  if (here !== undefined) return { wanted, binaries: here };
  return withBuildLock(join(cacheFolder(), `${wanted.version}.lock`), async () => {
    // Another process may have made it while we waited for the lock.
    const made = await fromCache(wanted);
    if (made !== undefined) return { wanted, binaries: made };
    const reasons: string[] = [];
    for (const attempt of [
      (folder: string) => fetchFromDebian(wanted, folder, false),
      (folder: string) => goBuild(wanted, folder),
      (folder: string) => fetchFromDebian(wanted, folder, true),
    ]) {
      try {
        return { wanted, binaries: await intoCache(wanted, attempt) };
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (!reasons.includes(reason)) reasons.push(reason);
      }
    }
    return { wanted, reason: reasons.join('\n') };
  });
}

async function goBuild(
  wanted: WantedRelease,
  folder: string,
): Promise<{ version: string; origin: string }> {
  return { version: wanted.version, origin: await buildWithGo(wanted, folder) };
}

/** Lets `make` fill a folder beside the cache's, checks what it made, and moves it into place. */
async function intoCache(
  wanted: WantedRelease,
  make: (folder: string) => Promise<{ version: string; origin: string }>,
): Promise<EtcdBinaries> {
  await mkdir(cacheFolder(), { recursive: true });
  const folder = await mkdtemp(join(cacheFolder(), `.making-${wanted.version}-`));
  try {
    const { version, origin } = await make(folder);
    await writeFile(join(folder, 'origin'), origin);
    await chmod(folder, 0o755);
    const made = await inspectFolder(folder, origin);
    if (made === undefined) throw new Error(`${origin} holds no etcd with etcdctl`);
    if (made.version !== version) {
      throw new Error(`${origin} should be ${version} and says that it is ${made.version}`);
    }
    const target = join(cacheFolder(), version);
    if (!existsSync(target)) await rename(folder, target);
    if (version !== wanted.version) {
      await writeFile(join(cacheFolder(), `${wanted.version}.instead`), version);
    }
    const binaries = await inspectFolder(target, origin);
    if (binaries === undefined) throw new Error(`${target} holds no etcd with etcdctl`);
    return binaries;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fromCache(wanted: WantedRelease): Promise<EtcdBinaries | undefined> {
  const folder = join(cacheFolder(), wanted.version);
  if (existsSync(folder)) return inspectFolder(folder, await originOf(folder));
  const note = join(cacheFolder(), `${wanted.version}.instead`);
  if (!existsSync(note)) return undefined;
  const instead = join(cacheFolder(), (await readFile(note, 'utf8')).trim());
  return existsSync(instead) ? inspectFolder(instead, await originOf(instead)) : undefined;
}

async function originOf(folder: string): Promise<string> {
  const path = join(folder, 'origin');
  return existsSync(path) ? `${(await readFile(path, 'utf8')).trim()} (cached)` : 'cached';
}

let machine: Promise<Found> | undefined;

/** The binaries of `ETCD_BIN_DIR` and the `PATH`, in this order. */
function onThisMachine(): Promise<Found> {
  machine ??= (async () => {
    const found: EtcdBinaries[] = [];
    const given = process.env.ETCD_BIN_DIR;
    if (given) {
      const folders = [given];
      for (const entry of await readdir(given, { withFileTypes: true })) {
        if (entry.isDirectory()) folders.push(join(given, entry.name));
      }
      for (const folder of folders) {
        const binaries = await inspectFolder(folder, 'ETCD_BIN_DIR');
        if (binaries !== undefined) found.push(binaries);
      }
    }
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const binaries = folder === '' ? undefined : await inspectFolder(folder, 'PATH');
      if (binaries !== undefined) found.push(binaries);
    }
    return found;
  })();
  return machine;
}

/**
 * Which of the machine's binaries stand for a wanted release: its very version, else another patch
 * of its line. A line of several wanted releases has its latest one stood for, so that one binary
 * doesn't pass for two releases.
 */
function pick(wanted: WantedRelease, found: Found): EtcdBinaries | undefined {
  const exact = found.find(binaries => binaries.version === wanted.version);
  if (exact !== undefined) return exact;
  const sameLine = WANTED_RELEASES.filter(other => other.line === wanted.line);
  const latest = sameLine.toSorted((a, b) => compareVersions(a.version, b.version)).at(-1);
  if (latest?.version !== wanted.version) return undefined;
  const others = new Set(sameLine.map(other => other.version));
  return found.find(binaries => binaries.line === wanted.line && !others.has(binaries.version));
}

/** The binaries of a folder, or undefined when it holds no etcd with an etcdctl beside it. */
async function inspectFolder(folder: string, origin: string): Promise<EtcdBinaries | undefined> {
  const etcd = join(folder, 'etcd');
  const etcdctl = join(folder, 'etcdctl');
  if (!existsSync(etcd) || !existsSync(etcdctl)) return undefined;
  const said = await runCommand(etcd, ['--version']);
  const version = /etcd Version: (\d+\.\d+\.\d+)/.exec(said)?.[1];
  if (version === undefined) throw new Error(`${etcd} --version says: ${said.trim()}`);
  const etcdutl = join(folder, 'etcdutl');
  return {
    line: lineOf(version),
    version,
    etcd,
    etcdctl,
    origin,
    ...(existsSync(etcdutl) ? { etcdutl } : {}),
  };
}
