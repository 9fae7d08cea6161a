// Brings a fresh clone to where tests and the demo can run: dependencies from the lock file, the
// compiled program. Plain JavaScript with no dependency, since it runs before any is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

installDependencies();
build();

function installDependencies() {
  const stamp = join(root, 'node_modules', '.etcd-syncer-lock');
  const hash = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  step('npm', ['ci', '--no-audit', '--no-fund'], 'installing the dependencies of the lock file');
  writeFileSync(stamp, hash);
}

function build() {
  const stamp = join(root, 'dist', '.built');
  const newest = Math.max(
    newestChange(join(root, 'src')),
    statSync(join(root, 'tsconfig.json')).mtimeMs,
    statSync(join(root, 'tsconfig.build.json')).mtimeMs,
  );
  if (existsSync(stamp) && statSync(stamp).mtimeMs > newest) return;
  step('npm', ['run', '--silent', 'build'], 'compiling');
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, '');
}

/** Latest modification below a folder, in milliseconds. */
function newestChange(folder) {
  let newest = statSync(folder).mtimeMs;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestChange(path) : statSync(path).mtimeMs);
  }
  return newest;
}

function step(command, args, what) {
  process.stderr.write(`etcd-syncer: ${what} ...\n`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    process.stderr.write(
      `etcd-syncer: ${what} failed: ${error?.message ?? `exit code ${status}`}\n`,
    );
    process.exit(1);
  }
}
