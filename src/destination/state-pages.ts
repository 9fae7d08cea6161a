import type { StateReader } from '../apply/types.ts';
import { type ByteString, prefixEnd } from '../wire/bytes.ts';
import type { HeldKey, KeyPage } from './planner/difference.ts';
import type { KeyFilter } from './planner/filter.ts';

const PAGE_KEYS = 2_000;
const PAGE_BYTES = 1024 * 1024;

/**
 * What the destination holds when it stands where `state` stands: its keys ascending, in pages of bounded
 * size. A key whose lease is gone is bound to none there.
 *
 * @param after a key of the destination behind which the pages begin; '' = with the first
 */
export async function* statePages(
  state: StateReader,
  filter: KeyFilter,
  after: ByteString,
): AsyncGenerator<KeyPage> {
  const first = after === '' ? after : (`${filter.unmap(after)}\0` as ByteString);
  const isLive = leaseCheck(state);
  for (const prefix of filter.sourcePrefixes) {
    let start: ByteString | undefined = first > prefix ? first : prefix;
    while (start !== undefined) {
      const { page, next } = onePage(state, filter, start, prefixEnd(prefix), isLive);
      if (page.length > 0) yield page;
      start = next;
    }
  }
}

/** Collected in one go: a cursor of the store must not stay open while others write. */
function onePage(
  state: StateReader,
  filter: KeyFilter,
  start: ByteString,
  end: ByteString | undefined,
  isLive: (lease: bigint) => boolean,
): { page: KeyPage; next: ByteString | undefined } {
  const page: (readonly [ByteString, HeldKey])[] = [];
  let bytes = 0;
  let seen = 0;
  if (end !== undefined && start >= end) return { page, next: undefined };
  for (const [key, { value, lease }] of state.scanKeys(start, end)) {
    seen += 1;
    const mapped = filter.map(key);
    if (mapped !== undefined) {
      page.push([mapped, { value, lease: lease !== 0n && isLive(lease) ? lease : 0n }]);
      bytes += mapped.length + value.length;
    }
    if (seen >= PAGE_KEYS || bytes >= PAGE_BYTES) return { page, next: `${key}\0` as ByteString };
  }
  return { page, next: undefined };
}

/** Whether the state has a lease; what it said of one is remembered. */
export function leaseCheck(state: StateReader): (lease: bigint) => boolean {
  const known = new Map<bigint, boolean>();
  return lease => {
    let live = known.get(lease);
    if (live === undefined) {
      live = state.getLease(lease) !== undefined;
      known.set(lease, live);
    }
    return live;
  };
}
