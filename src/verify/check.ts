import { setTimeout as sleep } from 'node:timers/promises';
import { checkpointKey } from '../destination/checkpoint.ts';
import type { EtcdClient } from '../destination/etcd-client.ts';
import { toId, toNumber } from '../destination/int64.ts';
import type { KeyFilter } from '../destination/planner/filter.ts';
import type { Logger } from '../ops/logger.ts';
import type { ByteString } from '../wire/bytes.ts';
import { authDifferences, readAuthOf } from './auth.ts';
import { Findings } from './findings.ts';
import { KeyCheck, type KeyCheckMark } from './key-check.ts';
import { LiveSource } from './key-source.ts';
import { lookAtLeases } from './leases.ts';
import { type Authenticate, type Login, lookAtLogins } from './logins.ts';
import { Pace } from './pace.ts';
import { AlignedPairs } from './pair.ts';
import { Patience } from './patience.ts';
import { scopeOf } from './scope.ts';
import { settledDifferences } from './settle.ts';
import type { AlignedPair, Difference, DifferenceKind } from './types.ts';

/** How long one request is repeated while a cluster is away. */
export const PATIENCE_MS = 30_000;

export interface CheckOptions {
  readonly source: EtcdClient;
  readonly destination: EtcdClient;
  readonly filter: KeyFilter;
  readonly checkpointPrefix: ByteString;
  /** Source keys that begin with it are compared; '' = all that are replicated. */
  readonly onlyPrefix: ByteString;
  readonly withValues: boolean;
  readonly withLeases: boolean;
  readonly withAuth: boolean;
  /** Users to log in as at both sides; undefined = nobody. */
  readonly logins?: LoginOptions | undefined;
  /** Where a check that broke off had come to; undefined = the beginning. */
  readonly from?: CheckMark | undefined;
  /** Values and TTLs are compared of this share, 0 to 1. */
  readonly share: number;
  readonly seed: number;
  /** What only the destination has is no difference. */
  readonly keepsForeign: boolean;
  /** Keys a second and side; 0 = as fast as it goes. */
  readonly maxRate: number;
  /** Share of the time that each side may be read, 0 to 1. */
  readonly maxLoad: number;
  /** Whether the replicator lags too far behind for anything to be read. */
  readonly isBehind: () => Promise<boolean>;
  /** How long an aligned pair, or the arrival of what is on its way, is waited for. */
  readonly waitMs: number;
  /** Differences that are kept; all are counted. */
  readonly limit: number;
  /** Index that a running replicator has confirmed for this source cluster; undefined = none can be asked. */
  readonly confirmedIndex: (clusterId: bigint) => Promise<number | undefined>;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

export interface LoginOptions {
  readonly list: readonly Login[];
  readonly source: Authenticate;
  readonly destination: Authenticate;
}

/** How far a check has come with the keys, and what it found on the way. */
export interface CheckMark {
  readonly keys: KeyCheckMark;
  readonly counts: Readonly<Partial<Record<DifferenceKind, number>>>;
  readonly first: readonly Difference[];
}

export interface CheckReport {
  readonly clusterId: bigint;
  readonly pairs: readonly AlignedPair[];
  /** Revision of the source at the end: how far it is beyond what was compared. */
  readonly sourceRevision: number;
  readonly keys: number;
  readonly values: number;
  readonly leases: number;
  readonly users: number;
  readonly roles: number;
  /** Users who logged in at the source. */
  readonly logins: number;
  /** Keys and leases that only the destination has and may have. */
  readonly foreignKeys: number;
  readonly foreignLeases: number;
  /** Keys that changed between the pair and a snapshot: nothing can be told of them. */
  readonly unknownKeys: number;
  readonly total: number;
  readonly counts: Readonly<Record<DifferenceKind, number>>;
  readonly first: readonly Difference[];
  /** What differs though it may only be on its way: counted apart. */
  readonly unsettled: number;
  readonly firstUnsettled: readonly Difference[];
  readonly seconds: number;
}

export interface CheckProgress {
  readonly done: number;
  readonly total: number;
  readonly seconds: number;
}

/** One comparison of the destination with the source. It writes nothing to either. */
export class Check {
  readonly #options: CheckOptions;
  readonly #patience: Patience;
  readonly #findings: Findings;
  readonly #unsettled: Findings;
  readonly #startedMs = performance.now();
  #keys: KeyCheck | undefined;
  #leases = { compared: 0, foreign: 0 };
  #auth = { users: 0, roles: 0 };
  #logins = 0;

  constructor(options: CheckOptions) {
    this.#options = options;
    this.#patience = new Patience(options.logger, options.signal, PATIENCE_MS);
    this.#findings = new Findings(options.limit);
    this.#unsettled = new Findings(options.limit);
    if (options.from !== undefined) this.#findings.restore(options.from);
  }

  /** Undefined until the first pair is known. */
  get progress(): CheckProgress | undefined {
    if (this.#keys === undefined) return undefined;
    const { compared, total } = this.#keys.progress;
    return { done: compared, total: Math.max(compared, total), seconds: this.#seconds };
  }

  /** Where another check may go on; undefined = nowhere yet. */
  get mark(): CheckMark | undefined {
    const keys = this.#keys?.mark;
    if (keys === undefined) return undefined;
    return { keys, counts: this.#findings.counts, first: this.#findings.first };
  }

  /**
   * Errors: CHECK_NO_CHECKPOINT, CHECK_NO_PAIR, SOURCE_HISTORY_DIVERGED, those of the clients; the signal's
   * reason.
   */
  async run(): Promise<CheckReport> {
    const { source, destination, checkpointPrefix, waitMs } = this.#options;
    const { withLeases, withAuth, logins } = this.#options;
    const { header } = await this.#patience.with('ask the source', () => source.status());
    const clusterId = toId(header?.cluster_id);
    const pairs = new AlignedPairs({
      destination,
      checkpointKey: checkpointKey(checkpointPrefix, clusterId),
      waitMs,
      patience: this.#patience,
      confirmedIndex: () => this.#options.confirmedIndex(clusterId),
    });
    const keys = this.#keyCheck(pairs);
    this.#keys = keys;
    await keys.run();
    // Reading users takes entries of the source's log, so it comes last.
    if (withLeases) await this.#checkLeases(pairs);
    if (withAuth) await this.#checkAuth(pairs);
    if (logins !== undefined) await this.#checkLogins(pairs, logins);
    const end = await this.#patience.with('ask the source', () => source.status());
    return this.#report(clusterId, keys, toNumber(end.header?.revision));
  }

  get #seconds(): number {
    return (performance.now() - this.#startedMs) / 1_000;
  }

  #keyCheck(pairs: AlignedPairs): KeyCheck {
    const { source, destination, filter, onlyPrefix } = this.#options;
    const { withValues, share, seed, keepsForeign } = this.#options;
    const scope = scopeOf(filter, onlyPrefix);
    return new KeyCheck({
      source: new LiveSource({
        client: source,
        filter,
        prefixes: scope.source,
        pace: this.#pace(),
        patience: this.#patience,
      }),
      destination,
      pairs,
      filter,
      prefixes: scope.destination,
      withValues,
      share,
      seed,
      keepsForeign,
      pace: this.#pace(),
      patience: this.#patience,
      findings: this.#findings,
      from: this.#options.from?.keys,
    });
  }

  /** Every lease of the source is replicated; those of others may be in a destination that is not ours alone. */
  async #checkLeases(pairs: AlignedPairs): Promise<void> {
    const { source, destination, filter, share, seed } = this.#options;
    const options = {
      source,
      destination,
      checkpointPrefix: this.#options.checkpointPrefix,
      keepsForeign: this.#options.keepsForeign || !filter.isIdentity,
      share,
      seed,
      pace: this.#pace(),
      patience: this.#patience,
    };
    await this.#settle(pairs, async () => {
      const { differences, ...counts } = await lookAtLeases(options);
      this.#leases = counts;
      return differences;
    });
  }

  async #checkAuth(pairs: AlignedPairs): Promise<void> {
    const { source, destination, keepsForeign } = this.#options;
    await this.#settle(pairs, async () => {
      const there = await readAuthOf(destination, this.#patience);
      const wanted = await readAuthOf(source, this.#patience);
      this.#auth = { users: wanted.users.size, roles: wanted.roles.size };
      return authDifferences(wanted, there, { ownUser: destination.user, keepsForeign });
    });
  }

  async #checkLogins(
    pairs: AlignedPairs,
    { list, source, destination }: LoginOptions,
  ): Promise<void> {
    const patient =
      (authenticate: Authenticate): Authenticate =>
      login =>
        this.#patience.with('log in', () => authenticate(login));
    await this.#settle(pairs, async () => {
      const look = await lookAtLogins(list, patient(source), patient(destination));
      this.#logins = look.tried;
      return look.differences;
    });
  }

  async #settle(pairs: AlignedPairs, look: () => Promise<readonly Difference[]>): Promise<void> {
    const { source } = this.#options;
    const { differences, isCertain } = await settledDifferences({
      look,
      committedIndex: async () => {
        const { raftIndex } = await this.#patience.with('ask the source', () => source.status());
        return toNumber(raftIndex);
      },
      pairs,
      patience: this.#patience,
    });
    (isCertain ? this.#findings : this.#unsettled).add(differences);
  }

  #pace(): Pace {
    const { maxRate, maxLoad, isBehind, signal } = this.#options;
    return new Pace({
      perSecond: maxRate,
      share: maxLoad,
      isBehind,
      now: () => performance.now(),
      sleep: delayMs => sleep(delayMs, undefined, { signal }),
    });
  }

  #report(clusterId: bigint, keys: KeyCheck, sourceRevision: number): CheckReport {
    const { compared, values, foreign, unknown, pairs } = keys.progress;
    const findings = this.#findings;
    return {
      clusterId,
      pairs,
      sourceRevision,
      keys: compared,
      values,
      leases: this.#leases.compared,
      ...this.#auth,
      logins: this.#logins,
      foreignKeys: foreign,
      foreignLeases: this.#leases.foreign,
      unknownKeys: unknown,
      total: findings.total,
      counts: findings.counts,
      first: findings.first,
      unsettled: this.#unsettled.total,
      firstUnsettled: this.#unsettled.first,
      seconds: this.#seconds,
    };
  }
}
