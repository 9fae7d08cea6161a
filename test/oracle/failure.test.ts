import { expect, test } from 'vitest';
import { type FailureTools, reportFailure } from './failure.ts';
import type { Operation } from './operations.ts';
import type { RunOptions, RunResult } from './run.ts';

const OPERATIONS: readonly Operation[] = Array.from({ length: 40 }, (_, i) => ({
  kind: 'put',
  method: 'KV/Put',
  request: { number: i },
  caller: undefined,
  isLogged: true,
}));

const OPTIONS = {
  programs: { version: '3.5.30', line: '3.5' },
  operations: 40,
  seed: 4711,
  members: 3,
  every: 10,
  disturbed: true,
} as unknown as RunOptions;

/** What a run of these requests has shown. */
function resultOf(sent: readonly Operation[], failures: readonly string[]): RunResult {
  const last = { entries: [], expected: { about: `${sent.length} requests` } };
  const load = {
    sent,
    recent: sent.map(
      ({ kind }) =>
        () =>
          kind,
    ),
  };
  return { load, models: [], failures, last } as unknown as RunResult;
}

/** A run differs when it holds all these requests, and breaks off without the first one. */
function toolsFor(needed: readonly number[], said: string[]): FailureTools {
  return {
    run: async ({ script = [], members, disturbed }) => {
      expect([members, disturbed]).toEqual([1, false]);
      const numbers = script.map(({ request }) => request.number);
      if (!numbers.includes(0)) throw new Error('auth: user name is empty\nand more');
      const differs = needed.every(number => numbers.includes(number));
      return resultOf(script, differs ? ['/keys/k: etcd has 1, we have 2'] : []);
    },
    store: ({ name, expected }) => `testdata/oracle/${name} (${expected.about})`,
    print: line => said.push(line),
  };
}

test('a difference is printed with its seed, shortened and kept, past lists whose runs break off', async () => {
  const said: string[] = [];
  const result = resultOf(OPERATIONS, ['/keys/k: etcd has 3, we have 2']);
  await reportFailure(OPTIONS, result, toolsFor([0, 7, 31], said));
  expect(said.filter(line => !line.startsWith('SENT'))).toEqual([
    'etcd 3.5.30, seed 4711:',
    'DIFFERENCE /keys/k: etcd has 3, we have 2',
    'stored: testdata/oracle/seed-4711-3.5.30 (40 requests)',
    ...said.filter(line => line.includes('broke off: Error: auth: user name is empty')),
    '3 requests are enough:',
    'DIFFERENCE /keys/k: etcd has 1, we have 2',
    'stored: testdata/oracle/seed-4711-3.5.30-short (3 requests)',
  ]);
  expect(said.some(line => line.includes('broke off'))).toBe(true);
});

test('one that does not come again is kept as it was', async () => {
  const said: string[] = [];
  const result = resultOf(OPERATIONS, ['/keys/k: etcd has 3, we have 2']);
  await reportFailure(OPTIONS, result, toolsFor([99], said));
  expect(said.filter(line => !line.startsWith('SENT')).slice(-2)).toEqual([
    'stored: testdata/oracle/seed-4711-3.5.30 (40 requests)',
    'sent one by one, the same requests show no difference',
  ]);
});
