import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { progress } from './binaries-types.ts';

const POLL_MS = 250;
/** A holder creates the file and writes its number into it: between the two it is empty. */
const EMPTY_GRACE_POLLS = 20;

/**
 * Runs `work` while no other process of this machine runs under the same lock file. The file holds
 * the number of the process; a lock whose process is gone is taken over. Losing that race costs
 * work, not correctness: what is made under the lock is moved into place by one rename.
 */
export async function withBuildLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  let told = false;
  let emptyPolls = 0;
  while (!(await tryCreate(path))) {
    const holder = await holderOf(path);
    emptyPolls = holder === 'empty' ? emptyPolls + 1 : 0;
    if (holder === 'gone' || emptyPolls > EMPTY_GRACE_POLLS) {
      await rm(path, { force: true });
      continue;
    }
    if (!told && typeof holder === 'number') {
      progress(`waiting for process ${holder}, which holds ${path}`);
      told = true;
    }
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function tryCreate(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function holderOf(path: string): Promise<number | 'empty' | 'gone'> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 'gone';
    throw error;
  }
  const pid = Number(text);
  if (text === '' || !Number.isSafeInteger(pid)) return 'empty';
  if (pid === process.pid) return pid;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return hasCode(error, 'ESRCH') ? 'gone' : pid;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
