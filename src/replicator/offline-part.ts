import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceProfile } from '../apply/types.ts';
import type { Config } from '../config/options.ts';
import type { EtcdClient } from '../destination/etcd-client.ts';
import type { Checkpoint } from '../destination/types.ts';
import type { Fence } from '../destination/write-gate.ts';
import { SyncerError, toSyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { ApplyLoop } from './apply-loop.ts';
import { buildDestination, type Destination } from './destination.ts';
import type { ErrorLog } from './error-log.ts';
import { readVersions } from './known-versions.ts';
import { closeStorage, openStorage, type Storage } from './open.ts';
import type { Promotable } from './promotable.ts';
import { Settler } from './settler.ts';
import { SnapshotInstall } from './snapshot-install.ts';
import { profileOf } from './source-profile.ts';

export interface OfflineOptions {
  readonly config: Config;
  readonly clusterId: bigint;
  readonly client: EtcdClient;
  readonly logger: Logger;
  readonly errors: ErrorLog;
  readonly fence?: (() => Fence) | undefined;
  /** For a dry run, which takes no seat to ask by. */
  readonly isSourceThere?: () => Promise<boolean>;
}

/** What a replication has left in the data directory, brought to the destination without the source. */
export class OfflinePart implements Promotable {
  readonly storage: Storage;
  readonly destination: Destination;
  readonly silentMs: number | undefined;
  readonly #options: OfflineOptions;
  readonly #profile: SourceProfile;
  readonly #abort = new AbortController();
  #apply: ApplyLoop | undefined;
  #writing: Promise<void> = Promise.resolve();
  #applying: Promise<void> = Promise.resolve();
  readonly #failed = new AbortController();
  #committed: number;

  private constructor(
    options: OfflineOptions,
    storage: Storage,
    versions: readonly string[],
    silentMs: number | undefined,
  ) {
    const { config, clusterId, client, logger, errors, fence } = options;
    const { state, log } = storage;
    this.#options = options;
    this.storage = storage;
    this.silentMs = silentMs;
    const voters = [...state.membership.members.values()].filter(({ isLearner }) => !isLearner);
    this.#profile = profileOf(config, versions, Math.max(1, voters.length));
    const snapshot = storage.snapshots.find()?.position.index ?? 0;
    this.#committed = Math.max(log.hardState.commit, state.confirmed.index, snapshot);
    this.destination = buildDestination(config, client, clusterId, logger, {
      onConfirmed: (position, checkpointIndex) => state.confirm(position.index, checkpointIndex),
      onRetry: error => errors.note(error),
      fence,
    });
  }

  /** Errors: those of openStorage. */
  static async open(options: OfflineOptions): Promise<OfflinePart> {
    const { dataDir, logMaxSize } = options.config;
    const silentMs = await sinceLastWrite(join(dataDir, 'log'));
    const versions = await readVersions(dataDir);
    const storage = await openStorage(dataDir, options.clusterId, logMaxSize, () => undefined);
    return new OfflinePart(options, storage, versions, silentMs);
  }

  /** Aborted with what ended the writing. */
  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  get received(): number {
    return Math.max(this.storage.log.lastIndex, this.#committed);
  }

  get committed(): number {
    return this.#committed;
  }

  /** Without a start there is nothing to wait for. */
  get isReady(): boolean {
    return this.#apply?.isReady ?? true;
  }

  get writes(): number {
    return this.#apply?.writes ?? 0;
  }

  /** Meets the destination, and begins to bring what is here to it. Errors: as of DestinationWriter.open. */
  async start(): Promise<void> {
    const { storage, destination } = this;
    const { clusterId, logger } = this.#options;
    const { state, log, snapshots } = storage;
    const { writer } = destination;
    const checkpoint = await writer.open({
      clusterId,
      confirmed: state.confirmed,
      checkpointIndex: state.checkpointIndex,
    });
    // What the destination has was committed; it may be ahead of what was fsynced here.
    this.#committed = Math.max(this.#committed, Math.min(checkpoint.index, log.lastIndex));
    const install = new SnapshotInstall({
      pending: snapshots,
      state,
      writer,
      logger,
      signal: this.#abort.signal,
      onInstalled: () => undefined,
    });
    const apply = new ApplyLoop({
      install,
      sourceIndex: () => this.#committed,
      log,
      state,
      writer,
      filter: destination.filter,
      profile: () => this.#profile,
      settler: new Settler({ reference: undefined, settled: storage.settled, logger }),
      onOutcome: () => undefined,
    });
    const newest = Math.max(log.lastIndex, snapshots.find()?.position.index ?? 0);
    this.#writing = this.#watch(writer.run());
    if (Math.max(newest, state.confirmed.index) < checkpoint.index) {
      await this.#followDestination(apply, checkpoint);
      return;
    }
    this.#apply = apply;
    apply.committed(this.#committed);
    this.#applying = this.#watch(apply.run(checkpoint));
  }

  /** A process that was killed had not written all that it had sent. */
  async #followDestination(apply: ApplyLoop, checkpoint: Checkpoint): Promise<void> {
    const { state, log, snapshots } = this.storage;
    this.#options.logger.warn(
      { checkpoint: checkpoint.index, log: log.lastIndex },
      'the destination is ahead of what is here: there is nothing to bring to it',
    );
    if (snapshots.find() === undefined) await apply.moveState(log.lastIndex, checkpoint);
    for (const [id, { ttl }] of state.confirmedReader.leases()) {
      this.destination.leases.adopt(id, ttl);
    }
  }

  async askSource(): Promise<number | undefined> {
    return (await this.#options.isSourceThere?.()) === true ? this.#committed : undefined;
  }

  async freeze(): Promise<void> {
    this.#apply?.stop();
    await this.#applying;
    this.failed.throwIfAborted();
    if (!(await this.destination.writer.drain(Number.POSITIVE_INFINITY))) {
      throw new SyncerError('INTERNAL', 'the writer ended before all was confirmed');
    }
  }

  promoted(): void {
    // There is no seat whose end could be met.
  }

  async proposeLeaving(): Promise<boolean> {
    return false;
  }

  async close(): Promise<void> {
    this.#apply?.stop();
    this.#abort.abort();
    this.destination.writer.stop();
    await this.#applying;
    await this.#writing;
    await closeStorage(this.storage);
  }

  async #watch(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#failed.abort(toSyncerError(error));
    }
  }
}

/** Age of what was written last in a folder; undefined when there is none. */
async function sinceLastWrite(dir: string): Promise<number | undefined> {
  try {
    const names = await readdir(dir);
    const times = await Promise.all(names.map(async name => (await stat(join(dir, name))).mtimeMs));
    return times.length === 0 ? undefined : Math.max(0, Date.now() - Math.max(...times));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
