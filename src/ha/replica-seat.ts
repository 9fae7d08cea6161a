import { setTimeout as sleep } from 'node:timers/promises';
import type { EtcdClient } from '../destination/etcd-client.ts';
import { isEtcdError } from '../destination/grpc-errors.ts';
import { toId, toLong } from '../destination/int64.ts';
import { SyncerError } from '../ops/errors.ts';
import type { ByteString } from '../wire/bytes.ts';
import type { Leadership } from './leadership.ts';
import { findSeat, type Seat, type SeatOptions } from './seat.ts';
import { planSeat, type SeatFacts } from './seat-plan.ts';
import {
  type HandOver,
  readSeatRecord,
  type SeatRecord,
  withUrls,
  writeSeatRecord,
} from './seat-record.ts';

export interface ReplicaSeatOptions extends Omit<SeatOptions, 'join' | 'source'> {
  readonly source: EtcdClient;
  /** Of the destination, where the seat is written down. */
  readonly client: EtcdClient;
  readonly recordKey: ByteString;
  readonly leadership: Leadership;
  readonly replicaId: string;
  readonly holds: SeatFacts['holds'];
  readonly isLogLost: boolean;
  readonly signal: AbortSignal;
}

type RecordOptions = Pick<ReplicaSeatOptions, 'client' | 'recordKey' | 'leadership' | 'replicaId'>;

/** The seat of a leader. */
export interface ReplicaSeat extends Seat {
  /** What another replica left on it in order, for us to go on from; undefined = nothing to take over. */
  readonly handOver: HandOver | undefined;
}

/**
 * Takes the replicas' seat in the source for the one that leads: goes on with it, or has it removed and adds
 * a new one (planSeat). Everything is written down at the destination before it is done, so that whoever
 * leads next finds what a crash left over. May be called again after any error.
 *
 * Errors: SEAT_PROMOTED, SEAT_SLOT_TAKEN when a learner that is not ours has the place, DEST_FENCED, those of
 * the clients; SOURCE_UNREACHABLE also while the members do not agree yet.
 */
export async function takeReplicaSeat(options: ReplicaSeatOptions): Promise<ReplicaSeat> {
  const { client, recordKey, replicaId, advertiseUrls, logger } = options;
  const record = await readSeatRecord(client, recordKey);
  const plan = planSeat({
    record,
    members: await membersOf(options),
    replicaId,
    peerUrls: advertiseUrls,
    holds: options.holds,
    isLogLost: options.isLogLost,
  });
  const peerUrls = withUrls(record?.peerUrls ?? [], advertiseUrls);
  const isNew = plan.keep === undefined;
  const fruitless = (record?.fruitless ?? 0) + (isNew ? 1 : 0);
  const mine = { replicaId, peerUrls, handOver: undefined, fruitless };
  if (isNew) {
    if (plan.delayMs > 0) await pause(options, plan.delayMs);
    // Our URL first: a learner with it is recognized as ours, should we get no further.
    await note(options, { ...(record ?? { ...mine, memberId: 0n }), peerUrls });
  }
  for (const id of plan.remove) await remove(options, id);
  const memberId = plan.keep ?? (await add(options));
  await note(options, { ...mine, memberId });
  logger.info(
    { member_id: memberId.toString(16), is_new: isNew },
    'the seat of the replicas is ours',
  );
  const seat = await findSeat({ ...options, join: false, memberId });
  const isTakenOver = record?.memberId === memberId && record.replicaId !== replicaId;
  return { ...seat, handOver: isTakenOver ? record.handOver : undefined };
}

/** A replica has caught up on the seat: whoever needs another one need not wait. Errors: as of takeReplicaSeat. */
export async function noteCaughtUp(options: RecordOptions): Promise<void> {
  const record = await readSeatRecord(options.client, options.recordKey);
  if (record === undefined || record.fruitless === 0) return;
  await note(options, { ...record, fruitless: 0 });
}

/** Leaves the seat to whoever holds what we acknowledged there. Nothing may be acknowledged any more. Errors: as of takeReplicaSeat. */
export async function handOverSeat(
  options: RecordOptions,
  memberId: bigint,
  handOver: HandOver,
): Promise<void> {
  const record = await readSeatRecord(options.client, options.recordKey);
  if (record?.memberId !== memberId || record.replicaId !== options.replicaId) return;
  await note(options, { ...record, handOver });
}

async function pause({ logger, signal }: ReplicaSeatOptions, delayMs: number): Promise<void> {
  logger.warn({ delay_ms: delayMs }, 'the last seats brought nothing: waiting before the next');
  await sleep(delayMs, undefined, { signal });
}

async function membersOf({ source }: ReplicaSeatOptions): Promise<SeatFacts['members']> {
  const { members } = await source.memberList();
  return (members ?? []).map(member => ({
    id: toId(member.ID),
    name: member.name ?? '',
    peerUrls: member.peerURLs ?? [],
    clientUrls: member.clientURLs ?? [],
    isLearner: member.isLearner === true,
  }));
}

async function note(
  { client, recordKey, leadership }: RecordOptions,
  record: SeatRecord,
): Promise<void> {
  leadership.check();
  await writeSeatRecord(client, recordKey, leadership.fence, record);
}

/** A learner does not count for the quorum: its removal takes nothing from the source. */
async function remove({ source, leadership, logger }: ReplicaSeatOptions, id: bigint) {
  leadership.check();
  try {
    await source.memberRemove(toLong(id));
  } catch (error) {
    // Whoever led before us may have come so far.
    if (!isEtcdError(error, 'member not found') && !isEtcdError(error, 'removed')) throw error;
  }
  logger.warn({ member_id: id.toString(16) }, 'removed the seat that another log was kept for');
}

async function add({ source, leadership, advertiseUrls }: ReplicaSeatOptions): Promise<bigint> {
  leadership.check();
  try {
    const { member } = await source.memberAddLearner(advertiseUrls);
    return toId(member?.ID);
  } catch (error) {
    if (!isEtcdError(error, 'Peer URLs already exists')) throw error;
    // One of an attempt before this, that the list did not have yet.
    const text = 'the members list does not show our seat yet';
    throw new SyncerError('SOURCE_UNREACHABLE', text, {}, { cause: error });
  }
}
