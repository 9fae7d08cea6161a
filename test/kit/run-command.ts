import { spawn } from 'node:child_process';

const STDERR_TAIL_BYTES = 4096;
const STDOUT_LIMIT_BYTES = 256 * 1024 * 1024;

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Written to the child's standard input, which is closed afterwards. */
  readonly input?: string | Uint8Array;
  /** The child is killed after this long. */
  readonly timeoutMs?: number;
}

/** A command that could not be started or ended with an exit code other than zero. */
export class CommandError extends Error {
  readonly stderr: string;
  readonly exitCode: number | undefined;

  constructor(message: string, stderr: string, exitCode?: number) {
    super(message);
    this.name = 'CommandError';
    this.stderr = stderr;
    this.exitCode = exitCode;
  }
}

/** Runs a command without a shell and returns its standard output as bytes. */
export function runCommandBytes(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    });
    const chunks: Buffer[] = [];
    let size = 0;
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > STDOUT_LIMIT_BYTES) child.kill('SIGKILL');
      else chunks.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(-STDERR_TAIL_BYTES);
    });
    const shown = `${command} ${args.join(' ')}`;
    child.on('error', error => reject(new CommandError(`${shown}: ${error.message}`, stderr)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(chunks));
      else {
        const how = code === null ? `ended by ${signal}` : `exit code ${code}`;
        const message = `${shown}: ${how}\n${stderr.trim()}`;
        reject(new CommandError(message, stderr, code ?? undefined));
      }
    });
    // A child that ends without reading its input is judged by its exit code, not by the broken pipe.
    child.stdin.on('error', error => {
      stderr += `\n(standard input: ${error.message})`;
    });
    child.stdin.end(options.input ?? '');
  });
}

/** Runs a command without a shell and returns its standard output as text. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  return (await runCommandBytes(command, args, options)).toString('utf8');
}
