import { setTimeout as sleep } from 'node:timers/promises';
import { errorText } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import type { EtcdClient } from './etcd-client.ts';
import { leaseIds } from './lease-ids.ts';
import type { LeaseKeeper } from './lease-keeper.ts';

const EVERY_MS = 30_000;

export interface LeaseSweepOptions {
  readonly client: EtcdClient;
  readonly leases: LeaseKeeper;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Whether we have all leases of the source that we are to keep, and still replicate: clients' leases come after it. */
  readonly isDue: () => boolean;
  /** From one look to the next. */
  readonly everyMs?: number;
}

/**
 * Revokes the leases that a process before us left behind, as long as we write: a grant that it sent may reach the
 * destination minutes later, when the network lets it through, and a lease can not be granted on a condition. What
 * is not ours in two looks, holds nothing and looks like one of ours goes; a grant of our own is known by the second.
 */
export class LeaseSweep {
  readonly #options: LeaseSweepOptions;

  constructor(options: LeaseSweepOptions) {
    this.#options = options;
  }

  /** Until the signal is aborted. A failure is told, and the next look comes all the same. */
  async run(): Promise<void> {
    const { signal, everyMs = EVERY_MS, logger, isDue } = this.#options;
    let before: ReadonlySet<bigint> = new Set();
    while (!signal.aborted) {
      try {
        before = isDue() ? await this.#look(before) : new Set();
      } catch (error) {
        logger.debug({ reason: errorText(error) }, 'could not look for leases that were left over');
      }
      await sleep(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Returns those that are not ours. */
  async #look(before: ReadonlySet<bigint>): Promise<ReadonlySet<bigint>> {
    const { client, leases, logger } = this.#options;
    const foreign = (await leaseIds(client)).filter(id => !leases.has(id));
    const revoked = await leases.revokeAbandoned(foreign.filter(id => before.has(id)));
    if (revoked > 0) logger.info({ leases: revoked }, 'revoked leases that were left over');
    return new Set(foreign);
  }
}
