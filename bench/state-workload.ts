// Runs one store's share of bench/state-store.ts in a process of its own and prints what it measured as JSON.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchStore, openStore } from './state-stores.ts';

/** CPU times are those of all threads of the process, in microseconds: other load on the machine hardly changes them. */
export interface Measured {
  readonly putCpu: number;
  /** Milliseconds of a commit of BATCH puts into the full store. */
  readonly commitP50: number;
  readonly commitP99: number;
  readonly getCpu: number;
  /** Of one key in a range. */
  readonly scanCpu: number;
  readonly isScanSync: boolean;
  readonly rssBytes: number;
  /** Of it, memory that is no mapped file. */
  readonly anonBytes: number;
  readonly diskBytes: number;
}

const VALUE = Buffer.alloc(256, 0x76);
/** The fill is not measured. */
const FILL = 20_000;
const BATCH = 1_000;
const OVERWRITES = 100;
const GETS = 500_000;
const SCANS = 500;
const SCANNED = 1_000;
/** Odd, so that multiples of it reach every key of a power of two; with modulo, nearly every one of others. */
const STRIDE = 7_919_999;

function keyOf(i: number): Buffer {
  return Buffer.from(`/registry/pods/namespace-${i % 97}/pod-${String(i).padStart(9, '0')}`);
}

/** Spreads 0, 1, 2 ... over all keys. */
function scattered(i: number, count: number): number {
  return (i * STRIDE) % count;
}

async function measure(store: BenchStore, keys: number): Promise<Omit<Measured, 'diskBytes'>> {
  const batchAt = (first: number, length: number): [Buffer, Buffer][] =>
    Array.from({ length }, (_, i) => [keyOf(scattered(first + i, keys)), VALUE]);

  for (let first = 0; first < keys; first += FILL) await store.commit(batchAt(first, FILL));

  let started = process.cpuUsage();
  const commits: number[] = [];
  for (let i = 0; i < OVERWRITES; i += 1) {
    const batch = batchAt(i * BATCH * 3 + 1, BATCH);
    const begun = performance.now();
    await store.commit(batch);
    commits.push(performance.now() - begun);
  }
  const putCpu = microseconds(started) / (OVERWRITES * BATCH);
  commits.sort((a, b) => a - b);

  started = process.cpuUsage();
  let found = 0;
  for (let i = 0; i < GETS; i += 1) found += store.get(keyOf(scattered(i * 3 + 2, keys)));
  const getCpu = microseconds(started) / GETS;
  if (found !== GETS * VALUE.length) throw new Error(`gets found ${found} bytes`);

  let isScanSync = true;
  let scanned = 0;
  started = process.cpuUsage();
  for (let i = 0; i < SCANS; i += 1) {
    const bytes = store.scan(keyOf(scattered(i * 31, keys)), SCANNED);
    if (typeof bytes !== 'number') isScanSync = false;
    scanned += await bytes;
  }
  const scanCpu = microseconds(started) / (scanned / VALUE.length);
  const { rss } = process.memoryUsage();
  return {
    putCpu,
    commitP50: commits[Math.floor(commits.length * 0.5)] ?? 0,
    commitP99: commits[Math.floor(commits.length * 0.99)] ?? 0,
    getCpu,
    scanCpu,
    isScanSync,
    rssBytes: rss,
    anonBytes: anonymousBytes() ?? rss,
  };
}

function microseconds(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return user + system;
}

/** RssAnon of Linux; elsewhere it is not told apart. */
function anonymousBytes(): number | undefined {
  try {
    const kib = /RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1_024;
  } catch {
    return undefined;
  }
}

function diskBytes(dir: string): number {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map(name => statSync(join(dir, name)))
    .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}

const [name = '', dir = '', modules = '', keys = ''] = process.argv.slice(2);
const store = await openStore(name, dir, modules);
const measured = await measure(store, Number(keys));
await store.close();
process.stdout.write(JSON.stringify({ ...measured, diskBytes: diskBytes(dir) }));
