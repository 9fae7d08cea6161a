import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/load.ts';
import { SyncerError } from '../ops/errors.ts';
import type { RunningSyncer } from '../replicator/http-access.ts';
import type { Status } from '../replicator/status.ts';
import { formatStatus, formatStatusLine } from '../replicator/status-text.ts';
import { addOptions, givenFlags } from './command-options.ts';
import { withRunning } from './running.ts';

/** To the upper left corner; the rest of a line; the rest of the screen. */
const [HOME, CLEAR_LINE, CLEAR_BELOW] = ['\u001b[H', '\u001b[K', '\u001b[J'];
const CLEAR_ALL = '\u001b[2J';

const EXAMPLES = `
Examples:
  etcd-syncer status
  etcd-syncer status --watch
  etcd-syncer status --watch --interval=10 >> status.log    # a line each time
  etcd-syncer status --json --http-url=https://10.0.0.9:9380 --http-server-ca-file=/etc/etcd-syncer/ca.crt`;

interface StatusFlags {
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly interval: number;
}

export function statusCommand(parent: Command): void {
  addOptions(parent.command('status'), 'status')
    .description('what a running replicator does')
    .option('--json', 'print the answer of /status')
    .option('--watch', 'again and again: redrawn on a terminal, a line each time elsewhere')
    .option('--interval <seconds>', 'how often, with --watch', parseSeconds, 1)
    .addHelpText('after', EXAMPLES)
    .action(async (options: Record<string, unknown> & StatusFlags) => {
      const config = loadConfig(givenFlags(options), process.env);
      await withRunning(config, async running => {
        if (options.watch === true) await watch(running, options);
        else process.stdout.write(`${textOf(await fetchStatus(running), options)}\n`);
      });
    });
}

/** Asks a running replicator. Errors: STATUS_UNREACHABLE, TLS_*, HTTP_REQUEST. */
export async function fetchStatus(running: RunningSyncer): Promise<Status> {
  return (await running.call({ path: '/status' })) as Status;
}

/** Until it is interrupted; a replicator that is away for a while is waited for. */
async function watch(running: RunningSyncer, flags: StatusFlags): Promise<void> {
  const isDrawn = process.stdout.isTTY === true && flags.json !== true;
  if (isDrawn) process.stdout.write(CLEAR_ALL);
  for (;;) {
    const text = await next(running, flags, isDrawn);
    process.stdout.write(isDrawn ? redraw(text) : `${text}\n`);
    await sleep(flags.interval * 1_000);
  }
}

async function next(running: RunningSyncer, flags: StatusFlags, isDrawn: boolean): Promise<string> {
  const at = new Date().toISOString();
  try {
    const status = await fetchStatus(running);
    if (flags.json === true) return JSON.stringify(status);
    if (isDrawn) return `${running.url}  ${at}\n\n${formatStatus(status)}`;
    return `${at}  ${formatStatusLine(status)}`;
  } catch (error) {
    if (!(error instanceof SyncerError)) throw error;
    const { code, message } = error;
    return flags.json === true ? JSON.stringify({ code, message }) : `${at}  ${code}: ${message}`;
  }
}

/** Over what is there, without a flicker. */
function redraw(text: string): string {
  const lines = text.split('\n').map(line => `${line}${CLEAR_LINE}\n`);
  return `${HOME}${lines.join('')}${CLEAR_BELOW}`;
}

function textOf(status: Status, flags: StatusFlags): string {
  return flags.json === true ? JSON.stringify(status, null, 2) : formatStatus(status);
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 0.1 && seconds <= 86_400)) {
    throw new InvalidArgumentError('must be a number of seconds, 0.1 or more.');
  }
  return seconds;
}
