import type { Config } from '../config/options.ts';
import { checkpointKey, readCheckpoint } from '../destination/checkpoint.ts';
import { refusePromoted } from '../destination/judge-checkpoint.ts';
import { toSyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { utf8ToByteString } from '../wire/bytes.ts';
import { openDestinationClient } from './destination.ts';

/** Nothing is lost when it takes longer: the checkpoint is judged again before anything is written. */
const DEADLINE_MS = 2_000;

/**
 * Looks whether the destination was promoted, before a seat is taken in vain. One that does not answer is
 * passed over. Errors: DEST_PROMOTED, DEST_CHECKPOINT_FORMAT, CONFIG_FILE, those of TlsSource.
 */
export async function refusePromotedBefore(
  config: Config,
  environment: NodeJS.ProcessEnv,
  logger: Logger,
  clusterId: bigint,
): Promise<void> {
  const limits = { deadlineMs: DEADLINE_MS };
  const client = await openDestinationClient(config, environment, logger, limits);
  try {
    const key = checkpointKey(utf8ToByteString(config.checkpointPrefix), clusterId);
    const { checkpoint } = await readCheckpoint(client, key);
    if (checkpoint !== undefined) refusePromoted(checkpoint);
  } catch (error) {
    const { code, message } = toSyncerError(error);
    if (code === 'DEST_PROMOTED' || code === 'DEST_CHECKPOINT_FORMAT') throw error;
    logger.debug({ code, reason: message }, 'could not read the checkpoint before the start');
  } finally {
    client.close();
  }
}
