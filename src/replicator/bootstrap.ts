import type { Config } from '../config/options.ts';
import { checkpointKey, readCheckpoint } from '../destination/checkpoint.ts';
import { prepareEmpty } from '../destination/emptiness.ts';
import type { EtcdClient } from '../destination/etcd-client.ts';
import { refusePromoted } from '../destination/judge-checkpoint.ts';
import type { SeedingPreview } from '../destination/seeding-preview.ts';
import { previewSeeding } from '../destination/seeding-preview.ts';
import { findCluster } from '../ha/seat.ts';
import { SyncerError } from '../ops/errors.ts';
import { healthRoutes } from '../ops/http/health-routes.ts';
import { HttpServer } from '../ops/http/server.ts';
import type { Logger } from '../ops/logger.ts';
import { Metrics } from '../ops/metrics.ts';
import type { PendingSnapshot } from '../snapshot/pending-snapshots.ts';
import { SnapshotFile, type SnapshotMeta } from '../snapshot/snapshot-file.ts';
import { utf8ToByteString } from '../wire/bytes.ts';
import { buildDestination, type Destination, openDestinationClient } from './destination.ts';
import { ErrorLog } from './error-log.ts';
import { exportMetrics } from './export-metrics.ts';
import { httpOptionsOf } from './http-access.ts';
import { openDataDir, openSource, openStorage, type Storage } from './open.ts';
import { SnapshotInstall } from './snapshot-install.ts';
import type { Progress, Status } from './status.ts';
import { statusOf } from './status-of.ts';

export interface BootstrapOptions {
  readonly config: Config;
  readonly environment: NodeJS.ProcessEnv;
  readonly logger: Logger;
  /** Made by `etcdctl snapshot save`, `etcdutl`, or taken from a member. */
  readonly snapshot: string;
  /** Of the source, when it can't be asked; undefined = ask it. */
  readonly clusterId: bigint | undefined;
  /** Only says what would change. */
  readonly dryRun: boolean;
}

export interface BootstrapReport {
  readonly clusterId: bigint;
  readonly index: number;
  readonly revision: number;
  /** What would change; undefined when it was done. */
  readonly preview: SeedingPreview | undefined;
  /** Where the destination stands now. */
  readonly checkpoint: number;
  readonly operations: number;
}

/**
 * Seeds the local state and the destination from a snapshot file. What broke off is gone on with by the
 * same call; what is done already is left as it is.
 */
export class Bootstrap {
  readonly #options: BootstrapOptions;
  readonly #abort = new AbortController();
  readonly #metrics = new Metrics();
  readonly #errors: ErrorLog;
  readonly #startedMs = performance.now();
  #install: SnapshotInstall | undefined;
  #destination: Destination | undefined;
  #isDone = false;

  constructor(options: BootstrapOptions) {
    this.#options = options;
    this.#errors = new ErrorLog(options.logger, this.#metrics);
    exportMetrics(
      this.#metrics,
      () => this.status(),
      () => undefined,
    );
  }

  get progress(): Progress | undefined {
    return this.#install?.progress;
  }

  status(): Status {
    const uptimeSeconds = Math.floor((performance.now() - this.#startedMs) / 1000);
    const status = statusOf('bootstrapping', uptimeSeconds, this.#errors.recent, undefined);
    return this.progress === undefined ? status : { ...status, bootstrap: this.progress };
  }

  /** Ends as soon as what is under way is answered; `run` rejects. */
  stop(): void {
    this.#abort.abort();
    this.#destination?.writer.stop();
  }

  /** Errors: SNAPSHOT_*, DEST_*, STATE_*, DATA_DIR, LOG_LOCKED, SOURCE_CLUSTER_MISMATCH, INTERRUPTED. */
  async run(): Promise<BootstrapReport> {
    const { config, logger } = this.#options;
    const health = { status: () => this.status(), ready: () => this.#isDone };
    const http = new HttpServer(httpOptionsOf(config), logger);
    http.add(...healthRoutes(this.#metrics, health));
    const lock = await openDataDir(config.dataDir);
    try {
      await http.listen();
      return await this.#run();
    } catch (error) {
      if (!this.#abort.signal.aborted || error instanceof SyncerError) throw error;
      throw new SyncerError('INTERRUPTED', 'stopped before it was done', {}, { cause: error });
    } finally {
      await http.close();
      this.#metrics.close();
      await lock.release();
    }
  }

  async #run(): Promise<BootstrapReport> {
    const { config, environment, logger, snapshot } = this.#options;
    const { meta, rows } = await this.#check();
    const clusterId = await this.#clusterId(meta);
    const storage = await openStorage(
      config.dataDir,
      clusterId,
      config.logMaxSize,
      () => undefined,
    );
    const client = await openDestinationClient(config, environment, logger);
    try {
      const pending: PendingSnapshot = {
        position: { index: meta.index, term: meta.term },
        file: snapshot,
        membership: undefined,
        rows,
      };
      const report = this.#options.dryRun
        ? await this.#preview(client, clusterId, storage, pending)
        : await this.#seed(client, clusterId, storage, pending);
      this.#isDone = true;
      return { clusterId, index: meta.index, revision: meta.revision, ...report };
    } finally {
      client.close();
      await storage.state.close();
      await storage.log.close();
    }
  }

  /** Goes through the whole file before anything is written. */
  async #check(): Promise<{ meta: SnapshotMeta; rows: number }> {
    const { snapshot, logger } = this.#options;
    const file = await SnapshotFile.open(snapshot);
    try {
      const { rows, leases } = await file.verify();
      const { index, term, revision, hasHash } = file.meta;
      logger.info({ index, term, revision, rows, leases, hash: hasHash }, 'checked the snapshot');
      return { meta: file.meta, rows };
    } finally {
      await file.close();
    }
  }

  /** Of the source that is asked, which must have a member in common with the snapshot; else as given. */
  async #clusterId(meta: SnapshotMeta): Promise<bigint> {
    const { config, environment, logger, clusterId } = this.#options;
    if (clusterId !== undefined) return clusterId;
    const source = await openSource(config, environment, logger);
    try {
      const found = await findCluster({
        http: source.http,
        source: source.client,
        sourcePeers: config.sourcePeers,
      });
      if (!found.members.some(({ id }) => meta.membership.members.has(id))) {
        throw new SyncerError(
          'SNAPSHOT_FOREIGN',
          'the snapshot and the source have no member in common',
        );
      }
      return found.clusterId;
    } finally {
      source.client?.close();
      source.peerTls.close();
      source.http.close();
    }
  }

  async #seed(
    client: EtcdClient,
    clusterId: bigint,
    storage: Storage,
    pending: PendingSnapshot,
  ): Promise<Pick<BootstrapReport, 'preview' | 'checkpoint' | 'operations'>> {
    const { config, logger } = this.#options;
    const { state, log } = storage;
    const destination = buildDestination(config, client, clusterId, logger, {
      onConfirmed: () => Promise.resolve(),
      onRetry: error => this.#errors.note(error),
    });
    this.#destination = destination;
    const { writer } = destination;
    const { confirmed, checkpointIndex } = state;
    const checkpoint = await writer.open({ clusterId, confirmed, checkpointIndex });
    if (confirmed.index >= pending.position.index) {
      logger.info({ confirmed: confirmed.index }, 'the state is past the snapshot already');
      return { preview: undefined, checkpoint: checkpoint.index, operations: 0 };
    }
    const install = this.#installer(storage, destination);
    const writing = writer.run();
    const bringing = install.bring(pending);
    try {
      // A writer that was stopped ends without an error: then the other says why.
      await Promise.race([bringing, writing.then(() => bringing)]);
    } finally {
      writer.stop();
      await Promise.allSettled([writing, bringing]);
    }
    if (log.termAt(state.confirmed.index) !== state.confirmed.term)
      await log.reset(state.confirmed);
    return {
      preview: undefined,
      checkpoint: writer.checkpoint?.index ?? 0,
      operations: writer.stats.operations,
    };
  }

  async #preview(
    client: EtcdClient,
    clusterId: bigint,
    storage: Storage,
    pending: PendingSnapshot,
  ): Promise<Pick<BootstrapReport, 'preview' | 'checkpoint' | 'operations'>> {
    const { config, logger } = this.#options;
    const destination = buildDestination(config, client, clusterId, logger, {
      onConfirmed: () => Promise.resolve(),
    });
    const { filter } = destination;
    const key = checkpointKey(utf8ToByteString(config.checkpointPrefix), clusterId);
    const { checkpoint } = await readCheckpoint(client, key);
    if (checkpoint === undefined) await prepareEmpty(client, filter, config.onNonempty);
    else refusePromoted(checkpoint);
    const install = this.#installer(storage, destination);
    const preview = await install.preview(pending, (state, onProgress) =>
      previewSeeding({
        client,
        filter,
        onNonempty: config.onNonempty,
        withAuth: config.auth !== 'skip',
        state,
        onProgress,
      }),
    );
    return { preview, checkpoint: checkpoint?.index ?? 0, operations: 0 };
  }

  #installer({ state, snapshots }: Storage, { writer }: Destination): SnapshotInstall {
    this.#install = new SnapshotInstall({
      pending: snapshots,
      state,
      writer,
      logger: this.#options.logger,
      signal: this.#abort.signal,
      onInstalled: () => undefined,
    });
    return this.#install;
  }
}
