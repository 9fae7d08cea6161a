import type { Config } from '../config/options.ts';
import { isEtcdError } from '../destination/grpc-errors.ts';
import { toLong, toNumber } from '../destination/int64.ts';
import { toSyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { readIdentity } from './identity.ts';
import { openSourceClient } from './open.ts';
import type { Promotable } from './promotable.ts';

const LEAVE_MS = 5_000;

export interface GiveUpOptions {
  readonly config: Config;
  readonly environment: NodeJS.ProcessEnv;
  readonly logger: Logger;
  readonly part: Pick<Promotable, 'proposeLeaving'>;
  readonly signal: AbortSignal;
}

/**
 * Gives up the seat of the data directory where the source is there to be told, and says what is left to do
 * where it is not: a promotion must not wait for it. Returns where the source stood then, if it said so.
 */
export async function giveUpSeat(
  options: GiveUpOptions,
): Promise<{ readonly text: string; readonly sourceRevision?: number }> {
  const { config, environment, logger, part, signal } = options;
  const identity = await readIdentity(config.dataDir);
  if (identity === undefined) return { text: 'there is none' };
  const id = identity.memberId.toString(16);
  if (config.sourceEndpoints.length === 0) {
    const isGone = await part.proposeLeaving(LEAVE_MS, signal);
    return { text: isGone ? `${id} is given up` : remains(id) };
  }
  const client = await openSourceClient(config, environment, logger);
  try {
    try {
      await client.memberRemove(toLong(identity.memberId));
    } catch (error) {
      if (!isEtcdError(error, 'member not found')) throw error;
    }
    const { header } = await client.status();
    return { text: `${id} is given up`, sourceRevision: toNumber(header?.revision) };
  } catch (error) {
    const { code, message } = toSyncerError(error);
    logger.warn({ code, reason: message, member_id: id }, 'the seat could not be given up');
    return { text: remains(id) };
  } finally {
    client.close();
  }
}

function remains(id: string): string {
  return `${id} may still be a member of the source: remove it there with \`etcdctl member remove ${id}\` if it comes back`;
}
