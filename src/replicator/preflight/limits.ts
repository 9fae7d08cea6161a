import type { EtcdClient } from '../../destination/etcd-client.ts';
import { SyncerError } from '../../ops/errors.ts';

/** What gRPC gets on top of --max-request-bytes (etcd api/v3rpc/grpc.go grpcOverheadBytes). */
const OVERHEAD_BYTES = 512 * 1024;
const MIB = 1024 * 1024;
/** The first is over the limit of a server without flags. */
const SIZES = [2.25 * MIB, 16 * MIB] as const;
const MOST_OPS = 8_192;
const TOO_LARGE = /larger than max \(\d+ vs\. (\d+)\)/;

/** A limit that was found, or what it is at least. */
export interface Limit {
  readonly value: number;
  readonly isExact: boolean;
}

/**
 * --max-request-bytes of the server in use. It is asked for by a read that is absurdly long, which gRPC refuses with
 * the limit before any of it is looked at. Below the limit it is refused for it has no key: no server ever works on
 * it, or writes it to its log as a slow request. Errors: those of the client.
 */
export async function maxRequestBytes(client: EtcdClient): Promise<Limit> {
  for (const size of SIZES) {
    const limit = await refusedAt(client, size);
    if (limit !== undefined) return { value: limit - OVERHEAD_BYTES, isExact: true };
  }
  return { value: (SIZES.at(-1) ?? 0) - OVERHEAD_BYTES, isExact: false };
}

async function refusedAt(client: EtcdClient, bytes: number): Promise<number | undefined> {
  try {
    await client.range({ key: new Uint8Array(0), range_end: new Uint8Array(bytes) });
  } catch (error) {
    const found = TOO_LARGE.exec(etcdText(error));
    if (found !== null) return Number(found[1]);
    if (!etcdText(error).includes('key is not provided')) throw error;
  }
  return undefined;
}

/** --max-txn-ops of the server in use, by transactions that only read. Errors: those of the client. */
export async function maxTxnOps(client: EtcdClient): Promise<Limit> {
  let taken = 0;
  let next = 128;
  while (await takesOps(client, next)) {
    taken = next;
    if (taken === MOST_OPS) return { value: taken, isExact: false };
    // Most servers have 128.
    next = taken === 128 ? 129 : Math.min(MOST_OPS, taken * 2);
  }
  let refused = next;
  while (refused - taken > 1) {
    const middle = Math.floor((taken + refused) / 2);
    if (await takesOps(client, middle)) taken = middle;
    else refused = middle;
  }
  return { value: taken, isExact: true };
}

async function takesOps(client: EtcdClient, count: number): Promise<boolean> {
  const read = { request_range: { key: new Uint8Array([1]), serializable: true } };
  try {
    await client.txnOf({ success: Array.from({ length: count }, () => read) });
    return true;
  } catch (error) {
    if (etcdText(error).includes('too many operations')) return false;
    // The limit is looked at before the rights.
    if (etcdText(error).includes('permission denied')) return true;
    throw error;
  }
}

function etcdText(error: unknown): string {
  return error instanceof SyncerError ? String(error.details.etcd ?? '') : '';
}
