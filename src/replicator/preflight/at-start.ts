import type { Config } from '../../config/options.ts';
import { toSyncerError } from '../../ops/errors.ts';
import { createLogger, type Logger } from '../../ops/logger.ts';
import { preflight } from './preflight.ts';

/**
 * The same look at the start of `run`, beside it: what it finds is logged and nothing ends of it, for the start has
 * errors of its own. Resolves when it is through, or soon after the signal.
 */
export async function lookAtStart(
  config: Config,
  environment: NodeJS.ProcessEnv,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  // What the parts have to say, the start says as well.
  const silent = createLogger({ level: 'silent', format: 'json' });
  try {
    const options = { config, environment, logger: silent, signal, withInbound: false };
    for await (const { check, state, code, text } of preflight(options)) {
      if (signal.aborted) return;
      const isTrouble = state === 'warning' || state === 'error';
      if (isTrouble) logger.warn({ code, check }, `preflight: ${text}`);
      else logger.debug({ check }, `preflight: ${text}`);
    }
  } catch (error) {
    const { code, message } = toSyncerError(error);
    if (!signal.aborted) logger.debug({ code }, `preflight ended: ${message}`);
  }
}
