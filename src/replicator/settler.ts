import { agreesBefore, keysToAsk, readingOf } from '../apply/settle.ts';
import type { Alternative, Applied, StateReader } from '../apply/types.ts';
import { errorText, toSyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { describeEntry } from '../wire/describe.ts';
import type { Entry } from '../wire/types.ts';
import type { ReferenceMember } from './reference-member.ts';
import type { SettledReadings } from './settled-readings.ts';

/** A member that could not be asked is left alone for so long: the entries behind it wait for nothing. */
const PAUSE_MS = 30_000;
/** Of a description, which may be that of thousands of operations. */
const MAX_TEXT = 2_000;

export interface SettlerOptions {
  /** undefined without --reference-member. */
  readonly reference: ReferenceMember | undefined;
  readonly settled: SettledReadings;
  readonly logger: Logger;
}

/** Decides ambiguous entries as the reference member has; what it can't decide is reported, and stays as it was taken. */
export class Settler {
  readonly #options: SettlerOptions;
  #pausedUntilMs = 0;

  constructor(options: SettlerOptions) {
    this.#options = options;
  }

  /** As it was settled before a restart; else the entry as it is. */
  recall({ index, term }: Entry, applied: Applied): Applied {
    const reading = this.#options.settled.of(index, term);
    const found = applied.alternatives?.find(alternative => alternative.reading === reading);
    return found?.applied ?? applied;
  }

  /**
   * The entry as the reference member has applied it, noted durably; or as it is, which is reported.
   *
   * @param durable entries up to it are never applied again. Errors: DATA_DIR.
   */
  async settle(
    entry: Entry,
    applied: Applied,
    before: StateReader,
    durable: number,
  ): Promise<Applied> {
    const { settled, logger } = this.#options;
    const recalled = this.recall(entry, applied);
    if (recalled !== applied) return recalled;
    const answer = await this.#ask(entry, applied, before);
    const { index, term } = entry;
    const facts = { index, term, entry: describeEntry(entry).slice(0, MAX_TEXT) };
    if (typeof answer === 'string') {
      this.#report(facts, applied, answer);
      return applied;
    }
    const { reading } = answer;
    await settled.keep({ index, term, reading }, durable);
    logger.info({ ...facts, reading }, 'an ambiguous entry is settled by the reference member');
    return answer.applied;
  }

  #report(facts: object, { outcome }: Applied, why: string): void {
    if (outcome.kind !== 'ambiguous') return;
    const { readings, taken } = outcome;
    const reference = why === '' ? {} : { reference: why };
    this.#options.logger.warn(
      { code: 'ENTRY_AMBIGUOUS', ...facts, readings, taken, ...reference },
      'members may disagree on an entry',
    );
  }

  /** Its reading, or why there is none: '' when nobody is there to be asked. */
  async #ask(entry: Entry, applied: Applied, before: StateReader): Promise<Alternative | string> {
    const { reference } = this.#options;
    if (reference === undefined) return '';
    const keys = keysToAsk(applied);
    if (keys.length === 0) return 'the entry changes no keys by any reading';
    if (performance.now() < this.#pausedUntilMs) return 'not asked: it did not answer just now';
    try {
      await reference.hasApplied(entry.index);
      const { revision } = before;
      if (!agreesBefore(await reference.at(revision, keys), before)) {
        return `its keys at revision ${revision} are not ours: it has departed before`;
      }
      const found = readingOf(applied, await reference.at(revision + 1, keys), before);
      return found ?? 'what it holds does not tell';
    } catch (error) {
      this.#pausedUntilMs = performance.now() + PAUSE_MS;
      return `${toSyncerError(error).code}: ${errorText(error)}`;
    }
  }
}
