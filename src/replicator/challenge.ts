import type { Config } from '../config/options.ts';
import { errorText } from '../ops/errors.ts';
import { replyJson } from '../ops/http/reply.ts';
import type { Route } from '../ops/http/routes.ts';
import type { Logger } from '../ops/logger.ts';
import { openRunning } from './http-access.ts';

const STAND_BACK_PATH = '/ha/stand-back';
const RETRY_MS = 1_000;
/** When the source is not reached: it may be away for all, and for long. */
const AWAY_RETRY_MS = 5_000;

export interface ChallengeOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Rejects when the source is not reached from here. */
  readonly meetSource: () => Promise<unknown>;
}

/**
 * A standby's side of what happens when the writer does not hear the source: if the source is reached from
 * here, the writer is asked to stand back. It decides itself: what it heard meanwhile counts.
 */
export class Challenge {
  readonly #options: ChallengeOptions;
  #isUnderWay = false;
  #notBeforeMs = Number.NEGATIVE_INFINITY;

  constructor(options: ChallengeOptions) {
    this.#options = options;
  }

  /** The writer at `url` does not seem to hear the source. Returns at once; one attempt at a time. */
  consider(url: string): void {
    if (this.#isUnderWay || performance.now() < this.#notBeforeMs) return;
    this.#isUnderWay = true;
    void this.#challenge(url).then(pauseMs => {
      this.#isUnderWay = false;
      this.#notBeforeMs = performance.now() + pauseMs;
    });
  }

  /** Never rejects. Resolves with the time until the next attempt. */
  async #challenge(url: string): Promise<number> {
    const { config, logger, signal, meetSource } = this.#options;
    try {
      await meetSource();
    } catch (error) {
      logger.info({ reason: errorText(error) }, 'the source is not reached from here either');
      return AWAY_RETRY_MS;
    }
    try {
      const writer = await openRunning(config, logger, url);
      try {
        const path = STAND_BACK_PATH;
        const answer = await writer.call({ method: 'POST', path, asOperator: true, signal });
        logger.info({ url, answer }, 'asked the writer to stand back');
      } finally {
        writer.close();
      }
    } catch (error) {
      if (!signal.aborted) {
        logger.info({ url, reason: errorText(error) }, 'could not ask the writer to stand back');
      }
    }
    return RETRY_MS;
  }
}

/** The writer's side. @param standBack whether we do */
export function standBackRoute(standBack: () => boolean): Route {
  return {
    method: 'POST',
    path: STAND_BACK_PATH,
    access: 'operator',
    handle: (_, response) => replyJson(response, { stands_back: standBack() }),
  };
}
