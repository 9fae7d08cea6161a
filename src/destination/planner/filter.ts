import { SyncerError } from '../../ops/errors.ts';
import type { ByteString } from '../../wire/bytes.ts';

export interface FilterOptions {
  /** Replicate keys under any of these; none = all keys. */
  readonly prefixes: readonly ByteString[];
  readonly excludePrefixes: readonly ByteString[];
  /** What replaces the prefix at the destination; undefined = the same prefix. */
  readonly destPrefix: ByteString | undefined;
  /** Keys under it are positions of syncers and are never replicated. */
  readonly checkpointPrefix: ByteString;
}

/**
 * Which keys are replicated, and where they land: the prefix that matched is replaced by
 * --dest-prefix, as make-mirror does.
 */
export class KeyFilter {
  readonly #options: FilterOptions;

  /** Errors: CONFIG_INVALID when two source keys could land on one destination key. */
  constructor(options: FilterOptions) {
    const { prefixes, destPrefix } = options;
    if (destPrefix !== undefined && prefixes.length > 1) {
      throw new SyncerError(
        'CONFIG_INVALID',
        'a destination prefix needs a single --prefix: keys of several would fall together',
      );
    }
    const nested = prefixes.find(a => prefixes.some(b => a !== b && b.startsWith(a)));
    if (nested !== undefined) {
      throw new SyncerError(
        'CONFIG_INVALID',
        `--prefix ${JSON.stringify(nested)} contains another --prefix`,
      );
    }
    if (destPrefix?.startsWith(options.checkpointPrefix)) {
      throw new SyncerError(
        'CONFIG_INVALID',
        'the destination prefix is that of the checkpoints, under which nothing is replicated',
      );
    }
    this.#options = options;
  }

  /** True when every key is replicated under its own name but those of checkpoints. */
  get isIdentity(): boolean {
    const { prefixes, excludePrefixes, destPrefix } = this.#options;
    return prefixes.length === 0 && excludePrefixes.length === 0 && destPrefix === undefined;
  }

  /** The destination's key; undefined when the key is not replicated. */
  map(key: ByteString): ByteString | undefined {
    const { prefixes, excludePrefixes, destPrefix, checkpointPrefix } = this.#options;
    if (key.startsWith(checkpointPrefix)) return undefined;
    if (excludePrefixes.some(prefix => key.startsWith(prefix))) return undefined;
    const prefix =
      prefixes.length === 0 ? '' : prefixes.find(candidate => key.startsWith(candidate));
    if (prefix === undefined) return undefined;
    if (destPrefix === undefined) return key;
    const mapped = (destPrefix + key.slice(prefix.length)) as ByteString;
    // An empty key can't exist, and a checkpoint must never be written as data.
    return mapped === '' || mapped.startsWith(checkpointPrefix) ? undefined : mapped;
  }

  /** Whether a key of the destination is where a replicated source key lands. */
  isTarget(destinationKey: ByteString): boolean {
    const { destPrefix } = this.#options;
    if (destPrefix !== undefined && !destinationKey.startsWith(destPrefix)) return false;
    return this.map(this.unmap(destinationKey)) !== undefined;
  }

  /** The source's key that lands on a key under our prefixes of the destination. */
  unmap(destinationKey: ByteString): ByteString {
    const { prefixes, destPrefix } = this.#options;
    if (destPrefix === undefined) return destinationKey;
    return `${prefixes[0] ?? ''}${destinationKey.slice(destPrefix.length)}` as ByteString;
  }

  /** The source's prefixes under which keys are replicated, ascending; [''] = all. Destination keys ascend with them. */
  get sourcePrefixes(): readonly ByteString[] {
    const { prefixes } = this.#options;
    return prefixes.length === 0 ? ['' as ByteString] : [...prefixes].sort();
  }

  /** The destination's prefixes that replicated keys can have, ascending; [''] = all. */
  get destinationPrefixes(): readonly ByteString[] {
    const { destPrefix } = this.#options;
    return destPrefix === undefined ? this.sourcePrefixes : [destPrefix];
  }
}
