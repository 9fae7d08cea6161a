import type { Config } from '../config/options.ts';
import type { EtcdClient } from '../destination/etcd-client.ts';
import type { Leadership } from '../ha/leadership.ts';
import { handOverSeat, noteCaughtUp, takeReplicaSeat } from '../ha/replica-seat.ts';
import type { Seat } from '../ha/seat.ts';
import type { HandOver } from '../ha/seat-record.ts';
import type { SegmentedLog } from '../log/segmented-log.ts';
import { errorText, SyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { retry } from '../ops/retry.ts';
import {
  advertiseUrls,
  closeStorage,
  keepIdentity,
  RETRIED,
  type SourceAccess,
  type Storage,
} from './open.ts';
import type { Lead, Replica } from './replica.ts';

export interface SeatLeadOptions extends Lead {
  readonly config: Config;
  readonly logger: Logger;
  readonly clusterId: bigint;
  /** Of the destination, with short deadlines. */
  readonly client: EtcdClient;
  readonly replica: Replica;
}

export interface SharedSeatOptions {
  readonly source: SourceAccess;
  readonly storage: Storage;
  /** The leader counts on what our log lacks. */
  readonly isLogLost: boolean;
  readonly signal: AbortSignal;
  readonly onRetry: (error: SyncerError) => void;
}

/** What a term of leadership means for the seat in the source that all replicas share. */
export class SeatLead {
  readonly leadership: Leadership;
  readonly signal: AbortSignal;
  readonly clusterId: bigint;
  readonly #options: SeatLeadOptions;
  #storage: Storage | undefined;

  constructor(options: SeatLeadOptions) {
    this.#options = options;
    this.#storage = options.storage;
    this.leadership = options.leadership;
    this.signal = options.signal;
    this.clusterId = options.clusterId;
  }

  /** What the standby had, for the first seat of the term: whoever gets it closes it. */
  takeStorage(): Storage | undefined {
    const storage = this.#storage;
    this.#storage = undefined;
    return storage;
  }

  /** The term is over. */
  async close(): Promise<void> {
    const storage = this.takeStorage();
    if (storage !== undefined) await closeStorage(storage);
  }

  /** Errors: as of takeReplicaSeat, SOURCE_CLUSTER_MISMATCH, DATA_DIR; unreachable is retried. */
  async takeSeat({ source, storage, ...given }: SharedSeatOptions): Promise<Seat> {
    const { config, logger, clusterId } = this.#options;
    const { client } = source;
    if (client === undefined) {
      throw new SyncerError('CONFIG_INVALID', 'name the source with --source-endpoints');
    }
    const { log } = storage;
    const attempt = () =>
      takeReplicaSeat({
        ...this.#record,
        http: source.http,
        source: client,
        sourcePeers: config.sourcePeers,
        advertiseUrls: advertiseUrls(config),
        name: config.name,
        logger,
        holds: (index, term) => index <= log.base.index || log.termAt(index) === term,
        isLogLost: given.isLogLost,
        signal: given.signal,
      });
    const seat = await retry(attempt, {
      logger,
      signal: given.signal,
      what: 'take the seat of the replicas',
      isPermanent: ({ code }) => !RETRIED.has(code) && code !== 'DEST_UNREACHABLE',
      maxDelayMs: 2_000,
      onRetry: given.onRetry,
    });
    if (seat.clusterId !== clusterId) {
      const text = `this replica is of cluster ${clusterId.toString(16)}, the source is ${seat.clusterId.toString(16)}`;
      throw new SyncerError('SOURCE_CLUSTER_MISMATCH', text);
    }
    if (seat.handOver !== undefined) await adopt(log, seat.handOver);
    await keepIdentity(config.dataDir, seat);
    return seat;
  }

  /** Whoever needs another seat after this need not wait. */
  caughtUp(): void {
    noteCaughtUp(this.#record).catch((error: unknown) => {
      this.#options.logger.info({ reason: errorText(error) }, 'could not note that we caught up');
    });
  }

  /** We acknowledge nothing any more, and everything that we did is durable. A failure costs a new seat, no more. */
  async handOver(seat: Seat, { log }: Storage): Promise<void> {
    const { logger } = this.#options;
    const { term, vote } = log.hardState;
    const left = { index: log.lastIndex, term: log.lastTerm, hardTerm: term, vote };
    try {
      await handOverSeat(this.#record, seat.memberId, left);
    } catch (error) {
      logger.info({ reason: errorText(error) }, 'could not hand over the seat');
    }
  }

  get #record() {
    const { client, leadership, replica } = this.#options;
    return {
      client,
      leadership,
      recordKey: replica.recordKey,
      replicaId: replica.self.id,
    };
  }
}

/** A vote that the seat has given binds whoever has the seat. */
async function adopt(log: SegmentedLog, { hardTerm, vote }: HandOver): Promise<void> {
  const { hardState } = log;
  if (hardTerm < hardState.term) return;
  log.setHardState({ ...hardState, term: hardTerm, vote });
  await log.sync();
}
