/** Pages that a walk has met: one bit for each page of the file. */
export class PageSet {
  readonly #bits: Uint8Array;

  constructor(pages: number) {
    this.#bits = new Uint8Array(Math.ceil(pages / 8));
  }

  /** Adds pages [first, first + count); false when one of them was there before. */
  add(first: number, count: number): boolean {
    let isNew = true;
    for (let page = first; page < first + count; page += 1) {
      const at = Math.floor(page / 8);
      const bit = 1 << (page % 8);
      const byte = this.#bits[at] as number;
      if ((byte & bit) !== 0) isNew = false;
      this.#bits[at] = byte | bit;
    }
    return isNew;
  }
}
