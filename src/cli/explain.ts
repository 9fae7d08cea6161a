import type { Command } from 'commander';
import { ERROR_CODES, type ErrorCode } from '../ops/error-codes.ts';
import { SyncerError } from '../ops/errors.ts';

export function explainCommand(parent: Command): void {
  parent
    .command('explain')
    .argument('[code]', 'such as SEAT_MISSING; without it, all codes are listed')
    .description('what an error code means and what to do')
    .action((code: string | undefined) => {
      process.stdout.write(code === undefined ? listCodes() : explain(code.toUpperCase()));
    });
}

function listCodes(): string {
  const width = Math.max(...Object.keys(ERROR_CODES).map(code => code.length));
  return Object.entries(ERROR_CODES)
    .map(([code, { what }]) => `${code.padEnd(width)}  ${what}\n`)
    .join('');
}

/** Errors: CONFIG_INVALID for a code that is none. */
function explain(code: string): string {
  if (!(code in ERROR_CODES)) {
    throw new SyncerError(
      'CONFIG_INVALID',
      `there is no error code ${code}; \`etcd-syncer explain\` lists all`,
    );
  }
  const { what, why, action, effect } = ERROR_CODES[code as ErrorCode];
  return `${code} (${effect})\n\nWhat happened: ${what}\nWhy: ${why}\nWhat to do: ${action}\n`;
}
