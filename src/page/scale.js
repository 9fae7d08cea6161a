/** Where things lie in a chart. All of it is pure. */

/**
 * Ticks from 0 to at least `max` in steps that people count in: 1, 2 or 5 times a power of ten of one of `units`,
 * which ascend (1, 60, 3600 for seconds).
 * @param {number} max
 * @param {readonly number[]} [units]
 * @returns {number[]}
 */
export function ticks(max, units = [1]) {
  if (!(max > 0)) return [0, 1];
  const rough = max / 4;
  const unit = units.findLast(each => each <= rough) ?? 1;
  const power = 10 ** Math.floor(Math.log10(rough / unit));
  const factor = [1, 2, 5, 10].find(each => each * power * unit >= rough * (1 - 1e-9)) ?? 10;
  const step = factor * power * unit;
  const steps = Math.max(1, Math.ceil(max / step - 1e-9));
  return Array.from({ length: steps + 1 }, (_, i) => i * step);
}

/**
 * Points in runs: a hole longer than `gap` is not drawn over.
 * @template {{ at: number }} T
 * @param {readonly T[]} points
 * @param {number} gap
 * @returns {T[][]}
 */
export function runs(points, gap) {
  /** @type {T[][]} */
  const found = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const point of points) {
    if (point.at - before > gap) found.push([]);
    found.at(-1)?.push(point);
    before = point.at;
  }
  return found;
}

/**
 * The point nearest to a time, by bisection; undefined when there is none.
 * @template {{ at: number }} T
 * @param {readonly T[]} points
 * @param {number} at
 * @returns {T | undefined}
 */
export function nearest(points, at) {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.at ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [points[low - 1], points[low]];
  if (before === undefined || after === undefined) return before ?? after;
  return at - before.at < after.at - at ? before : after;
}
