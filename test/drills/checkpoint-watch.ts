import type { IKeyValue } from 'etcd3';
import { within } from '../kit/within.ts';
import { closeWatch, type OpenWatch, openWatch } from './open-watch.ts';
import { until } from './until.ts';

const PREFIX = '__etcd_syncer__/';
const READ_MS = 15_000;

/** One write of the checkpoint, in the destination's order. */
export interface SeenCheckpoint {
  readonly index: number;
  readonly writer: string;
  /** How often its key had been written then. */
  readonly version: number;
  readonly atMs: number;
}

/**
 * Every single write of the checkpoint at the destination, by a watch of the etcd3 client from the first
 * revision on: what a poll would miss is here too.
 */
export class CheckpointWatch {
  readonly seen: SeenCheckpoint[] = [];
  readonly #watch: OpenWatch;
  readonly #failures: string[] = [];

  private constructor(watch: OpenWatch) {
    this.#watch = watch;
    const { watcher } = watch;
    watcher.on('put', keyValue => this.#take(keyValue));
    watcher.on('delete', ({ key }) => {
      if (!key.toString().endsWith('/leader')) this.#failures.push('the checkpoint was deleted');
    });
    watcher.on('error', error => this.#failures.push(`the watch failed: ${error.message}`));
  }

  static async start(
    endpoints: readonly string[],
    auth?: { readonly username: string; readonly password: string },
  ): Promise<CheckpointWatch> {
    const watch = await openWatch(endpoints, auth, builder =>
      builder.prefix(PREFIX).startRevision('1'),
    );
    return new CheckpointWatch(watch);
  }

  /** Waits until the watch has delivered the checkpoint that is at the destination now. */
  async complete(): Promise<void> {
    let version = 0;
    await until(async () => {
      const newest = this.#watch.client.getAll().prefix(PREFIX).sort('Key', 'Ascend').exec();
      const { kvs } = await within(READ_MS, newest);
      version = Number(kvs[0]?.version ?? 0);
      return true;
    }, 'the checkpoint');
    await until(
      () => (this.seen.at(-1)?.version ?? 0) >= version,
      `the watch to deliver version ${version} of the checkpoint`,
    );
  }

  /** Processes that wrote a checkpoint. */
  get writers(): number {
    return new Set(this.seen.map(({ writer }) => writer)).size;
  }

  /** Where the index went back, a write was missed, or a writer came back after its successor. */
  faults(): string[] {
    const found = [...this.#failures];
    const gone = new Set<string>();
    let before: SeenCheckpoint | undefined;
    for (const now of this.seen) {
      if (now.version !== (before?.version ?? 0) + 1) {
        found.push(`version ${now.version} after ${before?.version ?? 0}`);
      }
      if (before !== undefined && now.index < before.index) {
        found.push(`index ${now.index} after ${before.index}`);
      }
      if (before !== undefined && now.writer !== before.writer) gone.add(before.writer);
      if (gone.has(now.writer)) found.push(`writer ${now.writer} at ${now.index} after another`);
      before = now;
    }
    return found;
  }

  /** Longest time between two writes that were seen, in seconds. */
  longestPause(): number {
    let longest = 0;
    for (const [i, { atMs }] of this.seen.entries()) {
      longest = Math.max(longest, atMs - (this.seen[i - 1]?.atMs ?? atMs));
    }
    return longest / 1_000;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeWatch(this.#watch);
  }

  #take({ key, value, version }: IKeyValue): void {
    // Beside it: who leads, and the seat of the replicas.
    if (key.toString().endsWith('/leader') || key.toString().endsWith('/seat')) return;
    const fields = JSON.parse(value.toString()) as { index?: unknown; writer?: unknown };
    if (typeof fields.index !== 'number' || typeof fields.writer !== 'string') {
      this.#failures.push(`${key.toString()} is no checkpoint: ${value.toString()}`);
      return;
    }
    this.seen.push({
      index: fields.index,
      writer: fields.writer,
      version: Number(version),
      atMs: performance.now(),
    });
  }
}
