/*
 * The order that Go's sort.Sort leaves equal elements in. etcd sorts the permissions of a role by key
 * alone, with an unstable sort, and stores the outcome: to hold the same role, equal keys must end up
 * in the same places. Up to twelve elements it is an insertion sort, above that a pattern-defeating
 * quicksort without randomness (Go 1.19 and later). Before Go 1.20 its scattering step takes other numbers; the
 * quicksort of before Go 1.19 is not modelled.
 */

const MAX_INSERTION = 12;
const SHORTEST_NINTHER = 50;
const SHORTEST_SHIFTING = 50;
const MAX_SHIFTS = 5;
/** Exchanges made by choosing a pivot among nine when all of them run downwards. */
const ALL_DESCENDING = 12;
/** Of the xorshift generator; Go 1.19 took those for 32 bits. */
const SHIFTS = [13n, 7n, 17n] as const;
const SHIFTS_OF_GO_119 = [13n, 17n, 5n] as const;

type Trend = 'increasing' | 'decreasing' | 'unknown';

/** Sorts `items` in place, exactly as Go's sort.Sort does with this `less`; `asGo119` as that of Go 1.19. */
export function goSort<Item>(
  items: Item[],
  less: (a: Item, b: Item) => boolean,
  asGo119 = false,
): void {
  if (items.length < 2) return;
  const shifts = asGo119 ? SHIFTS_OF_GO_119 : SHIFTS;
  new Sorter(items, less, shifts).sort(0, items.length, bitLength(items.length));
}

/** Go's sort.Search: the smallest index in [0, length) that satisfies `holds`, else `length`. */
export function goSearch(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

class Sorter<Item> {
  readonly #items: Item[];
  readonly #isLess: (a: Item, b: Item) => boolean;
  readonly #shifts: readonly [bigint, bigint, bigint];

  constructor(
    items: Item[],
    less: (a: Item, b: Item) => boolean,
    shifts: readonly [bigint, bigint, bigint],
  ) {
    this.#items = items;
    this.#isLess = less;
    this.#shifts = shifts;
  }

  /** Sorts [from, to). After `badPivots` very uneven partitions it falls back to a heap sort. */
  sort(from: number, to: number, badPivots: number): void {
    let [a, b, left] = [from, to, badPivots];
    let balanced = true;
    let partitioned = true;
    while (b - a > MAX_INSERTION) {
      if (left === 0) {
        this.#heapSort(a, b);
        return;
      }
      if (!balanced) {
        this.#scatter(a, b);
        left -= 1;
      }
      let { pivot, trend } = this.#choosePivot(a, b);
      if (trend === 'decreasing') {
        this.#reverse(a, b);
        pivot = b - 1 - (pivot - a);
        trend = 'increasing';
      }
      const looksSorted = balanced && partitioned && trend === 'increasing';
      if (looksSorted && this.#finishNearlySorted(a, b)) return;
      // The element before is no less than the pivot: many are equal to it, so set them aside.
      if (a > 0 && !this.#less(a - 1, pivot)) {
        a = this.#partitionEqual(a, b, pivot);
        continue;
      }
      const { middle, already } = this.#partition(a, b, pivot);
      partitioned = already;
      const [below, above] = [middle - a, b - middle];
      balanced = Math.min(below, above) >= Math.floor((b - a) / 8);
      if (below < above) {
        this.sort(a, middle, left);
        a = middle + 1;
      } else {
        this.sort(middle + 1, b, left);
        b = middle;
      }
    }
    this.#insertionSort(a, b);
  }

  #less(i: number, j: number): boolean {
    return this.#isLess(this.#items[i] as Item, this.#items[j] as Item);
  }

  #swap(i: number, j: number): void {
    const items = this.#items;
    [items[i], items[j]] = [items[j] as Item, items[i] as Item];
  }

  #insertionSort(a: number, b: number): void {
    for (let i = a + 1; i < b; i += 1) {
      for (let j = i; j > a && this.#less(j, j - 1); j -= 1) this.#swap(j, j - 1);
    }
  }

  #heapSort(a: number, b: number): void {
    const length = b - a;
    for (let i = Math.floor((length - 1) / 2); i >= 0; i -= 1) this.#siftDown(i, length, a);
    for (let i = length - 1; i >= 0; i -= 1) {
      this.#swap(a, a + i);
      this.#siftDown(0, i, a);
    }
  }

  #siftDown(start: number, end: number, first: number): void {
    let root = start;
    for (;;) {
      let child = 2 * root + 1;
      if (child >= end) return;
      if (child + 1 < end && this.#less(first + child, first + child + 1)) child += 1;
      if (!this.#less(first + root, first + child)) return;
      this.#swap(first + root, first + child);
      root = child;
    }
  }

  /** Moves what is less than the pivot to its left; tells whether everything was in place already. */
  #partition(a: number, b: number, pivot: number): { middle: number; already: boolean } {
    this.#swap(a, pivot);
    let [i, j] = [a + 1, b - 1];
    let already = true;
    for (;;) {
      while (i <= j && this.#less(i, a)) i += 1;
      while (i <= j && !this.#less(j, a)) j -= 1;
      if (i > j) break;
      this.#swap(i, j);
      i += 1;
      j -= 1;
      already = false;
    }
    this.#swap(j, a);
    return { middle: j, already };
  }

  /** [a, b) holds nothing less than the pivot: moves what equals it to the front, returns where the rest begins. */
  #partitionEqual(a: number, b: number, pivot: number): number {
    this.#swap(a, pivot);
    let [i, j] = [a + 1, b - 1];
    for (;;) {
      while (i <= j && !this.#less(a, i)) i += 1;
      while (i <= j && this.#less(a, j)) j -= 1;
      if (i > j) return i;
      this.#swap(i, j);
      i += 1;
      j -= 1;
    }
  }

  /** Mends a few pairs that are out of order; true when everything is sorted then. */
  #finishNearlySorted(a: number, b: number): boolean {
    let i = a + 1;
    for (let step = 0; step < MAX_SHIFTS; step += 1) {
      while (i < b && !this.#less(i, i - 1)) i += 1;
      if (i === b) return true;
      if (b - a < SHORTEST_SHIFTING) return false;
      this.#swap(i, i - 1);
      if (i - a >= 2) {
        // Go stops this walk at the start of the data, not of the part; what lies before is not greater.
        for (let j = i - 1; j >= 1 && this.#less(j, j - 1); j -= 1) this.#swap(j, j - 1);
      }
      if (b - i >= 2) {
        for (let j = i + 1; j < b && this.#less(j, j - 1); j += 1) this.#swap(j, j - 1);
      }
    }
    return false;
  }

  /** Exchanges three elements of the middle with others, after an uneven partition. Deterministic. */
  #scatter(a: number, b: number): void {
    const length = b - a;
    const [first, second, third] = this.#shifts;
    const mask = 2n ** BigInt(bitLength(length)) - 1n;
    let random = BigInt(length);
    const middle = a + Math.floor(length / 4) * 2;
    for (let i = middle - 1; i <= middle + 1; i += 1) {
      random ^= BigInt.asUintN(64, random << first);
      random ^= random >> second;
      random ^= BigInt.asUintN(64, random << third);
      let other = Number(random & mask);
      if (other >= length) other -= length;
      this.#swap(i, a + other);
    }
  }

  #choosePivot(a: number, b: number): { pivot: number; trend: Trend } {
    const quarter = Math.floor((b - a) / 4);
    let exchanges = 0;
    const median = (first: number, second: number, third: number): number => {
      let [x, y, z] = [first, second, third];
      if (this.#less(y, x)) {
        exchanges += 1;
        [x, y] = [y, x];
      }
      if (this.#less(z, y)) {
        exchanges += 1;
        [y, z] = [z, y];
      }
      if (this.#less(y, x)) {
        exchanges += 1;
        [x, y] = [y, x];
      }
      return y;
    };
    let [i, j, k] = [a + quarter, a + quarter * 2, a + quarter * 3];
    if (b - a >= SHORTEST_NINTHER) {
      i = median(i - 1, i, i + 1);
      j = median(j - 1, j, j + 1);
      k = median(k - 1, k, k + 1);
    }
    const pivot = median(i, j, k);
    if (exchanges === 0) return { pivot, trend: 'increasing' };
    return { pivot, trend: exchanges === ALL_DESCENDING ? 'decreasing' : 'unknown' };
  }

  #reverse(a: number, b: number): void {
    for (let [i, j] = [a, b - 1]; i < j; i += 1, j -= 1) this.#swap(i, j);
  }
}

/** Bits needed to write a positive number below 2^32. */
function bitLength(value: number): number {
  return 32 - Math.clz32(value);
}
