// The compiler leaves plain JavaScript where it is: puts the generated codecs beside the compiled ones.
import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
cpSync(join(root, 'src', 'wire', 'generated'), join(root, 'dist', 'wire', 'generated'), {
  recursive: true,
});
