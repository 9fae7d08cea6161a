import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { progress, type WantedRelease } from './binaries-types.ts';
import { runCommand } from './run-command.ts';

const PROGRESS_EVERY_MS = 30_000;

/** Executable name to the import path of its main package. */
const MAIN_PACKAGES = [
  ['etcd', 'go.etcd.io/etcd/server/v3'],
  ['etcdctl', 'go.etcd.io/etcd/etcdctl/v3'],
  ['etcdutl', 'go.etcd.io/etcd/etcdutl/v3'],
] as const;

/**
 * Builds etcd's executables from the Go module into `target`, in a module of its own so that the
 * dependencies are those that the release asks for. Throws with the reason when it can't.
 */
export async function buildWithGo(wanted: WantedRelease, target: string): Promise<string> {
  if (!wanted.goModule) throw new Error('this line is not a Go module that can be built by path');
  const env: NodeJS.ProcessEnv = { ...process.env, GOWORK: 'off' };
  let goVersion: string;
  try {
    goVersion = (await runCommand('go', ['env', 'GOVERSION'], { env })).trim();
  } catch (error) {
    throw new Error(`Go is not there: ${error instanceof Error ? error.message : String(error)}`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'etcd-syncer-go-'));
  const started = performance.now();
  const ticker = setInterval(() => {
    const seconds = Math.round((performance.now() - started) / 1000);
    progress(`${wanted.version}: still building, ${seconds} s`);
  }, PROGRESS_EVERY_MS);
  try {
    progress(`${wanted.version}: building from the Go module with ${goVersion}`);
    await runCommand('go', ['mod', 'init', 'etcd-syncer.test/etcd'], { cwd: folder, env });
    const modules = MAIN_PACKAGES.map(([, path]) => `${path}@v${wanted.version}`);
    await runCommand('go', ['get', ...modules], { cwd: folder, env });
    for (const [name, path] of MAIN_PACKAGES) {
      await runCommand('go', ['build', '-o', join(target, name), path], { cwd: folder, env });
    }
    return `Go module, ${goVersion}`;
  } finally {
    clearInterval(ticker);
    await rm(folder, { recursive: true, force: true });
  }
}
