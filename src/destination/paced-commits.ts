import type { ByteString } from '../wire/bytes.ts';
import type { GuardedCommits } from './guarded-commits.ts';
import type { KeyOp } from './planner/batch.ts';
import { Pacing } from './planner/pacing.ts';
import type { Checkpoint } from './types.ts';

/** Told what became of a batch, and after how many milliseconds, before anything else can be sent. */
export type Noted = (result: 'there' | 'refused', tookMs: number) => void;

/** Guarded commits that are sent ahead of the answers before them, as many and as far apart as it pays (planner/pacing.ts). */
export class PacedCommits {
  readonly #commits: GuardedCommits;
  readonly #pacing = new Pacing();
  #underWay = 0;
  /** One of those under way was refused, and so will be the rest. */
  #isRefused = false;

  constructor(commits: GuardedCommits) {
    this.#commits = commits;
  }

  /** Batches that were sent and are not noted. */
  get underWay(): number {
    return this.#underWay;
  }

  /** False while one may be refused that is not noted yet: nothing may be sent over its head. */
  get isInOrder(): boolean {
    return this.#commits.underWay === this.#underWay && !this.#commits.isRepeating;
  }

  /** Milliseconds until the next one may be sent; Infinity = not before one under way is answered. */
  get waitMs(): number {
    return this.#pacing.waitMs(this.#underWay, performance.now());
  }

  /** Resolves when it is noted. Errors: those of GuardedCommits.commitAhead. */
  async send(
    checkpoint: Checkpoint,
    ops: ReadonlyMap<ByteString, KeyOp>,
    noted: Noted,
  ): Promise<void> {
    const sentMs = performance.now();
    const wasAlone = this.#underWay === 0;
    this.#pacing.sent(sentMs);
    this.#underWay += 1;
    const result = await this.#commits.commitAhead(checkpoint, ops);
    this.#underWay -= 1;
    const nowMs = performance.now();
    if (result === 'there') this.#pacing.answered(nowMs - sentMs, wasAlone, nowMs);
    else {
      if (!this.#isRefused) this.#pacing.overtaken();
      this.#isRefused = this.#underWay > 0;
    }
    noted(result, nowMs - sentMs);
  }
}
