import { setTimeout as sleep } from 'node:timers/promises';
import { decodeCheckpoint } from '../destination/checkpoint.ts';
import type { EtcdClient } from '../destination/etcd-client.ts';
import { toNumber } from '../destination/int64.ts';
import type { Checkpoint } from '../destination/types.ts';
import { SyncerError } from '../ops/errors.ts';
import type { ByteString } from '../wire/bytes.ts';
import { EMPTY_BYTES } from '../wire/bytes.ts';
import type { Patience } from './patience.ts';
import type { AlignedPair } from './types.ts';

const POLL_MS = 200;

export interface PairOptions {
  readonly destination: Pick<EtcdClient, 'range'>;
  readonly checkpointKey: ByteString;
  /** How long a usable pair is waited for. */
  readonly waitMs: number;
  readonly patience: Patience;
  /** Index that a running replicator has confirmed; undefined = there is none to be asked. */
  readonly confirmedIndex: () => Promise<number | undefined>;
}

/**
 * Pairs of revisions at which both sides have to be equal, taken from the checkpoint: it is written in the
 * transaction that it tells of. The destination counts at the revision of the answer in which the checkpoint
 * was read, not at that of its transaction: what somebody else wrote there since is seen, too.
 */
export class AlignedPairs {
  readonly #options: PairOptions;

  constructor(options: PairOptions) {
    this.#options = options;
  }

  /**
   * The newest pair, or one beyond a source revision that is gone.
   *
   * @param beyond the pair's source revision is above it; 0 = any
   *
   * Errors: CHECK_NO_CHECKPOINT, CHECK_NO_PAIR when none came in time, those of the client.
   */
  async take(beyond = 0): Promise<AlignedPair> {
    const { waitMs, patience } = this.#options;
    const deadline = performance.now() + waitMs;
    for (;;) {
      const { checkpoint, revision } = await this.#read();
      const flaw = flawOf(checkpoint, beyond);
      if (flaw === undefined) {
        const { index, revision: sourceRevision } = checkpoint;
        return { index, sourceRevision, destinationRevision: revision };
      }
      if (performance.now() > deadline) throw new SyncerError('CHECK_NO_PAIR', flaw);
      await sleep(POLL_MS, undefined, { signal: patience.signal });
    }
  }

  /** Waits until everything up to a source index is at the destination; false when that could not be seen in time. */
  async reaches(index: number): Promise<boolean> {
    const { waitMs, patience, confirmedIndex } = this.#options;
    const deadline = performance.now() + waitMs;
    for (;;) {
      const { checkpoint } = await this.#read();
      if (checkpoint.index >= index || ((await confirmedIndex()) ?? 0) >= index) return true;
      if (performance.now() > deadline) return false;
      await sleep(POLL_MS, undefined, { signal: patience.signal });
    }
  }

  /** The checkpoint, and the destination's revision when it was read. */
  async #read(): Promise<{ readonly checkpoint: Checkpoint; readonly revision: number }> {
    const { destination, checkpointKey, patience } = this.#options;
    const request = { key: Buffer.from(checkpointKey, 'latin1') };
    const { kvs, header } = await patience.with('read the checkpoint', () =>
      destination.range(request),
    );
    const found = kvs?.[0];
    if (found === undefined) {
      const text = `the destination has no key ${JSON.stringify(checkpointKey)}`;
      throw new SyncerError('CHECK_NO_CHECKPOINT', text);
    }
    const checkpoint = decodeCheckpoint(found.value ?? EMPTY_BYTES);
    return { checkpoint, revision: toNumber(header?.revision) };
  }
}

/** Why the destination stands at no single revision of the source, or at none that is still there. */
export function flawOf(checkpoint: Checkpoint, beyond: number): string | undefined {
  if (checkpoint.seeding !== undefined) return 'the destination is being brought to a snapshot';
  if (checkpoint.partsDone > 0) return 'an entry is only partly at the destination';
  if (checkpoint.revision > beyond) return undefined;
  return `the source has compacted revision ${checkpoint.revision}, at which the checkpoint stands`;
}
