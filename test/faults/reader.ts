import { setTimeout as sleep } from 'node:timers/promises';
import { Etcd3 } from 'etcd3';
import { within } from '../kit/within.ts';
import { isOurs, type Login, type SourceHistory, StateHash } from './source-history.ts';

const PAUSE_MS = 40;
const CALL_MS = 2_000;
/** With what the client tries again. */
const READ_MS = 5_000;
const ALL = { key: Buffer.from([0]), range_end: Buffer.from([0]) };

/** What a reader of the destination got in one answer. */
interface Seen {
  readonly revision: number;
  readonly state: string;
}

/** A checkpoint that was new when it was read. */
interface SeenCheckpoint {
  readonly index: number;
  readonly writer: string;
  readonly atMs: number;
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
  readonly #open: () => Etcd3;
  #client: Etcd3;
  readonly #loop: Promise<void>;
  readonly #seen: Seen[] = [];
  readonly #checkpoints: SeenCheckpoint[] = [];
  #stopped = false;
  #reads = 0;
  #failed = 0;
  #seeding = 0;

  constructor(endpoints: readonly string[], auth: Login | undefined) {
    this.#open = () =>
      new Etcd3({
        hosts: [...endpoints],
        ...(auth && { auth }),
        defaultCallOptions: () => ({ deadline: Date.now() + CALL_MS }),
      });
    this.#client = this.#open();
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

  /** Seconds until something came from another process than wrote at that time; undefined = nothing did. */
  takenOverAfter(atMs: number): number | undefined {
    const old = this.#checkpoints.findLast(seen => seen.atMs <= atMs)?.writer;
    const others = this.#checkpoints.filter(seen => seen.atMs > atMs && seen.writer !== old);
    // The claim of a new writer brings no new index; its first batch does.
    const claimed = others[0]?.index ?? Number.POSITIVE_INFINITY;
    const first = others.find(({ index }) => index > claimed);
    return first === undefined ? undefined : (first.atMs - atMs) / 1_000;
  }

  async #read(): Promise<void> {
    while (!this.#stopped) {
      try {
        const { kvs, header } = await within(READ_MS, this.#client.kv.range(ALL));
        this.#reads += 1;
        const marks = kvs.filter(({ key }) => isOurs(key)).map(({ value }) => value.toString());
        for (const text of marks) this.#noteCheckpoint(JSON.parse(text));
        const isPartial = marks.some(text => /"seeding":|"parts_done":[1-9]/.test(text));
        if (isPartial) this.#seeding += 1;
        else this.#note(Number(header.revision), StateHash.of(kvs).value);
      } catch {
        this.#failed += 1;
        this.#client.close();
        this.#client = this.#open();
      }
      await sleep(PAUSE_MS);
    }
  }

  #note(revision: number, state: string): void {
    if (this.#seen.at(-1)?.state !== state) this.#seen.push({ revision, state });
  }
  /** Beside it: who leads, and the seat of the replicas. */
  #noteCheckpoint({
    index,
    writer,
  }: {
    readonly index?: unknown;
    readonly writer?: unknown;
  }): void {
    if (typeof index !== 'number' || typeof writer !== 'string') return;
    const last = this.#checkpoints.at(-1);
    if (last?.index === index && last.writer === writer) return;
    this.#checkpoints.push({ index, writer, atMs: performance.now() });
  }
}
