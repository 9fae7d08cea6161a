import { setTimeout as sleep } from 'node:timers/promises';
import { Etcd3 } from 'etcd3';
import { isOurs, type Login, type SourceHistory, StateHash } from './source-history.ts';

const PAUSE_MS = 40;
const ALL = { key: Buffer.from([0]), range_end: Buffer.from([0]) };

/** What a reader of the destination got in one answer. */
interface Seen {
  readonly revision: number;
  readonly state: string;
}

/** What is to be said of all that was seen. */
export interface ReaderVerdict {
  readonly reads: number;
  readonly failed: number;
  /** States that differ from the one seen before. */
  readonly states: number;
  /** Not judged: the destination was being brought to a snapshot, and said so. */
  readonly seeding: number;
  /** States that the source never had. */
  readonly neverWere: readonly string[];
  /** States that the source had before one that was seen earlier. */
  readonly wentBack: readonly string[];
}

/** Reads the whole destination again and again, as any client could. */
export class Reader {
  readonly #client: Etcd3;
  readonly #loop: Promise<void>;
  readonly #seen: Seen[] = [];
  #stopped = false;
  #reads = 0;
  #failed = 0;
  #seeding = 0;

  constructor(endpoints: readonly string[], auth: Login | undefined) {
    this.#client = new Etcd3({
      hosts: [...endpoints],
      ...(auth && { auth }),
      defaultCallOptions: () => ({ deadline: Date.now() + 2_000 }),
    });
    this.#loop = this.#read();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#loop;
    this.#client.close();
  }

  /** Holds what was seen against what the source was. */
  judge(history: SourceHistory): ReaderVerdict {
    const neverWere: string[] = [];
    const wentBack: string[] = [];
    let last = 1;
    // Two answers may overtake each other; the destination's own order counts.
    for (const { revision, state } of this.#seen.toSorted((a, b) => a.revision - b.revision)) {
      const at = history.revisionOf(state, last);
      if (at !== undefined) last = at;
      else if (history.knows(state)) wentBack.push(`destination revision ${revision}`);
      else neverWere.push(`destination revision ${revision}`);
    }
    return {
      reads: this.#reads,
      failed: this.#failed,
      states: this.#seen.length,
      seeding: this.#seeding,
      neverWere,
      wentBack,
    };
  }

  async #read(): Promise<void> {
    while (!this.#stopped) {
      try {
        const { kvs, header } = await this.#client.kv.range(ALL);
        this.#reads += 1;
        const marks = kvs.filter(({ key }) => isOurs(key)).map(({ value }) => value.toString());
        const isPartial = marks.some(text => /"seeding":|"parts_done":[1-9]/.test(text));
        if (isPartial) this.#seeding += 1;
        else this.#note(Number(header.revision), StateHash.of(kvs).value);
      } catch {
        this.#failed += 1;
      }
      await sleep(PAUSE_MS);
    }
  }

  #note(revision: number, state: string): void {
    if (this.#seen.at(-1)?.state !== state) this.#seen.push({ revision, state });
  }
}
