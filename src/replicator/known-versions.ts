import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../ops/files.ts';

const FILE = 'source-versions.json';

/** Keeps which versions the members of the source run: what its entries did must be told without it, too. Errors: those of the file system. */
export async function keepVersions(dataDir: string, versions: readonly string[]): Promise<void> {
  const text = JSON.stringify([...versions].sort());
  if ((await readText(dataDir)) === text) return;
  await replaceFile(join(dataDir, FILE), text);
}

/** Those that were kept last; none when nothing was, or nothing usable. */
export async function readVersions(dataDir: string): Promise<readonly string[]> {
  try {
    const versions: unknown = JSON.parse((await readText(dataDir)) ?? '[]');
    if (Array.isArray(versions) && versions.every(version => typeof version === 'string')) {
      return versions;
    }
  } catch {
    // Not ours: the same as none.
  }
  return [];
}

async function readText(dataDir: string): Promise<string | undefined> {
  try {
    return await readFile(join(dataDir, FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
