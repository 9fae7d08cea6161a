import type { HardState } from '../log/types.ts';
import { message as raftMessage } from '../wire/raft-message.ts';
import type { ConfState, Entry, Message } from '../wire/types.ts';
import { MessageType } from '../wire/types.ts';
import { canVote, isTransfer, isUpToDate } from './ballot.ts';
import { DurableAnswers } from './durable-answers.ts';
import { appendFlaw, messageFlaw } from './flaws.ts';
import { HeldAppends } from './held-appends.ts';
import type { LogTerms } from './log-terms.ts';
import { Proposals } from './proposals.ts';
import { RejectThrottle } from './reject-throttle.ts';
import type { RaftEvent, Ready } from './types.ts';

const NO_NODE = 0n;
const NO_INDEX = 0;
/** Rejections of one index after which we say that the log lost what was acknowledged. */
const LOST_LOG_REJECTIONS = 6;

export interface LearnerOptions {
  readonly id: bigint;
  /** What the log holds; the learner keeps its own copy of the terms. */
  readonly terms: LogTerms;
  readonly hardState: HardState;
  /** While a leader was heard within this time, vote requests of other candidates stay unanswered (raft's lease, checkQuorum). */
  readonly electionTimeoutMs: number;
}

/**
 * A raft follower that never campaigns: the learner's seat, and a safe follower if somebody promotes
 * it. Pure: it takes messages and time, and returns what to write and send. It never answers
 * before the disk has what the answer promises, and never uses a term that it was not given.
 *
 * Rules: raft.go Step, stepFollower, handleAppendEntries, handleHeartbeat, handleSnapshot (raft v3.6).
 */
export class Learner {
  readonly #id: bigint;
  readonly #electionTimeoutMs: number;
  readonly #held = new HeldAppends();
  readonly #throttle = new RejectThrottle();
  #terms: LogTerms;
  #term: number;
  #vote: bigint;
  #commit: number;
  #leader = NO_NODE;
  #leaderHeardMs = Number.NEGATIVE_INFINITY;
  #installing = false;
  #lostLogAt = NO_INDEX;

  readonly #answers = new DurableAnswers();

  /** Gathered during one step. */
  #entries: Entry[] = [];
  #immediate: Message[] = [];
  #events: RaftEvent[] = [];
  #hardStateChanged = false;
  #install: Message | undefined;

  constructor(options: LearnerOptions) {
    this.#id = options.id;
    this.proposals = new Proposals(options.id, () => this.#leader);
    this.#electionTimeoutMs = options.electionTimeoutMs;
    this.#terms = options.terms.clone();
    this.#term = options.hardState.term;
    this.#vote = options.hardState.vote;
    // A commit index from the disk never exceeds what the disk holds.
    this.#commit = Math.max(
      this.#terms.base.index,
      Math.min(options.hardState.commit, this.#terms.lastIndex),
    );
  }

  /** Messages of our own to the leader. */
  readonly proposals: Proposals;

  get term(): number {
    return this.#term;
  }

  get leader(): bigint {
    return this.#leader;
  }

  get commit(): number {
    return this.#commit;
  }

  get lastIndex(): number {
    return this.#terms.lastIndex;
  }

  /** Takes one message from the wire. Messages that are not ours or not understood change nothing. */
  step(received: Message, nowMs: number): Ready {
    if (received.to !== this.#id) return this.#ready();
    const flaw = messageFlaw(received);
    if (flaw !== undefined) {
      this.#events.push({ kind: 'malformed', from: received.from, reason: flaw });
    } else if (this.#admitTerm(received, nowMs)) this.#dispatch(received, nowMs);
    return this.#ready();
  }

  /** Lets time pass: the gap before held appends may have stayed open too long. */
  tick(nowMs: number): Ready {
    const stuck = this.#held.expired(nowMs);
    if (stuck !== undefined) this.#reject(stuck, nowMs);
    return this.#ready();
  }

  /** Call right before an fsync starts; hand the token to `synced` when it is done. */
  syncToken(): number {
    return this.#answers.syncToken();
  }

  /**
   * Everything written before `token` was taken is durable. Returns the answers that waited for it;
   * acknowledgements are one message with the highest index, never above `durableIndex`.
   */
  synced(token: number, durableIndex: number): Message[] {
    const { messages, acknowledged } = this.#answers.synced(token);
    if (acknowledged !== undefined && this.#leader !== NO_NODE) {
      const index = Math.min(acknowledged, durableIndex);
      messages.push(this.#answer(MessageType.AppResp, { index }));
    }
    return messages;
  }

  /** The shell has installed the snapshot: the log is empty behind it. */
  snapshotInstalled(terms: LogTerms): Ready {
    this.#installing = false;
    this.#terms = terms.clone();
    this.#commit = Math.max(this.#commit, terms.base.index);
    this.#held.clear();
    this.#hardStateChanged = true;
    this.#answers.acknowledge(terms.base.index);
    return this.#ready();
  }

  /** The snapshot could not be taken; the leader is told nothing and tries again. */
  snapshotFailed(): void {
    this.#installing = false;
  }

  /** Rules on terms (raft.go Step). False when the message goes no further. */
  #admitTerm(received: Message, nowMs: number): boolean {
    const { type, term } = received;
    if (term === 0) return type === MessageType.ReadIndexResp;
    const campaign = type === MessageType.Vote || type === MessageType.PreVote;
    if (term > this.#term) {
      if (campaign && this.#leaderIsFresh(nowMs) && !isTransfer(received)) return false;
      // A pre-vote asks about a term that does not exist yet.
      if (type === MessageType.PreVote || type === MessageType.PreVoteResp) return true;
      this.#newTerm(term);
      return true;
    }
    if (term < this.#term) {
      if (type === MessageType.PreVote) this.#answerPreVote(received, false);
      return false;
    }
    return true;
  }

  #newTerm(term: number): void {
    this.#term = term;
    this.#vote = NO_NODE;
    this.#leader = NO_NODE;
    this.#lostLogAt = NO_INDEX;
    this.#held.clear();
    this.#throttle.reset();
    this.#answers.forgetAcknowledgements();
    this.#answers.hardStateChanged();
    this.#hardStateChanged = true;
  }

  #dispatch(received: Message, nowMs: number): void {
    switch (received.type) {
      case MessageType.App:
        this.#follow(received, nowMs);
        this.#append(received, nowMs);
        return;
      case MessageType.Heartbeat:
        this.#follow(received, nowMs);
        this.#heartbeat(received);
        return;
      case MessageType.Snap:
        this.#follow(received, nowMs);
        this.#snapshot(received);
        return;
      case MessageType.Vote:
        this.#answerVote(received);
        return;
      case MessageType.PreVote:
        this.#answerPreVote(received, this.#grants(received));
        return;
      case MessageType.ReadIndexResp: {
        const context = received.entries[0]?.data;
        if (context !== undefined) {
          this.#events.push({ kind: 'read-index', context, index: received.index });
        }
        return;
      }
      case MessageType.TimeoutNow:
        this.#events.push({ kind: 'timeout-now-ignored', from: received.from });
        return;
      default:
        return;
    }
  }

  #follow(received: Message, nowMs: number): void {
    this.#leaderHeardMs = nowMs;
    if (this.#leader === received.from) return;
    this.#leader = received.from;
    this.#events.push({ kind: 'leader-changed', leader: received.from, term: this.#term });
  }

  #leaderIsFresh(nowMs: number): boolean {
    return this.#leader !== NO_NODE && nowMs - this.#leaderHeardMs < this.#electionTimeoutMs;
  }

  #append(received: Message, nowMs: number): void {
    const flaw = appendFlaw(received);
    if (flaw !== undefined) {
      this.#events.push({ kind: 'malformed', from: received.from, reason: flaw });
      return;
    }
    if (this.#installing) return;
    if (received.index > this.#terms.lastIndex) {
      // A commit index without entries says nothing that the next append will not say again.
      this.#held.hold(received, nowMs);
      return;
    }
    const before = this.#terms.lastIndex;
    this.#appendOrReject(received, nowMs);
    let hasProgress = this.#terms.lastIndex > before;
    for (let next = this.#held.next(this.#terms.lastIndex); next !== undefined; ) {
      this.#appendOrReject(next, nowMs);
      next = this.#held.next(this.#terms.lastIndex);
      hasProgress = true;
    }
    if (hasProgress) this.#held.progressed(nowMs);
  }

  #appendOrReject(received: Message, nowMs: number): void {
    const { index: prev, entries } = received;
    if (!this.#isOurs(prev, received.logTerm)) {
      if (prev <= this.#commit) this.#diverged(prev);
      else this.#reject(received, nowMs);
      return;
    }
    const first = entries.findIndex(
      entry =>
        this.#terms.termAt(entry.index) !== entry.term && entry.index > this.#terms.base.index,
    );
    const conflict = first < 0 ? undefined : entries[first];
    if (conflict !== undefined) {
      if (conflict.index <= this.#commit) {
        this.#diverged(conflict.index);
        return;
      }
      if (conflict.index <= this.#terms.lastIndex) {
        this.#terms.truncate(conflict.index - 1);
        this.#truncateGathered(conflict.index);
      }
      for (let i = first; i < entries.length; i += 1) {
        const entry = entries[i] as Entry;
        this.#terms.push(entry.term);
        this.#entries.push(entry);
      }
    }
    this.#throttle.reset();
    const last = prev + entries.length;
    this.#commitTo(Math.min(received.commit, last));
    // What is committed here is committed at the leader: an append that lies before it is answered with it.
    this.#answers.acknowledge(Math.max(last, this.#commit));
  }

  /**
   * Whether our log has the entry. Below the base everything is committed, and so equal; the base itself is
   * committed even where its term is not known (a 3.4 database has none).
   */
  #isOurs(index: number, term: number): boolean {
    const { base } = this.#terms;
    if (index < base.index || (index === base.index && index > 0 && base.term === 0)) return true;
    return this.#terms.termAt(index) === term;
  }

  /** Entries gathered in this very step may be replaced by a later message of it. */
  #truncateGathered(index: number): void {
    while ((this.#entries.at(-1)?.index ?? -1) >= index) this.#entries.pop();
  }

  #reject(received: Message, nowMs: number): void {
    if (!this.#throttle.allow(received.index, nowMs)) return;
    if (this.#throttle.repeated === LOST_LOG_REJECTIONS) {
      this.#lostLog(received.index);
    }
    const hint = this.#terms.lastIndexWithTermAtMost(received.index, received.logTerm);
    this.#sendWhenTermIsDurable(
      this.#answer(MessageType.AppResp, {
        index: received.index,
        reject: true,
        rejectHint: hint,
        logTerm: this.#terms.termAt(hint) ?? 0,
      }),
    );
  }

  #diverged(index: number): void {
    this.#events.push({ kind: 'diverged', index, commit: this.#commit });
  }

  /** Once for each index in a term: a leader goes on about it ten times a second. */
  #lostLog(acknowledged: number): void {
    if (acknowledged === this.#lostLogAt) return;
    this.#lostLogAt = acknowledged;
    this.#events.push({ kind: 'lost-log', acknowledged, last: this.#terms.lastIndex });
  }

  #heartbeat(received: Message): void {
    if (received.commit > this.#terms.lastIndex) this.#lostLog(received.commit);
    this.#commitTo(Math.min(received.commit, this.#terms.lastIndex));
    this.#sendWhenTermIsDurable(
      this.#answer(MessageType.HeartbeatResp, { context: received.context }),
    );
  }

  #snapshot(received: Message): void {
    const snapshot = received.snapshot;
    if (snapshot === undefined) {
      this.#events.push({
        kind: 'malformed',
        from: received.from,
        reason: 'MsgSnap without a snapshot',
      });
      return;
    }
    if (!namesMember(snapshot.confState, this.#id)) {
      this.#events.push({
        kind: 'malformed',
        from: received.from,
        reason: 'a snapshot of a cluster that we are no member of',
      });
      return;
    }
    if (snapshot.index <= this.#commit) {
      this.#answers.acknowledge(this.#commit);
    } else if (this.#terms.termAt(snapshot.index) === snapshot.term) {
      this.#commitTo(snapshot.index);
      this.#answers.acknowledge(this.#commit);
    } else {
      this.#installing = true;
      this.#install = received;
    }
  }

  /** Grants as raft.go Step does for MsgVote; a learner may be asked by a candidate that knows of its promotion first. */
  #answerVote(received: Message): void {
    const granted = this.#grants(received);
    if (granted && this.#vote !== received.from) {
      this.#vote = received.from;
      this.#hardStateChanged = true;
      this.#answers.hardStateChanged();
    }
    this.#events.push({ kind: 'vote', candidate: received.from, term: received.term, granted });
    this.#sendWhenTermIsDurable(
      raftMessage({
        type: MessageType.VoteResp,
        to: received.from,
        from: this.#id,
        term: received.term,
        reject: !granted,
      }),
    );
  }

  #grants(candidate: Message): boolean {
    const voter = { vote: this.#vote, leader: this.#leader, term: this.#term };
    return canVote(voter, candidate) && isUpToDate(this.#terms, candidate);
  }

  /** A grant carries the candidate's future term, a refusal our own. Nothing changes here. */
  #answerPreVote(received: Message, granted: boolean): void {
    this.#sendWhenTermIsDurable(
      raftMessage({
        type: MessageType.PreVoteResp,
        to: received.from,
        from: this.#id,
        term: granted ? received.term : this.#term,
        reject: !granted,
      }),
    );
  }

  #commitTo(index: number): void {
    if (index <= this.#commit) return;
    this.#commit = index;
    this.#hardStateChanged = true;
  }

  #answer(type: number, fields: Partial<Message>): Message {
    return raftMessage({ type, to: this.#leader, from: this.#id, term: this.#term, ...fields });
  }

  /** Term and vote must survive a crash before anybody hears of them. */
  #sendWhenTermIsDurable(answer: Message): void {
    if (this.#answers.hardStateIsDurable) this.#immediate.push(answer);
    else this.#answers.enqueue(answer);
  }

  #ready(): Ready {
    const ready: Ready = {
      hardState: this.#hardStateChanged
        ? { term: this.#term, vote: this.#vote, commit: this.#commit }
        : undefined,
      entries: this.#entries,
      immediate: this.#immediate,
      needsSync: this.#answers.waiting,
      commit: this.#commit,
      install: this.#install,
      events: this.#events,
    };
    this.#hardStateChanged = false;
    this.#entries = [];
    this.#immediate = [];
    this.#events = [];
    this.#install = undefined;
    return ready;
  }
}

/** raft.go restore: a snapshot that does not know of us is of another time or cluster. */
function namesMember(
  { voters, learners, votersOutgoing, learnersNext }: ConfState,
  id: bigint,
): boolean {
  return [voters, learners, votersOutgoing, learnersNext].some(ids => ids.includes(id));
}
