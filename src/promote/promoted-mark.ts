import { checkpointKey, encodeCheckpoint, readCheckpoint } from '../destination/checkpoint.ts';
import type { EtcdClient } from '../destination/etcd-client.ts';
import type { Checkpoint, Promoted } from '../destination/types.ts';
import { SyncerError } from '../ops/errors.ts';
import { type ByteString, utf8ToByteString } from '../wire/bytes.ts';
import { Writer } from '../wire/cursor.ts';
import { writePutOp, writeVersionCompare } from '../wire/txn-encode.ts';

export type PromotedCheckpoint = Checkpoint & { readonly promoted: Promoted };

/** The mark of a promotion in the checkpoint, once it is there: read, and moved on in guarded writes. */
export class PromotedMark {
  readonly key: ByteString;
  readonly #client: Pick<EtcdClient, 'range' | 'txn'>;

  constructor(client: Pick<EtcdClient, 'range' | 'txn'>, prefix: string, clusterId: bigint) {
    this.#client = client;
    this.key = checkpointKey(utf8ToByteString(prefix), clusterId);
  }

  /** undefined = not promoted. Errors: those of the client, DEST_CHECKPOINT_FORMAT. */
  async find(): Promise<PromotedCheckpoint | undefined> {
    const { checkpoint } = await readCheckpoint(this.#client, this.key);
    return checkpoint?.promoted === undefined ? undefined : (checkpoint as PromotedCheckpoint);
  }

  /**
   * Changes the mark. May be repeated. Errors: those of the client; DEST_CHECKPOINT_LOST when there is none;
   * DEST_UNREACHABLE when somebody else moved it at the same time.
   */
  async change(change: Partial<Promoted>): Promise<PromotedCheckpoint> {
    const { checkpoint, version } = await readCheckpoint(this.#client, this.key);
    if (checkpoint?.promoted === undefined) {
      throw new SyncerError('DEST_CHECKPOINT_LOST', 'the mark of the promotion is gone');
    }
    const next = { ...checkpoint, promoted: { ...checkpoint.promoted, ...change } };
    const writer = new Writer(1024);
    writeVersionCompare(writer, this.key, version);
    writePutOp(writer, this.key, encodeCheckpoint(next), 0n);
    const { succeeded } = await this.#client.txn(writer.finish());
    if (!succeeded) {
      throw new SyncerError('DEST_UNREACHABLE', 'the mark moved while it was changed');
    }
    return next;
  }
}
