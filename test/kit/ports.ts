import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Below the range from which the system takes ports for outgoing connections: a port from there could be
 * taken by any client while a server of a test is being restarted.
 */
const FIRST = 12_000;
const COUNT = 18_000;

/** Test processes at the same time begin far apart. */
let next = Math.floor(Math.random() * COUNT);

/** A port of the loopback interface on which nobody listens; not given twice by this process for long. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < COUNT; tried += 1) {
    const port = FIRST + (next % COUNT);
    next += 1;
    if (claim(port) && (await isFree(port))) return port;
  }
  throw new Error('no port is free');
}

/** A file for each port that was given, with the process that has it: seconds can pass before a server listens there. */
const CLAIMS = join(tmpdir(), 'etcd-syncer-ports');
const claimed: string[] = [];
process.on('exit', () => {
  for (const file of claimed) rmSync(file, { force: true });
});

function claim(port: number): boolean {
  const file = join(CLAIMS, String(port));
  mkdirSync(CLAIMS, { recursive: true });
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    dropOfDead(file);
    return false;
  }
  claimed.push(file);
  return true;
}

/** For whoever comes next: a process that was killed leaves its claims. */
function dropOfDead(file: string): void {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0);
  } catch {
    rmSync(file, { force: true });
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
