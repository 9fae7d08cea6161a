import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/destination/checkpoint.ts';
import { planBatch, splitOps } from '../../src/destination/planner/batch.ts';
import { encodeTxn } from '../../src/destination/planner/encode.ts';
import { KeyFilter } from '../../src/destination/planner/filter.ts';
import { txnLimits } from '../../src/destination/planner/limits.ts';
import type { Effect, EntryEffects } from '../../src/destination/types.ts';
import { type ByteString, utf8ToByteString as bytes } from '../../src/wire/bytes.ts';

/** Header, user name and auth revision that the server puts around a request. */
const SERVER_BYTES = 512;
const CHECKPOINT_PREFIX = bytes('__etcd_syncer__/');

describe('request bytes', () => {
  const put = fc.record({
    kind: fc.constant('put' as const),
    key: fc.nat(5_000).map(n => bytes(`key/${n}`)),
    value: fc.oneof(
      fc.nat(40).map(size => new Uint8Array(size)),
      fc.integer({ min: 1_000, max: 4_000 }).map(size => new Uint8Array(size)),
    ),
    lease: fc.constantFrom(0n, 1n, -1n),
  });

  test('never more than the limit, however entries are cut into batches and parts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(put, { maxLength: 60 }), { maxLength: 20 }),
        fc.integer({ min: 2, max: 200 }),
        fc.integer({ min: 10_000, max: 40_000 }),
        (lists, maxOps, maxBytes) => {
          const limits = txnLimits(maxOps, maxBytes);
          let queue: EntryEffects[] = lists.map((effects, i) => ({
            position: { index: i + 1, term: 1 },
            revision: i + 2,
            effects: effects as Effect[],
          }));
          while (queue.length > 0) {
            const planned = planBatch(queue, limits);
            if (planned === undefined) throw new Error('nothing planned');
            const isBatch = 'batch' in planned;
            const parts = isBatch
              ? [planned.batch.ops]
              : splitOps(planned.oversize.batch.ops, limits);
            expect(isBatch || parts.length > 1).toBe(true);
            queue = queue.slice(isBatch ? planned.batch.entries : 1);
            for (const ops of parts) {
              const request = encodeTxn(
                {
                  checkpointKey: bytes(`__etcd_syncer__/${'f'.repeat(16)}`),
                  guardVersion: Number.MAX_SAFE_INTEGER,
                  checkpoint: new Uint8Array(300),
                  ops,
                },
                limits,
              );
              expect(request.length + SERVER_BYTES).toBeLessThanOrEqual(maxBytes);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('where keys land', () => {
  const part = fc
    .array(fc.constantFrom('/', 'a', 'b', '_', 'é'), { maxLength: 4 })
    .map(parts => bytes(parts.join('')));

  test('no two source keys on one key, and every key that is written counts as a target', () => {
    fc.assert(
      fc.property(
        fc.option(part, { nil: undefined }),
        fc.option(part, { nil: undefined }),
        fc.array(
          part.filter(prefix => prefix !== ''),
          { maxLength: 2 },
        ),
        fc.uniqueArray(
          part.filter(key => key !== ''),
          { maxLength: 30 },
        ),
        (prefix, destPrefix, excludePrefixes, keys) => {
          const filter = new KeyFilter({
            prefixes: prefix === undefined || prefix === '' ? [] : [prefix],
            destPrefix,
            excludePrefixes,
            checkpointPrefix: CHECKPOINT_PREFIX,
          });
          const landed = keys.flatMap(key => filter.map(key) ?? []);
          expect(new Set(landed).size).toBe(landed.length);
          for (const key of landed) {
            expect(filter.isTarget(key)).toBe(true);
            expect(filter.destinationPrefixes.some(start => key.startsWith(start))).toBe(true);
          }
        },
      ),
    );
  });

  test('what is excluded at the source is no target at the destination', () => {
    const filter = new KeyFilter({
      prefixes: [bytes('/src/')],
      destPrefix: bytes('/a/'),
      excludePrefixes: [bytes('/src/tmp/')],
      checkpointPrefix: CHECKPOINT_PREFIX,
    });
    expect(filter.isTarget(bytes('/a/x'))).toBe(true);
    expect(filter.isTarget(bytes('/a/tmp/x'))).toBe(false);
    expect(filter.isTarget(bytes('/src/x'))).toBe(false);
  });

  test('a destination prefix among the checkpoints is refused', () => {
    expect(
      () =>
        new KeyFilter({
          prefixes: [],
          destPrefix: bytes('__etcd_syncer__/copy/'),
          excludePrefixes: [],
          checkpointPrefix: CHECKPOINT_PREFIX,
        }),
    ).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});

describe('checkpoint value', () => {
  test('comes back as it was, with IDs of all 64 bits', () => {
    fc.assert(
      fc.property(
        fc.record({
          clusterId: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
          index: fc.maxSafeNat(),
          term: fc.maxSafeNat(),
          revision: fc.maxSafeNat(),
          writer: fc.string(),
          partsDone: fc.nat(),
        }),
        checkpoint => {
          expect(decodeCheckpoint(encodeCheckpoint(checkpoint))).toEqual(checkpoint);
        },
      ),
    );
  });

  test.each([
    '',
    'null',
    '[]',
    '{"format":2}',
    '{"format":1,"cluster_id":12,"writer":"w"}',
    '{"format":1,"cluster_id":"c","writer":"w","index":-1,"term":1,"revision":1}',
    '{"format":1,"cluster_id":"c","writer":"w","index":1.5,"term":1,"revision":1}',
  ])('%s is refused', text => {
    expect(() => decodeCheckpoint(Buffer.from(text))).toThrow(
      expect.objectContaining({ code: 'DEST_CHECKPOINT_FORMAT' }),
    );
  });
});

test('byte strings of keys stay as they are in a request', () => {
  const key = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('') as ByteString;
  const request = encodeTxn(
    {
      checkpointKey: bytes('cp'),
      guardVersion: 0,
      checkpoint: new Uint8Array(0),
      ops: new Map([[key, { kind: 'delete', rangeEnd: '' as ByteString }]]),
    },
    txnLimits(128, 1_572_864),
  );
  expect(Buffer.from(request).includes(Buffer.from(key, 'latin1'))).toBe(true);
});
