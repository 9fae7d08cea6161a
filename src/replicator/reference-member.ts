import { setTimeout as sleep } from 'node:timers/promises';
import type { Observed } from '../apply/settle.ts';
import type { KeyRecord } from '../apply/types.ts';
import type { EtcdClient } from '../destination/etcd-client.ts';
import { isEtcdError } from '../destination/grpc-errors.ts';
import { toBigInt, toLong, toNumber } from '../destination/int64.ts';
import { SyncerError } from '../ops/errors.ts';
import { type ByteString, EMPTY_BYTES } from '../wire/bytes.ts';

const POLL_MS = 20;
/** A member that is so far behind is asked no longer. */
const BEHIND_MS = 5_000;

/** The member of the source whose word counts for ambiguous entries, asked through its client URL. */
export class ReferenceMember {
  readonly #client: Pick<EtcdClient, 'range' | 'status'>;

  constructor(client: Pick<EtcdClient, 'range' | 'status'>) {
    this.#client = client;
  }

  /** Waits until it has applied the entry. Errors: those of the client, SOURCE_REFUSED when it takes too long. */
  async hasApplied(index: number): Promise<void> {
    const deadline = performance.now() + BEHIND_MS;
    for (;;) {
      const applied = toNumber((await this.#client.status()).raftAppliedIndex);
      if (applied >= index) return;
      if (performance.now() > deadline) {
        throw new SyncerError('SOURCE_REFUSED', `it has applied entries up to ${applied} only`);
      }
      await sleep(POLL_MS);
    }
  }

  /** What it holds of the keys at a revision, itself: not the quorum. Errors: those of the client. */
  async at(revision: number, keys: readonly ByteString[]): Promise<Observed> {
    try {
      const records = await Promise.all(keys.map(key => this.#record(key, revision)));
      return new Map(keys.map((key, i) => [key, records[i]]));
    } catch (error) {
      if (isEtcdError(error, 'required revision is a future revision')) return 'future';
      throw error;
    }
  }

  async #record(key: ByteString, revision: number): Promise<KeyRecord | undefined> {
    const { kvs } = await this.#client.range({
      key: Buffer.from(key, 'latin1'),
      revision: toLong(BigInt(revision)),
      serializable: true,
    });
    const [kv] = kvs ?? [];
    if (kv === undefined) return undefined;
    return {
      createRevision: toNumber(kv.create_revision),
      modRevision: toNumber(kv.mod_revision),
      version: toNumber(kv.version),
      lease: toBigInt(kv.lease),
      value: kv.value ?? EMPTY_BYTES,
    };
  }
}
