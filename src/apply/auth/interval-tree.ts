import type { ByteString } from '../../wire/bytes.ts';

/** Keys from `begin` up to but not including `end`; '' is above every key in both places. Degenerate ones are allowed. */
export interface Interval {
  readonly begin: ByteString;
  readonly end: ByteString;
}

/** Order of bounds: bytewise, but the empty one comes last (adt.BytesAffineComparable). */
function compareBounds(a: ByteString, b: ByteString): number {
  if (a === b) return 0;
  if (a === '') return 1;
  if (b === '') return -1;
  return a < b ? -1 : 1;
}

/**
 * Where `a` lies relative to `b`: below (-1), above (1) or overlapping (0), as adt.Interval.Compare says
 * it. For degenerate intervals the answer is not what the set of keys would suggest.
 */
function position(a: Interval, b: Interval): -1 | 0 | 1 {
  if (compareBounds(a.begin, b.begin) < 0 && compareBounds(a.end, b.begin) <= 0) return -1;
  return compareBounds(a.begin, b.end) >= 0 ? 1 : 0;
}

interface Node {
  readonly interval: Interval;
  red: boolean;
  /** The largest end in this subtree. */
  max: ByteString;
  left: Node | undefined;
  right: Node | undefined;
  parent: Node | undefined;
}

type Side = 'left' | 'right';

/**
 * The tree that etcd asks for permissions (pkg/adt intervalTree): a red-black tree of intervals. Its
 * shape shows through when a stored or an asked interval is degenerate, so the shape is etcd's: the
 * same inserts in the same order give the same tree.
 */
export class IntervalTree {
  readonly #sortsByEnd: boolean;
  #root: Node | undefined;

  /** @param sortsByEnd among intervals with the same begin the one with the smaller end comes first (3.7), else the one that was there first */
  constructor(sortsByEnd: boolean) {
    this.#sortsByEnd = sortsByEnd;
  }

  insert(interval: Interval): void {
    let parent: Node | undefined;
    let side: Side = 'left';
    for (let at = this.#root; at !== undefined; at = at[side]) {
      parent = at;
      side = this.#order(interval, at.interval) < 0 ? 'left' : 'right';
    }
    const node: Node = {
      interval,
      red: true,
      max: interval.end,
      left: undefined,
      right: undefined,
      parent,
    };
    if (parent === undefined) this.#root = node;
    else parent[side] = node;
    for (let at = parent; at !== undefined; at = at.parent) refreshMax(at);
    this.#rebalance(node);
  }

  /** Whether some interval overlaps the one given, found on a single way down (adt Intersects). */
  intersects(wanted: Interval): boolean {
    let at = this.#root;
    while (at !== undefined && position(wanted, at.interval) !== 0) {
      const left: Node | undefined = at.left;
      at = left !== undefined && compareBounds(left.max, wanted.begin) > 0 ? left : at.right;
    }
    return at !== undefined;
  }

  /** Whether the intervals that overlap the one given cover it without a gap (adt Contains). */
  contains(wanted: Interval): boolean {
    const overlapping: Interval[] = [];
    collect(this.#root, wanted, overlapping);
    const [first] = overlapping;
    if (first === undefined || compareBounds(first.begin, wanted.begin) > 0) return false;
    let reached = first.end;
    for (const { begin, end } of overlapping) {
      if (compareBounds(reached, begin) < 0) return false;
      if (compareBounds(end, reached) > 0) reached = end;
    }
    return compareBounds(reached, wanted.end) >= 0;
  }

  #order(a: Interval, b: Interval): number {
    const byBegin = compareBounds(a.begin, b.begin);
    return byBegin === 0 && this.#sortsByEnd ? compareBounds(a.end, b.end) : byBegin;
  }

  #rebalance(inserted: Node): void {
    let node = inserted;
    while (node.parent?.red === true) {
      const parent: Node = node.parent;
      // A red node is never the root, so there is a grandparent.
      const grandparent = parent.parent as Node;
      const side: Side = parent === grandparent.left ? 'left' : 'right';
      const other: Side = side === 'left' ? 'right' : 'left';
      const uncle = grandparent[other];
      if (uncle?.red === true) {
        parent.red = false;
        uncle.red = false;
        grandparent.red = true;
        node = grandparent;
        continue;
      }
      if (node === parent[other]) {
        node = parent;
        this.#rotate(node, side);
      }
      if (node.parent !== undefined) node.parent.red = false;
      grandparent.red = true;
      this.#rotate(grandparent, other);
    }
    if (this.#root !== undefined) this.#root.red = false;
  }

  /** Moves `node` down to `side`; its child of the other side takes its place. */
  #rotate(node: Node, side: Side): void {
    const other: Side = side === 'left' ? 'right' : 'left';
    const child = node[other];
    if (child === undefined) return;
    const inner = child[side];
    node[other] = inner;
    if (inner !== undefined) inner.parent = node;
    child.parent = node.parent;
    if (node.parent === undefined) this.#root = child;
    else if (node.parent.left === node) node.parent.left = child;
    else node.parent.right = child;
    child[side] = node;
    node.parent = child;
    refreshMax(node);
    refreshMax(child);
  }
}

function refreshMax(node: Node): void {
  let max = node.interval.end;
  for (const child of [node.left, node.right]) {
    if (child !== undefined && compareBounds(child.max, max) > 0) max = child.max;
  }
  node.max = max;
}

/** The overlapping intervals in tree order; a subtree is skipped by the same rules as in etcd (adt visit). */
function collect(node: Node | undefined, wanted: Interval, found: Interval[]): void {
  if (node === undefined) return;
  const where = position(wanted, node.interval);
  if (where < 0) {
    collect(node.left, wanted, found);
    return;
  }
  if (where > 0) {
    const subtree = { begin: node.interval.begin, end: node.max };
    if (position(subtree, wanted) !== 0) return;
  }
  collect(node.left, wanted, found);
  if (where === 0) found.push(node.interval);
  collect(node.right, wanted, found);
}
