import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyPayload } from '../../src/apply/apply-entry.ts';
import type { MemoryState } from '../../src/apply/memory-state.ts';
import { sourceProfile } from '../../src/apply/semantics.ts';
import { SyncerError } from '../../src/ops/errors.ts';
import type { ByteString } from '../../src/wire/bytes.ts';
import type { Compare, RequestOp, TxnRequest } from '../../src/wire/types.ts';
import { type Model, type ModelResult, runTxn, stateOf } from './txn-model.ts';

const PROFILE = sourceProfile(['3.7.1'], 3, 2);
const HEADER = { id: 1n, username: '' as ByteString, authRevision: 0 };
const LEASES: ReadonlySet<bigint> = new Set([1n, -2n]);

const key = fc.constantFrom('a', 'b', 'bb', 'c').map(text => text as ByteString);
const rangeEnd = fc.constantFrom('', '', '', '\0', 'b', 'c', 'd').map(text => text as ByteString);
const value = fc.constantFrom('', 'x', 'y', '\xff').map(text => Buffer.from(text, 'latin1'));
const flag = fc.integer({ min: 0, max: 4 }).map(n => n === 0);

const compare: fc.Arbitrary<Compare> = fc.record({
  result: fc.constantFrom('equal', 'greater', 'less', 'not-equal', 'unknown'),
  target: fc.constantFrom('version', 'create', 'mod', 'value', 'lease', 'unknown'),
  key,
  rangeEnd,
  number: fc.constantFrom(0n, 1n, 2n, 3n, -2n),
  value,
});

const put = fc.record({
  kind: fc.constant('put' as const),
  key,
  value,
  lease: fc.constantFrom(0n, 0n, 0n, 1n, -2n, 9n),
  prevKv: flag,
  ignoreValue: flag,
  ignoreLease: flag,
});
const deletion = fc.record({
  kind: fc.constant('delete-range' as const),
  key,
  rangeEnd,
  prevKv: flag,
});
const range = fc.record({
  kind: fc.constant('range' as const),
  key,
  rangeEnd,
  revision: fc.constantFrom(0n, 0n, 1n, 4n, 9n),
});

const { txn } = fc.letrec<{ txn: TxnRequest; op: RequestOp }>(tie => ({
  txn: fc.record({
    kind: fc.constant('txn' as const),
    compare: fc.array(compare, { maxLength: 2 }),
    success: fc.array(tie('op'), { maxLength: 4 }),
    failure: fc.array(tie('op'), { maxLength: 3 }),
  }),
  op: fc.oneof(
    { depthSize: 'small' },
    { arbitrary: put, weight: 4 },
    { arbitrary: deletion, weight: 3 },
    { arbitrary: range, weight: 1 },
    { arbitrary: fc.constant({ kind: 'none' as const }), weight: 1 },
    { arbitrary: tie('txn'), weight: 3 },
  ),
}));

function view(state: MemoryState): unknown {
  return {
    revision: state.revision,
    rows: [...state.scanKeys('' as ByteString, undefined)].map(([name, record]) => [
      name,
      { ...record, value: Buffer.from(record.value).toString('latin1') },
    ]),
    bound: [...LEASES].map(id => [id, [...state.scanAttachments(id)]]),
  };
}

/** Applies for real; the outcome in the model's words. */
function apply(state: MemoryState, request: TxnRequest): 'moved' | 'refused' | 'poison' {
  try {
    const payload = { kind: 'v3', header: HEADER, request } as const;
    const { outcome, changes } = applyPayload(payload, state, PROFILE);
    if (outcome.kind === 'refused') return 'refused';
    state.advance(changes);
    return 'moved';
  } catch (error) {
    if (error instanceof SyncerError && error.code === 'POISON_TXN') return 'poison';
    throw error;
  }
}

test('any run of transactions ends where a second, naive evaluation ends', () => {
  const seen = { moved: 0, refused: 0, poison: 0 };
  fc.assert(
    fc.property(fc.array(txn, { minLength: 1, maxLength: 6 }), requests => {
      let model: Model = { rows: new Map(), revision: 1, leases: LEASES };
      const state = stateOf(model);
      for (const request of requests) {
        const expected: ModelResult = runTxn(model, request);
        const outcome = apply(state, request);
        seen[outcome] += 1;
        if (typeof expected === 'string') {
          expect(outcome).toBe(expected);
          // A crash-looping source goes no further.
          if (expected === 'poison') return;
        } else {
          expect(outcome).toBe('moved');
          model = expected;
        }
        expect(view(state)).toEqual(view(stateOf(model)));
      }
    }),
    { numRuns: 3000 },
  );
  expect(Math.min(seen.moved, seen.refused, seen.poison)).toBeGreaterThan(0);
});
