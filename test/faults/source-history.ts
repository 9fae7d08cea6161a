import { createHash } from 'node:crypto';
import type { IKeyValue, IWatchResponse } from 'etcd3';
import { closeWatch, openWatch } from '../drills/open-watch.ts';
import { until } from '../drills/until.ts';

const CHECKPOINTS = '__etcd_syncer__/';
const DIGEST_BYTES = 12;

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** Everything that a cluster holds at one revision as one number, whatever the order in which it is added up. */
export class StateHash {
  #sum = 0n;

  get value(): string {
    return this.#sum.toString(16);
  }

  /** Adds a key that was not in it, or takes away one that was: it is the same. */
  toggle(key: Buffer, value: Buffer, lease: string): void {
    const hash = createHash('sha256').update(`${key.length} ${lease} `).update(key).update(value);
    this.#sum ^= BigInt(`0x${hash.digest('hex').slice(0, 2 * DIGEST_BYTES)}`);
  }

  static of(keys: readonly Pick<IKeyValue, 'key' | 'value' | 'lease'>[]): StateHash {
    const hash = new StateHash();
    for (const { key, value, lease } of keys) {
      if (!isOurs(key)) hash.toggle(key, value, lease);
    }
    return hash;
  }
}

/** Keys that the replicator keeps for itself. */
export function isOurs(key: Buffer): boolean {
  return key.toString('latin1').startsWith(CHECKPOINTS);
}

interface Held {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly lease: string;
}

/**
 * What a source held after each of its revisions, told by a watch from the first one on: which revisions
 * a state that was seen elsewhere can be. Needs a source that is not compacted.
 */
export class SourceHistory {
  readonly #revisions = new Map<string, number[]>();
  readonly #keys = new Map<string, Held>();
  readonly #hash = new StateHash();
  #last = 1;

  constructor() {
    this.#revisions.set(this.#hash.value, [1]);
  }

  /** Reads on to where the source stands. @param through its newest revision */
  async extend(
    endpoints: readonly string[],
    auth: Login | undefined,
    through: number,
  ): Promise<void> {
    const from = String(this.#last + 1);
    const watch = await openWatch(endpoints, auth, builder =>
      builder.prefix('').startRevision(from),
    );
    const { watcher } = watch;
    let failure: Error | undefined;
    try {
      watcher.on('data', response => this.#take(response));
      watcher.on('error', error => {
        failure = error;
      });
      await until(
        () => failure !== undefined || this.#last >= through,
        `the source's history up to revision ${through}`,
      );
    } finally {
      await closeWatch(watch);
    }
    if (failure !== undefined) throw failure;
  }

  get revisions(): number {
    return this.#last;
  }

  /** The first revision from `least` on at which the source held this; undefined = at none. */
  revisionOf(state: string, least: number): number | undefined {
    return this.#revisions.get(state)?.find(revision => revision >= least);
  }

  /** Whether it ever held this. */
  knows(state: string): boolean {
    return this.#revisions.has(state);
  }

  #take({ events }: IWatchResponse): void {
    for (const [i, { type, kv }] of events.entries()) {
      const id = kv.key.toString('latin1');
      const before = this.#keys.get(id);
      if (before !== undefined) this.#hash.toggle(before.key, before.value, before.lease);
      this.#keys.delete(id);
      if (type === 'Put') {
        this.#keys.set(id, kv);
        this.#hash.toggle(kv.key, kv.value, kv.lease);
      }
      const revision = Number(kv.mod_revision);
      // All events of a revision come together, deletions under the revision that made them.
      if (Number(events[i + 1]?.kv.mod_revision) !== revision) this.#note(revision);
    }
  }

  #note(revision: number): void {
    const known = this.#revisions.get(this.#hash.value);
    if (known === undefined) this.#revisions.set(this.#hash.value, [revision]);
    else known.push(revision);
    this.#last = revision;
  }
}
