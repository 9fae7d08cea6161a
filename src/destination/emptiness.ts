import { SyncerError } from '../ops/errors.ts';
import type { ByteString } from '../wire/bytes.ts';
import type { EtcdClient } from './etcd-client.ts';
import { toLong } from './int64.ts';
import type { KeyFilter } from './planner/filter.ts';

/** What to do with keys that are at the destination before we are. */
export type OnNonempty = 'refuse' | 'merge' | 'prune';

const PAGE = 1_000;

/**
 * Looks whether the destination is free for us, before its first checkpoint is written: `refuse` fails on
 * the first key under our prefixes, `merge` leaves all, `prune` deletes them. Positions of syncers stay.
 *
 * Errors: DEST_NOT_EMPTY with an example, those of the client.
 */
export async function prepareEmpty(
  client: EtcdClient,
  filter: KeyFilter,
  checkpointPrefix: ByteString,
  mode: OnNonempty,
): Promise<{ readonly pruned: number }> {
  if (mode === 'merge') return { pruned: 0 };
  let pruned = 0;
  for (const prefix of filter.destinationPrefixes) {
    for await (const key of keysUnder(client, prefix)) {
      if (key.startsWith(checkpointPrefix)) continue;
      if (mode === 'refuse') {
        throw new SyncerError(
          'DEST_NOT_EMPTY',
          `the destination holds keys, such as ${JSON.stringify(key)}`,
        );
      }
      await client.deleteRange({ key: Buffer.from(key, 'latin1') });
      pruned += 1;
    }
  }
  return { pruned };
}

async function* keysUnder(client: EtcdClient, prefix: ByteString): AsyncGenerator<ByteString> {
  let start = prefix === '' ? '\0' : (prefix as string);
  for (;;) {
    const { kvs } = await client.range({
      key: Buffer.from(start, 'latin1'),
      range_end: Buffer.from(prefixEnd(prefix), 'latin1'),
      keys_only: true,
      limit: toLong(BigInt(PAGE)),
    });
    for (const { key } of kvs ?? []) yield Buffer.from(key ?? []).toString('latin1') as ByteString;
    const last = kvs?.at(-1)?.key;
    if (last === undefined || last === null || (kvs?.length ?? 0) < PAGE) return;
    start = `${Buffer.from(last).toString('latin1')}\0`;
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
