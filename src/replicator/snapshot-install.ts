import type { DestinationWriter } from '../destination/writer.ts';
import type { Logger } from '../ops/logger.ts';
import {
  checkPosition,
  finishLoad,
  loadLeases,
  loadRows,
  loadState,
} from '../snapshot/load-state.ts';
import type { PendingSnapshot, PendingSnapshots } from '../snapshot/pending-snapshots.ts';
import { SnapshotFile, type SnapshotRow } from '../snapshot/snapshot-file.ts';
import type { State } from '../state/state.ts';
import { storeReader, type TableReader } from '../state/state-tables.ts';
import type { Store } from '../state/store.ts';
import { BootstrapProgress } from './bootstrap-progress.ts';
import type { Progress } from './status.ts';

export interface SnapshotInstallOptions {
  readonly pending: PendingSnapshots;
  readonly state: State;
  readonly writer: DestinationWriter;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** The destination and the state stand at `index`. */
  readonly onInstalled: (index: number) => void;
}

/**
 * Brings a pending snapshot to the destination and makes it the state: it is loaded into a new
 * generation beside the old one, the difference is written, and then the new one replaces the old. Each
 * step can be repeated after a crash.
 */
export class SnapshotInstall {
  readonly #options: SnapshotInstallOptions;
  readonly #progress: BootstrapProgress;

  constructor(options: SnapshotInstallOptions) {
    this.#options = options;
    this.#progress = new BootstrapProgress(options.logger);
  }

  /** Whether there is a snapshot that the state has not reached. */
  get isDue(): boolean {
    const { pending, state } = this.#options;
    return (pending.find()?.position.index ?? 0) > state.confirmed.index;
  }

  get progress(): Progress | undefined {
    return this.#progress.current;
  }

  /** Installs the snapshot that is due. Errors: SNAPSHOT_DAMAGED and the like, STATE_WRITE, those of Seeding. */
  async run(): Promise<void> {
    const { pending, onInstalled } = this.#options;
    const snapshot = this.#choose();
    if (snapshot === undefined) return;
    const { index } = snapshot.position;
    // What came before it is of no use any more; a newer one is installed after it.
    await pending.removeUpTo(index - 1);
    await this.bring(snapshot);
    await pending.removeUpTo(index);
    onInstalled(index);
  }

  /** Makes a snapshot the state, of this process and of the destination. Errors as of `run`. */
  async bring(snapshot: PendingSnapshot): Promise<void> {
    const { state, writer } = this.#options;
    await this.#progress.during(async () => {
      const store = await state.openGeneration(snapshot.position.index);
      try {
        const isLoaded = store.meta.position.index === snapshot.position.index;
        if (!isLoaded && writer.isBlank) await this.#seedWhileLoading(snapshot, store);
        else {
          if (!isLoaded) await this.#load(snapshot, store);
          await this.#seed(snapshot, store);
        }
        await state.switchTo(store, writer.checkpoint?.index ?? 0);
      } catch (error) {
        await store.close();
        throw error;
      }
    });
  }

  /** Loads a snapshot and has `compare` look at it; what was loaded is kept for `bring`. */
  async preview<T>(
    snapshot: PendingSnapshot,
    compare: (state: TableReader, onProgress: (done: number, writes: number) => void) => Promise<T>,
  ): Promise<T> {
    return await this.#progress.during(async () => {
      const store = await this.#options.state.openGeneration(snapshot.position.index);
      try {
        if (store.meta.position.index !== snapshot.position.index)
          await this.#load(snapshot, store);
        this.#progress.start('comparing', snapshot.position.index, store.key.count);
        return await compare(storeReader(store), (done, writes) =>
          this.#progress.report(done, writes),
        );
      } finally {
        await store.close();
      }
    });
  }

  /**
   * The destination compares what it holds with our state, which is at least as new as what it was being
   * brought to: for one that was left half way, or held foreign keys.
   */
  async compareWithState(): Promise<void> {
    const { state, writer } = this.#options;
    await this.#progress.during(async () => {
      this.#progress.start('comparing', state.confirmed.index, state.keyCount);
      await writer.seed({
        position: state.confirmed,
        state: state.confirmedReader,
        before: () => undefined,
        onProgress: (compared, writes) => this.#progress.report(compared, writes),
      });
    });
  }

  /** The newest, unless the destination is on its way to an older one already. */
  #choose(): PendingSnapshot | undefined {
    const { pending, writer } = this.#options;
    const seeding = writer.checkpoint?.seeding;
    const begun = seeding === undefined ? undefined : pending.find(seeding.index);
    return begun?.position.term === seeding?.term ? (begun ?? pending.find()) : pending.find();
  }

  async #load(pending: PendingSnapshot, store: Store): Promise<void> {
    const { signal } = this.#options;
    const { position, membership } = pending;
    await using snapshot = await this.#open(pending);
    const onProgress = (rows: number): void => this.#progress.report(rows, 0);
    await loadState(snapshot, store, { position, membership, onProgress, signal });
  }

  /** The destination holds nothing: it gets the rows as they are read, and not when all are loaded. */
  async #seedWhileLoading(pending: PendingSnapshot, store: Store): Promise<void> {
    const { writer, signal } = this.#options;
    const { position, membership } = pending;
    await using snapshot = await this.#open(pending);
    await loadLeases(snapshot, store, signal);
    const rows = async function* rows(): AsyncGenerator<readonly SnapshotRow[]> {
      yield* loadRows(snapshot, store, signal);
      await finishLoad(snapshot, store, { position, membership, signal });
    };
    await writer.seed({
      position,
      state: storeReader(store),
      before: () => undefined,
      rows: { compactRevision: snapshot.meta.compactRevision, batches: rows() },
      onProgress: (done, writes) => this.#progress.report(done, writes),
    });
  }

  async #open({ file, position, rows }: PendingSnapshot): Promise<SnapshotFile> {
    // Whoever gave it to us has checked it as a whole.
    const snapshot = await SnapshotFile.open(file, 'known');
    try {
      checkPosition(snapshot, position);
    } catch (error) {
      await snapshot.close();
      throw error;
    }
    const { bytes } = snapshot.meta;
    this.#options.logger.info({ ...position, bytes }, 'loading a snapshot');
    this.#progress.start('loading', position.index, rows);
    return snapshot;
  }

  async #seed({ position }: PendingSnapshot, store: Store): Promise<void> {
    const { state, writer } = this.#options;
    // A checkpoint behind the snapshot: the destination is there already, by way of the log.
    if ((writer.checkpoint?.index ?? 0) >= position.index) return;
    this.#progress.start('comparing', position.index, store.key.count);
    await writer.seed({
      position,
      state: storeReader(store),
      before: () => (this.#isStateThere() ? state.confirmedReader : undefined),
      ours: () => state.confirmedReader,
      relieve: () => store.relieve(),
      onProgress: (compared, writes) => this.#progress.report(compared, writes),
    });
  }

  /**
   * Whether the destination holds what the confirmed state says. Entries without effects move the state
   * and not the checkpoint; on the way to a snapshot the state may have gone ahead silently.
   */
  #isStateThere(): boolean {
    const { state, writer } = this.#options;
    const { index = 0, seeding } = writer.checkpoint ?? {};
    return seeding === undefined ? state.confirmed.index >= index : state.confirmed.index === index;
  }
}
