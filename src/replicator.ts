import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sourceProfile } from './apply/semantics.ts';
import type { SourceProfile } from './apply/types.ts';
import { loadPassword } from './config/load.ts';
import type { Config } from './config/options.ts';
import { AuthWriter } from './destination/auth-writer.ts';
import { checkpointKey } from './destination/checkpoint.ts';
import { EtcdClient } from './destination/etcd-client.ts';
import { LeaseKeeper } from './destination/lease-keeper.ts';
import { KeyFilter } from './destination/planner/filter.ts';
import { txnLimits } from './destination/planner/limits.ts';
import { DestinationWriter } from './destination/writer.ts';
import type { Seat } from './ha/seat.ts';
import type { DirectoryLock } from './log/lock.ts';
import type { SegmentedLog } from './log/segmented-log.ts';
import { SyncerError, toSyncerError } from './ops/errors.ts';
import { HttpServer } from './ops/http.ts';
import type { Logger } from './ops/logger.ts';
import { Metrics } from './ops/metrics.ts';
import { TlsSource } from './ops/tls.ts';
import { Learner } from './raft/learner.ts';
import type { RaftEvent } from './raft/types.ts';
import { ApplyLoop } from './replicator/apply-loop.ts';
import { exportMetrics } from './replicator/export-metrics.ts';
import { LagClock } from './replicator/lag.ts';
import { Membership } from './replicator/membership.ts';
import {
  openDataDir,
  openSource,
  openStorage,
  type SourceAccess,
  takeSeat,
} from './replicator/open.ts';
import { RaftNode } from './replicator/raft-node.ts';
import type { Phase, Status } from './replicator/status.ts';
import type { State } from './state/state.ts';
import { Transport } from './transport/transport.ts';
import { VERSION } from './version.ts';
import { utf8ToByteString } from './wire/bytes.ts';
import type { Entry } from './wire/types.ts';

/** etcd's default; a source may have set it higher, which only makes us answer votes a little sooner. */
const ELECTION_TIMEOUT_MS = 1_000;
/** lessor minimum TTL with etcd's default election timing. */
const MIN_LEASE_TTL = 2;
const BARRIER_MS = 1_000;
const LEAVE_MS = 500;
const DRAIN_MS = 10_000;
const LAST_ERRORS = 20;
const UNSUPPORTED = /^3\.5\.[012]$|^3\.[0-3]\.|^2\./;

interface Parts {
  readonly seat: Seat;
  readonly log: SegmentedLog;
  readonly state: State;
  readonly client: EtcdClient;
  readonly leases: LeaseKeeper;
  readonly auth: AuthWriter | undefined;
  readonly writer: DestinationWriter;
  readonly learner: Learner;
  readonly node: RaftNode;
  readonly transport: Transport;
  readonly apply: ApplyLoop;
  readonly membership: Membership;
}

/**
 * The whole: takes the seat, follows the log and writes to the destination until it is told to stop or
 * meets an error that no repetition mends. Wires the parts and owns their start and end.
 */
export class Replicator {
  readonly #config: Config;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #logger: Logger;
  readonly #metrics = new Metrics();
  readonly #lag = new LagClock();
  readonly #abort = new AbortController();
  readonly #startedMs = Date.now();
  readonly #lastErrors: { at: string; code: string; message: string }[] = [];
  #phase: Phase = 'starting';
  #parts: Parts | undefined;
  #profile: SourceProfile = sourceProfile([], 3, MIN_LEASE_TTL);
  #barrier: { readonly context: Uint8Array; index: number | undefined } | undefined;
  #promoted = false;
  #leaveTimer: NodeJS.Timeout | undefined;
  #end: ((error: SyncerError | undefined) => void) | undefined;

  constructor(config: Config, environment: NodeJS.ProcessEnv, logger: Logger) {
    this.#config = config;
    this.#environment = environment;
    this.#logger = logger;
  }

  /** Runs until `stop` or a failure. Rejects with the SyncerError that ended it. */
  async run(): Promise<void> {
    const http = new HttpServer(
      this.#metrics,
      { status: () => this.status(), ready: () => this.#phase === 'replicating' },
      this.#logger,
    );
    let lock: DirectoryLock | undefined;
    try {
      await http.listen(this.#config.httpListen);
      lock = await openDataDir(this.#config.dataDir);
      await this.#replicate();
    } catch (error) {
      if (this.#abort.signal.aborted && error === this.#abort.signal.reason) return;
      throw this.#note(toSyncerError(error));
    } finally {
      this.#phase = 'stopped';
      await http.close();
      await lock?.release();
      this.#metrics.close();
    }
  }

  /** Ends after what is under way is confirmed, or DRAIN_MS later. */
  stop(): void {
    this.#end?.(undefined);
    this.#abort.abort();
  }

  status(): Status {
    const parts = this.#parts;
    const now = Date.now();
    const committed = parts?.node.commit ?? 0;
    const confirmed = parts?.state.confirmed.index ?? 0;
    return {
      version: VERSION,
      phase: this.#phase,
      uptime_seconds: Math.floor((now - this.#startedMs) / 1000),
      source: {
        cluster_id: (parts?.seat.clusterId ?? 0n).toString(16),
        member_id: (parts?.seat.memberId ?? 0n).toString(16),
        leader: (parts?.learner.leader ?? 0n).toString(16),
        term: parts?.learner.term ?? 0,
        peers: (parts?.transport.peers() ?? []).map(peer => ({
          ...peer,
          id: peer.id.toString(16),
        })),
      },
      positions: {
        received: parts?.node.received ?? 0,
        committed,
        durable: parts?.log.durableIndex ?? 0,
        resolved: parts?.state.resolved.index ?? 0,
        confirmed,
        checkpoint: parts?.writer.checkpoint?.index ?? 0,
        source_revision: parts?.state.revision ?? 0,
      },
      lag: { entries: Math.max(0, committed - confirmed), seconds: this.#lag.lagMs(now) / 1000 },
      destination: {
        endpoint: parts?.client.endpoint ?? '',
        leases: parts?.leases.size ?? 0,
        batches: parts?.writer.stats.batches ?? 0,
        operations: parts?.writer.stats.operations ?? 0,
        guard_failures: parts?.writer.stats.guardFailures ?? 0,
        retries: parts?.writer.stats.retries ?? 0,
        consistent: parts?.writer.consistent ?? true,
      },
      log_bytes: parts?.log.sizeBytes ?? 0,
      auth_held: parts?.auth?.held ?? [],
      last_errors: this.#lastErrors,
    };
  }

  async #replicate(): Promise<void> {
    this.#phase = 'seating';
    const source = await openSource(this.#config, this.#environment, this.#logger);
    const seat = await takeSeat(this.#config, source, this.#logger, this.#abort.signal);
    const parts = await this.#build(seat, source);
    this.#parts = parts;
    exportMetrics(this.#metrics, () => this.status(), parts);
    const ended = new Promise<SyncerError | undefined>(resolve => {
      this.#end = resolve;
    });
    const timer = setInterval(() => this.#everySecond(), BARRIER_MS);
    try {
      this.#logger.info(
        { member_id: seat.memberId.toString(16), cluster_id: seat.clusterId.toString(16) },
        'took the seat',
      );
      await parts.node.start();
      await parts.transport.start(seat.others, this.#abort.signal);
      parts.transport.setPeers(parts.membership.others);
      if (seat.isVoter) this.#wasPromoted();
      this.#phase = 'catching-up';
      this.#watch(this.#writeToDestination(parts));
      const error = await ended;
      await this.#shutDown(parts, source);
      if (error !== undefined) throw error;
    } finally {
      clearInterval(timer);
    }
  }

  async #writeToDestination({ writer, apply, state, seat, node }: Parts): Promise<void> {
    const checkpoint = await writer.open({
      clusterId: seat.clusterId,
      confirmed: state.confirmed,
      checkpointIndex: state.checkpointIndex,
    });
    this.#logger.info({ index: checkpoint.index, term: checkpoint.term }, 'claimed the checkpoint');
    apply.committed(node.commit);
    await Promise.all([writer.run(), apply.run(checkpoint)]);
  }

  async #build(seat: Seat, source: SourceAccess): Promise<Parts> {
    const config = this.#config;
    const logger = this.#logger;
    // Snapshots of an earlier run that broke off.
    await rm(join(config.dataDir, 'snapshot'), { recursive: true, force: true });
    const { log, state } = await openStorage(config.dataDir, seat.clusterId, seconds =>
      this.#metrics.observe('etcd_syncer_log_fsync_seconds', seconds),
    );
    const learner = new Learner({
      id: seat.memberId,
      terms: log.terms,
      hardState: log.hardState,
      electionTimeoutMs: ELECTION_TIMEOUT_MS,
    });
    const membership = new Membership(seat.memberId, seat.others);
    const transport: Transport = new Transport({
      identity: seat,
      listenUrls: config.listenPeerUrls,
      snapshotDir: join(config.dataDir, 'snapshot'),
      http: source.http,
      tls: source.peerTls,
      logger,
      events: {
        onMessage: message => node.receive(message),
        onSnapshot: async (message, file) => {
          await rm(file, { force: true });
          node.receive(message);
        },
        onRemoved: by =>
          this.#fail(removedError(`member ${by.toString(16)} says that our seat is removed`)),
        onStolen: () =>
          this.#report(new SyncerError('SEAT_STOLEN', 'our streams are replaced again and again')),
        onVersions: versions => this.#knowVersions(versions),
      },
    });
    const node: RaftNode = new RaftNode({
      learner,
      log,
      send: messages => transport.send(messages),
      maxLogBytes: config.logMaxSize,
      now: () => performance.now(),
      events: {
        onCommit: commit => this.#committed(commit),
        onConfChange: entry => this.#membershipChanged(entry),
        onEvent: event => this.#raftEvent(event),
        onSnapshotNeeded: () =>
          this.#fail(
            new SyncerError(
              'SOURCE_SNAPSHOT_NEEDED',
              'the leader sent a snapshot instead of its log',
            ),
          ),
        onFailed: error => this.#fail(toSyncerError(error)),
      },
    });
    const destination = await this.#buildDestination(seat, state, log);
    const apply = new ApplyLoop({
      log,
      state,
      writer: destination.writer,
      filter: destination.filter,
      profile: () => this.#profile,
      logger,
      onOutcome: outcome =>
        this.#metrics.add('etcd_syncer_entries_total', 1, { outcome: outcome.kind }),
    });
    return { seat, log, state, learner, node, transport, apply, membership, ...destination };
  }

  async #buildDestination(seat: Seat, state: State, log: SegmentedLog) {
    const config = this.#config;
    const logger = this.#logger;
    const client = new EtcdClient({
      endpoints: config.destEndpoints,
      tls: await TlsSource.open(
        { ca: config.destCacert, cert: config.destCert, key: config.destKey },
        logger,
      ),
      user: config.destUser,
      password: loadPassword(
        'ETCD_SYNCER_DEST_PASSWORD',
        config.destPasswordFile,
        this.#environment,
      ),
    });
    const checkpointPrefix = utf8ToByteString(config.checkpointPrefix);
    const filter = new KeyFilter({
      prefixes: config.prefix.map(utf8ToByteString),
      excludePrefixes: config.excludePrefix.map(utf8ToByteString),
      destPrefix: destinationPrefix(config),
      checkpointPrefix,
    });
    const leases: LeaseKeeper = new LeaseKeeper(client, config.leaseTtlFloor, logger, id =>
      writer.leaseLost(id),
    );
    const auth =
      config.auth === 'skip' ? undefined : new AuthWriter(client, logger, config.destUser);
    const writer: DestinationWriter = new DestinationWriter({
      client,
      leases,
      auth,
      filter,
      limits: txnLimits(config.maxTxnOps, config.maxRequestBytes),
      clusterId: seat.clusterId,
      checkpointKey: checkpointKey(checkpointPrefix, seat.clusterId),
      checkpointPrefix,
      onNonempty: config.onNonempty,
      writerName: randomBytes(8).toString('hex'),
      logger,
      onConfirmed: async (position, checkpointIndex) => {
        try {
          await state.confirm(position.index, checkpointIndex);
          this.#lag.confirmed(position.index);
          this.#metrics.set('etcd_syncer_last_confirmed_timestamp_seconds', Date.now() / 1000);
          this.#passBarrier();
          await log.trim(state.durable.index);
        } catch (error) {
          this.#fail(toSyncerError(error));
        }
      },
      onBatch: (_, seconds) => this.#metrics.observe('etcd_syncer_batch_seconds', seconds),
    });
    return { client, filter, leases, auth, writer };
  }

  #committed(commit: number): void {
    this.#lag.committed(commit, Date.now());
    this.#parts?.apply.committed(commit);
  }

  #membershipChanged(entry: Entry): void {
    const parts = this.#parts;
    if (parts === undefined) return;
    const news = parts.membership.apply(entry);
    if (news === 'removed') {
      const promoted = new SyncerError(
        'SEAT_PROMOTED',
        'the seat was promoted and has removed itself',
      );
      this.#fail(this.#promoted ? promoted : removedError('our seat was removed from the source'));
    } else if (news === 'promoted') this.#wasPromoted();
    else if (news === 'peers') parts.transport.setPeers(parts.membership.others);
  }

  #wasPromoted(): void {
    if (this.#promoted) return;
    this.#promoted = true;
    this.#report(new SyncerError('SEAT_PROMOTED', 'somebody has promoted our seat: removing it'));
    this.#leave();
  }

  #leave(): void {
    const { learner, node, seat } = this.#parts as Parts;
    node.propose(learner.leave(requestId(seat.memberId)));
    // The proposal may be lost with a leader.
    this.#leaveTimer = setTimeout(() => this.#leave(), LEAVE_MS);
  }

  #raftEvent(event: RaftEvent): void {
    const logger = this.#logger;
    switch (event.kind) {
      case 'leader-changed':
        this.#parts?.transport.setLeader(event.leader);
        this.#barrier = undefined;
        logger.info({ leader: event.leader.toString(16), term: event.term }, 'following a leader');
        return;
      case 'lost-log': {
        const text = `the leader counts on entry ${event.acknowledged}, our log ends at ${event.last}`;
        this.#report(new SyncerError('LOG_LOST', text));
        return;
      }
      case 'diverged':
        this.#fail(
          new SyncerError(
            'SOURCE_HISTORY_DIVERGED',
            `entry ${event.index} differs from ours, which is committed up to ${event.commit}`,
          ),
        );
        return;
      case 'read-index':
        if (
          this.#barrier !== undefined &&
          Buffer.compare(this.#barrier.context, event.context) === 0
        ) {
          this.#barrier.index = event.index;
          this.#passBarrier();
        }
        return;
      case 'vote':
        this.#metrics.add('etcd_syncer_votes_total', 1, { granted: String(event.granted) });
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

  /** Until the first barrier is passed, asks the leader where the cluster stands. */
  #everySecond(): void {
    const parts = this.#parts;
    if (parts === undefined || this.#phase !== 'catching-up' || this.#barrier?.index !== undefined)
      return;
    const context = randomBytes(8);
    this.#barrier = { context, index: undefined };
    parts.node.propose(parts.learner.readIndex(context));
  }

  #passBarrier(): void {
    const index = this.#barrier?.index;
    const confirmed = this.#parts?.state.confirmed.index ?? 0;
    if (this.#phase !== 'catching-up' || index === undefined || confirmed < index) return;
    this.#phase = 'replicating';
    this.#logger.info({ index }, 'caught up with the source');
  }

  #knowVersions(versions: ReadonlyMap<bigint, string>): void {
    const known = [...versions.values()];
    const refused = known.find(version => UNSUPPORTED.test(version));
    if (refused !== undefined) {
      this.#fail(
        new SyncerError('SOURCE_UNSUPPORTED_VERSION', `a member of the source runs ${refused}`),
      );
    }
    if (known.length > 0) {
      this.#profile = sourceProfile(
        known,
        this.#parts?.membership.voters ?? versions.size,
        MIN_LEASE_TTL,
      );
    }
  }

  async #shutDown(parts: Parts, source: SourceAccess): Promise<void> {
    this.#phase = 'draining';
    clearTimeout(this.#leaveTimer);
    const { apply, writer, transport, node, state, log, client } = parts;
    apply.stop();
    const drained = writer.checkpoint !== undefined && (await writer.drain(DRAIN_MS));
    writer.stop();
    await transport.stop();
    await node.stop();
    await state.close();
    await log.close();
    client.close();
    source.client?.close();
    source.peerTls.close();
    this.#logger.info({ drained, confirmed: state.confirmed.index }, 'stopped');
  }

  /** A loop that ends before it is told to has failed. */
  #watch(loop: Promise<unknown>): void {
    loop.catch((error: unknown) => {
      if (error !== this.#abort.signal.reason && !isAbort(error)) this.#fail(toSyncerError(error));
    });
  }

  #fail(error: SyncerError): void {
    this.#end?.(error);
  }

  #report(error: SyncerError): void {
    this.#note(error);
    this.#logger.error({ code: error.code, ...error.details }, error.message);
  }

  #note(error: SyncerError): SyncerError {
    this.#lastErrors.push({
      at: new Date().toISOString(),
      code: error.code,
      message: error.message,
    });
    if (this.#lastErrors.length > LAST_ERRORS) this.#lastErrors.shift();
    return error;
  }
}

function destinationPrefix(config: Config) {
  if (config.noDestPrefix) return utf8ToByteString('');
  return config.destPrefix === undefined ? undefined : utf8ToByteString(config.destPrefix);
}

function removedError(text: string): SyncerError {
  return new SyncerError('SEAT_REMOVED', text);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** As etcd makes them: the low 16 bits of the member ID on top, never zero (pkg/idutil). */
function requestId(memberId: bigint): bigint {
  const low = BigInt.asUintN(48, randomBytes(8).readBigUInt64BE()) | 1n;
  return (BigInt.asUintN(16, memberId) << 48n) | low;
}
