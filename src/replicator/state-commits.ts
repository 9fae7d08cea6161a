import type { State } from '../state/state.ts';

/**
 * From one commit of the state to the next. Each costs two threads a turn and the disk an fsync; what is lost in a crash
 * is applied again, from the log and without a write to the destination.
 */
const SPACING_MS = 50;

/** Tells the state what the destination has confirmed: the first time at once, then at most every SPACING_MS. */
export class StateCommits {
  readonly #state: Pick<State, 'confirm'>;
  #index = 0;
  #checkpointIndex = 0;
  #nextMs = 0;
  #pending: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(state: Pick<State, 'confirm'>) {
    this.#state = state;
  }

  /** Resolves when the state has at least these. Errors: those of State.confirm. */
  confirm(index: number, checkpointIndex: number): Promise<void> {
    this.#index = Math.max(this.#index, index);
    this.#checkpointIndex = Math.max(this.#checkpointIndex, checkpointIndex);
    if (this.#pending === undefined) {
      this.#pending = this.#turn().then(() => this.#commit());
      // Whoever asked is told of a failure; here it only ends the waiting.
      this.#last = this.#pending.catch(() => undefined);
    }
    return this.#pending;
  }

  /** Resolves when nothing is on its way to the state any more. */
  async idle(): Promise<void> {
    await this.#last;
  }

  async #turn(): Promise<void> {
    const waitMs = this.#nextMs - performance.now();
    if (waitMs > 0) await new Promise(resolve => setTimeout(resolve, waitMs));
  }

  async #commit(): Promise<void> {
    this.#nextMs = performance.now() + SPACING_MS;
    this.#pending = undefined;
    await this.#state.confirm(this.#index, this.#checkpointIndex);
  }
}
