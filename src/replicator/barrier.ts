import { randomBytes } from 'node:crypto';
import type { Learner } from '../raft/learner.ts';
import type { Message } from '../wire/types.ts';

const CONTEXT_BYTES = 8;

/**
 * Tells when we have caught up: the leader is asked where the cluster stands (ReadIndex), and the barrier
 * is passed when the destination has confirmed that far. A question may be lost with its leader, so it
 * is asked again until one is answered.
 */
export class CatchUpBarrier {
  readonly #learner: Learner;
  readonly #ask: (message: Message | undefined) => void;
  #context: Uint8Array | undefined;
  #index: number | undefined;
  #passed = false;

  constructor(learner: Learner, ask: (message: Message | undefined) => void) {
    this.#learner = learner;
    this.#ask = ask;
  }

  get isPassed(): boolean {
    return this.#passed;
  }

  /** Index that has to be confirmed; undefined until a leader has answered. */
  get index(): number | undefined {
    return this.#index;
  }

  /** Asks, unless an answer is there. */
  ask(): void {
    if (this.#passed || this.#index !== undefined) return;
    this.#context = randomBytes(CONTEXT_BYTES);
    this.#ask(this.#learner.readIndex(this.#context));
  }

  /** A new leader does not know of the question. */
  leaderChanged(): void {
    if (this.#index === undefined) this.#context = undefined;
  }

  answered(context: Uint8Array, index: number): void {
    if (this.#context === undefined || Buffer.compare(this.#context, context) !== 0) return;
    this.#index = index;
  }

  /** True once, when `confirmed` reaches the barrier. */
  pass(confirmed: number): boolean {
    if (this.#passed || this.#index === undefined || confirmed < this.#index) return false;
    this.#passed = true;
    return true;
  }
}
