import { checkpointKey } from '../destination/checkpoint.ts';
import type { EtcdClient } from '../destination/etcd-client.ts';
import { toBigInt, toLong, toNumber } from '../destination/int64.ts';
import { SyncerError } from '../ops/errors.ts';
import { type ByteString, utf8ToByteString } from '../wire/bytes.ts';
import { Writer } from '../wire/cursor.ts';
import { writeCreateCompare, writePutOp } from '../wire/txn-encode.ts';

/** Who a replica is, as the leader's key says. */
export interface Replica {
  /** Of its data directory: another one is another replica, whatever its name. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Where other replicas reach its HTTP port. */
  readonly url: string;
}

/** The leader's key as it was found. */
export interface Leader extends Replica {
  readonly createRevision: number;
  readonly leaseId: bigint;
}

/** A lease of ours with the leader's key bound to it. */
export interface Mandate {
  readonly leaseId: bigint;
  readonly createRevision: number;
  readonly ttlSeconds: number;
  /** When the grant was sent, on the monotonic clock: the lease lasts at least `ttlSeconds` from then. */
  readonly grantedAtMs: number;
}

/** One for each source, beside its checkpoint; keys there are never replicated. */
export function leaderKey(checkpointPrefix: ByteString, clusterId: bigint): ByteString {
  return below(checkpointPrefix, clusterId, 'leader');
}

/** Where the seat is written down that the replicas share. */
export function seatKey(checkpointPrefix: ByteString, clusterId: bigint): ByteString {
  return below(checkpointPrefix, clusterId, 'seat');
}

function below(prefix: ByteString, clusterId: bigint, name: string): ByteString {
  return (checkpointKey(prefix, clusterId) + utf8ToByteString(`/${name}`)) as ByteString;
}

/** Reads who leads, linearizably; undefined = nobody. Errors: those of the client, DEST_CHECKPOINT_FORMAT. */
export async function readLeader(
  client: Pick<EtcdClient, 'range'>,
  key: ByteString,
): Promise<Leader | undefined> {
  const { kvs } = await client.range({ key: Buffer.from(key, 'latin1') });
  const found = kvs?.[0];
  if (found === undefined) return undefined;
  return {
    ...decodeReplica(found.value ?? new Uint8Array(0)),
    createRevision: toNumber(found.create_revision),
    leaseId: toBigInt(found.lease),
  };
}

/**
 * Grants a lease and creates the leader's key with it, unless there is one: undefined then, and no lease is
 * left over. Errors: those of the client.
 */
export async function campaign(
  client: Pick<EtcdClient, 'txn' | 'leaseGrant' | 'leaseRevoke'>,
  key: ByteString,
  replica: Replica,
  ttlSeconds: number,
): Promise<Mandate | undefined> {
  const grantedAtMs = performance.now();
  const granted = await client.leaseGrant(toLong(0n), ttlSeconds);
  const leaseId = toBigInt(granted.ID);
  const writer = new Writer(1024);
  writeCreateCompare(writer, key, 0);
  writePutOp(writer, key, encodeReplica(replica), leaseId);
  const { succeeded, header } = await client.txn(writer.finish());
  if (!succeeded) {
    await client.leaseRevoke(toLong(leaseId));
    return undefined;
  }
  return {
    leaseId,
    createRevision: toNumber(header?.revision),
    ttlSeconds: toNumber(granted.TTL),
    grantedAtMs,
  };
}

function encodeReplica({ id, name, url }: Replica): Uint8Array {
  return Buffer.from(JSON.stringify({ id, name, url }));
}

function decodeReplica(bytes: Uint8Array): Replica {
  try {
    const { id, name, url } = JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<
      string,
      unknown
    >;
    if (typeof id === 'string' && typeof name === 'string' && typeof url === 'string') {
      return { id, name, url };
    }
  } catch {
    // Told below, with what is wrong with the key and not with JSON.
  }
  throw new SyncerError('DEST_CHECKPOINT_FORMAT', "the leader's key does not name a replica");
}
