import type { HeldKey, KeyPage } from '../destination/planner/difference.ts';
import { PageCursor } from '../destination/planner/page-cursor.ts';
import type { ByteString } from '../wire/bytes.ts';

/** A key with what each side holds; undefined = it is not there. */
export interface Row {
  readonly key: ByteString;
  readonly source: HeldKey | undefined;
  readonly destination: HeldKey | undefined;
}

/** All keys up to `reached`, that one included, that were not in an earlier piece. */
export interface Piece {
  readonly rows: readonly Row[];
  readonly reached: ByteString;
}

/**
 * Puts two streams of keys side by side; both ascend by the destination's key. Memory holds a page of each.
 * Pure but for the pages it is given.
 */
export async function* join(
  source: AsyncIterable<KeyPage>,
  destination: AsyncIterable<KeyPage>,
): AsyncGenerator<Piece> {
  const left = new PageCursor(source);
  const right = new PageCursor(destination);
  for (;;) {
    await Promise.all([left.fill(), right.fill()]);
    const rows: Row[] = [];
    // Up to the end of the page that ends first: what comes behind it is not known yet.
    while (left.isFilled && right.isFilled) {
      const row = rowOf(left.current, right.current);
      if (row === undefined) break;
      if (row.source !== undefined) left.advance();
      if (row.destination !== undefined) right.advance();
      rows.push(row);
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    yield { rows, reached: last.key };
  }
}

/** The lower of two keys; undefined at the end of both sides. */
function rowOf(
  left: KeyPage[number] | undefined,
  right: KeyPage[number] | undefined,
): Row | undefined {
  if (left === undefined) {
    if (right === undefined) return undefined;
    return { key: right[0], source: undefined, destination: right[1] };
  }
  const [key, source] = left;
  if (right === undefined || key < right[0]) return { key, source, destination: undefined };
  if (key === right[0]) return { key, source, destination: right[1] };
  return { key: right[0], source: undefined, destination: right[1] };
}
