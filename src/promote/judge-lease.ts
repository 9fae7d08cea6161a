/** How long we keep no lease alive before clients are let in. */
export const QUIET_MS = 2_000;
/** The server cuts what a lease has left to whole seconds. */
const ROUNDING_MS = 1_000;

/** A lease as the destination told it. */
export interface LeaseSeen {
  /** When the answer was there, on the clock of `openMs`. */
  readonly atMs: number;
  /** Between question and answer. */
  readonly tookMs: number;
  /** Seconds; 0 or less when it is gone. */
  readonly remaining: number;
  readonly granted: number;
}

/**
 * What becomes of a lease whose time is over, counted from when clients were let in:
 *
 *   gone       it ended by itself, or a client made it anew with a TTL of its own
 *   alive      somebody has refreshed it since
 *   unsure     the answer took too long to tell: ask again
 *   abandoned  nobody has
 *
 * A refresh begins the whole TTL anew, so what is left tells when the last one was, to a second. Our own last one
 * was at least QUIET_MS before `openMs`. Pure.
 */
export function judgeLease(
  { atMs, tookMs, remaining, granted }: LeaseSeen,
  sourceTtl: number,
  openMs: number,
): 'gone' | 'alive' | 'unsure' | 'abandoned' {
  if (remaining <= 0 || granted <= sourceTtl) return 'gone';
  const refreshedMs = atMs - (granted - remaining) * 1_000;
  if (refreshedMs < openMs - ROUNDING_MS) return 'abandoned';
  return refreshedMs - tookMs > openMs - QUIET_MS ? 'alive' : 'unsure';
}
