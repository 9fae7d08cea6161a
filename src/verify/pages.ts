import type { EtcdClient } from '../destination/etcd-client.ts';
import { toLong } from '../destination/int64.ts';
import { keyPages } from '../destination/key-pages.ts';
import type { KeyPage } from '../destination/planner/difference.ts';
import type { ByteString } from '../wire/bytes.ts';
import type { Pace } from './pace.ts';
import type { Patience } from './patience.ts';

export interface PagesOptions {
  readonly client: Pick<EtcdClient, 'range'>;
  /** Ascending, none within another; [''] = all keys. */
  readonly prefixes: readonly ByteString[];
  /** A key of this side behind which the pages begin; '' = with the first. */
  readonly after: ByteString;
  readonly revision: number;
  readonly keysOnly: boolean;
  /** The destination's key for one of this side; undefined = it is left out. */
  readonly map: (key: ByteString) => ByteString | undefined;
  readonly pace: Pace;
  readonly patience: Patience;
}

/**
 * One side's keys at a revision, under their names at the destination, ascending, in pages of bounded size, no faster
 * than the pace allows.
 *
 * Errors: those of the client; etcd's "has been compacted" and "is a future revision" among them.
 */
export function pagesAt(options: PagesOptions): AsyncGenerator<KeyPage> {
  const { client, prefixes, after, revision, keysOnly, map, pace, patience } = options;
  return keyPages({
    prefixes,
    after,
    keysOnly,
    nameOf: map,
    range: async request => {
      const limit = toLong(BigInt(Math.min(request.limit, pace.pageKeys)));
      const startedMs = performance.now();
      const answer = await patience.with('read keys', () =>
        client.range({ ...request, limit, revision: toLong(BigInt(revision)) }),
      );
      await pace.take(answer.kvs?.length ?? 0, performance.now() - startedMs);
      return answer;
    },
  });
}
