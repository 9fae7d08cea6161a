import { type ByteString, EMPTY_BYTES, prefixEnd, toByteString } from '../wire/bytes.ts';
import type { EtcdClient } from './etcd-client.ts';
import { toBigInt, toLong, toNumber } from './int64.ts';
import { PageWindow } from './page-window.ts';
import type { KeyPage } from './planner/difference.ts';
import type { KeyFilter } from './planner/filter.ts';

const MAX_PAGE_KEYS = 2_000;
/** A page is asked for by count; the count follows the size of the last answer, to about this many bytes. */
const PAGE_BYTES = 1024 * 1024;
const FIRST_PAGE_KEYS = 64;

export interface PageOptions {
  readonly client: Pick<EtcdClient, 'range'>;
  readonly filter: KeyFilter;
  /** Pages begin behind this key; '' = with the first. */
  readonly after: ByteString;
  readonly keysOnly: boolean;
  /** Repeats a request while the destination is away. */
  readonly retry: <T>(what: string, attempt: () => Promise<T>) => Promise<T>;
}

/**
 * The destination's keys where ours land, ascending, in pages of bounded size. Other keys are left out.
 *
 * Errors: those of the client.
 */
export async function* targetPages(options: PageOptions): AsyncGenerator<KeyPage> {
  for (const prefix of options.filter.destinationPrefixes) yield* pagesUnder(prefix, options);
}

async function* pagesUnder(prefix: ByteString, options: PageOptions): AsyncGenerator<KeyPage> {
  const { client, filter, after, keysOnly, retry } = options;
  const end = prefixEnd(prefix);
  let start = prefix === '' ? '\0' : (prefix as string);
  if (after >= start) start = `${after}\0`;
  if (end !== undefined && start >= end) return;
  const window = new PageWindow(prefix);
  let limit = keysOnly ? MAX_PAGE_KEYS : FIRST_PAGE_KEYS;
  for (;;) {
    const windowEnd = window.endOf(start);
    const request = {
      key: Buffer.from(start, 'latin1'),
      range_end: Buffer.from(windowEnd ?? '\0', 'latin1'),
      limit: toLong(BigInt(limit)),
      keys_only: keysOnly,
    };
    const { kvs, more, count } = await retry('read keys', () => client.range(request));
    const page: [ByteString, KeyPage[number][1]][] = [];
    let bytes = 0;
    let [first, last]: string[] = [];
    for (const kv of kvs ?? []) {
      const key = toByteString(kv.key ?? EMPTY_BYTES);
      const value = kv.value ?? EMPTY_BYTES;
      first ??= key;
      last = key;
      bytes += key.length + value.length;
      if (filter.isTarget(key)) page.push([key, { value, lease: toBigInt(kv.lease) }]);
    }
    if (page.length > 0) yield page;
    window.seen(toNumber(count), first, last);
    if (more === true && last !== undefined) start = `${last}\0`;
    else if (windowEnd === undefined || windowEnd === end) return;
    else start = windowEnd;
    const perKey = Math.max(1, bytes / Math.max(1, kvs?.length ?? 0));
    limit = Math.min(MAX_PAGE_KEYS, 2 * limit, Math.max(1, Math.floor(PAGE_BYTES / perKey)));
  }
}
