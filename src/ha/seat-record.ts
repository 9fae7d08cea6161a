import type { EtcdClient } from '../destination/etcd-client.ts';
import type { Fence } from '../destination/write-gate.ts';
import { SyncerError } from '../ops/errors.ts';
import type { ByteString } from '../wire/bytes.ts';
import { Writer } from '../wire/cursor.ts';
import { writeCreateCompare, writePutOp } from '../wire/txn-encode.ts';

const FORMAT_VERSION = 1;
/** Peer URLs that are remembered: more than a group has replicas. */
const MAX_URLS = 32;

/** What a replica acknowledged last on the seat before it ended in order: whoever holds it may go on there. */
export interface HandOver {
  readonly index: number;
  readonly term: number;
  /** raft's hard state on the seat. */
  readonly hardTerm: number;
  readonly vote: bigint;
}

/** What the replicas know of their seat in the source; kept at the destination. */
export interface SeatRecord {
  /** Replica that acknowledges on the seat, or did last. */
  readonly replicaId: string;
  /** 0n = being added. */
  readonly memberId: bigint;
  /** Every peer URL that a replica had a seat with: no other member is ever removed. The newest last. */
  readonly peerUrls: readonly string[];
  readonly handOver: HandOver | undefined;
  /** New seats in a row on which no replica caught up with the source. */
  readonly fruitless: number;
}

/** Errors: those of the client, DEST_CHECKPOINT_FORMAT. */
export async function readSeatRecord(
  client: Pick<EtcdClient, 'range'>,
  key: ByteString,
): Promise<SeatRecord | undefined> {
  const { kvs } = await client.range({ key: Buffer.from(key, 'latin1') });
  const found = kvs?.[0];
  return found === undefined ? undefined : decodeSeatRecord(found.value ?? new Uint8Array(0));
}

/** Only a leader writes it. Errors: DEST_FENCED when we are none any more, those of the client. */
export async function writeSeatRecord(
  client: Pick<EtcdClient, 'txn'>,
  key: ByteString,
  fence: Fence,
  record: SeatRecord,
): Promise<void> {
  const writer = new Writer(1024);
  writeCreateCompare(writer, fence.key, fence.createRevision);
  writePutOp(writer, key, encodeSeatRecord(record), 0n);
  const { succeeded } = await client.txn(writer.finish());
  if (!succeeded) throw new SyncerError('DEST_FENCED', 'we do not lead any more');
}

/** The record with more URLs, as many as are remembered. */
export function withUrls(urls: readonly string[], added: readonly string[]): readonly string[] {
  return [...urls.filter(url => !added.includes(url)), ...added].slice(-MAX_URLS);
}

/** IDs are hex strings: a JSON number can't hold 64 bits. */
export function encodeSeatRecord(record: SeatRecord): Uint8Array {
  const { replicaId, memberId, peerUrls, handOver, fruitless } = record;
  return Buffer.from(
    JSON.stringify({
      format: FORMAT_VERSION,
      replica_id: replicaId,
      member_id: memberId.toString(16),
      peer_urls: peerUrls,
      fruitless,
      ...(handOver === undefined
        ? {}
        : { hand_over: { ...handOver, vote: handOver.vote.toString(16) } }),
    }),
  );
}

/** Errors: DEST_CHECKPOINT_FORMAT. */
export function decodeSeatRecord(bytes: Uint8Array): SeatRecord {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw unusable();
  }
  const fields = fieldsOf(json);
  const { format, replica_id, member_id, peer_urls, hand_over } = fields;
  if (format !== FORMAT_VERSION || typeof replica_id !== 'string' || !Array.isArray(peer_urls)) {
    throw unusable();
  }
  return {
    replicaId: replica_id,
    memberId: hexId(member_id),
    peerUrls: peer_urls.filter(url => typeof url === 'string').slice(-MAX_URLS),
    handOver: hand_over === undefined ? undefined : decodeHandOver(fieldsOf(hand_over)),
    fruitless: natural(fields.fruitless),
  };
}

function decodeHandOver(fields: Record<string, unknown>): HandOver {
  return {
    index: natural(fields.index),
    term: natural(fields.term),
    hardTerm: natural(fields.hardTerm),
    vote: hexId(fields.vote),
  };
}

function fieldsOf(json: unknown): Record<string, unknown> {
  return (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
}

function hexId(value: unknown): bigint {
  if (typeof value !== 'string' || !/^[0-9a-f]{1,16}$/.test(value)) throw unusable();
  return BigInt(`0x${value}`);
}

function natural(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw unusable();
  return value;
}

function unusable(): SyncerError {
  return new SyncerError('DEST_CHECKPOINT_FORMAT', 'the record of the seat can not be read');
}
