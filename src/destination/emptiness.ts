import { SyncerError } from '../ops/errors.ts';
import type { ByteString } from '../wire/bytes.ts';
import type { EtcdClient } from './etcd-client.ts';
import { inParallel } from './in-parallel.ts';
import { toLong } from './int64.ts';
import type { KeyFilter } from './planner/filter.ts';

/** What to do with keys that are at the destination before we are. */
export type OnNonempty = 'refuse' | 'merge' | 'prune';

const PAGE = 1_000;
const DELETES_IN_FLIGHT = 32;

/**
 * Looks whether the destination is free for us, before its first checkpoint is written: `refuse` fails on
 * the first key where ours may land, `merge` leaves all, `prune` deletes them. Checkpoints of syncers and
 * what the filter leaves out stay.
 *
 * Errors: DEST_NOT_EMPTY with an example, those of the client.
 */
export async function prepareEmpty(
  client: EtcdClient,
  filter: KeyFilter,
  checkpointPrefix: ByteString,
  mode: OnNonempty,
): Promise<{ readonly pruned: number }> {
  let pruned = 0;
  if (mode === 'merge') return { pruned };
  for (const prefix of filter.destinationPrefixes) {
    for await (const page of pagesUnder(client, prefix)) {
      const keys = page.filter(key => !key.startsWith(checkpointPrefix) && filter.isTarget(key));
      if (mode === 'refuse' && keys.length > 0) {
        throw new SyncerError(
          'DEST_NOT_EMPTY',
          `the destination holds keys, such as ${JSON.stringify(keys[0])}`,
        );
      }
      await inParallel(keys, DELETES_IN_FLIGHT, async key => {
        await client.deleteRange({ key: Buffer.from(key, 'latin1') });
      });
      pruned += keys.length;
    }
  }
  return { pruned };
}

/** The keys under a prefix in pages. */
async function* pagesUnder(client: EtcdClient, prefix: ByteString): AsyncGenerator<ByteString[]> {
  const rangeEnd = Buffer.from(prefixEnd(prefix), 'latin1');
  let start = prefix === '' ? '\0' : (prefix as string);
  for (;;) {
    const { kvs } = await client.range({
      key: Buffer.from(start, 'latin1'),
      range_end: rangeEnd,
      keys_only: true,
      limit: toLong(BigInt(PAGE)),
    });
    const keys = (kvs ?? []).map(
      ({ key }) => Buffer.from(key ?? []).toString('latin1') as ByteString,
    );
    if (keys.length > 0) yield keys;
    const last = keys.at(-1);
    if (last === undefined || keys.length < PAGE) return;
    start = `${last}\0`;
  }
}

/** The range_end that covers a prefix: its last byte below 0xff raised by one; '\0' = to the end (clientv3 GetPrefixRangeEnd). */
export function prefixEnd(prefix: ByteString): string {
  for (let i = prefix.length - 1; i >= 0; i -= 1) {
    const code = prefix.charCodeAt(i);
    if (code < 0xff) return prefix.slice(0, i) + String.fromCharCode(code + 1);
  }
  return '\0';
}
