import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { errorText, SyncerError } from '../ops/errors.ts';
import { formatStatus, type Status } from '../replicator/status.ts';
import { addOptions, givenFlags } from './command-options.ts';

const WATCH_MS = 1_000;
const TIMEOUT_MS = 5_000;

export function statusCommand(parent: Command): void {
  addOptions(parent.command('status'), 'status')
    .description('what a running replicator does')
    .option('--json', 'print the answer of /status')
    .option('--watch', 'print again every second')
    .action(async options => {
      const { httpListen } = loadConfig(givenFlags(options), process.env);
      for (;;) {
        const status = await fetchStatus(httpListen);
        const text = options.json === true ? JSON.stringify(status, null, 2) : formatStatus(status);
        process.stdout.write(options.watch === true ? `\u001b[2J\u001b[H${text}\n` : `${text}\n`);
        if (options.watch !== true) return;
        await sleep(WATCH_MS);
      }
    });
}

/** Asks a running replicator. Errors: STATUS_UNREACHABLE. */
export async function fetchStatus(address: string): Promise<Status> {
  try {
    const response = await fetch(`http://${address}/status`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return (await response.json()) as Status;
  } catch (error) {
    throw new SyncerError('STATUS_UNREACHABLE', `http://${address}/status: ${errorText(error)}`);
  }
}
