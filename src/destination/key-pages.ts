import { type ByteString, EMPTY_BYTES, prefixEnd, toByteString } from '../wire/bytes.ts';
import type { etcdserverpb as pb } from '../wire/generated/rpc.js';
import type { EtcdClient } from './etcd-client.ts';
import { toBigInt, toLong, toNumber } from './int64.ts';
import { PageWindow } from './page-window.ts';
import type { KeyPage } from './planner/difference.ts';
import type { KeyFilter } from './planner/filter.ts';

const MAX_PAGE_KEYS = 2_000;
/** A page is asked for by count; the count follows the size of the last answer, to about this many bytes. */
const PAGE_BYTES = 1024 * 1024;
const FIRST_PAGE_KEYS = 64;

/** A page that is asked for: the keys from `key` to `range_end`, `limit` of them at most. */
export interface PageRequest {
  readonly key: Buffer;
  readonly range_end: Buffer;
  readonly limit: number;
  readonly keys_only: boolean;
}

/** What all walks through a cluster's keys have in common. */
export interface KeyPagesOptions {
  /** Ascending, none within another; '' = all keys. */
  readonly prefixes: readonly ByteString[];
  /** Pages begin behind this key; '' = with the first. */
  readonly after: ByteString;
  readonly keysOnly: boolean;
  /** Asks for it, and again while the server is away. It may ask for fewer keys. */
  readonly range: (request: PageRequest) => Promise<pb.RangeResponse>;
  /** What a key is called in its page; undefined = it is left out. */
  readonly nameOf: (key: ByteString) => ByteString | undefined;
}

/**
 * A cluster's keys, ascending, in pages of bounded size.
 *
 * Errors: those of `range`.
 */
export async function* keyPages(options: KeyPagesOptions): AsyncGenerator<KeyPage> {
  for (const prefix of options.prefixes) yield* pagesUnder(prefix, options);
}

async function* pagesUnder(prefix: ByteString, options: KeyPagesOptions): AsyncGenerator<KeyPage> {
  const { after, keysOnly, range, nameOf } = options;
  const end = prefixEnd(prefix);
  let start = prefix === '' ? '\0' : (prefix as string);
  if (after >= start) start = `${after}\0`;
  if (end !== undefined && start >= end) return;
  const window = new PageWindow(prefix);
  let limit = keysOnly ? MAX_PAGE_KEYS : FIRST_PAGE_KEYS;
  for (;;) {
    const windowEnd = window.endOf(start);
    const { kvs, more, count } = await range({
      key: Buffer.from(start, 'latin1'),
      range_end: Buffer.from(windowEnd ?? '\0', 'latin1'),
      limit,
      keys_only: keysOnly,
    });
    const page: KeyPage[number][] = [];
    let bytes = 0;
    let [first, last]: string[] = [];
    for (const kv of kvs ?? []) {
      const key = toByteString(kv.key ?? EMPTY_BYTES);
      const value = kv.value ?? EMPTY_BYTES;
      first ??= key;
      last = key;
      bytes += key.length + value.length;
      const name = nameOf(key);
      if (name !== undefined) page.push([name, { value, lease: toBigInt(kv.lease) }]);
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

export interface TargetPagesOptions {
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
export function targetPages(options: TargetPagesOptions): AsyncGenerator<KeyPage> {
  const { client, filter, after, keysOnly, retry } = options;
  return keyPages({
    prefixes: filter.destinationPrefixes,
    after,
    keysOnly,
    range: ({ limit, ...request }) =>
      retry('read keys', () => client.range({ ...request, limit: toLong(BigInt(limit)) })),
    nameOf: key => (filter.isTarget(key) ? key : undefined),
  });
}
