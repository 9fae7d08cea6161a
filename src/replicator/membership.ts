import type { Member } from '../apply/types.ts';
import { ConfChangeType, decodeConfChange, decodeConfChangeContext } from '../wire/conf-change.ts';
import type { Entry } from '../wire/types.ts';

/** What a committed membership entry means for us. */
export type MembershipNews = 'none' | 'peers' | 'removed' | 'promoted';

/**
 * The members that the transport talks to, followed from the committed membership entries. Separate
 * from the membership in the state, which waits for the destination.
 */
export class Membership {
  readonly #self: bigint;
  readonly #others = new Map<bigint, Member>();

  constructor(self: bigint, others: readonly Member[]) {
    this.#self = self;
    for (const member of others) this.#others.set(member.id, member);
  }

  get others(): readonly Member[] {
    return [...this.#others.values()];
  }

  get voters(): number {
    return this.others.filter(member => !member.isLearner).length;
  }

  /** Takes the members as of a snapshot, we among them. */
  replace(members: readonly Member[]): void {
    this.#others.clear();
    for (const member of members) {
      if (member.id !== this.#self) this.#others.set(member.id, member);
    }
  }

  /** Takes a committed conf change. Entries up to the time of discovery repeat what is known and change nothing. */
  apply(entry: Entry): MembershipNews {
    const { type, nodeId, context } = decodeConfChange(entry.data);
    if (type === ConfChangeType.RemoveNode) {
      if (nodeId === this.#self) return 'removed';
      return this.#others.delete(nodeId) ? 'peers' : 'none';
    }
    const member = decodeConfChangeContext(context);
    if (nodeId === this.#self) return member.isPromote ? 'promoted' : 'none';
    const before = this.#others.get(nodeId);
    const isLearner = member.isPromote ? false : type === ConfChangeType.AddLearnerNode;
    const peerUrls = member.peerUrls.length > 0 ? member.peerUrls : (before?.peerUrls ?? []);
    this.#others.set(nodeId, {
      id: nodeId,
      name: member.name || (before?.name ?? ''),
      clientUrls: member.clientUrls,
      peerUrls,
      isLearner: type === ConfChangeType.UpdateNode ? (before?.isLearner ?? false) : isLearner,
    });
    return 'peers';
  }
}
