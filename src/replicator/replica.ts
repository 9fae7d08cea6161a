import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/options.ts';
import { checkpointKey, readCheckpoint } from '../destination/checkpoint.ts';
import type { EtcdClient } from '../destination/etcd-client.ts';
import { toLong } from '../destination/int64.ts';
import { refusePromoted } from '../destination/judge-checkpoint.ts';
import { isDeaf } from '../ha/hearing.ts';
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
import { Challenge } from './challenge.ts';
import type { ErrorLog } from './error-log.ts';
import { closeStorage, type Storage } from './open.ts';
import type { Standby } from './standby.ts';
import type { HaStatus } from './status.ts';

/** How often a standby looks who leads: a leader that left in order is followed within this. */
const LOOK_MS = 200;
/** What a standby without the writer's log waits when nobody leads. */
const COLD_MS = 800;
/** What a replica waits that has stood back: for the one that it did so for, but not for ever. */
const STOOD_BACK_MS = 10_000;
/** How often it looks whether the destination was promoted, in looks at the leader: every 2 s. */
const LOOKS_A_CHECKPOINT = 10;
/** Errors of the destination that no repetition mends. */
const PERMANENT: ReadonlySet<string> = new Set([
  'DEST_UNAUTHORISED',
  'DEST_PERMISSION',
  'DEST_PROMOTED',
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
  /** Opens log and state for a standby. */
  readonly standBy: () => Promise<Standby>;
  /** Rejects when the source is not reached from here. */
  readonly meetSource: () => Promise<unknown>;
}

/** A term of leadership. */
export interface Lead {
  readonly leadership: Leadership;
  /** What we have as a standby: the log and the state. Whoever gets it closes it. */
  readonly storage: Storage;
  /** Aborted with DEST_FENCED when somebody else leads, with SOURCE_UNHEARD when somebody else should. */
  readonly signal: AbortSignal;
}

/** The term of a writer, as long as it is one. */
interface Term {
  readonly sinceMs: number;
  readonly lost: AbortController;
}

/** One of several replicas of one source and destination: stands by until it leads, and writes until another does. */
export class Replica {
  readonly #options: ReplicaOptions;
  readonly #key: ByteString;
  readonly #checkpointKey: ByteString;
  readonly self: ReplicaName;
  /** Of the source's seat that the replicas share. */
  readonly recordKey: ByteString;
  #role: Role = 'candidate';
  #leader: Leader | undefined;
  #standby: Standby | undefined;
  readonly #challenge: Challenge;
  #takeovers = 0;
  #term: Term | undefined;
  #hasStoodBack = false;

  constructor(options: ReplicaOptions) {
    const { config, clusterId, replicaId } = options;
    const prefix = utf8ToByteString(config.checkpointPrefix);
    this.#options = options;
    this.#challenge = new Challenge(options);
    this.#key = leaderKey(prefix, clusterId);
    this.#checkpointKey = checkpointKey(prefix, clusterId);
    this.recordKey = seatKey(prefix, clusterId);
    this.self = {
      id: replicaId,
      name: config.replicaName ?? hostname(),
      url: urlOf(config),
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
      ...(this.#standby === undefined ? {} : { standby: this.#standby.status }),
    };
  }

  /** A standby from which a takeover would go on. */
  get isWarm(): boolean {
    return this.#standby?.isWarm === true;
  }

  /** @param silentMs since the source was heard; undefined = never, or there is no seat */
  isDeaf(silentMs: number | undefined): boolean {
    const ledMs = this.#term === undefined ? 0 : performance.now() - this.#term.sinceMs;
    return isDeaf({ ledMs, silentMs }, this.#options.config.sourceElectionTimeout * 1_000);
  }

  /** A standby that reaches the source wants to write. Whether we let it: when we do not hear the source. */
  standBack(silentMs: number | undefined): boolean {
    const term = this.#term;
    if (term === undefined || !this.isDeaf(silentMs)) return false;
    const text = 'the source is not heard here, and another replica reaches it';
    term.lost.abort(new SyncerError('SOURCE_UNHEARD', text, { silent_ms: silentMs }));
    return true;
  }

  /**
   * Has `write` called whenever we lead, until it returns because it was told to stop. When it fails
   * because another replica leads, or should, we stand by again. Rejects with any other error of it, permanent ones
   * of the destination, the signal's reason.
   */
  async run(write: (lead: Lead) => Promise<void>): Promise<void> {
    const { errors, logger } = this.#options;
    for (;;) {
      const standby = await this.#options.standBy();
      this.#standby = standby;
      const leadership = await this.#elected(standby);
      const lost = new AbortController();
      leadership.start(successor => lost.abort(fencedBy(successor)));
      this.#term = { sinceMs: performance.now(), lost };
      this.#hasStoodBack = false;
      this.#role = 'writer';
      this.#takeovers += 1;
      logger.info({ ...this.self, warm: standby.isWarm }, 'leading: this replica writes');
      try {
        const storage = await standby.stop();
        this.#standby = undefined;
        await write({ leadership, storage, signal: lost.signal });
        return;
      } catch (error) {
        if (!(await this.#isDeposed(error, leadership))) throw error;
        const failure = toSyncerError(error);
        this.#hasStoodBack = failure.code === 'SOURCE_UNHEARD';
        errors.report(failure);
      } finally {
        this.#term = undefined;
        this.#role = 'candidate';
        await leadership.resign();
      }
      logger.warn('standing by again');
    }
  }

  /** Stands by until we lead. When it rejects, what the standby had is closed. */
  async #elected(standby: Standby): Promise<Leadership> {
    standby.start();
    try {
      return await this.#campaign(standby);
    } catch (error) {
      this.#standby = undefined;
      await closeStorage(await standby.stop());
      throw error;
    }
  }

  async #campaign(standby: Standby): Promise<Leadership> {
    const { client, signal, errors, logger, config } = this.#options;
    const options = {
      client,
      key: this.#key,
      replica: this.self,
      ttlSeconds: config.haLeaseTtl,
      logger,
    };
    let vacantSinceMs: number | undefined;
    for (let looks = 0; ; looks += 1) {
      if (standby.failure !== undefined) throw standby.failure;
      try {
        if (looks % LOOKS_A_CHECKPOINT === 0) await this.#refusePromoted();
        const leader = await readLeader(client, this.#key);
        this.#know(leader);
        standby.follow(leader?.id === this.self.id ? undefined : leader?.url);
        if (leader === undefined) {
          vacantSinceMs ??= performance.now();
          if (performance.now() - vacantSinceMs >= this.#waitsMs(standby)) {
            await this.#refusePromoted();
            const mandate = await campaign(client, this.#key, this.self, config.haLeaseTtl);
            if (mandate !== undefined) return new Leadership(options, mandate);
          }
        } else {
          vacantSinceMs = undefined;
          await this.#meet(leader, standby);
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

  /** Nobody leads: one that has the writer's log goes first, one that has just given it up last. */
  #waitsMs({ isWarm }: Standby): number {
    if (this.#hasStoodBack) return STOOD_BACK_MS;
    return isWarm ? 0 : COLD_MS;
  }

  /** A destination that was cut over to has no writer any more. Errors: DEST_PROMOTED, those of readCheckpoint. */
  async #refusePromoted(): Promise<void> {
    const { checkpoint } = await readCheckpoint(this.#options.client, this.#checkpointKey);
    if (checkpoint !== undefined) refusePromoted(checkpoint);
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

  async #meet({ id, url, leaseId }: Leader, standby: Standby): Promise<void> {
    if (id === this.self.id) {
      // A process before us had this data directory, whose lock we hold: it is gone.
      await this.#options.client.leaseRevoke(toLong(leaseId));
      return;
    }
    this.#hasStoodBack = false;
    if (standby.doubtsWriter) this.#challenge.consider(url);
  }

  /** Whether it ended since another replica leads, or should; the seat goes as well then. Rejects with the signal's reason. */
  async #isDeposed(error: unknown, leadership: Leadership): Promise<boolean> {
    const { signal } = this.#options;
    if (signal.aborted || !(error instanceof SyncerError)) return false;
    if (error.code === 'DEST_FENCED' || error.code === 'SOURCE_UNHEARD') return true;
    return error.code === 'SEAT_REMOVED' && !(await leadership.settled(signal));
  }
}

/** Errors: CONFIG_INVALID when it can't be the address that others reach. */
function urlOf({ replicaUrl, httpListen, httpCertFile }: Config): string {
  if (replicaUrl !== undefined) return replicaUrl;
  if (/^(0\.0\.0\.0|\[::\]):/.test(httpListen)) {
    const text = '--ha needs --replica-url: --http-listen names no address that others could reach';
    throw new SyncerError('CONFIG_INVALID', text);
  }
  return `${httpCertFile === undefined ? 'http' : 'https'}://${httpListen}`;
}
