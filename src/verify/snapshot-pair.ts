import { decodeCheckpoint } from '../destination/checkpoint.ts';
import type { EtcdClient } from '../destination/etcd-client.ts';
import { isEtcdError } from '../destination/grpc-errors.ts';
import { toLong, toNumber } from '../destination/int64.ts';
import type { Checkpoint } from '../destination/types.ts';
import { SyncerError } from '../ops/errors.ts';
import { type ByteString, EMPTY_BYTES } from '../wire/bytes.ts';
import { flawOf } from './pair.ts';
import type { Patience } from './patience.ts';
import type { AlignedPair } from './types.ts';

export interface SnapshotPairOptions {
  readonly destination: Pick<EtcdClient, 'range'>;
  readonly checkpointKey: ByteString;
  /** Revision of the snapshot. */
  readonly sourceRevision: number;
  readonly patience: Patience;
}

/** The checkpoint as it was, and the destination's revision at which it was still that. */
interface Found {
  readonly checkpoint: Checkpoint;
  readonly writtenAt: number;
  readonly revision: number;
}

/**
 * The last revision of the destination at which it stood at the snapshot's revision or before it. It is in the
 * checkpoint's own history, which the destination keeps until it is compacted.
 */
export class SnapshotPairs {
  readonly #options: SnapshotPairOptions;

  constructor(options: SnapshotPairOptions) {
    this.#options = options;
  }

  /** Errors: CHECK_NO_CHECKPOINT, CHECK_NO_PAIR, those of the client. */
  async take(): Promise<AlignedPair> {
    const { sourceRevision, checkpointKey } = this.#options;
    const newest = await this.#at(0);
    if (newest === undefined) {
      const text = `the destination has no key ${JSON.stringify(checkpointKey)}`;
      throw new SyncerError('CHECK_NO_CHECKPOINT', text);
    }
    const found = this.#isBefore(newest) ? newest : await this.#search(newest.writtenAt - 1);
    if (found === undefined) {
      const text = `the destination has compacted where it stood at the snapshot's revision ${sourceRevision}`;
      throw new SyncerError('CHECK_NO_PAIR', text);
    }
    const { checkpoint, revision } = found;
    const flaw = flawOf(checkpoint, 0);
    if (flaw !== undefined) throw new SyncerError('CHECK_NO_PAIR', flaw);
    return {
      index: checkpoint.index,
      sourceRevision: checkpoint.revision,
      destinationRevision: revision,
    };
  }

  #isBefore({ checkpoint }: Found): boolean {
    return checkpoint.revision <= this.#options.sourceRevision;
  }

  /** Checkpoints never go back, so the last one that is not beyond the snapshot can be halved for. */
  async #search(last: number): Promise<Found | undefined> {
    let found: Found | undefined;
    let [low, high] = [1, last];
    while (low <= high) {
      const middle = Math.floor((low + high) / 2);
      const there = await this.#at(middle);
      if (there === undefined) low = middle + 1;
      else if (this.#isBefore(there)) {
        found = there;
        low = middle + 1;
      } else high = there.writtenAt - 1;
    }
    return found;
  }

  /** @param revision 0 = now. Undefined where there is no checkpoint, or its history is compacted. */
  async #at(revision: number): Promise<Found | undefined> {
    const { destination, checkpointKey, patience } = this.#options;
    const key = Buffer.from(checkpointKey, 'latin1');
    try {
      const { kvs, header } = await patience.with('read the checkpoint', () =>
        destination.range({ key, revision: toLong(BigInt(revision)) }),
      );
      const kv = kvs?.[0];
      if (kv === undefined) return undefined;
      return {
        checkpoint: decodeCheckpoint(kv.value ?? EMPTY_BYTES),
        writtenAt: toNumber(kv.mod_revision),
        revision: revision === 0 ? toNumber(header?.revision) : revision,
      };
    } catch (error) {
      if (isEtcdError(error, 'has been compacted')) return undefined;
      throw error;
    }
  }
}
