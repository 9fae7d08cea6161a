import type { ByteString } from '../wire/bytes.ts';
import type { KeyHead, LiveKey, StateReader } from './types.ts';

type Bound = Pick<StateReader, 'isAttached'>;

/** The lease that a live key is bound to in the lessor's map; 0n when none (etcd mvcc put: GetLease). */
export function attachedLease(state: Bound, key: ByteString, record: KeyHead | undefined): bigint {
  if (record === undefined || record.lease === 0n) return 0n;
  return state.isAttached(record.lease, key) ? record.lease : 0n;
}

/** The live keys in [start, end), read one by one: what `StateReader.liveKeys` gives at once. */
export function* liveKeysIn(
  state: Bound & Pick<StateReader, 'scanKeys'>,
  start: ByteString,
  end: ByteString | undefined,
): Generator<LiveKey> {
  for (const [key, record] of state.scanKeys(start, end)) {
    yield [key, attachedLease(state, key, record)];
  }
}

/** Those of `keys` that are live, read one by one: with a lease's keys, what `StateReader.liveKeysOf` gives at once. */
export function* liveKeysAmong(
  state: Bound & Pick<StateReader, 'getKeyHead'>,
  keys: Iterable<ByteString>,
): Generator<LiveKey> {
  for (const key of keys) {
    const record = state.getKeyHead(key);
    if (record !== undefined) yield [key, attachedLease(state, key, record)];
  }
}
