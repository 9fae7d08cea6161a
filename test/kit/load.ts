import { setTimeout as sleep } from 'node:timers/promises';
import { CompareResult, CompareTarget, Etcd3, type ICompare, type IRequestOp } from 'etcd3';
import { within } from './within.ts';

/** Of several calls, with what the client tries again. */
const OPERATION_MS = 20_000;

/** mulberry32: a small seeded generator, so that a load can be run again. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface LoadOptions {
  readonly endpoints: readonly string[];
  readonly seed: number;
  /** Requests under way at once. */
  readonly workers?: number;
  readonly auth?: { readonly username: string; readonly password: string } | undefined;
  /** What each worker waits after a request; nothing unless given. */
  readonly pauseMs?: number;
  /** Least length of the values of puts and updates; a few bytes unless given. */
  readonly valueBytes?: number;
}

/** For a load that is there to be there: some hundred requests a second, and processors left for others. */
export const PAUSE_MS = 10;

/** What the load consists of. */
export type LoadKind =
  | 'put'
  | 'update on mod revision'
  | 'registration with lease'
  | 'lease revoke'
  | 'delete by prefix'
  | 'transaction'
  | 'nested transaction';

/** Above it a registration gives way to a revoke, so that a long load holds no more than this. */
const MAX_LEASES = 500;

/**
 * A mixed load through the etcd3 package until stopped: registrations with leases, Kubernetes-shaped
 * transactions on mod revisions, deletes by prefix, transactions of several writes, transactions in
 * transactions. Requests that fail while a member is down are counted; they may or may not have been applied.
 */
export class Load {
  readonly #client: Etcd3;
  readonly #random: () => number;
  readonly #valueBytes: number;
  readonly #pauseMs: number;
  /** IDs of leases that are there, as etcd3 has them. */
  readonly #leases: string[] = [];
  readonly #workers: Promise<void>[] = [];
  readonly #doneByKind = new Map<LoadKind, number>();
  #stopped = false;
  done = 0;
  failed = 0;
  /** Why the last one failed. */
  lastFailure = '';

  constructor(options: LoadOptions) {
    const { endpoints, seed, workers = 4, valueBytes = 0, pauseMs = 0, auth } = options;
    this.#client = new Etcd3({
      hosts: [...endpoints],
      ...(auth === undefined ? {} : { auth }),
      defaultCallOptions: () => ({ deadline: Date.now() + 2_000 }),
    });
    this.#random = seededRandom(seed);
    this.#valueBytes = valueBytes;
    this.#pauseMs = pauseMs;
    for (let i = 0; i < workers; i += 1) this.#workers.push(this.#work());
  }

  /** Requests that were answered, by kind. */
  get doneByKind(): ReadonlyMap<LoadKind, number> {
    return this.#doneByKind;
  }

  /** Ends the load and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#workers);
    this.#client.close();
  }

  async #work(): Promise<void> {
    while (!this.#stopped) {
      try {
        const kind = await within(OPERATION_MS, this.#operation(this.#random()));
        this.done += 1;
        this.#doneByKind.set(kind, (this.#doneByKind.get(kind) ?? 0) + 1);
        if (this.#pauseMs > 0) await sleep(this.#pauseMs);
      } catch (error) {
        this.failed += 1;
        this.lastFailure = error instanceof Error ? error.message : String(error);
        await sleep(20);
      }
    }
  }

  async #operation(dice: number): Promise<LoadKind> {
    if (dice < 0.35) return await this.#put();
    if (dice < 0.55) return await this.#kubernetesUpdate();
    if (dice < 0.7 && this.#leases.length < MAX_LEASES) return await this.#register();
    if (dice < 0.75 && this.#leases.length > 0) return await this.#deregister();
    if (dice < 0.8) return await this.#deletePrefix();
    if (dice < 0.9) return await this.#transaction();
    return await this.#nestedTransaction();
  }

  async #put(): Promise<LoadKind> {
    await this.#client.put(this.#key('plain')).value(this.#value('v'));
    return 'put';
  }

  async #kubernetesUpdate(): Promise<LoadKind> {
    const key = this.#key('registry');
    const revision = (await this.#client.get(key).exec()).kvs[0]?.mod_revision ?? '0';
    await this.#client
      .if(key, 'Mod', '==', Number(revision))
      .then(this.#client.put(key).value(this.#value('object ')))
      .else(this.#client.get(key))
      .commit();
    return 'update on mod revision';
  }

  async #register(): Promise<LoadKind> {
    const { ID } = await this.#client.leaseClient.leaseGrant({ TTL: 3_600, ID: 0 });
    this.#leases.push(ID);
    await this.#client.put(this.#key('services')).lease(ID).value('10.0.0.1:80');
    return 'registration with lease';
  }

  async #deregister(): Promise<LoadKind> {
    const at = Math.floor(this.#random() * this.#leases.length);
    const [ID] = this.#leases.splice(at, 1);
    if (ID !== undefined) await this.#client.leaseClient.leaseRevoke({ ID });
    return 'lease revoke';
  }

  async #deletePrefix(): Promise<LoadKind> {
    await this.#client.delete().prefix(this.#key('plain').slice(0, -1));
    return 'delete by prefix';
  }

  async #transaction(): Promise<LoadKind> {
    const [a, b] = [this.#key('pair-a'), this.#key('pair-b')];
    await this.#client
      .if(a, 'Version', '>', 0)
      .then(this.#client.put(a).value('again'), this.#client.put(b).value(`${this.#random()}`))
      .else(this.#client.put(a).value('first'), this.#client.delete().key(b))
      .commit();
    return 'transaction';
  }

  /**
   * Three levels deep, with conditions on what the transaction itself has changed: the builder of etcd3
   * knows no nesting, its message does.
   */
  async #nestedTransaction(): Promise<LoadKind> {
    const [outer, inner, leaf] = [this.#key('nest-a'), this.#key('nest-b'), this.#key('nest-c')];
    const { responses } = await this.#client.kv.txn({
      compare: [exists(outer)],
      success: [
        put(outer, `again ${this.#random()}`),
        nested({
          compare: [exists(inner)],
          success: [
            removePrefix(inner),
            nested({
              // Conditions are judged before anything is written: inner is there still.
              compare: [exists(inner), exists(leaf)],
              success: [remove(leaf)],
              failure: [put(leaf, `leaf ${this.#random()}`)],
            }),
          ],
          failure: [put(inner, `inner ${this.#random()}`)],
        }),
      ],
      failure: [nested({ success: [put(outer, 'first'), remove(leaf)] })],
    });
    // The field is not there at all when the operation was another one.
    if (!responses.some(({ response_txn }) => response_txn?.succeeded !== undefined)) {
      throw new Error('the server ran no nested transaction');
    }
    return 'nested transaction';
  }

  #value(kind: string): string {
    return `${kind}${this.#random()}`.padEnd(this.#valueBytes, '.');
  }

  #key(kind: string): string {
    return `/${kind}/${Math.floor(this.#random() * 50)}`;
  }
}

interface Txn {
  readonly compare?: ICompare[];
  readonly success?: IRequestOp[];
  readonly failure?: IRequestOp[];
}

function exists(key: string): ICompare {
  const target = CompareTarget.Version;
  return { key: Buffer.from(key), target, result: CompareResult.Greater, version: '0' };
}

function put(key: string, value: string): IRequestOp {
  return { request_put: { key: Buffer.from(key), value: Buffer.from(value) } };
}

function remove(key: string): IRequestOp {
  return { request_delete_range: { key: Buffer.from(key) } };
}

/** All keys that begin with `prefix`. */
function removePrefix(prefix: string): IRequestOp {
  const end = Buffer.from(prefix);
  end[end.length - 1] = (end.at(-1) ?? 0) + 1;
  return { request_delete_range: { key: Buffer.from(prefix), range_end: end } };
}

function nested({ compare = [], success = [], failure = [] }: Txn): IRequestOp {
  return { request_txn: { compare, success, failure } };
}
