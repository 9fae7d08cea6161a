import type { Config } from '../config/options.ts';
import { toLong } from '../destination/int64.ts';
import { SyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { readIdentity } from './identity.ts';
import { openSource } from './open.ts';

/**
 * Removes the seat of the data directory from the source, through its client API: that works whether or not
 * a replicator is running. Returns the ID that was given up.
 *
 * Errors: DATA_DIR when the directory belongs to no seat, CONFIG_INVALID without --source-endpoints,
 * those of the client.
 */
export async function leaveSeat(
  config: Config,
  environment: NodeJS.ProcessEnv,
  logger: Logger,
): Promise<bigint> {
  const identity = await readIdentity(config.dataDir);
  if (identity === undefined) {
    throw new SyncerError('DATA_DIR', `${config.dataDir} belongs to no seat`);
  }
  const source = await openSource(config, environment, logger);
  try {
    if (source.client === undefined) {
      throw new SyncerError('CONFIG_INVALID', 'name the source with --source-endpoints');
    }
    await source.client.memberRemove(toLong(identity.memberId));
  } finally {
    source.client?.close();
    source.peerTls.close();
    source.http.close();
  }
  return identity.memberId;
}
