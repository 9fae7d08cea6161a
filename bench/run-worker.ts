import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs a program of the bench in a process of its own and returns what it prints, which is JSON.
 *
 * @param args `{ rate: 5 }` becomes `--rate=5`
 */
export async function runWorker<T>(
  file: string,
  args: Readonly<Record<string, string | number>>,
): Promise<T> {
  const flags = Object.entries(args).map(([name, value]) => `--${name}=${value}`);
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code !== 0) throw new Error(`${file} ended with ${code ?? signal}`);
  return JSON.parse(said) as T;
}
