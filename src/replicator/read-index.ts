import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Learner } from '../raft/learner.ts';
import type { Message } from '../wire/types.ts';

const CONTEXT_BYTES = 8;
/** A question is lost with its leader, so it is asked again. */
const ASK_MS = 1_000;
const POLL_MS = 20;

/** Asks the leader where the cluster stands (raft ReadOnlySafe). */
export class ReadIndex {
  readonly #learner: Learner;
  readonly #send: (message: Message | undefined) => void;
  /** Contexts of questions under way, with what was answered. */
  readonly #answers = new Map<string, number | undefined>();

  constructor(learner: Learner, send: (message: Message | undefined) => void) {
    this.#learner = learner;
    this.#send = send;
  }

  /** An answer of the leader; one that nobody asked for is passed over. */
  answered(context: Uint8Array, index: number): void {
    const key = Buffer.from(context).toString('hex');
    if (this.#answers.has(key)) this.#answers.set(key, index);
  }

  /** An index that was committed when, or after, this was called; undefined when none was told in `timeoutMs`. */
  async ask(timeoutMs: number, signal: AbortSignal): Promise<number | undefined> {
    const asked: string[] = [];
    const deadline = performance.now() + timeoutMs;
    try {
      for (let next = 0; performance.now() < deadline && !signal.aborted; ) {
        if (performance.now() >= next) {
          const context = randomBytes(CONTEXT_BYTES);
          asked.push(context.toString('hex'));
          this.#answers.set(context.toString('hex'), undefined);
          this.#send(this.#learner.proposals.readIndex(context));
          next = performance.now() + ASK_MS;
        }
        await sleep(POLL_MS, undefined, { ref: false });
        const answer = asked.map(key => this.#answers.get(key)).find(index => index !== undefined);
        if (answer !== undefined) return answer;
      }
      return undefined;
    } finally {
      for (const key of asked) this.#answers.delete(key);
    }
  }
}
