import type { ByteString } from '../../wire/bytes.ts';
import type { KeyOp } from './batch.ts';
import { PageCursor } from './page-cursor.ts';

/** What a key holds as far as the destination is concerned. `lease` 0n = bound to none. */
export interface HeldKey {
  readonly value: Uint8Array;
  readonly lease: bigint;
}

/** Keys of the destination ascending, with what they hold. */
export type KeyPage = readonly (readonly [ByteString, HeldKey])[];

/** A piece of the difference: `ops` make the destination right up to `reached`, that key included. */
export interface DifferencePiece {
  readonly ops: readonly (readonly [ByteString, KeyOp])[];
  readonly reached: ByteString;
  /** Keys of the target that this piece covers. */
  readonly compared: number;
}

const SINGLE = '' as ByteString;

/**
 * What has to be written to get from what is held to what is wanted: puts for keys that are missing or
 * differ in value or lease, deletes for keys that are not wanted. Both sides ascend by key; memory holds
 * a page of each. Pure but for the pages it is given.
 *
 * @param mayDelete false keeps a key that is not wanted
 */
export async function* difference(
  held: AsyncIterable<KeyPage>,
  wanted: AsyncIterable<KeyPage>,
  mayDelete: (key: ByteString) => boolean,
): AsyncGenerator<DifferencePiece> {
  const before = new PageCursor(held);
  const after = new PageCursor(wanted);
  await before.fill();
  await after.fill();
  while (!before.done || !after.done) {
    const ops: (readonly [ByteString, KeyOp])[] = [];
    let reached = '' as ByteString;
    let compared = 0;
    // Up to the end of the page that ends first: what comes behind it is not known yet.
    while (before.isFilled && after.isFilled) {
      const left = before.current;
      const right = after.current;
      if (left === undefined && right === undefined) break;
      if (right === undefined || (left !== undefined && left[0] < right[0])) {
        const [key] = left as KeyPage[number];
        if (mayDelete(key)) ops.push([key, { kind: 'delete', rangeEnd: SINGLE }]);
        reached = key;
        before.advance();
        continue;
      }
      const [key, { value, lease }] = right;
      const isHeld = left !== undefined && left[0] === key;
      if (!isHeld || !isSame(left[1], right[1])) ops.push([key, { kind: 'put', value, lease }]);
      if (isHeld) before.advance();
      after.advance();
      reached = key;
      compared += 1;
    }
    if (reached !== '') yield { ops, reached, compared };
    await before.fill();
    await after.fill();
  }
}

function isSame(a: HeldKey, b: HeldKey): boolean {
  return a.lease === b.lease && Buffer.compare(a.value, b.value) === 0;
}
