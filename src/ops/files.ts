import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A name that was made, replaced or removed survives a power cut only when its directory was synced. */
export async function syncDirectory(path: string): Promise<void> {
  const dir = await open(path, 'r');
  try {
    await dir.sync();
  } finally {
    await dir.close();
  }
}

/** Replaces a file, or makes it, with mode 0600: a crash leaves the old text or the new one. Errors: those of the file system. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const file = await open(`${path}.tmp`, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.tmp`, path);
  await syncDirectory(dirname(path));
}
