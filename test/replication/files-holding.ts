import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Which of the texts lie in which file below the directory; sockets and the like are passed over. */
export function filesHolding(dir: string, texts: readonly string[]): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const content = readFileSync(path);
    for (const text of texts) {
      const utf16 = Buffer.from(text, 'utf16le');
      if (content.includes(text) || content.includes(utf16)) found.push(`${text} in ${entry.name}`);
    }
  }
  return found;
}
