import { type Message, MessageType } from '../wire/types.ts';

/** Longer than any round trip; shorter than what makes an operator look. */
const LOST_AFTER_MS = 3_000;

/**
 * Notices that acknowledgements sent to a leader do not arrive. A heartbeat carries the lower of
 * what the leader knows to be acknowledged and its commit index (raft.go sendHeartbeat): when it
 * stays below what we acknowledged and the leader committed, the acknowledgement was lost.
 *
 * From etcd 3.5 on a member does not notice that the stream on which it reads our answers is dead
 * (its dial function overrides the read timeout), so somebody else has to.
 */
export class AckWatch {
  #term = 0;
  #acknowledged = 0;
  #committed = 0;
  #heartbeatCommit = 0;
  #behindSinceMs: number | undefined;

  /** A message that was handed to the connection. */
  sent(message: Message): void {
    if (message.type !== MessageType.AppResp || message.reject) return;
    this.#admit(message.term);
    if (message.term === this.#term)
      this.#acknowledged = Math.max(this.#acknowledged, message.index);
  }

  /** A message that came from the member; true when acknowledgements to it are being lost. */
  received(message: Message, nowMs: number): boolean {
    if (message.type === MessageType.App) {
      this.#admit(message.term);
      this.#committed = Math.max(this.#committed, message.commit);
      return false;
    }
    if (message.type !== MessageType.Heartbeat || message.term !== this.#term) return false;
    return this.#heartbeat(message.commit, nowMs);
  }

  #heartbeat(commit: number, nowMs: number): boolean {
    const isBehind = commit < Math.min(this.#acknowledged, this.#committed);
    const hasMoved = commit > this.#heartbeatCommit;
    this.#heartbeatCommit = commit;
    if (!isBehind) {
      this.#behindSinceMs = undefined;
      return false;
    }
    if (this.#behindSinceMs === undefined || hasMoved) {
      this.#behindSinceMs = nowMs;
      return false;
    }
    if (nowMs - this.#behindSinceMs < LOST_AFTER_MS) return false;
    this.#behindSinceMs = nowMs;
    return true;
  }

  /** A new leader starts to count from nothing. */
  #admit(term: number): void {
    if (term <= this.#term) return;
    this.#term = term;
    this.#acknowledged = 0;
    this.#committed = 0;
    this.#heartbeatCommit = 0;
    this.#behindSinceMs = undefined;
  }
}
