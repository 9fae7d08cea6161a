import type { Member } from '../apply/types.ts';
import type { Config } from '../config/options.ts';
import { isAlone } from '../destination/emptiness.ts';
import type { EtcdClient } from '../destination/etcd-client.ts';
import { LeaseSweep } from '../destination/lease-sweep.ts';
import type { Fence } from '../destination/write-gate.ts';
import type { FeedPositions } from '../ha/feed-frames.ts';
import type { Seat } from '../ha/seat.ts';
import { SyncerError, toSyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import type { Metrics } from '../ops/metrics.ts';
import { Learner } from '../raft/learner.ts';
import { Transport } from '../transport/transport.ts';
import { ApplyLoop } from './apply-loop.ts';
import { buildDestination, type Destination } from './destination.ts';
import type { ErrorLog } from './error-log.ts';
import { hashPasswords } from './hash-passwords.ts';
import { LagClock } from './lag.ts';
import { LogFeed } from './log-feed.ts';
import { LogSpace } from './log-space.ts';
import { askMember } from './member-answers.ts';
import { Membership } from './membership.ts';
import type { SourceAccess, Storage } from './open.ts';
import { OutcomeCounts } from './outcome-counts.ts';
import { Publisher } from './publisher.ts';
import { RaftEvents } from './raft-events.ts';
import { RaftNode } from './raft-node.ts';
import { ReadIndex } from './read-index.ts';
import { ReferenceMember } from './reference-member.ts';
import { SeatWatch } from './seat-watch.ts';
import { Settler } from './settler.ts';
import { SnapshotInstall } from './snapshot-install.ts';
import { SnapshotIntake } from './snapshot-intake.ts';
import { SourceVersions } from './source-versions.ts';
import { StateCommits } from './state-commits.ts';
import type { Phase, Progress } from './status.ts';

const BARRIER_MS = 60_000;
const DRAIN_MS = 10_000;

export interface ReplicationOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly errors: ErrorLog;
  readonly seat: Seat;
  readonly source: SourceAccess;
  readonly storage: Storage;
  readonly client: EtcdClient;
  /** Where a snapshot that the leader sends is kept as a backup. */
  readonly snapshotOut: string | undefined;
  /** With --ha: what shows that we lead. */
  readonly fence?: (() => Fence) | undefined;
  /** With --ha: whether the source is not heard, given since when. */
  readonly isDeaf?: (silentMs: number | undefined) => boolean;
  /** Told once, when the destination has everything that the source had at our start. */
  readonly onCaughtUp?: () => void;
  /** Told once, when the checkpoint is claimed: it can be promoted from now on. */
  readonly onWriting?: () => void;
}

/** One seat's replication: the parts wired together, from the first stream to the last batch. */
export class Replication {
  readonly seat: Seat;
  readonly storage: Storage;
  readonly destination: Destination;
  readonly learner: Learner;
  readonly node: RaftNode;
  readonly transport: Transport;
  readonly lag = new LagClock();
  /** What standbys follow. */
  readonly feed: LogFeed;
  readonly outcomes = new OutcomeCounts();
  /** How many entries the destination has confirmed of this seat; those of snapshots do not count. */
  confirmedEntries = 0;
  /** undefined without --publish-name. */
  readonly publisher: Publisher | undefined;
  readonly #options: ReplicationOptions;
  readonly #events: RaftEvents;
  readonly #space: LogSpace;
  readonly #stateCommits: StateCommits;
  readonly #membership: Membership;
  readonly #versions: SourceVersions;
  readonly #watch: SeatWatch;
  readonly #apply: ApplyLoop;
  readonly #readIndex: ReadIndex;
  /** What has to be confirmed before we count as caught up; undefined until the leader has told. */
  #barrier: number | undefined;
  readonly #intake: SnapshotIntake;
  readonly #install: SnapshotInstall;
  readonly #abort = new AbortController();
  readonly #ended: Promise<SyncerError | undefined>;
  #end: (error: SyncerError | undefined) => void = () => undefined;
  #phase: Phase = 'catching-up';
  #isBlocked = false;
  #lastHeardMs: number | undefined;
  /** What the destination has told us to have; the state takes note a moment later. */
  #confirmedIndex = 0;
  #isPromoted = false;
  #isFrozen = false;
  #applying: Promise<void> = Promise.resolve();
  #writing: Promise<void> = Promise.resolve();
  #publishing: Promise<void> | undefined;

  constructor(options: ReplicationOptions) {
    const { config, logger, metrics, seat, source, storage, client } = options;
    const { log, state } = storage;
    this.#options = options;
    this.seat = seat;
    this.storage = storage;
    this.#stateCommits = new StateCommits(state);
    this.#ended = new Promise(resolve => {
      this.#end = resolve;
    });
    this.learner = new Learner({
      id: seat.memberId,
      terms: log.terms,
      hardState: log.hardState,
      electionTimeoutMs: config.sourceElectionTimeout * 1_000,
    });
    this.#membership = new Membership(seat.memberId, seat.others);
    this.#versions = new SourceVersions({
      config,
      logger,
      voters: () => this.#membership.voters,
      onRefused: error => this.#fail(error),
    });
    this.transport = this.#buildTransport();
    this.node = new RaftNode({
      learner: this.learner,
      log,
      send: messages => this.transport.send(messages),
      maxLogBytes: config.logMaxSize,
      now: () => performance.now(),
      hashPasswords,
      events: {
        onCommit: commit => this.#committed(commit),
        onConfChange: entry => this.#watch.committed(entry),
        onEvent: event => this.#events.handle(event),
        onLogFull: () => this.#space.full(),
        onFailed: error => this.#fail(toSyncerError(error)),
      },
    });
    this.#watch = new SeatWatch({
      memberId: seat.memberId,
      learner: this.learner,
      membership: this.#membership,
      propose: message => this.node.propose(message),
      report: error => options.errors.report(error),
      onEnd: error => this.#fail(error),
      onPeers: () => this.transport.setPeers(this.#membership.others),
    });
    this.#readIndex = new ReadIndex(this.learner, message => this.node.propose(message));
    this.destination = buildDestination(config, client, seat.clusterId, logger, {
      onConfirmed: (position, checkpointIndex) => this.#confirmed(position.index, checkpointIndex),
      onBatch: (_, seconds) => metrics.observe('etcd_syncer_batch_seconds', seconds),
      onRetry: error => {
        this.#isBlocked = true;
        options.errors.note(error);
      },
      onRecovered: () => {
        this.#isBlocked = false;
      },
      fence: options.fence,
    });
    this.feed = new LogFeed({
      log,
      state,
      dataDir: config.dataDir,
      logger,
      positions: () => this.#feedPositions(),
    });
    this.#space = new LogSpace({
      log,
      state,
      maxBytes: config.logMaxSize,
      neededFrom: () => this.feed.neededFrom,
      errors: options.errors,
      onFailed: error => this.#fail(error),
    });
    this.#events = new RaftEvents({
      ...options,
      lastIndex: () => log.lastIndex,
      onLeader: leader => this.transport.setLeader(leader),
      onReadIndex: (context, index) => this.#readIndex.answered(context, index),
      onFailed: error => this.#fail(error),
    });
    this.publisher = config.publishName ? this.#buildPublisher() : undefined;
    this.#intake = new SnapshotIntake({
      pending: storage.snapshots,
      node: this.node,
      readIndex: this.#readIndex,
      signal: this.#abort.signal,
      logger,
      keepAs: options.snapshotOut,
      onPending: members => this.#snapshotPending(members),
    });
    this.#install = new SnapshotInstall({
      pending: storage.snapshots,
      state,
      writer: this.destination.writer,
      logger,
      signal: this.#abort.signal,
      onInstalled: index => this.#reached(index),
    });
    this.#apply = new ApplyLoop({
      install: this.#install,
      sourceIndex: () => this.#barrier,
      log,
      state,
      writer: this.destination.writer,
      filter: this.destination.filter,
      profile: () => this.#versions.profile,
      settler: new Settler({
        reference: source.reference && new ReferenceMember(source.reference),
        settled: storage.settled,
        logger,
      }),
      onOutcome: outcome => this.outcomes.count(outcome),
      onReady: () => this.#reached(state.confirmed.index),
    });
  }

  get phase(): Phase {
    return this.progress === undefined ? this.#phase : 'bootstrapping';
  }

  /** The last attempt to write to the destination has failed. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** Of a bootstrap under way; undefined outside. */
  get progress(): Progress | undefined {
    return this.#install.progress;
  }

  /** The checkpoint is claimed. */
  get isWriting(): boolean {
    return this.destination.writer.checkpoint !== undefined && !this.#abort.signal.aborted;
  }

  /** No further entry is taken, for good. */
  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  /** Aborted when it ends, for whatever reason. */
  get ending(): AbortSignal {
    return this.#abort.signal;
  }

  get received(): number {
    return this.node.received;
  }

  get committed(): number {
    return this.node.commit;
  }

  /** Last entry that the destination has. */
  get confirmed(): number {
    return Math.max(this.#confirmedIndex, this.storage.state.confirmed.index);
  }

  get isReady(): boolean {
    return this.#apply.isReady;
  }

  get writes(): number {
    return this.#apply.writes;
  }

  get silentMs(): number | undefined {
    return this.#lastHeardMs === undefined ? undefined : performance.now() - this.#lastHeardMs;
  }

  /** An index that was committed when this was called; undefined when the source told none in time. */
  async askSource(timeoutMs: number, signal: AbortSignal): Promise<number | undefined> {
    return await this.#readIndex.ask(timeoutMs, signal);
  }

  /** Takes no further entry, for good; resolves when all that were taken are confirmed. Errors: those of the writer. */
  async freeze(): Promise<void> {
    this.#isFrozen = true;
    this.#apply.stop();
    await this.#applying;
    if (!(await this.destination.writer.drain(Number.POSITIVE_INFINITY))) {
      throw new SyncerError('INTERNAL', 'the writer ended before all was confirmed');
    }
  }

  /** The destination is promoted: the end of the seat is no failure any more. */
  promoted(): void {
    this.#isPromoted = true;
  }

  /** Asks the source to remove the seat, without its client API; false when it was not seen to do so in time. */
  async proposeLeaving(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    return await this.#watch.leave(timeoutMs, signal);
  }

  /** Replicates until `stop` or an error that no repetition mends, with which it rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { logger, seat } = this.#options;
    try {
      logger.info(
        { member_id: seat.memberId.toString(16), cluster_id: seat.clusterId.toString(16) },
        'took the seat',
      );
      await this.node.start();
      await this.transport.start(seat.others, signal);
      this.transport.setPeers(this.#membership.others);
      if (seat.isVoter) this.#watch.promoted();
      this.#write(signal);
      void this.#askBarrier();
      this.#publishing = this.publisher?.run(this.#abort.signal);
      const error = await this.#ended;
      if (error !== undefined) throw error;
    } finally {
      // Also when the start fails half way: what runs already would keep the process alive.
      await this.#shutDown();
    }
  }

  /** Ends after what is under way is confirmed, or DRAIN_MS later. */
  stop(): void {
    this.#end(undefined);
  }

  /** Ends at once: another replica writes. */
  abandon(error: SyncerError): void {
    this.destination.writer.stop();
    this.#fail(error);
  }

  #buildTransport(): Transport {
    const { config, logger, seat, source, errors, storage } = this.#options;
    return new Transport({
      identity: seat,
      listenUrls: config.listenPeerUrls,
      snapshotDir: storage.snapshots.dir,
      http: source.http,
      tls: source.peerTls,
      logger,
      events: {
        onMessage: message => {
          this.#lastHeardMs = performance.now();
          this.node.receive(message);
        },
        onSnapshot: (message, file) => this.#intake.take(message, file),
        onRemoved: by => this.#watch.removedBy(by),
        onStolen: () =>
          errors.report(new SyncerError('SEAT_STOLEN', 'our streams are replaced again and again')),
        onVersions: versions => this.#versions.learned([...versions.values()]),
      },
    });
  }

  #buildPublisher(): Publisher {
    const { config, logger, seat, source, errors, storage } = this.#options;
    return new Publisher({
      memberId: seat.memberId,
      name: config.name,
      logger,
      isReady: () =>
        this.phase === 'replicating' && !this.#watch.isPromoted && this.learner.leader !== 0n,
      commit: () => this.node.commit,
      resolved: () => storage.state.resolved.index,
      membership: () => storage.state.membership,
      others: () => this.#membership.others,
      ask: member => askMember(source.http, seat.clusterId, member),
      propose: data => this.node.propose(this.learner.proposals.propose(data)),
      report: error => errors.report(error),
      now: () => performance.now(),
    });
  }

  /** A loop that ends before it is told to has failed. */
  #write(signal: AbortSignal): void {
    this.#writing = this.#writeToDestination().catch((error: unknown) => {
      if (error !== signal.reason && !isAbort(error)) this.#fail(toSyncerError(error));
    });
  }

  async #writeToDestination(): Promise<void> {
    const { seat, storage, logger } = this.#options;
    const { writer } = this.destination;
    const checkpoint = await writer.open({
      clusterId: seat.clusterId,
      confirmed: storage.state.confirmed,
      checkpointIndex: storage.state.checkpointIndex,
    });
    logger.info({ index: checkpoint.index, term: checkpoint.term }, 'claimed the checkpoint');
    if (isAlone(this.destination.filter, this.#options.config.onNonempty)) void this.#sweepLeases();
    // What the destination has was committed, whether or not a leader is there to say so.
    const isOurs = storage.log.termAt(checkpoint.index) === checkpoint.term;
    this.#apply.committed(Math.max(this.node.commit, isOurs ? checkpoint.index : 0));
    this.#applying = this.#apply.run(checkpoint);
    const done = Promise.all([writer.run(), this.#applying]);
    this.#options.onWriting?.();
    await done;
  }

  async #sweepLeases(): Promise<void> {
    const sweep = new LeaseSweep({
      ...this.destination,
      logger: this.#options.logger,
      signal: this.#abort.signal,
      isDue: () => this.isReady && !this.#isFrozen,
    });
    await sweep.run();
  }

  #snapshotPending(members: readonly Member[]): void {
    this.#membership.replace(members);
    this.transport.setPeers(this.#membership.others);
    this.#apply.committed(this.node.commit);
  }

  #committed(commit: number): void {
    this.lag.committed(commit, Math.floor(performance.now()));
    this.#apply.committed(commit);
    this.feed.notify();
  }

  async #confirmed(index: number, checkpointIndex: number): Promise<void> {
    this.confirmedEntries += Math.max(0, index - this.confirmed);
    this.#confirmedIndex = index;
    this.#reached(index);
    try {
      await this.#stateCommits.confirm(index, checkpointIndex);
      this.feed.notify();
      await this.#space.trim();
    } catch (error) {
      this.#fail(toSyncerError(error));
    }
  }

  #feedPositions(): FeedPositions {
    const { state } = this.#options.storage;
    return {
      commit: this.node.commit,
      confirmed: state.confirmed.index,
      checkpoint: state.checkpointIndex,
      term: this.learner.term,
      versions: this.#versions.known,
      voters: this.#membership.voters,
      isDeaf: this.#options.isDeaf?.(this.silentMs) === true,
      held: this.destination.auth?.held ?? [],
    };
  }

  #reached(index: number): void {
    this.lag.confirmed(index);
    this.#options.metrics.set('etcd_syncer_last_confirmed_timestamp_seconds', Date.now() / 1000);
    this.#passBarrier();
  }

  /** Asks where the cluster stands, as long as it takes: whatever was acknowledged to clients before is then to be confirmed. */
  async #askBarrier(): Promise<void> {
    const { signal } = this.#abort;
    while (this.#barrier === undefined && !signal.aborted) {
      this.#barrier = await this.#readIndex.ask(BARRIER_MS, signal);
    }
    this.#apply.committed(this.node.commit);
    this.#passBarrier();
  }

  #passBarrier(): void {
    const { logger } = this.#options;
    const isBehind = this.confirmed < (this.#barrier ?? Number.POSITIVE_INFINITY);
    if (this.#phase !== 'catching-up' || isBehind) return;
    this.#phase = 'replicating';
    logger.info({ index: this.#barrier }, 'caught up with the source');
    this.#options.onCaughtUp?.();
  }

  async #shutDown(): Promise<void> {
    const { logger, storage } = this.#options;
    const { writer } = this.destination;
    this.#phase = 'draining';
    this.#watch.stop();
    this.#events.stop();
    this.#apply.stop();
    const drained = writer.checkpoint !== undefined && (await writer.drain(DRAIN_MS));
    writer.stop();
    this.#abort.abort();
    await this.#writing;
    await this.#stateCommits.idle();
    await this.transport.stop();
    await this.#publishing;
    await this.#versions.idle();
    await this.node.stop();
    await this.feed.finish();
    logger.info({ drained, confirmed: storage.state.confirmed.index }, 'stopped');
  }

  #fail(error: SyncerError): void {
    if (this.#isPromoted && error.code === 'SEAT_REMOVED') return;
    this.#end(error);
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
