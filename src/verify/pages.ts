import type { EtcdClient } from '../destination/etcd-client.ts';
import { toBigInt, toLong, toNumber } from '../destination/int64.ts';
import { PageWindow } from '../destination/page-window.ts';
import type { KeyPage } from '../destination/planner/difference.ts';
import { type ByteString, EMPTY_BYTES, prefixEnd, toByteString } from '../wire/bytes.ts';
import type { Pace } from './pace.ts';
import type { Patience } from './patience.ts';

const MAX_PAGE_KEYS = 2_000;
/** A page is asked for by count; the count follows the size of the last answer, to about this many bytes. */
const PAGE_BYTES = 1024 * 1024;
const FIRST_PAGE_KEYS = 64;

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
 * One side's keys at a revision, under their names at the destination, ascending, in pages of bounded size.
 *
 * Errors: those of the client; etcd's "has been compacted" and "is a future revision" among them.
 */
export async function* pagesAt(options: PagesOptions): AsyncGenerator<KeyPage> {
  for (const prefix of options.prefixes) yield* pagesUnder(prefix, options);
}

async function* pagesUnder(prefix: ByteString, options: PagesOptions): AsyncGenerator<KeyPage> {
  const { client, after, revision, keysOnly, map, pace, patience } = options;
  const end = prefixEnd(prefix);
  let start = prefix === '' ? '\0' : (prefix as string);
  if (after >= start) start = `${after}\0`;
  if (end !== undefined && start >= end) return;
  const window = new PageWindow(prefix);
  let limit = keysOnly ? MAX_PAGE_KEYS : FIRST_PAGE_KEYS;
  for (;;) {
    limit = Math.min(limit, pace.pageKeys);
    const windowEnd = window.endOf(start);
    const request = {
      key: Buffer.from(start, 'latin1'),
      range_end: Buffer.from(windowEnd ?? '\0', 'latin1'),
      limit: toLong(BigInt(limit)),
      revision: toLong(BigInt(revision)),
      keys_only: keysOnly,
    };
    const startedMs = performance.now();
    const { kvs, more, count } = await patience.with('read keys', () => client.range(request));
    const page: KeyPage[number][] = [];
    let bytes = 0;
    let [first, last]: string[] = [];
    for (const kv of kvs ?? []) {
      const key = toByteString(kv.key ?? EMPTY_BYTES);
      const value = kv.value ?? EMPTY_BYTES;
      first ??= key;
      last = key;
      bytes += key.length + value.length;
      const mapped = map(key);
      if (mapped !== undefined) page.push([mapped, { value, lease: toBigInt(kv.lease) }]);
    }
    await pace.take(kvs?.length ?? 0, performance.now() - startedMs);
    if (page.length > 0) yield page;
    window.seen(toNumber(count), first, last);
    if (more === true && last !== undefined) start = `${last}\0`;
    else if (windowEnd === undefined || windowEnd === end) return;
    else start = windowEnd;
    const perKey = Math.max(1, bytes / Math.max(1, kvs?.length ?? 0));
    limit = Math.min(MAX_PAGE_KEYS, 2 * limit, Math.max(1, Math.floor(PAGE_BYTES / perKey)));
  }
}
