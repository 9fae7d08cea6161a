import { errorText } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import type { EtcdClient } from './etcd-client.ts';
import { isEtcdError } from './grpc-errors.ts';
import { toLong } from './int64.ts';

/** Batches remembered; a source compacts every few minutes or by the ten thousand revisions. */
const MAX_PAIRS = 8_192;

/**
 * Compacts the destination when the source was compacted: at the destination revision of the last batch that
 * held nothing newer than the source's compacted revision. Losing one is harmless: the next covers it.
 */
export class CompactionMirror {
  readonly #client: EtcdClient;
  readonly #logger: Logger;
  #pairs: { readonly source: number; readonly destination: number }[] = [];

  constructor(client: EtcdClient, logger: Logger) {
    this.#client = client;
    this.#logger = logger;
  }

  /** A batch that brought the source's `source` revision became `destination`. */
  confirmed(source: number, destination: number): void {
    if (destination === 0 || this.#pairs.at(-1)?.source === source) return;
    // Half the resolution for the older half is enough.
    if (this.#pairs.length >= MAX_PAIRS) this.#pairs = this.#pairs.filter((_, i) => i % 2 === 1);
    this.#pairs.push({ source, destination });
  }

  compact(sourceRevision: number): void {
    const pair = this.#pairs.findLast(({ source }) => source <= sourceRevision);
    if (pair === undefined) return;
    this.#pairs = this.#pairs.filter(({ source }) => source >= pair.source);
    this.#client.compact(toLong(BigInt(pair.destination))).catch((error: unknown) => {
      if (isEtcdError(error, 'has been compacted')) return;
      this.#logger.warn({ reason: errorText(error) }, 'the destination could not be compacted');
    });
  }
}
