/** Where a text was found: itself, and some bytes around it, for people. */
export interface Place {
  readonly text: string;
  readonly around: string;
}

const AROUND_BYTES = 48;

/** Looks for texts in bytes, as one byte a character and as two. */
export class TextSearch {
  readonly #forms: readonly { readonly text: string; readonly bytes: Buffer }[];
  /** What one part has to repeat of the one before it, so that nothing on their border is missed. */
  readonly overlap: number;

  constructor(texts: readonly string[]) {
    this.#forms = texts.flatMap(text => [
      { text, bytes: Buffer.from(text) },
      { text, bytes: Buffer.from(text, 'utf16le') },
    ]);
    this.overlap = Math.max(...this.#forms.map(({ bytes }) => bytes.length));
  }

  in(part: Buffer): Place[] {
    const found: Place[] = [];
    for (const { text, bytes } of this.#forms) {
      for (let i = part.indexOf(bytes); i >= 0; i = part.indexOf(bytes, i + 1)) {
        const from = Math.max(0, i - AROUND_BYTES);
        const around = part.toString('latin1', from, i + bytes.length + AROUND_BYTES);
        found.push({ text, around: JSON.stringify(around) });
      }
    }
    return found;
  }
}
