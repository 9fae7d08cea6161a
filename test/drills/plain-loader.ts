import { checkpointKey } from '../../src/destination/checkpoint.ts';
import { EtcdClient } from '../../src/destination/etcd-client.ts';
import type { KeyOp } from '../../src/destination/planner/batch.ts';
import { encodeTxn } from '../../src/destination/planner/encode.ts';
import { txnLimits } from '../../src/destination/planner/limits.ts';
import { type ByteString, utf8ToByteString } from '../../src/wire/bytes.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import type { DrillOptions } from './findings.ts';

const VALUE_BYTES = 256;
/** Keys for trying a plan. */
const TRIAL_KEYS = 60_000;
const BATCHES = [250, 500, 1_000, 2_000] as const;
const WORKERS = [1, 2, 4] as const;

/** How a loader writes: puts in a transaction, and transactions under way. */
export interface Plan {
  readonly batch: number;
  readonly workers: number;
}

export interface Loading extends Plan {
  readonly seconds: number;
  /** Keys per second. */
  readonly rate: number;
}

/** With room for many keys, and little of them in memory. */
export function largeCluster(
  { source, destination }: DrillOptions,
  side: 'source' | 'destination',
): Promise<EtcdCluster> {
  return EtcdCluster.start({
    programs: side === 'source' ? source : destination,
    flags: ['--quota-backend-bytes=8589934592', '--snapshot-count=10000'],
  });
}

/** All plans on a new destination each, the fastest first. */
export async function tryPlans(options: DrillOptions): Promise<Loading[]> {
  const trials: Loading[] = [];
  for (const workers of WORKERS) {
    for (const batch of BATCHES) {
      await using cluster = await largeCluster(options, 'destination');
      const keys = Math.min(TRIAL_KEYS, options.keys);
      trials.push(await load(cluster, keys, { batch, workers }));
    }
  }
  return trials.sort((a, b) => b.rate - a.rate);
}

/** Nothing but puts in nested transactions, as large and as many at a time as planned. */
export async function load(cluster: EtcdCluster, keys: number, plan: Plan): Promise<Loading> {
  const client = new EtcdClient({
    endpoints: cluster.endpoints,
    tls: undefined,
    user: undefined,
    password: undefined,
  });
  const limits = txnLimits(128, 1_572_864);
  let next = 0;
  const worker = async (_: unknown, number: number): Promise<void> => {
    const mark = checkpointKey(utf8ToByteString('__etcd_syncer__/plain-'), BigInt(number));
    for (let version = 0; next < keys; version += 1) {
      const from = next;
      next = Math.min(keys, from + plan.batch);
      const ops = new Map<ByteString, KeyOp>();
      for (let i = from; i < next; i += 1)
        ops.set(keyOf(i), { kind: 'put', value: plainValue(i), lease: 0n });
      const request = encodeTxn(
        { checkpointKey: mark, guardVersion: version, checkpoint: Buffer.from('plain'), ops },
        limits,
      );
      const { succeeded } = await client.txn(request);
      if (!succeeded) throw new Error('a plain transaction was not made');
    }
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: plan.workers }, worker));
  const seconds = (performance.now() - startedMs) / 1_000;
  client.close();
  return { ...plan, seconds, rate: Math.round(keys / seconds) };
}

function keyOf(number: number): ByteString {
  return utf8ToByteString(`/registry/pods/${String(number).padStart(9, '0')}`);
}

function plainValue(number: number): Buffer {
  const value = Buffer.alloc(VALUE_BYTES, number & 0xff);
  value.writeUInt32BE(number, 0);
  return value;
}
