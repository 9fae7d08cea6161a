import type { SourceProfile } from '../apply/types.ts';
import type { Config } from '../config/options.ts';
import { errorText, SyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { keepVersions } from './known-versions.ts';
import { profileOf } from './source-profile.ts';
import { isSupported } from './source-version.ts';

export interface SourceVersionsOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** How many members vote at the moment. */
  readonly voters: () => number;
  /** Told SOURCE_UNSUPPORTED_VERSION. */
  readonly onRefused: (error: SyncerError) => void;
}

/** Which versions the source's members run, and so what its entries do. */
export class SourceVersions {
  readonly #options: SourceVersionsOptions;
  #profile: SourceProfile;
  #known: readonly string[] = [];
  #keeping: Promise<void> = Promise.resolve();

  constructor(options: SourceVersionsOptions) {
    this.#options = options;
    this.#profile = profileOf(options.config, [], 3);
  }

  get profile(): SourceProfile {
    return this.#profile;
  }

  /** None before the first member has answered. */
  get known(): readonly string[] {
    return this.#known;
  }

  /** Members have said which version they run; kept in the data directory. */
  learned(versions: readonly string[]): void {
    const { config, logger, voters, onRefused } = this.#options;
    const refused = versions.find(version => !isSupported(version));
    if (refused !== undefined) {
      const text = `a member of the source runs ${refused}`;
      onRefused(new SyncerError('SOURCE_UNSUPPORTED_VERSION', text));
    }
    if (versions.length === 0) return;
    this.#known = versions;
    this.#profile = profileOf(config, versions, voters());
    // One after the other: two at once would take each other's temporary file.
    this.#keeping = this.#keeping
      .then(() => keepVersions(config.dataDir, versions))
      .catch((error: unknown) => {
        logger.warn({ reason: errorText(error) }, 'could not keep the versions');
      });
  }

  /** Nothing is being written any more. */
  async idle(): Promise<void> {
    await this.#keeping;
  }
}
