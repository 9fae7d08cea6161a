import { ConfChangeType, encodeConfChange } from '../wire/conf-change.ts';
import { message as raftMessage } from '../wire/raft-message.ts';
import type { Entry, Message } from '../wire/types.ts';
import { EntryType, MessageType } from '../wire/types.ts';

const NO_NODE = 0n;

/** Messages of our own to the leader; each is undefined while there is none. */
export class Proposals {
  readonly #id: bigint;
  readonly #leader: () => bigint;

  constructor(id: bigint, leader: () => bigint) {
    this.#id = id;
    this.#leader = leader;
  }

  /**
   * Asks the leader for its commit index (raft ReadOnlySafe): once entries up to the answer are applied,
   * everything acknowledged to clients before the question has been seen.
   */
  readIndex(context: Uint8Array): Message | undefined {
    return this.#toLeader(MessageType.ReadIndex, entry(EntryType.Normal, context));
  }

  /**
   * Proposes the removal of our own seat. `requestId` must be unique and not zero: a proposal that
   * carries none kills every member.
   */
  leave(requestId: bigint): Message | undefined {
    const data = encodeConfChange({
      id: requestId,
      type: ConfChangeType.RemoveNode,
      nodeId: this.#id,
      context: new Uint8Array(0),
    });
    return this.#toLeader(MessageType.Prop, entry(EntryType.ConfChange, data));
  }

  /** Proposes a normal entry whose bytes the caller vouches for; undefined also when there are none. */
  propose(data: Uint8Array): Message | undefined {
    if (data.length === 0) return undefined;
    return this.#toLeader(MessageType.Prop, entry(EntryType.Normal, data));
  }

  #toLeader(type: number, proposed: Entry): Message | undefined {
    const leader = this.#leader();
    if (leader === NO_NODE) return undefined;
    return raftMessage({ type, to: leader, from: this.#id, entries: [proposed] });
  }
}

/** The leader gives it its place. */
function entry(type: number, data: Uint8Array): Entry {
  return { type, term: 0, index: 0, data };
}
