import type { Config } from '../config/options.ts';
import { SyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import type { Metrics } from '../ops/metrics.ts';
import type { RaftEvent } from '../raft/types.ts';
import type { ErrorLog } from './error-log.ts';

/** How long a leader may take to come back to where our log ends. */
const LOST_LOG_MS = 5_000;

export interface RaftEventsOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly errors: ErrorLog;
  readonly lastIndex: () => number;
  readonly onLeader: (leader: bigint) => void;
  readonly onReadIndex: (context: Uint8Array, index: number) => void;
  /** It can't be gone on with. */
  readonly onFailed: (error: SyncerError) => void;
}

/** What becomes of what the learner notices: log lines, metrics, the end of the replication. */
export class RaftEvents {
  readonly #options: RaftEventsOptions;
  #lostLogTimer: NodeJS.Timeout | undefined;

  constructor(options: RaftEventsOptions) {
    this.#options = options;
  }

  handle(event: RaftEvent): void {
    const { logger, metrics, onLeader, onReadIndex, onFailed } = this.#options;
    switch (event.kind) {
      case 'leader-changed':
        onLeader(event.leader);
        logger.info({ leader: event.leader.toString(16), term: event.term }, 'following a leader');
        return;
      case 'lost-log':
        this.#logLost(event.acknowledged, event.last);
        return;
      case 'diverged': {
        const text = `entry ${event.index} differs from ours, which is committed up to ${event.commit}`;
        onFailed(new SyncerError('SOURCE_HISTORY_DIVERGED', text));
        return;
      }
      case 'read-index':
        onReadIndex(event.context, event.index);
        return;
      case 'vote':
        metrics.add('etcd_syncer_votes_total', 1, { granted: String(event.granted) });
        logger.warn(
          { candidate: event.candidate.toString(16), granted: event.granted },
          'asked for a vote',
        );
        return;
      case 'timeout-now-ignored':
        logger.warn({ from: event.from.toString(16) }, 'the leader wanted us to campaign: ignored');
        return;
      case 'malformed':
        logger.warn(
          { from: event.from.toString(16), reason: event.reason },
          'dropped a malformed message',
        );
        return;
    }
  }

  stop(): void {
    clearTimeout(this.#lostLogTimer);
  }

  /**
   * Leaders up to 3.5 go back to what we have; later ones never do, but for a snapshot some day. So the seat is
   * given some time, and then up, if we may take a new one.
   */
  #logLost(acknowledged: number, last: number): void {
    const { config, errors, lastIndex, onFailed } = this.#options;
    const text = `the leader counts on entry ${acknowledged}, our log ends at ${last}`;
    const error = new SyncerError('LOG_LOST', text);
    errors.report(error);
    if (!config.join || config.sourceEndpoints.length === 0) return;
    this.#lostLogTimer ??= setTimeout(() => {
      this.#lostLogTimer = undefined;
      if (lastIndex() < acknowledged) onFailed(error);
    }, LOST_LOG_MS);
  }
}
