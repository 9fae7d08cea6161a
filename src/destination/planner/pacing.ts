/** Batches under way at once at most: eight megabytes. */
const MAX_UNDER_WAY = 16;
/**
 * Batches that follow each other so closely keep their order at the server, nearly always: it handles each
 * request in a goroutine of its own.
 */
const LEAST_GAP_MS = 4;
const MAX_GAP_MS = 32;
/** Of an answer's time, the most to be apart: with more, each would travel alone, and the server wait for us. */
const MAX_GAP_SHARE = 0.6;
/** Batches in order after which a gap that was widened is tried narrower. */
const NARROW_AFTER = 32;
/** So that the server has the next one when it is done with one. */
const LEAST_UNDER_WAY = 2;
/** How long what was measured of an answer holds; then one batch travels alone again. */
const MEASURE_AGAIN_MS = 1_000;

/**
 * When the next batch may be sent while others are under way. As many as fit into the time that an answer
 * takes, some milliseconds apart: one or two where answers come at once, several over a long way.
 * More would only queue up at the server; without a gap they would overtake each other. Pure: told the time.
 */
export class Pacing {
  #gapMs = LEAST_GAP_MS;
  #sentMs = Number.NEGATIVE_INFINITY;
  /** Of a batch that was sent with nothing under way, so that none waited in front of it. */
  #answerMs = 0;
  #measuredMs = Number.NEGATIVE_INFINITY;
  #inOrder = 0;

  /** Milliseconds until the next one may be sent; Infinity = not before one under way is answered. */
  waitMs(underWay: number, nowMs: number): number {
    if (underWay === 0) return 0;
    if (underWay >= this.#window(nowMs)) return Number.POSITIVE_INFINITY;
    const most = Math.max(LEAST_GAP_MS, MAX_GAP_SHARE * this.#answerMs);
    return Math.max(0, this.#sentMs + Math.min(this.#gapMs, most) - nowMs);
  }

  sent(nowMs: number): void {
    this.#sentMs = nowMs;
  }

  /** @param wasAlone nothing was under way when it was sent */
  answered(tookMs: number, wasAlone: boolean, nowMs: number): void {
    if (wasAlone) {
      this.#answerMs = tookMs;
      this.#measuredMs = nowMs;
    }
    this.#inOrder += 1;
    if (this.#inOrder < NARROW_AFTER) return;
    this.#inOrder = 0;
    this.#gapMs = Math.max(LEAST_GAP_MS, this.#gapMs / 2);
  }

  /** One has overtaken another: they were too close. */
  overtaken(): void {
    this.#inOrder = 0;
    this.#gapMs = Math.min(MAX_GAP_MS, this.#gapMs * 2);
  }

  #window(nowMs: number): number {
    if (nowMs - this.#measuredMs > MEASURE_AGAIN_MS) return 1;
    const fitting = Math.round(this.#answerMs / this.#gapMs);
    return Math.max(LEAST_UNDER_WAY, Math.min(MAX_UNDER_WAY, fitting));
  }
}
