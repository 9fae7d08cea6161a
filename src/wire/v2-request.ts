import { Reader, WireError } from './cursor.ts';
import type { Payload } from './types.ts';

/*
 * etcdserverpb.Request of the v2 store (3.4 to 3.6; etcdserver.proto), every scalar written even when zero:
 *
 *   1 ID  2 Method  3 Path  4 Val  5 Dir  6 PrevValue  7 PrevIndex  8 PrevExist  9 Expiration
 *   10 Wait  11 Since  12 Recursive  13 Sorted  14 Quorum  15 Time  16 Stream  17 Refresh
 */

const STRING_FIELDS = new Set([2, 3, 4, 6]);

/** Decodes a v2 request. Errors: WireError. */
export function decodeV2Request(data: Uint8Array): Extract<Payload, { kind: 'v2' }> {
  const reader = new Reader(data);
  let method = '';
  let path = '';
  let value = '';
  while (!reader.done) {
    const tag = reader.tag();
    const field = tag >>> 3;
    if (field > 17) {
      reader.skip(tag);
    } else if (STRING_FIELDS.has(field)) {
      reader.expect(tag, 2);
      const text = reader.text();
      if (field === 2) method = text;
      else if (field === 3) path = text;
      else if (field === 4) value = text;
    } else {
      reader.expect(tag, 0);
      reader.uint64();
    }
  }
  if (method === '') throw new WireError('v2 request without a method', 0);
  return { kind: 'v2', method, path, value };
}
