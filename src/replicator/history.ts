/** What the replicator looks like at one moment. */
export interface Reading {
  readonly lagEntries: number;
  readonly lagBytes: number;
  readonly lagSeconds: number;
  /** These grow: entries confirmed and bytes sent to the destination, bytes received from the source. */
  readonly entries: number;
  readonly bytes: number;
  readonly receivedBytes: number;
}

/** Over the last seconds. */
export interface Throughput {
  readonly entries_per_second: number;
  readonly bytes_per_second: number;
  readonly received_bytes_per_second: number;
}

/** What happened within one interval: the worst lag, the mean throughput. */
export interface Point extends Throughput {
  /** Its end, as Unix time. */
  readonly at: number;
  readonly lag_entries: number;
  readonly lag_bytes: number;
  readonly lag_seconds: number;
}

/** The answer of /v1/history. */
export interface HistoryAnswer {
  readonly interval_seconds: number;
  readonly points: readonly Point[];
}

const WINDOW_MS = 10_000;
const INTERVAL_MS = 5_000;
const POINTS = 3_600_000 / INTERVAL_MS;
export const NO_THROUGHPUT: Throughput = {
  entries_per_second: 0,
  bytes_per_second: 0,
  received_bytes_per_second: 0,
};

interface Timed {
  readonly atMs: number;
  readonly reading: Reading;
}

/**
 * Lag and throughput of the last hour, one point for five seconds: a reading a second goes in. Times are
 * of a clock that only goes forward; the points carry the time of day.
 */
export class History {
  /** Readings of the last WINDOW_MS and one before them. */
  readonly #recent: Timed[] = [];
  readonly #points: Point[] = [];
  #interval: { readonly begin: Timed; worst: Reading } | undefined;

  note(reading: Reading, atMs: number, unixSeconds: number): void {
    const now = { atMs, reading };
    const before = this.#recent.at(-1);
    // Another seat counts from zero again.
    if (before !== undefined && isReset(before.reading, reading)) this.#forget();
    this.#recent.push(now);
    while ((this.#recent[1]?.atMs ?? atMs) <= atMs - WINDOW_MS) this.#recent.shift();
    this.#interval ??= { begin: now, worst: reading };
    this.#interval.worst = worstOf(this.#interval.worst, reading);
    if (atMs - this.#interval.begin.atMs >= INTERVAL_MS) this.#close(now, unixSeconds);
  }

  get throughput(): Throughput {
    const [first] = this.#recent;
    const last = this.#recent.at(-1);
    return first === undefined || last === undefined ? NO_THROUGHPUT : throughputOf(first, last);
  }

  /** Points behind that Unix time, oldest first. */
  since(unixSeconds: number): HistoryAnswer {
    const points = this.#points.filter(({ at }) => at > unixSeconds);
    return { interval_seconds: INTERVAL_MS / 1_000, points };
  }

  #close(now: Timed, unixSeconds: number): void {
    const { begin, worst } = this.#interval as { begin: Timed; worst: Reading };
    this.#points.push({
      at: unixSeconds,
      lag_entries: worst.lagEntries,
      lag_bytes: worst.lagBytes,
      lag_seconds: worst.lagSeconds,
      ...throughputOf(begin, now),
    });
    if (this.#points.length > POINTS) this.#points.shift();
    this.#interval = { begin: now, worst: now.reading };
  }

  #forget(): void {
    this.#recent.length = 0;
    this.#interval = undefined;
  }
}

function throughputOf(first: Timed, last: Timed): Throughput {
  const seconds = (last.atMs - first.atMs) / 1_000;
  if (seconds <= 0) return NO_THROUGHPUT;
  const perSecond = (name: 'entries' | 'bytes' | 'receivedBytes') =>
    (last.reading[name] - first.reading[name]) / seconds;
  return {
    entries_per_second: perSecond('entries'),
    bytes_per_second: perSecond('bytes'),
    received_bytes_per_second: perSecond('receivedBytes'),
  };
}

function worstOf(a: Reading, b: Reading): Reading {
  return {
    ...b,
    lagEntries: Math.max(a.lagEntries, b.lagEntries),
    lagBytes: Math.max(a.lagBytes, b.lagBytes),
    lagSeconds: Math.max(a.lagSeconds, b.lagSeconds),
  };
}

function isReset(before: Reading, now: Reading): boolean {
  return (
    now.entries < before.entries ||
    now.bytes < before.bytes ||
    now.receivedBytes < before.receivedBytes
  );
}
