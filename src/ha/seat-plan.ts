import type { Member } from '../apply/types.ts';
import { SyncerError } from '../ops/errors.ts';
import type { SeatRecord } from './seat-record.ts';

/** What a replica that begins to lead knows. */
export interface SeatFacts {
  readonly record: SeatRecord | undefined;
  /** All members of the source. */
  readonly members: readonly Member[];
  readonly replicaId: string;
  /** Ours. */
  readonly peerUrls: readonly string[];
  /** Whether our log holds an entry. */
  readonly holds: (index: number, term: number) => boolean;
  /** The leader counts on entries of the seat that our log lacks. */
  readonly isLogLost: boolean;
}

export interface SeatPlan {
  /** The seat to go on with; undefined = a new one. */
  readonly keep: bigint | undefined;
  /** Learners that were seats of our replicas. */
  readonly remove: readonly bigint[];
  /** How long a new one has to wait, in milliseconds: seats that bring nothing must not come and go all the time. */
  readonly delayMs: number;
}

const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 60_000;

/**
 * Which seat of the source a new leader takes. A seat is gone on with only by whoever holds all that was
 * acknowledged on it: a leader of 3.6 and later never sends that again. Members are removed only when they
 * are learners with a peer URL of our replicas and no other.
 *
 * Errors: SEAT_PROMOTED when a seat of another replica is a voter: removing it is for people to decide.
 */
export function planSeat(facts: SeatFacts): SeatPlan {
  const { record, members, peerUrls } = facts;
  const known = new Set([...(record?.peerUrls ?? []), ...peerUrls]);
  const ours = members.filter(
    member => member.peerUrls.length > 0 && member.peerUrls.every(url => known.has(url)),
  );
  const keep = ours.find(
    member => member.peerUrls.every(url => peerUrls.includes(url)) && mayGoOn(member.id, facts),
  );
  const others = ours.filter(member => member.id !== keep?.id);
  const voter = others.find(member => !member.isLearner);
  if (voter !== undefined) {
    const id = voter.id.toString(16);
    const command = `etcdctl member remove ${id}`;
    const text = `the seat ${id} of another replica was promoted, and nobody votes for it; run: ${command}`;
    throw new SyncerError('SEAT_PROMOTED', text, { command });
  }
  const fruitless = keep === undefined ? (record?.fruitless ?? 0) : 0;
  const delayMs =
    fruitless === 0 ? 0 : Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (fruitless - 1));
  return { keep: keep?.id, remove: others.map(({ id }) => id), delayMs };
}

/** Whether our log holds all that was ever acknowledged on a seat. */
function mayGoOn(memberId: bigint, facts: SeatFacts): boolean {
  const { record, replicaId, holds, isLogLost } = facts;
  if (isLogLost) return false;
  // Nobody has written down that it used it: it was added by hand for us, or is from the time of one replica.
  if (record === undefined || record.memberId !== memberId) return true;
  if (record.replicaId === replicaId) return true;
  return record.handOver !== undefined && holds(record.handOver.index, record.handOver.term);
}
