import type { Config } from '../config/options.ts';
import { createLogger } from '../ops/logger.ts';
import { openRunning, type RunningSyncer } from '../replicator/http-access.ts';

/** Lends the running etcd-syncer that the flags name. Standard output stays for the answer. */
export async function withRunning<T>(
  config: Config,
  work: (running: RunningSyncer) => Promise<T>,
): Promise<T> {
  const logger = createLogger({
    level: 'warn',
    format: 'console',
    destination: { write: line => process.stderr.write(line) },
  });
  const running = await openRunning(config, logger);
  try {
    return await work(running);
  } finally {
    running.close();
  }
}
