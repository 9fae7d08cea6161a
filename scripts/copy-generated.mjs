// The compiler leaves plain JavaScript where it is: puts the generated codecs and the status page beside what it made.
import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
for (const folder of [join('wire', 'generated'), 'page']) {
  cpSync(join(root, 'src', folder), join(root, 'dist', folder), { recursive: true });
}
