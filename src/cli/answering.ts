import type { Config } from '../config/options.ts';
import { SyncerError } from '../ops/errors.ts';
import { createLogger, type Logger } from '../ops/logger.ts';

/** The logger of a command whose answer goes to standard output: its log lines go to standard error. */
export function sideLogger(config: Pick<Config, 'logLevel' | 'logFormat'>): Logger {
  return createLogger({
    level: config.logLevel,
    format: config.logFormat,
    destination: { write: line => process.stderr.write(line) },
  });
}

/** Aborted with INTERRUPTED and `text` by the first SIGTERM or SIGINT; the second one has its own effect. */
export function untilInterrupted(text: string): AbortSignal {
  const stopped = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => stopped.abort(new SyncerError('INTERRUPTED', text)));
  }
  return stopped.signal;
}
