import type { EtcdClient } from '../destination/etcd-client.ts';
import { inParallel } from '../destination/in-parallel.ts';
import { toBigInt, toLong, toNumber } from '../destination/int64.ts';
import type { ByteString } from '../wire/bytes.ts';
import { leaseId } from './key-check.ts';
import { ownLeases } from './own-leases.ts';
import type { Pace } from './pace.ts';
import type { Patience } from './patience.ts';
import { isSampled } from './sampling.ts';
import type { Difference } from './types.ts';

const LOOKUPS_IN_FLIGHT = 16;

export interface LeaseLookOptions {
  readonly source: Pick<EtcdClient, 'leases' | 'leaseTimeToLive'>;
  readonly destination: Pick<EtcdClient, 'leases' | 'leaseTimeToLive' | 'range'>;
  /** Where we keep what is ours at the destination. */
  readonly checkpointPrefix: ByteString;
  /** Leases that only the destination has are no difference. */
  readonly keepsForeign: boolean;
  /** TTLs are compared of this share of the leases, 0 to 1. */
  readonly share: number;
  readonly seed: number;
  readonly pace: Pace;
  readonly patience: Patience;
}

/** What is found in one look. */
export interface LeaseLook {
  readonly differences: readonly Difference[];
  readonly compared: number;
  readonly foreign: number;
}

/**
 * Compares which leases there are, and whether each lives at the destination as long as at the source at
 * least: TTLs are raised there. Errors: those of the clients.
 */
export async function lookAtLeases(options: LeaseLookOptions): Promise<LeaseLook> {
  const { source, destination, keepsForeign, share, seed, patience } = options;
  const list = (client: Pick<EtcdClient, 'leases'>): Promise<Set<bigint>> =>
    patience.with('list leases', async () => {
      const { leases } = await client.leases();
      return new Set((leases ?? []).map(({ ID }) => toBigInt(ID)));
    });
  // The source last: what is missing then was there before, and is there still.
  const there = await list(destination);
  const own = await patience.with('list leases', () =>
    ownLeases(destination, options.checkpointPrefix),
  );
  const wanted = await list(source);
  const differences: Difference[] = [];
  const common: bigint[] = [];
  for (const id of wanted) {
    if (!there.has(id)) differences.push(difference('lease-missing', id, 'there', 'missing'));
    else if (isSampled(leaseId(id), seed, share)) common.push(id);
  }
  let foreign = 0;
  for (const id of there) {
    if (wanted.has(id) || own.has(id)) continue;
    if (keepsForeign) foreign += 1;
    else differences.push(difference('lease-extra', id, 'missing', 'there'));
  }
  differences.push(...(await ttlDifferences(common, options)));
  return { differences, compared: wanted.size, foreign };
}

async function ttlDifferences(
  ids: readonly bigint[],
  { source, destination, pace, patience }: LeaseLookOptions,
): Promise<readonly Difference[]> {
  const found: Difference[] = [];
  const granted = (client: LeaseLookOptions['source'], id: bigint): Promise<number> =>
    patience.with('read a TTL', async () => {
      const { TTL, grantedTTL } = await client.leaseTimeToLive(toLong(id), false);
      return toNumber(TTL) <= 0 ? 0 : toNumber(grantedTTL);
    });
  await inParallel(ids, LOOKUPS_IN_FLIGHT, async id => {
    const startedMs = performance.now();
    const [left, right] = await Promise.all([granted(source, id), granted(destination, id)]);
    await pace.take(1, performance.now() - startedMs);
    // One that is gone meanwhile is not for this comparison.
    if (left > 0 && right > 0 && right < left) {
      found.push(difference('lease-ttl', id, `TTL ${left} s`, `TTL ${right} s`));
    }
  });
  return found;
}

function difference(
  kind: Difference['kind'],
  id: bigint,
  source: string,
  destination: string,
): Difference {
  return {
    kind,
    subject: leaseId(id),
    source: source as ByteString,
    destination: destination as ByteString,
  };
}
