import { compareBytes } from '../wire/bytes.ts';
import type { Message } from '../wire/types.ts';
import { MessageType } from '../wire/types.ts';
import type { LogTerms } from './log-terms.ts';

const NO_NODE = 0n;
/** raft's campaignTransfer, the context of a vote request that a leader transfer caused (raft.go). */
const CAMPAIGN_TRANSFER = new TextEncoder().encode('CampaignTransfer');

/** What a vote depends on, beside the log. 0n = none. */
export interface Voter {
  readonly vote: bigint;
  readonly leader: bigint;
  readonly term: number;
}

/** Our vote is free or already theirs, or it is a pre-vote about a term to come (raft.go Step, canVote). */
export function canVote(voter: Voter, { type, from, term }: Message): boolean {
  if (voter.vote === from) return true;
  if (voter.vote === NO_NODE && voter.leader === NO_NODE) return true;
  return type === MessageType.PreVote && term > voter.term;
}

/** The candidate's last entry is at least ours (raft log.isUpToDate). */
export function isUpToDate(
  { lastTerm, lastIndex }: LogTerms,
  { index, logTerm }: Message,
): boolean {
  // Our last term is not known: there is nothing to compare with.
  if (lastTerm === 0 && lastIndex > 0) return false;
  return logTerm > lastTerm || (logTerm === lastTerm && index >= lastIndex);
}

/** A vote request that is admitted even while a leader is heard. */
export function isTransfer(received: Message): boolean {
  return compareBytes(received.context, CAMPAIGN_TRANSFER) === 0;
}
