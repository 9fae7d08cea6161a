import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { Change, KeyRecord } from '../../src/apply/types.ts';
import { State } from '../../src/state/state.ts';
import { type ByteString, utf8ToByteString } from '../../src/wire/bytes.ts';

const dirs: string[] = [];

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-state-'));
  dirs.push(dir);
  return dir;
}

afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

function put(key: string, revision: number, lease = 0n, previousLease = 0n): Change {
  const record: KeyRecord = {
    createRevision: revision,
    modRevision: revision,
    version: 1,
    lease,
    value: Buffer.from(`v${revision}`),
  };
  return { kind: 'put', key: key as ByteString, record, previousLease };
}

function keysOf(
  state: {
    scanKeys(
      start: ByteString,
      end: ByteString | undefined,
    ): Iterable<readonly [ByteString, KeyRecord]>;
  },
  start = '',
  end?: string,
): string[] {
  return [...state.scanKeys(start as ByteString, end as ByteString | undefined)].map(
    ([key, { modRevision }]) => `${key}@${modRevision}`,
  );
}

// Keys around the length at which they are kept in groups, and short ones; all bytes.
const long = 'L'.repeat(1_899);
const keyPool = [
  'a',
  'b',
  '\x00',
  '\xff',
  long,
  `${long}a`,
  `${long}aa`,
  `${long}ab`,
  `${long}a\x00`,
  `${long}\xff`,
  `${long}b`,
  `${long}bzz`,
];

test('any sequence of changes, confirmations and restarts reads like a plain map', async () => {
  const step = fc.record({
    key: fc.constantFrom(...keyPool),
    remove: fc.boolean(),
    next: fc.constantFrom('nothing', 'confirm', 'reopen'),
    start: fc.constantFrom('', ...keyPool),
    end: fc.constantFrom(undefined, ...keyPool),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async steps => {
      const dir = folder();
      let state = await State.open(dir, 5n);
      const model = new Map<string, number>();
      let confirmed = new Map(model);
      let index = 0;
      for (const { key, remove, next, start, end } of steps) {
        index += 1;
        if (remove && model.delete(key))
          state.advance({ index, term: 1 }, [
            { kind: 'delete', key: key as ByteString, previousLease: 0n },
          ]);
        else {
          model.set(key, index);
          state.advance({ index, term: 1 }, [put(key, index)]);
        }
        if (next !== 'nothing') {
          await state.confirm(index, 0);
          confirmed = new Map(model);
        }
        if (next === 'reopen') {
          await state.close();
          state = await State.open(dir, 5n);
          expect(state.confirmed.index).toBe(index);
        }
        const inRange = (map: Map<string, number>): string[] =>
          [...map]
            .filter(([k]) => k >= start && (end === undefined || k < end))
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([k, r]) => `${k}@${r}`);
        expect(keysOf(state, start, end)).toEqual(inRange(model));
        expect(keysOf(state.confirmedReader, start, end)).toEqual(inRange(confirmed));
      }
      await state.close();
    }),
    { numRuns: 40 },
  );
});

test('a range finds every key that is not in the store yet, whichever comes after very many that are', async () => {
  const state = await State.open(folder(), 5n);
  let index = 0;
  const putNext = (): string => {
    index += 1;
    const key = String(index).padStart(6, '0');
    state.advance({ index, term: 1 }, [put(key, index)]);
    return key;
  };
  for (let round = 0; round < 3; round += 1) {
    for (let i = 0; i < 2_000; i += 1) putNext();
    await state.confirm(index, 0);
    // With the first of these the keys that are settled are forgotten.
    const keys = Array.from({ length: 3 }, putNext);
    expect(keysOf(state, keys[0])).toEqual(keys.map((key, i) => `${key}@${index - 2 + i}`));
  }
  await state.close();
});

test('attachments follow the lease a key is bound to; negative IDs have a place', async () => {
  const state = await State.open(folder(), 5n);
  state.advance({ index: 1, term: 1 }, [
    { kind: 'lease-grant', id: -1n, ttl: 10 },
    { kind: 'lease-grant', id: 7n, ttl: 20 },
    put('b', 2, -1n),
    put('a', 2, -1n),
  ]);
  expect([...state.scanAttachments(-1n)]).toEqual(['a', 'b']);
  state.advance({ index: 2, term: 1 }, [put('a', 3, 7n, -1n)]);
  await state.confirm(1, 1);
  expect([...state.scanAttachments(-1n)]).toEqual(['b']);
  expect([...state.confirmedReader.scanAttachments(-1n)]).toEqual(['a', 'b']);
  expect([...state.scanAttachments(7n)]).toEqual(['a']);
  expect([...state.leases()].map(([id, { ttl }]) => [id, ttl])).toEqual([
    [7n, 20],
    [-1n, 10],
  ]);
  await state.close();
});

test('another cluster is refused', async () => {
  const dir = folder();
  await (await State.open(dir, 5n)).close();
  await expect(State.open(dir, 6n)).rejects.toMatchObject({ code: 'SOURCE_CLUSTER_MISMATCH' });
});

test('SIGKILL at any moment leaves a whole transaction with its index', async () => {
  const dir = folder();
  const script = `
    const { State } = await import(${JSON.stringify(new URL('../../src/state/state.ts', import.meta.url).href)});
    const state = await State.open(${JSON.stringify(dir)}, 5n);
    for (let index = state.confirmed.index + 1; ; index += 1) {
      const changes = [];
      for (let k = 0; k < 50; k += 1) changes.push({ kind: 'put', key: 'k' + k, previousLease: 0n,
        record: { createRevision: 1, modRevision: index, version: 1, lease: 0n, value: Buffer.alloc(10) } });
      state.advance({ index, term: 1 }, changes);
      await state.confirm(index, 0);
      if (index % 10 === 0) process.stdout.write('.');
    }`;
  let before = 0;
  for (let round = 0; round < 4; round += 1) {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', script],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(child.stdout, 'data');
    await new Promise(resolve => setTimeout(resolve, 20 * round));
    child.kill('SIGKILL');
    await once(child, 'exit');
    const state = await State.open(dir, 5n);
    const { index } = state.confirmed;
    expect(index).toBeGreaterThan(before);
    before = index;
    expect(new Set(keysOf(state).map(text => text.split('@')[1]))).toEqual(
      new Set([String(index)]),
    );
    await state.close();
  }
}, 60_000);

test('byte strings of UTF-8 text keep the order of bytes', () => {
  const [a, b] = [utf8ToByteString('\uff61'), utf8ToByteString('\u{10000}')];
  expect(a < b).toBe(true);
});
