import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLogger } from '../../src/ops/logger.ts';
import { Pace } from '../../src/verify/pace.ts';
import { pagesAt } from '../../src/verify/pages.ts';
import { Patience } from '../../src/verify/patience.ts';
import { type ByteString, prefixEnd } from '../../src/wire/bytes.ts';
import type { etcdserverpb as pb } from '../../src/wire/generated/rpc.js';

const logger = createLogger({ level: 'error', format: 'json' });
const END = 'behind all';

/** Keys as a server has them, which looks at all keys of a range to count them. */
class CountingServer {
  readonly #keys: readonly string[];
  requests = 0;
  visited = 0;

  constructor(keys: readonly string[]) {
    this.#keys = keys.toSorted();
  }

  async range({ key, range_end, limit }: pb.RangeRequest.$Properties): Promise<pb.RangeResponse> {
    const start = text(key);
    const end = text(range_end) === '\0' ? undefined : text(range_end);
    const from = this.#place(start);
    const to = end === undefined ? this.#keys.length : this.#place(end);
    const found = this.#keys.slice(from, Math.min(to, from + Number(limit)));
    this.requests += 1;
    this.visited += Math.max(0, to - from);
    return {
      kvs: found.map(name => ({ key: Buffer.from(name, 'latin1'), value: Buffer.alloc(1) })),
      more: found.length < to - from,
      count: Math.max(0, to - from),
    } as unknown as pb.RangeResponse;
  }

  /** Of the first key that is not before it. */
  #place(key: string): number {
    let [low, high] = [0, this.#keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#keys[middle] ?? END) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function text(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes ?? []).toString('latin1');
}

async function read(server: CountingServer, prefixes: readonly string[]): Promise<string[]> {
  const patience = new Patience(logger, new AbortController().signal, 1_000);
  const pace = new Pace({
    perSecond: 0,
    share: 1,
    isBehind: async () => false,
    now: () => 0,
    sleep: async () => undefined,
  });
  const pages = pagesAt({
    client: server,
    prefixes: prefixes as readonly ByteString[],
    after: '' as ByteString,
    revision: 1,
    keysOnly: true,
    map: key => key,
    pace,
    patience,
  });
  const keys: string[] = [];
  for await (const page of pages) keys.push(...page.map(([key]) => key));
  return keys;
}

const shapes: readonly (readonly [string, (number: number) => string])[] = [
  ['numbered', number => `bulk/${String(number).padStart(8, '0')}`],
  ['hex', number => `/registry/pods/${((number * 2_654_435_761) >>> 0).toString(16)}`],
  [
    'of many kinds',
    number => `/registry/kind-${number % 37}/namespace-${number % 11}/name-${number}`,
  ],
  [
    'of any bytes',
    number => String.fromCharCode(number % 251, (number >> 3) % 256, (number >> 9) % 256),
  ],
];

test.each(shapes)('the pages of many keys cost about as much as the keys: %s', async (_, name) => {
  const keys = [...new Set(Array.from({ length: 200_000 }, (__, number) => name(number)))];
  const server = new CountingServer(keys);
  expect(await read(server, [''])).toEqual(keys.toSorted());
  // A hundred pages, each of which had all that were left counted, would be fifty times as many.
  expect(server.visited).toBeLessThan(12 * keys.length);
  expect(server.requests).toBeLessThan(1_000);
});

test('any keys under any prefix are read, each once', async () => {
  const key = fc.array(fc.constantFrom(0, 1, 47, 97, 98, 254, 255), { minLength: 1, maxLength: 6 });
  const bytes = key.map(codes => String.fromCharCode(...codes));
  const prefix = fc.constantFrom('', 'a', 'ab', '\u00ff', 'a\u00ff');
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(bytes, { maxLength: 300 }), prefix, async (keys, under) => {
      const end = prefixEnd(under as ByteString);
      const wanted = keys.filter(
        name => name >= (under || '\0') && (end === undefined || name < end),
      );
      expect(await read(new CountingServer(keys), [under])).toEqual(wanted.toSorted());
    }),
  );
});
