import type { KeyPage } from './difference.ts';

/** Walks through pages, one in memory. */
export class PageCursor {
  readonly #pages: AsyncIterator<KeyPage>;
  #page: KeyPage = [];
  #at = 0;
  #ended = false;

  constructor(pages: AsyncIterable<KeyPage>) {
    this.#pages = pages[Symbol.asyncIterator]();
  }

  /** The key here; undefined at the end of everything, or where `fill` is needed. */
  get current(): KeyPage[number] | undefined {
    return this.#page[this.#at];
  }

  /** False where the page is used up and there may be another. */
  get isFilled(): boolean {
    return this.#ended || this.#at < this.#page.length;
  }

  get done(): boolean {
    return this.#ended && this.#at >= this.#page.length;
  }

  advance(): void {
    this.#at += 1;
  }

  async fill(): Promise<void> {
    while (!this.isFilled) {
      const { done, value } = await this.#pages.next();
      if (done === true) this.#ended = true;
      else {
        this.#page = value;
        this.#at = 0;
      }
    }
  }
}
