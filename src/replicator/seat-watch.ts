import { setTimeout as sleep } from 'node:timers/promises';
import { SyncerError } from '../ops/errors.ts';
import type { Learner } from '../raft/learner.ts';
import type { Entry, Message } from '../wire/types.ts';
import type { Membership } from './membership.ts';
import { requestId } from './request-id.ts';

/** The proposal may be lost with a leader. */
const LEAVE_MS = 500;
const POLL_MS = 20;

export interface SeatWatchOptions {
  readonly memberId: bigint;
  readonly learner: Learner;
  readonly membership: Membership;
  readonly propose: (message: Message | undefined) => void;
  readonly report: (error: SyncerError) => void;
  /** The seat is gone; nothing more will come. */
  readonly onEnd: (error: SyncerError) => void;
  readonly onPeers: () => void;
}

/**
 * What committed membership entries mean for our seat. A seat that somebody promotes counts for the
 * source's quorum, so it removes itself at once (design invariant 7).
 */
export class SeatWatch {
  readonly #options: SeatWatchOptions;
  #promoted = false;
  #isRemoved = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SeatWatchOptions) {
    this.#options = options;
  }

  /** The seat is a voter, about to remove itself. */
  get isPromoted(): boolean {
    return this.#promoted;
  }

  /** Takes a committed conf change. */
  committed(entry: Entry): void {
    const { membership, onPeers } = this.#options;
    const news = membership.apply(entry);
    if (news === 'removed') this.#removed('our seat was removed from the source');
    else if (news === 'promoted') this.promoted();
    else if (news === 'peers') onPeers();
  }

  /** A member says on its stream that we are removed. */
  removedBy(member: bigint): void {
    this.#removed(`member ${member.toString(16)} says that our seat is removed`);
  }

  promoted(): void {
    if (this.#promoted) return;
    this.#promoted = true;
    this.#options.report(
      new SyncerError('SEAT_PROMOTED', 'somebody has promoted our seat: removing it'),
    );
    this.#leave();
  }

  /** Removes the seat on purpose; false when that was not seen in time. */
  async leave(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    this.#leave();
    try {
      while (!this.#isRemoved && performance.now() < deadline && !signal.aborted) {
        await sleep(POLL_MS, undefined, { ref: false });
      }
      return this.#isRemoved;
    } finally {
      this.stop();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #removed(text: string): void {
    this.#isRemoved = true;
    this.#options.onEnd(
      this.#promoted
        ? new SyncerError('SEAT_PROMOTED', 'the seat was promoted and has removed itself')
        : new SyncerError('SEAT_REMOVED', text),
    );
  }

  #leave(): void {
    const { learner, memberId, propose } = this.#options;
    propose(learner.proposals.leave(requestId(memberId)));
    this.#timer = setTimeout(() => this.#leave(), LEAVE_MS);
  }
}
