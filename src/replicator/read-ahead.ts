import type { RaftLog } from '../log/types.ts';
import { SyncerError } from '../ops/errors.ts';
import type { Entry } from '../wire/types.ts';

/**
 * Reads committed entries a piece at a time, and the next piece while its caller is busy with the last one, so that
 * nobody waits for the disk twice. What is committed never changes, so a piece that was read ahead is right whatever
 * happened meanwhile.
 */
export class ReadAhead {
  readonly #log: Pick<RaftLog, 'read'>;
  readonly #pieceBytes: number;
  #ahead: { readonly from: number; readonly piece: Promise<Entry[] | undefined> } | undefined;

  /** @param pieceBytes bytes of entries that are read at a time, about */
  constructor(log: Pick<RaftLog, 'read'>, pieceBytes: number) {
    this.#log = log;
    this.#pieceBytes = pieceBytes;
  }

  /**
   * The first entries from index `from` on, at least one, none behind `to`, which must be committed. Errors: those of
   * the log's read; INTERNAL when the log gives others than it was asked for.
   */
  async read(from: number, to: number): Promise<Entry[]> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    const piece = ahead?.from === from ? await ahead.piece : undefined;
    const whole = piece ?? (await this.#readPiece(from, to));
    const isPast = (whole.at(-1)?.index ?? 0) > to;
    const entries = isPast ? whole.filter(({ index }) => index <= to) : whole;
    const next = from + entries.length;
    if (next <= to) {
      // A failure of what nobody may ask for is nobody's: who does ask reads it again, and meets it then.
      this.#ahead = { from: next, piece: this.#readPiece(next, to).catch(() => undefined) };
    }
    return entries;
  }

  async #readPiece(from: number, to: number): Promise<Entry[]> {
    const entries = await this.#log.read(from, to, this.#pieceBytes);
    const gap = entries.findIndex(({ index }, i) => index !== from + i);
    if (gap < 0) return entries;
    const text = `the log gave entry ${entries[gap]?.index} in place of ${from + gap}`;
    throw new SyncerError('INTERNAL', text);
  }
}
