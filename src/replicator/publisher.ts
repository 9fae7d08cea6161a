import { setTimeout as sleep } from 'node:timers/promises';
import type { Member, MembershipState } from '../apply/types.ts';
import { SyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import type { PublishForm } from '../raft/publish-form.ts';
import { encodeMemberAttrSet, encodeV2Attributes } from '../wire/member-attributes.ts';
import type { MemberAnswer, NoAnswer } from './member-answers.ts';
import { judgePublish } from './publish-verdict.ts';
import { requestId } from './request-id.ts';

/** Between two looks at the members, which must be alike. */
const LOOK_MS = 5_000;
/** A proposal can be lost with its leader; until then it may still come back. */
const REPEAT_MS = 30_000;

/** What /status shows. */
export interface PublishStatus {
  readonly state: 'waiting' | 'refused' | 'proposed' | 'published';
  /** Of a refusal. */
  readonly reason?: string;
}

export interface PublisherOptions {
  readonly memberId: bigint;
  readonly name: string;
  readonly logger: Logger;
  /** Caught up with the source, with a leader, and neither promoted nor ending. */
  readonly isReady: () => boolean;
  readonly commit: () => number;
  readonly resolved: () => number;
  /** As of the entries resolved. */
  readonly membership: () => MembershipState;
  /** The other members as of the entries committed. */
  readonly others: () => readonly Member[];
  readonly ask: (member: Member) => Promise<MemberAnswer | NoAnswer>;
  /** Hands the data of an entry to the leader; false without one. */
  readonly propose: (data: Uint8Array) => boolean;
  readonly report: (error: SyncerError) => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** LOOK_MS unless given. */
  readonly lookMs?: number;
}

/**
 * Publishes the name of our seat, without client URLs, so that it counts as started (EtcdServer.publish). Once
 * for a seat: it ends when the committed entry has come back.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  #status: PublishStatus = { state: 'waiting' };
  #proposedMs = Number.NEGATIVE_INFINITY;
  /** Of the look before, if it allowed a proposal. */
  #before: { readonly facts: string; readonly commit: number } | undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  get status(): PublishStatus {
    return this.#status;
  }

  /** Looks and proposes until the name is published or the signal is aborted. Never rejects for what it meets. */
  async run(signal: AbortSignal): Promise<void> {
    const { lookMs = LOOK_MS } = this.#options;
    while (!signal.aborted && !(await this.#look(signal))) {
      await sleep(lookMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** True when the name is published. */
  async #look(signal: AbortSignal): Promise<boolean> {
    const { isReady, others, ask, commit, now } = this.#options;
    const waitsForEntry = now() - this.#proposedMs < REPEAT_MS;
    const asked = waitsForEntry ? [] : others();
    const before = isReady() ? this.#before : undefined;
    this.#before = undefined;
    const seenCommit = commit();
    const answers = new Map<bigint, MemberAnswer | NoAnswer>();
    if (isReady()) {
      await Promise.all(asked.map(async member => answers.set(member.id, await ask(member))));
    }
    if (signal.aborted || !isReady()) return false;
    // From here to the proposal nothing waits: what is judged is what is.
    const verdict = judgePublish({ ...this.#facts(), answers });
    if (verdict.kind === 'published') this.#published();
    else if (waitsForEntry) return false;
    else if (verdict.kind === 'refused') this.#refused(verdict.reason);
    else if (before?.facts !== verdict.facts) this.#allowed(verdict.facts, seenCommit);
    else if (this.#options.resolved() < before.commit) this.#allowed(verdict.facts, before.commit);
    else this.#propose(verdict.form);
    return verdict.kind === 'published';
  }

  #facts() {
    const { memberId, name, membership, others } = this.#options;
    return { memberId, name, membership: membership(), others: others().map(({ id }) => id) };
  }

  #published(): void {
    const { logger, name } = this.#options;
    logger.info({ name }, 'our name is published');
    this.#status = { state: 'published' };
  }

  /** Said once for each reason. */
  #refused(reason: string): void {
    if (this.#status.reason !== reason) {
      this.#options.report(new SyncerError('PUBLISH_REFUSED', `not published: ${reason}`));
    }
    this.#status = { state: 'refused', reason };
  }

  #allowed(facts: string, commit: number): void {
    this.#before = { facts, commit };
    this.#status = { state: 'waiting' };
  }

  #propose(form: PublishForm): void {
    const { memberId, name, propose, now, logger } = this.#options;
    const attributes = { requestId: requestId(memberId), memberId, name, clientUrls: [] };
    const data = form === 'v2' ? encodeV2Attributes(attributes) : encodeMemberAttrSet(attributes);
    // Also when there was no leader to send it to: the next time is no sooner.
    this.#proposedMs = now();
    if (!propose(data)) return;
    this.#status = { state: 'proposed' };
    logger.info({ name, form }, 'proposed our name');
  }
}
