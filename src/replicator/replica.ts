import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/options.ts';
import type { EtcdClient } from '../destination/etcd-client.ts';
import { toLong } from '../destination/int64.ts';
import {
  campaign,
  type Leader,
  leaderKey,
  type Replica as ReplicaName,
  readLeader,
  seatKey,
} from '../ha/leader-key.ts';
import { fencedBy, Leadership } from '../ha/leadership.ts';
import { SyncerError, toSyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { type ByteString, utf8ToByteString } from '../wire/bytes.ts';
import type { ErrorLog } from './error-log.ts';
import type { HaStatus } from './status.ts';

/** How often a standby looks who leads: a leader that left in order is followed within this. */
const LOOK_MS = 200;
/** Errors of the destination that no repetition mends. */
const PERMANENT: ReadonlySet<string> = new Set([
  'DEST_UNAUTHORISED',
  'DEST_PERMISSION',
  'DEST_CHECKPOINT_FORMAT',
  'CONFIG_INVALID',
  'CONFIG_FILE',
  'TLS_FILES',
]);

/** What a replica is at the moment: it writes, follows who does, or nobody does and it wants to. */
export const ROLES = ['candidate', 'standby', 'writer'] as const;
export type Role = (typeof ROLES)[number];

export interface ReplicaOptions {
  readonly config: Config;
  readonly clusterId: bigint;
  readonly replicaId: string;
  /** A client with short deadlines. */
  readonly client: EtcdClient;
  readonly logger: Logger;
  readonly errors: ErrorLog;
  readonly signal: AbortSignal;
}

/** A term of leadership. */
export interface Lead {
  readonly leadership: Leadership;
  /** Aborted with DEST_FENCED when somebody else leads. */
  readonly signal: AbortSignal;
}

/** One of several replicas of one source and destination: stands by until it leads, and writes until another does. */
export class Replica {
  readonly #options: ReplicaOptions;
  readonly #key: ByteString;
  readonly self: ReplicaName;
  /** Of the source's seat that the replicas share. */
  readonly recordKey: ByteString;
  #role: Role = 'candidate';
  #leader: Leader | undefined;
  #takeovers = 0;

  constructor(options: ReplicaOptions) {
    const { config, clusterId, replicaId } = options;
    const prefix = utf8ToByteString(config.checkpointPrefix);
    this.#options = options;
    this.#key = leaderKey(prefix, clusterId);
    this.recordKey = seatKey(prefix, clusterId);
    this.self = {
      id: replicaId,
      name: config.replicaName ?? hostname(),
      url: config.replicaUrl ?? `http://${config.httpListen}`,
    };
  }

  get role(): Role {
    return this.#role;
  }

  get status(): HaStatus {
    const writer = this.#role === 'writer' ? this.self : this.#leader;
    return {
      role: this.#role,
      replica: this.self.name,
      ...(writer === undefined ? {} : { writer: { name: writer.name, url: writer.url } }),
      takeovers: this.#takeovers,
    };
  }

  /**
   * Has `write` called whenever we lead, until it returns because it was told to stop. When it fails
   * because another replica leads, we stand by again. Rejects with any other error of it, permanent ones
   * of the destination, the signal's reason.
   */
  async run(write: (lead: Lead) => Promise<void>): Promise<void> {
    const { errors, logger } = this.#options;
    for (;;) {
      const leadership = await this.#elected();
      const lost = new AbortController();
      leadership.start(successor => lost.abort(fencedBy(successor)));
      this.#role = 'writer';
      this.#takeovers += 1;
      logger.info({ ...this.self }, 'leading: this replica writes');
      try {
        await write({ leadership, signal: lost.signal });
        return;
      } catch (error) {
        if (!(await this.#isDeposed(error, leadership))) throw error;
        errors.report(toSyncerError(error));
      } finally {
        this.#role = 'candidate';
        await leadership.resign();
      }
      logger.warn('standing by again');
    }
  }

  async #elected(): Promise<Leadership> {
    const { client, signal, errors, logger, config } = this.#options;
    const options = {
      client,
      key: this.#key,
      replica: this.self,
      ttlSeconds: config.haLeaseTtl,
      logger,
    };
    for (;;) {
      try {
        const leader = await readLeader(client, this.#key);
        this.#know(leader);
        if (leader?.id === this.self.id) await this.#dismiss(leader);
        else if (leader === undefined) {
          const mandate = await campaign(client, this.#key, this.self, config.haLeaseTtl);
          if (mandate !== undefined) return new Leadership(options, mandate);
        }
      } catch (error) {
        const failure = toSyncerError(error);
        if (PERMANENT.has(failure.code)) throw failure;
        errors.note(failure);
        logger.debug({ code: failure.code, reason: failure.message }, 'could not look who leads');
      }
      signal.throwIfAborted();
      await sleep(LOOK_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  #know(leader: Leader | undefined): void {
    const { logger } = this.#options;
    if (leader?.createRevision !== this.#leader?.createRevision) {
      if (leader === undefined) logger.warn('nobody leads');
      else logger.info({ id: leader.id, name: leader.name, url: leader.url }, 'standing by');
    }
    this.#leader = leader;
    this.#role = leader === undefined ? 'candidate' : 'standby';
  }

  /** A process before us had this data directory, whose lock we hold: it is gone. */
  async #dismiss({ leaseId }: Leader): Promise<void> {
    await this.#options.client.leaseRevoke(toLong(leaseId));
  }

  /** Whether it ended since another replica leads; the seat goes as well then. Rejects with the signal's reason. */
  async #isDeposed(error: unknown, leadership: Leadership): Promise<boolean> {
    const { signal } = this.#options;
    if (signal.aborted || !(error instanceof SyncerError)) return false;
    if (error.code === 'DEST_FENCED') return true;
    return error.code === 'SEAT_REMOVED' && !(await leadership.settled(signal));
  }
}
