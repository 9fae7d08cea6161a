import { setTimeout as sleep } from 'node:timers/promises';
import type { ByteString } from '../wire/bytes.ts';
import type { GuardedCommits } from './guarded-commits.ts';
import type { KeyOp } from './planner/batch.ts';
import { Pacing } from './planner/pacing.ts';
import type { Checkpoint } from './types.ts';

interface Batch {
  readonly checkpoint: Checkpoint;
  readonly ops: ReadonlyMap<ByteString, KeyOp>;
}

/**
 * Sends batches that are what they are without waiting for each one's answer (planner/pacing.ts says how many). One
 * that was refused because it had overtaken another is sent again as it was, before anything behind it.
 */
export class BatchesAhead {
  readonly #commits: GuardedCommits;
  readonly #signal: AbortSignal;
  readonly #pacing = new Pacing();
  /** For each batch that was sent and is not noted, in order: resolves when it is. */
  readonly #underWay: Promise<void>[] = [];
  /** In order. */
  #refused: Batch[] = [];

  constructor(commits: GuardedCommits, signal: AbortSignal) {
    this.#commits = commits;
    this.#signal = signal;
  }

  /** Resolves when it is sent. Errors: those of GuardedCommits.commit, for one before it; the signal's reason. */
  async send(batch: Batch): Promise<void> {
    while (!(await this.#mayBeSent()));
    const sentMs = performance.now();
    const wasAlone = this.#underWay.length === 0;
    this.#pacing.sent(sentMs);
    const noted = this.#commits.commitAhead(batch.checkpoint, batch.ops).then(result => {
      this.#underWay.shift();
      const nowMs = performance.now();
      if (result === 'there') this.#pacing.answered(nowMs - sentMs, wasAlone, nowMs);
      else this.#refused.push(batch);
    });
    // Its failure is met by who waits, at the latest by `settle`; until then it must not count as unhandled.
    noted.catch(() => undefined);
    this.#underWay.push(noted);
  }

  /** Resolves when all that was sent is there. Errors: as of `send`. */
  async settle(): Promise<void> {
    await Promise.all(this.#underWay);
    if (this.#refused.length > 0) this.#pacing.overtaken();
    for (const { checkpoint, ops } of this.#refused) await this.#commits.commit(checkpoint, ops);
    this.#refused = [];
  }

  /** False when it had to wait for something, and is to be asked again. */
  async #mayBeSent(): Promise<boolean> {
    const isNoted = this.#commits.underWay === this.#underWay.length;
    const isUpset = this.#commits.isRepeating || this.#refused.length > 0;
    // What is settled there and not noted here may have been refused: nothing may be sent over its head.
    if (!isNoted || isUpset) {
      await this.settle();
      return false;
    }
    const waitMs = this.#pacing.waitMs(this.#underWay.length, performance.now());
    if (waitMs === 0) return true;
    if (Number.isFinite(waitMs)) await sleep(waitMs);
    else await this.#underWay[0];
    this.#signal.throwIfAborted();
    return false;
  }
}
