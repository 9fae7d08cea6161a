import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { judgeCheckpoint } from '../../src/destination/judge-checkpoint.ts';
import { type Batch, planBatch, splitOps } from '../../src/destination/planner/batch.ts';
import { encodeTxn } from '../../src/destination/planner/encode.ts';
import { KeyFilter } from '../../src/destination/planner/filter.ts';
import { KeepaliveWheel } from '../../src/destination/planner/keepalive-wheel.ts';
import { txnLimits } from '../../src/destination/planner/limits.ts';
import type { Effect, EntryEffects } from '../../src/destination/types.ts';
import { type ByteString, utf8ToByteString } from '../../src/wire/bytes.ts';

const Txn = protobuf
  .parse(
    `syntax = "proto3";
message Compare { int32 result = 1; int32 target = 2; bytes key = 3; int64 version = 4; }
message Put { bytes key = 1; bytes value = 2; int64 lease = 3; }
message Delete { bytes key = 1; bytes range_end = 2; }
message Op { Put put = 2; Delete delete_range = 3; TxnRequest txn = 4; }
message TxnRequest { repeated Compare compare = 1; repeated Op success = 2; repeated Op failure = 3; }`,
    { keepCase: true },
  )
  .root.lookupType('TxnRequest');

interface DecodedOp {
  put?: { key: Buffer; value: Buffer; lease: string };
  delete_range?: { key: Buffer };
  txn?: { success: DecodedOp[] };
}

const key = (text: string): ByteString => utf8ToByteString(text);

function entry(index: number, effects: Effect[]): EntryEffects {
  return { position: { index, term: 1 }, revision: index, effects };
}

function batchOf(queue: EntryEffects[], limits = txnLimits(128, 1_572_864)): Batch {
  const planned = planBatch(queue, limits);
  if (planned === undefined || !('batch' in planned)) throw new Error('no batch');
  return planned.batch;
}

describe('batches', () => {
  const effect = fc.oneof(
    fc.record({
      kind: fc.constant('put' as const),
      key: fc.constantFrom('a', 'b', 'c', 'd').map(key),
      value: fc.uint8Array({ maxLength: 5 }),
      lease: fc.constantFrom(0n, 5n, -3n),
    }),
    fc.record({
      kind: fc.constant('delete' as const),
      key: fc.constantFrom('a', 'b', 'c', 'd').map(key),
    }),
  );

  test('any entries in any batches leave the same keys as one by one, each key once, within the limits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(effect, { maxLength: 4 }), { maxLength: 60 }),
        fc.integer({ min: 2, max: 20 }),
        (lists, maxOps) => {
          const limits = txnLimits(maxOps, 100_000);
          const wanted = new Map<string, string>();
          for (const e of lists.flat()) {
            if (e.kind === 'put')
              wanted.set(e.key, `${Buffer.from(e.value).toString('hex')}/${e.lease}`);
            else wanted.delete(e.key);
          }
          const made = new Map<string, string>();
          let queue = lists.map((effects, i) => entry(i + 1, effects));
          while (queue.length > 0) {
            const planned = planBatch(queue, limits);
            if (planned === undefined) throw new Error('nothing planned');
            const parts =
              'batch' in planned
                ? [planned.batch.ops]
                : splitOps(planned.oversize.batch.ops, limits);
            queue = queue.slice('batch' in planned ? planned.batch.entries : 1);
            for (const ops of parts)
              apply(
                made,
                encodeTxn(
                  { checkpointKey: key('cp'), guardVersion: 3, checkpoint: Buffer.from('x'), ops },
                  limits,
                ),
                maxOps,
              );
          }
          expect(made).toEqual(wanted);
        },
      ),
    );
  });

  function apply(made: Map<string, string>, request: Uint8Array, maxOps: number): void {
    const txn = Txn.toObject(Txn.decode(request), { longs: String, defaults: true }) as {
      compare: unknown[];
      success: DecodedOp[];
    };
    expect(txn.compare).toHaveLength(1);
    // checkTxnRequest of etcd: a level takes its longest list, its children what is left.
    const check = (ops: DecodedOp[], budget: number): void => {
      expect(ops.length).toBeLessThanOrEqual(budget);
      for (const op of ops) if (op.txn) check(op.txn.success, budget - ops.length);
    };
    check(txn.success, maxOps);
    const seen = new Set<string>();
    const run = (ops: DecodedOp[]): void => {
      for (const op of ops) {
        if (op.txn) {
          run(op.txn.success);
          continue;
        }
        const name = Buffer.from(op.put?.key ?? op.delete_range?.key ?? []).toString();
        expect(seen.has(name)).toBe(false);
        seen.add(name);
        if (name === 'cp') continue;
        if (op.put) made.set(name, `${Buffer.from(op.put.value).toString('hex')}/${op.put.lease}`);
        else made.delete(name);
      }
    };
    run(txn.success);
    expect(seen.has('cp')).toBe(true);
  }

  test('an auth change stands alone, with what came before it sent first', () => {
    const put: Effect = { kind: 'put', key: key('a'), value: new Uint8Array(0), lease: 0n };
    const auth: Effect = { kind: 'auth', mutation: { kind: 'role-add', name: key('r') } };
    const queue = [entry(1, [put]), entry(2, [auth]), entry(3, [put])];
    expect(batchOf(queue).position.index).toBe(1);
    expect(batchOf(queue.slice(1))).toMatchObject({
      position: { index: 2 },
      auth: [{ mutation: auth.mutation }],
    });
  });

  test('a lease that is granted again after a revoke waits for the revoke', () => {
    const queue = [
      entry(1, [{ kind: 'lease-revoke', id: 7n }]),
      entry(2, [{ kind: 'lease-grant', id: 7n, ttl: 5 }]),
    ];
    expect(batchOf(queue).position.index).toBe(1);
    const brief = batchOf([
      entry(1, [{ kind: 'lease-grant', id: 7n, ttl: 5 }]),
      entry(2, [{ kind: 'lease-revoke', id: 7n }]),
    ]);
    expect([brief.grants.size, brief.revokes.size, [...brief.brief]]).toEqual([0, 0, [7n]]);
    const again = batchOf([
      entry(1, [{ kind: 'lease-grant', id: 7n, ttl: 5 }]),
      entry(2, [{ kind: 'lease-revoke', id: 7n }]),
      entry(3, [{ kind: 'lease-grant', id: 7n, ttl: 6 }]),
    ]);
    expect([[...again.grants], [...again.brief]]).toEqual([[[7n, 6]], []]);
  });
});

describe('filter', () => {
  const options = {
    prefixes: [],
    excludePrefixes: [],
    destPrefix: undefined,
    checkpointPrefix: key('__etcd_syncer__/'),
  };

  test('prefix, exclusion, renaming; checkpoints never', () => {
    const filter = new KeyFilter({
      ...options,
      prefixes: [key('/app/')],
      excludePrefixes: [key('/app/tmp/')],
      destPrefix: key('/copy/'),
    });
    expect(filter.map(key('/app/x'))).toBe('/copy/x');
    expect(filter.map(key('/app/tmp/x'))).toBeUndefined();
    expect(filter.map(key('/other'))).toBeUndefined();
    expect(new KeyFilter(options).map(key('__etcd_syncer__/1'))).toBeUndefined();
  });

  test('what could fall together is refused', () => {
    expect(
      () =>
        new KeyFilter({ ...options, prefixes: [key('/a/'), key('/b/')], destPrefix: key('/c/') }),
    ).toThrow('--prefix');
  });
});

const PROMOTED = {
  atMs: 1,
  isComplete: true,
  highestRevision: 5,
  openMs: 2,
  bumpTo: undefined,
  leaseGrace: 0,
  areLeasesSettled: true,
};

describe('checkpoint', () => {
  const local = { clusterId: 1n, confirmed: { index: 10, term: 2 }, checkpointIndex: 8 };
  const found = { clusterId: 1n, index: 10, term: 2, revision: 5, writer: 'w', partsDone: 0 };

  test.each([
    ['resume', found, local],
    ['resume', { ...found, index: 15, term: 3 }, local],
    ['fresh', undefined, { ...local, checkpointIndex: 0 }],
  ])('%s', (verdict, checkpoint, position) => {
    expect(judgeCheckpoint(checkpoint, position)).toBe(verdict);
  });

  test.each([
    ['DEST_CHECKPOINT_LOST', undefined],
    ['DEST_CHECKPOINT_OLDER', { ...found, index: 7 }],
    ['DEST_CHECKPOINT_FOREIGN', { ...found, term: 3 }],
    ['DEST_CHECKPOINT_FOREIGN', { ...found, clusterId: 2n }],
    ['DEST_PROMOTED', { ...found, promoted: PROMOTED }],
    ['DEST_PROMOTED', { ...found, index: 15, promoted: PROMOTED }],
  ])('%s', (code, checkpoint) => {
    expect(() => judgeCheckpoint(checkpoint, local)).toThrow(expect.objectContaining({ code }));
  });
});

test('the wheel gives each lease when it is due, once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.nat(200_000)), { maxLength: 100 }),
      plan => {
        const wheel = new KeepaliveWheel(100, 0);
        const due = new Map<bigint, number>();
        for (const [id, at] of plan) {
          wheel.schedule(BigInt(id), at);
          due.set(BigInt(id), at);
        }
        for (let now = 0; now <= 200_100; now += 100) {
          for (const id of wheel.due(now, 1_000)) {
            expect(due.get(id)).toBeLessThan(now + 100);
            expect(due.delete(id)).toBe(true);
          }
        }
        expect(due.size).toBe(0);
      },
    ),
    { numRuns: 30 },
  );
});
