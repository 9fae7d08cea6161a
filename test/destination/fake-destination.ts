import Long from 'long';
import { SyncerError } from '../../src/ops/errors.ts';
import { utf8ToByteString as bytes } from '../../src/wire/bytes.ts';
import { Reader } from '../../src/wire/cursor.ts';
import { etcdserverpb as pb } from '../../src/wire/generated/rpc.js';

export const CHECKPOINT_KEY = bytes('cp');

/**
 * What becomes of a transaction: answered; refused on the way; done but its answer lost; done later than the next
 * request, its answer lost; done and answered after those that were sent with it; held back until `release`.
 */
export type Fate = 'answered' | 'refused' | 'unanswered' | 'late' | 'overtaken' | 'held';

/** A destination that does a guarded transaction as etcd does, and loses what it is told to lose. */
export class FakeDestination {
  version = 0;
  checkpoint: Uint8Array = new Uint8Array(0);
  /** Values put, in the order in which transactions did it. */
  readonly done: string[] = [];
  fates: Fate[] = [];
  #late: Uint8Array | undefined;
  #held: Uint8Array[] = [];
  readonly #waiting: (() => void)[] = [];

  /** Does what was held back. */
  release(): void {
    for (const request of this.#held.splice(0)) this.#apply(request);
  }

  async txn(request: Uint8Array): Promise<pb.TxnResponse> {
    const fate = this.fates.shift() ?? 'answered';
    const late = this.#late;
    this.#late = undefined;
    if (late !== undefined) this.#apply(late);
    if (fate === 'late') this.#late = request;
    if (fate === 'held') this.#held.push(request);
    if (fate === 'refused' || fate === 'late' || fate === 'held') {
      throw new SyncerError('DEST_UNREACHABLE', fate);
    }
    if (fate === 'overtaken') await this.#nextIsDone();
    const succeeded = this.#apply(request);
    for (const resolve of this.#waiting.splice(0)) resolve();
    if (fate === 'unanswered') throw new SyncerError('DEST_UNREACHABLE', fate);
    return new pb.TxnResponse({ succeeded });
  }

  /** Resolves when another one was done, or when there is none. */
  #nextIsDone(): Promise<void> {
    return new Promise(resolve => {
      this.#waiting.push(resolve);
      setTimeout(resolve, 20);
    });
  }

  async range(): Promise<pb.RangeResponse> {
    const kv = {
      key: Buffer.from(CHECKPOINT_KEY),
      value: this.checkpoint,
      version: Long.fromNumber(this.version),
    };
    return new pb.RangeResponse({ kvs: this.version === 0 ? [] : [kv] });
  }

  #apply(request: Uint8Array): boolean {
    const puts: [string, Uint8Array][] = [];
    let isGuarded = true;
    const txn = new Reader(request);
    while (!txn.done) {
      if (txn.tag() === 0x0a) {
        const compare = fields(txn.nested());
        const value = compare.get(7) as Uint8Array | undefined;
        if (compare.has(5)) continue;
        if (value === undefined) isGuarded &&= Number(compare.get(4)) === this.version;
        else isGuarded &&= Buffer.compare(value, this.checkpoint) === 0;
      } else {
        const put = fields(new Reader(fields(txn.nested()).get(2) as Uint8Array));
        puts.push([Buffer.from(put.get(1) as Uint8Array).toString(), put.get(2) as Uint8Array]);
      }
    }
    if (!isGuarded) return false;
    for (const [key, value] of puts) {
      if (key === CHECKPOINT_KEY) this.checkpoint = value;
      else this.done.push(Buffer.from(value).toString());
    }
    this.version += 1;
    return true;
  }
}

function fields(reader: Reader): Map<number, Uint8Array | number> {
  const found = new Map<number, Uint8Array | number>();
  while (!reader.done) {
    const tag = reader.tag();
    found.set(tag >>> 3, (tag & 7) === 2 ? reader.slice() : reader.uint());
  }
  return found;
}
