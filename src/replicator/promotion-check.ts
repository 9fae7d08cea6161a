import type { Config } from '../config/options.ts';
import { SyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { Check } from '../verify/check.ts';
import { type ByteString, utf8ToByteString } from '../wire/bytes.ts';
import { keyFilterOf, openDestinationClient } from './destination.ts';
import { openSourceClient } from './open.ts';

const WAIT_MS = 90_000;
/** Differences that are named in the log. */
const LIMIT = 10;

/** Compares source and destination as a whole; returns how many differences there are. Errors: those of Check, CONFIG_INVALID. */
export async function compareAll(
  config: Config,
  environment: NodeJS.ProcessEnv,
  logger: Logger,
  signal: AbortSignal,
): Promise<number> {
  if (config.sourceEndpoints.length === 0) {
    throw new SyncerError('CONFIG_INVALID', '--check needs --source-endpoints');
  }
  const source = await openSourceClient(config, environment, logger);
  const destination = await openDestinationClient(config, environment, logger);
  try {
    const { total, unsettled, first, keys, seconds } = await new Check({
      source,
      destination,
      filter: keyFilterOf(config),
      checkpointPrefix: utf8ToByteString(config.checkpointPrefix),
      onlyPrefix: '' as ByteString,
      withValues: true,
      withLeases: true,
      withAuth: config.auth !== 'skip',
      share: 1,
      seed: 0,
      keepsForeign: config.onNonempty === 'merge',
      maxRate: 0,
      maxLoad: 1,
      isBehind: async () => false,
      waitMs: WAIT_MS,
      limit: LIMIT,
      confirmedIndex: async () => undefined,
      logger,
      signal,
    }).run();
    const named = first.map(({ kind, subject }) => `${kind} ${JSON.stringify(subject)}`);
    logger.info(
      { keys, seconds, differences: total, unsettled, named },
      'compared for the promotion',
    );
    return total + unsettled;
  } finally {
    source.close();
    destination.close();
  }
}
