import type { Message } from '../wire/types.ts';

interface Acknowledgement {
  readonly epoch: number;
  index: number;
}

/**
 * Answers that wait for the disk. Time is cut into epochs by the start of each fsync: what was written
 * in an epoch is durable when an fsync that started after it has ended.
 */
export class DurableAnswers {
  #epoch = 1;
  #syncedEpoch = 0;
  #hardStateEpoch = 0;
  #messages: { readonly epoch: number; readonly message: Message }[] = [];
  #acknowledgements: Acknowledgement[] = [];

  /** Something waits for an fsync. */
  get waiting(): boolean {
    return this.#messages.length > 0 || this.#acknowledgements.length > 0;
  }

  /** No change of term or vote is on its way to the disk. */
  get hardStateIsDurable(): boolean {
    return this.#hardStateEpoch <= this.#syncedEpoch;
  }

  hardStateChanged(): void {
    this.#hardStateEpoch = this.#epoch;
  }

  enqueue(message: Message): void {
    this.#messages.push({ epoch: this.#epoch, message });
  }

  /** The log up to `index` is to be acknowledged. */
  acknowledge(index: number): void {
    const last = this.#acknowledgements.at(-1);
    if (last?.epoch === this.#epoch) last.index = Math.max(last.index, index);
    else this.#acknowledgements.push({ epoch: this.#epoch, index });
  }

  /** A new term began: what was promised to the old leader is nobody's business any more. */
  forgetAcknowledgements(): void {
    this.#acknowledgements = [];
  }

  syncToken(): number {
    const token = this.#epoch;
    this.#epoch += 1;
    return token;
  }

  /** Takes what an fsync that started at `token` has made true. */
  synced(token: number): { messages: Message[]; acknowledged: number | undefined } {
    this.#syncedEpoch = Math.max(this.#syncedEpoch, token);
    const messages = this.#messages.filter(({ epoch }) => epoch <= token).map(m => m.message);
    this.#messages = this.#messages.filter(({ epoch }) => epoch > token);
    const done = this.#acknowledgements.filter(({ epoch }) => epoch <= token);
    this.#acknowledgements = this.#acknowledgements.filter(({ epoch }) => epoch > token);
    const acknowledged = done.length === 0 ? undefined : Math.max(...done.map(a => a.index));
    return { messages, acknowledged };
  }
}
