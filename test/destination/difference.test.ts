import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MemoryState } from '../../src/apply/memory-state.ts';
import { targetPages } from '../../src/destination/key-pages.ts';
import type { KeyOp } from '../../src/destination/planner/batch.ts';
import {
  difference,
  type HeldKey,
  type KeyPage,
} from '../../src/destination/planner/difference.ts';
import { type FilterOptions, KeyFilter } from '../../src/destination/planner/filter.ts';
import { statePages } from '../../src/destination/state-pages.ts';
import { type ByteString, utf8ToByteString } from '../../src/wire/bytes.ts';

type Keys = Map<ByteString, HeldKey>;

const KEYS = ['\0', 'a', 'a\0', 'a\xff', 'aa', 'b', 'b\x80', 'c', 'd', '\xff', '\xff\xff'];
const NONE = '' as ByteString;

const held = fc
  .array(
    fc.tuple(fc.constantFrom(...KEYS), fc.constantFrom('', '1', '2'), fc.constantFrom(0n, 7n, -1n)),
  )
  .map(
    entries =>
      new Map(
        entries.map(([key, value, lease]) => [
          key as ByteString,
          { value: Buffer.from(value), lease },
        ]),
      ) as Keys,
  );
/** Lengths of pages, over and over; 0 = an empty page. */
const splits = fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }).filter(s => s.some(n => n > 0));

async function* paged(keys: Keys, lengths: readonly number[], after = NONE) {
  const sorted = [...keys].filter(([key]) => key > after).sort(([a], [b]) => (a < b ? -1 : 1));
  for (let at = 0, i = 0; at < sorted.length; i += 1) {
    const length = lengths[i % lengths.length] ?? 1;
    yield sorted.slice(at, at + length) as KeyPage;
    at += length;
  }
}

function apply(keys: Keys, ops: readonly (readonly [ByteString, KeyOp])[]): void {
  for (const [key, op] of ops) {
    if (op.kind === 'put') keys.set(key, { value: op.value, lease: op.lease });
    else {
      expect(op.rangeEnd).toBe('');
      expect(keys.delete(key)).toBe(true);
    }
  }
}

/** As text, so that a difference is readable. */
function textOf(keys: Keys): string[] {
  return [...keys]
    .map(([key, { value, lease }]) => `${JSON.stringify(key)}=${Buffer.from(value)} ${lease}`)
    .sort();
}

test('the operations lead from what is held to what is wanted, whatever the pages, and from each point reached', async () => {
  await fc.assert(
    fc.asyncProperty(
      held,
      held,
      splits,
      splits,
      fc.subarray(KEYS),
      async (before, after, left, right, foreign) => {
        const mayDelete = (key: ByteString): boolean => !foreign.includes(key);
        const expected = new Map(after);
        for (const [key, value] of before) {
          if (!after.has(key) && !mayDelete(key)) expected.set(key, value);
        }
        const now: Keys = new Map(before);
        let compared = 0;
        let last = NONE;
        for await (const piece of difference(paged(before, left), paged(after, right), mayDelete)) {
          for (const [key, op] of piece.ops) {
            expect(key > last && key <= piece.reached).toBe(true);
            expect(op.kind === 'put' || (mayDelete(key) && !after.has(key))).toBe(true);
            last = key;
          }
          expect(piece.reached >= last).toBe(true);
          last = piece.reached;
          apply(now, piece.ops);
          compared += piece.compared;
          // A restart here: both sides begin behind the key.
          const resumed: Keys = new Map(now);
          const rest = difference(
            paged(now, right, piece.reached),
            paged(after, left, piece.reached),
            mayDelete,
          );
          for await (const { ops } of rest) apply(resumed, ops);
          expect(textOf(resumed)).toEqual(textOf(expected));
        }
        expect(textOf(now)).toEqual(textOf(expected));
        expect(compared).toBe(after.size);
        for await (const { ops } of difference(paged(now, left), paged(after, right), mayDelete)) {
          expect(ops).toEqual([]);
        }
      },
    ),
    { numRuns: 500 },
  );
});

function filterOf(options: Partial<FilterOptions>): KeyFilter {
  return new KeyFilter({
    prefixes: [],
    excludePrefixes: [],
    destPrefix: undefined,
    checkpointPrefix: utf8ToByteString('__etcd_syncer__/'),
    ...options,
  });
}

const bytes = (...texts: string[]): ByteString[] => texts as ByteString[];

const FILTERS: readonly (readonly [string, KeyFilter])[] = [
  ['all', filterOf({})],
  ['one prefix', filterOf({ prefixes: bytes('/b') })],
  ['several, not in order', filterOf({ prefixes: bytes('/c/', '/a/', '\xff') })],
  ['excluded', filterOf({ excludePrefixes: bytes('/b', '/a/1') })],
  ['renamed', filterOf({ prefixes: bytes('/b/'), destPrefix: bytes('/zz/')[0] })],
  ['renamed to a lower one', filterOf({ prefixes: bytes('/b/'), destPrefix: bytes('!')[0] })],
  ['prefix taken away', filterOf({ prefixes: bytes('/b/'), destPrefix: NONE })],
  ['prefix put before all', filterOf({ destPrefix: bytes('x/')[0] })],
  [
    'prefix that ends in 0xff',
    filterOf({ prefixes: bytes('\xff'), destPrefix: bytes('k\xff')[0] }),
  ],
];
const NAMES = [
  '/a',
  '/a/',
  '/a/1',
  '/b',
  '/b/',
  '/b/\xff',
  '/b/x',
  '/c',
  '/c/x',
  '/d',
  '\xff',
  '\xff\xff\xff',
];
const sourceKeys = fc.subarray([
  ...NAMES,
  '!1',
  'k\xffz',
  'x/a',
  '/zz/x',
  'x',
  '__etcd_syncer__/1',
]);

function stateOf(names: readonly string[]): MemoryState {
  const state = new MemoryState();
  const lease = { kind: 'lease-grant', id: 7n, ttl: 60 } as const;
  state.advance([
    lease,
    ...names.map(name => ({
      kind: 'put' as const,
      key: name as ByteString,
      previousLease: 0n,
      record: {
        createRevision: 2,
        modRevision: 2,
        version: 1,
        // Lease 8 is long gone.
        lease: name.length % 2 === 0 ? 7n : 8n,
        value: Buffer.from(name, 'latin1'),
      },
    })),
  ]);
  return state;
}

/** A server's Range over a map, by bytes. */
function serverOf(keys: readonly ByteString[]) {
  return {
    range: async (request: {
      key?: Uint8Array | null;
      range_end?: Uint8Array | null;
      limit?: unknown;
    }) => {
      const start = Buffer.from(request.key ?? []);
      const end = Buffer.from(request.range_end ?? []);
      const isOpen = end.length === 1 && end[0] === 0;
      const found = [...keys]
        .sort()
        .map(key => Buffer.from(key, 'latin1'))
        .filter(key => Buffer.compare(key, start) >= 0 && (isOpen || Buffer.compare(key, end) < 0));
      const kvs = found
        .slice(0, Number(request.limit))
        .map(key => ({ key, value: Buffer.from('v') }));
      return { kvs, more: found.length > kvs.length } as never;
    },
  };
}

test.each(FILTERS)('pages of the state and of the destination: %s', async (_, filter) => {
  await fc.assert(
    fc.asyncProperty(sourceKeys, fc.constantFrom(NONE, ...NAMES), async (names, afterName) => {
      const after = afterName === NONE ? NONE : (filter.map(afterName as ByteString) ?? NONE);
      const expected = names
        .map(name => filter.map(name as ByteString))
        .filter(key => key !== undefined)
        .filter(key => key > after)
        .sort();
      const wanted: KeyPage[number][] = [];
      for await (const page of statePages(stateOf(names), filter, after)) wanted.push(...page);
      expect(wanted.map(([key]) => key)).toEqual(expected);
      for (const [, { value, lease }] of wanted)
        expect(lease).toBe(value.length % 2 === 0 ? 7n : 0n);

      const there = [...new Set([...expected, ...(names as ByteString[])])];
      const targets = there.filter(key => filter.isTarget(key) && key > after).sort();
      const found: ByteString[] = [];
      const pages = targetPages({
        client: serverOf(there),
        filter,
        after,
        keysOnly: false,
        retry: (_, attempt) => attempt(),
      });
      for await (const page of pages) found.push(...page.map(([key]) => key));
      expect(found).toEqual(targets);
      // Every key of ours is found where it lands.
      for (const key of expected) expect(found).toContain(key);
    }),
    { numRuns: 200 },
  );
});

test('pages are bounded, and nothing is lost between them', async () => {
  const names = Array.from({ length: 5_003 }, (_, i) => `/b/${String(i).padStart(5, '0')}`);
  const filter = filterOf({ prefixes: bytes('/b/'), destPrefix: bytes('z/')[0] });
  const wanted = names.map(name => name.replace('/b/', 'z/'));
  const lengths: number[] = [];
  const found: string[] = [];
  for await (const page of statePages(stateOf(names), filter, NONE)) {
    lengths.push(page.length);
    found.push(...page.map(([key]) => key));
  }
  expect(found).toEqual(wanted);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(2_000);
  const there: string[] = [];
  const pages = targetPages({
    client: serverOf(wanted as ByteString[]),
    filter,
    after: NONE,
    keysOnly: false,
    retry: (_, attempt) => attempt(),
  });
  for await (const page of pages) there.push(...page.map(([key]) => key));
  expect(there).toEqual(wanted);
});
