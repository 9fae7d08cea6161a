import { setTimeout as sleep } from 'node:timers/promises';
import type { ByteString } from '../wire/bytes.ts';
import type { GuardedCommits } from './guarded-commits.ts';
import { PacedCommits } from './paced-commits.ts';
import type { KeyOp } from './planner/batch.ts';
import type { Checkpoint } from './types.ts';

interface Batch {
  readonly checkpoint: Checkpoint;
  readonly ops: ReadonlyMap<ByteString, KeyOp>;
}

/**
 * Sends batches that are what they are without waiting for each one's answer. One that was refused because it had
 * overtaken another is sent again as it was, before anything behind it.
 */
export class BatchesAhead {
  readonly #commits: GuardedCommits;
  readonly #signal: AbortSignal;
  readonly #paced: PacedCommits;
  /** For each batch that was sent and is not noted, in order: resolves when it is. */
  readonly #underWay: Promise<void>[] = [];
  /** In order. */
  #refused: Batch[] = [];

  constructor(commits: GuardedCommits, signal: AbortSignal) {
    this.#commits = commits;
    this.#paced = new PacedCommits(commits);
    this.#signal = signal;
  }

  /** Resolves when it is sent. Errors: those of GuardedCommits.commit, for one before it; the signal's reason. */
  async send(batch: Batch): Promise<void> {
    while (!(await this.#mayBeSent()));
    const noted = this.#paced.send(batch.checkpoint, batch.ops, result => {
      this.#underWay.shift();
      if (result === 'refused') this.#refused.push(batch);
    });
    // Its failure is met by who waits, at the latest by `settle`; until then it must not count as unhandled.
    noted.catch(() => undefined);
    this.#underWay.push(noted);
  }

  /** Resolves when all that was sent is there. Errors: as of `send`. */
  async settle(): Promise<void> {
    await Promise.all(this.#underWay);
    for (const { checkpoint, ops } of this.#refused) await this.#commits.commit(checkpoint, ops);
    this.#refused = [];
  }

  /** False when it had to wait for something, and is to be asked again. */
  async #mayBeSent(): Promise<boolean> {
    if (!this.#paced.isInOrder || this.#refused.length > 0) {
      await this.settle();
      return false;
    }
    const { waitMs } = this.#paced;
    if (waitMs === 0) return true;
    if (Number.isFinite(waitMs)) await sleep(waitMs);
    else await this.#underWay[0];
    this.#signal.throwIfAborted();
    return false;
  }
}
