import { setTimeout as sleep } from 'node:timers/promises';
import { Etcd3 } from 'etcd3';
import type { Pair } from '../kit/pair.ts';
import type { Findings } from './findings.ts';

const PREFIX = '/single/';
const COUNTERS = 10;
/** Answers of the comparison stay far below gRPC's limit of 4 MiB. */
const PAUSE_MS = 8;

/**
 * Writes that can be counted: one put per request, one request at a time. Every other one makes a key that
 * is written this once; those in between count up one of a few counters.
 */
export class SingleWrites {
  readonly #client: Etcd3;
  readonly #loop: Promise<void>;
  #stopped = false;
  done = 0;
  failed = 0;

  constructor(endpoints: readonly string[]) {
    this.#client = new Etcd3({
      hosts: [...endpoints],
      defaultCallOptions: () => ({ deadline: Date.now() + 2_000 }),
    });
    this.#loop = this.#write();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#loop;
    this.#client.close();
  }

  async #write(): Promise<void> {
    for (let n = 0; !this.#stopped; n += 1) {
      const key = n % 2 === 0 ? `once/${n}` : `counter/${(n >> 1) % COUNTERS}`;
      try {
        await this.#client.put(`${PREFIX}${key}`).value(String(n));
        this.done += 1;
      } catch {
        // It may have been applied or not; it is not tried again under this key.
        this.failed += 1;
      }
      await sleep(PAUSE_MS);
    }
  }
}

interface Written {
  readonly version: number;
  readonly modified: number;
}

/**
 * Holds what the single writes left at both ends against each other: an entry that was applied a second
 * time counts a key's version up once more, one that was applied late disturbs the order.
 */
export async function judgeSingleWrites(pair: Pair, findings: Findings): Promise<void> {
  const source = await readWritten(pair.source.endpoints);
  const destination = await readWritten(pair.destination.endpoints);
  const missing: string[] = [];
  const twice: string[] = [];
  let onlyOnce = 0;
  for (const [key, { version }] of source) {
    const there = destination.get(key)?.version;
    if (there === undefined) missing.push(key);
    else if (there > version) twice.push(`${key}: version ${there} instead of ${version}`);
    else if (version === 1) onlyOnce += 1;
  }
  findings.figure('keys of single writes', source.size);
  findings.check('of them version 1 at both ends', onlyOnce > 0, onlyOnce);
  findings.none('single writes that are missing', missing);
  findings.none("versions above the source's: applied twice", twice);
  findings.none('single writes in another order', outOfOrder(source, destination));
}

/** Keys whose last change came before that of a key which changed before them at the source. */
function outOfOrder(
  source: ReadonlyMap<string, Written>,
  destination: ReadonlyMap<string, Written>,
): string[] {
  const found: string[] = [];
  let last = 0;
  for (const [key] of [...source].sort(([, a], [, b]) => a.modified - b.modified)) {
    const there = destination.get(key)?.modified ?? last;
    if (there < last) found.push(`${key} at revision ${there} behind ${last}`);
    last = there;
  }
  return found;
}

async function readWritten(endpoints: readonly string[]): Promise<Map<string, Written>> {
  const client = new Etcd3({ hosts: [...endpoints] });
  try {
    const { kvs } = await client.getAll().prefix(PREFIX).exec();
    return new Map(
      kvs.map(({ key, version, mod_revision }) => [
        key.toString(),
        { version: Number(version), modified: Number(mod_revision) },
      ]),
    );
  } finally {
    client.close();
  }
}
