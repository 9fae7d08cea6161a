import type { Progress } from '../replicator/status.ts';
import { describeProgress } from '../replicator/status-text.ts';

const DRAW_MS = 200;
const WIDTH = 30;

/** Where a bar is drawn. */
export interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Draws a bar on a terminal while there is progress; elsewhere it does nothing, since the log has lines. */
export class ProgressBar implements Disposable {
  readonly #screen: Screen;
  readonly #progress: () => Progress | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  #isDrawn = false;

  constructor(screen: Screen, progress: () => Progress | undefined) {
    this.#screen = screen;
    this.#progress = progress;
    if (screen.isTTY === true) this.#timer = setInterval(() => this.#draw(), DRAW_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    if (this.#isDrawn) this.#screen.write('\n');
  }

  #draw(): void {
    const progress = this.#progress();
    if (progress === undefined) return;
    this.#isDrawn = true;
    this.#screen.write(`\r${barOf(progress)}\u001b[K`);
  }
}

/** "[######----] comparing 12 of 40, ...". */
export function barOf(progress: Progress): string {
  const { done, total } = progress;
  const filled = total > 0 ? Math.min(WIDTH, Math.round((WIDTH * done) / total)) : 0;
  return `[${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}] ${describeProgress(progress)}`;
}
