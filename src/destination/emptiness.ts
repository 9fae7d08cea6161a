import { SyncerError } from '../ops/errors.ts';
import type { ByteString } from '../wire/bytes.ts';
import type { EtcdClient } from './etcd-client.ts';
import { targetPages } from './key-pages.ts';
import type { KeyFilter } from './planner/filter.ts';
import type { Seeding } from './types.ts';

/** What to do with keys that are at the destination before we are. */
export type OnNonempty = 'refuse' | 'merge' | 'prune';

/** We do not know what the destination holds: it has to be compared with the source. */
export const COMPARE: Seeding = {
  index: 0,
  term: 0,
  reached: '' as ByteString,
  base: 'destination',
};

/** Whether nobody beside us has keys at the destination, and with them leases, that could be taken for ours. */
export function isAlone(filter: KeyFilter, mode: OnNonempty): boolean {
  return filter.isIdentity && mode !== 'merge';
}

/**
 * Looks whether the destination is free for us, before its first checkpoint is written: with keys where
 * ours may land, `refuse` fails, `merge` leaves them, and `prune` has the destination compared, so that
 * only what the source lacks is deleted. Checkpoints of syncers and what the filter leaves out stay.
 *
 * Errors: DEST_NOT_EMPTY with an example, those of the client.
 */
export async function prepareEmpty(
  client: EtcdClient,
  filter: KeyFilter,
  mode: OnNonempty,
): Promise<Seeding | undefined> {
  if (mode === 'merge') return undefined;
  const pages = targetPages({
    client,
    filter,
    after: '' as ByteString,
    keysOnly: true,
    // Whoever calls repeats the whole.
    retry: (_, attempt) => attempt(),
  });
  for await (const [first] of pages) {
    if (mode === 'prune') return COMPARE;
    throw new SyncerError(
      'DEST_NOT_EMPTY',
      `the destination holds keys, such as ${JSON.stringify(first?.[0])}`,
    );
  }
  return undefined;
}
