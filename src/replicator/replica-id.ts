import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SyncerError } from '../ops/errors.ts';
import { replaceFile } from '../ops/files.ts';

const FILE = 'replica-id';

/**
 * Names a data directory among all replicas, for as long as it lives: what was acknowledged on a seat lies in
 * one data directory and in no other. Made durably at the first call. Errors: DATA_DIR.
 */
export async function replicaIdOf(dataDir: string): Promise<string> {
  const path = join(dataDir, FILE);
  try {
    const text = await readFile(path, 'utf8').catch(noFile);
    const found = text?.trim();
    if (found !== undefined && /^[0-9a-f-]{36}$/.test(found)) return found;
    const made = randomUUID();
    await replaceFile(path, `${made}\n`);
    return made;
  } catch (error) {
    throw new SyncerError('DATA_DIR', `can't read or write ${path}`, {}, { cause: error });
  }
}

function noFile(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  throw error;
}
