import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/destination/checkpoint.ts';
import type { Checkpoint } from '../../src/destination/types.ts';
import type { ByteString } from '../../src/wire/bytes.ts';

const number = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const bytes = fc
  .uint8Array({ maxLength: 20 })
  .map(key => Buffer.from(key).toString('latin1') as ByteString);
const seeding = fc.record({
  index: number,
  term: number,
  reached: bytes,
  base: fc.constantFrom('state' as const, 'destination' as const),
});
const promoted = fc.record({
  atMs: number,
  isComplete: fc.boolean(),
  highestRevision: number,
  openMs: fc.option(number, { nil: undefined }),
  bumpTo: fc.option(number, { nil: undefined }),
  leaseGrace: number,
  areLeasesSettled: fc.boolean(),
});
const checkpoint: fc.Arbitrary<Checkpoint> = fc
  .record({
    clusterId: fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
    index: number,
    term: number,
    revision: number,
    writer: fc.string(),
    partsDone: number,
    seeding: fc.option(seeding, { nil: undefined }),
    promoted: fc.option(promoted, { nil: undefined }),
  })
  .map(({ seeding: mark, promoted: end, ...rest }) => ({
    ...rest,
    ...(mark === undefined ? {} : { seeding: mark }),
    ...(end === undefined ? {} : { promoted: end }),
  }));

test('any checkpoint comes back, on its way to a snapshot, promoted or not, whatever bytes its key has', () => {
  fc.assert(
    fc.property(checkpoint, value => {
      expect(decodeCheckpoint(encodeCheckpoint(value))).toEqual(value);
    }),
  );
});

test.each([
  ['no object', 7],
  ['no base', { index: 1, term: 1, reached: '' }],
  ['another base', { index: 1, term: 1, reached: '', base: 'elsewhere' }],
  ['a key that is a number', { index: 1, term: 1, reached: 3, base: 'state' }],
  ['a negative index', { index: -1, term: 1, reached: '', base: 'state' }],
  ['a term that is no whole number', { index: 1, term: 1.5, reached: '', base: 'state' }],
])('a seeding that is %s: DEST_CHECKPOINT_FORMAT', (_, mark) => {
  const whole = { clusterId: 1n, index: 1, term: 1, revision: 1, writer: 'w', partsDone: 0 };
  const json = JSON.parse(Buffer.from(encodeCheckpoint(whole)).toString()) as object;
  const forged = Buffer.from(JSON.stringify({ ...json, seeding: mark }));
  expect(() => decodeCheckpoint(forged)).toThrow('the checkpoint has no usable seeding');
});

const WHOLE = { clusterId: 1n, index: 1, term: 1, revision: 1, writer: 'w', partsDone: 0 };
const PROMOTED = {
  atMs: 1,
  isComplete: true,
  highestRevision: 5,
  openMs: undefined,
  bumpTo: undefined,
  leaseGrace: 0,
  areLeasesSettled: false,
};

function jsonOf(value: Checkpoint): Record<string, unknown> {
  return JSON.parse(Buffer.from(encodeCheckpoint(value)).toString()) as Record<string, unknown>;
}

test('a promoted checkpoint is of a format that older programs refuse', () => {
  expect(jsonOf(WHOLE).format).toBe(1);
  expect(jsonOf({ ...WHOLE, promoted: PROMOTED }).format).toBe(2);
});

test.each([
  ['that is missing', undefined],
  ['that does not say whether all is there', { complete: undefined }],
  ['with a time that is none', { at_ms: 'now' }],
  ['that opened before time began', { open_ms: -1 }],
])('a promotion %s: DEST_CHECKPOINT_FORMAT', (_, change) => {
  const json = jsonOf({ ...WHOLE, promoted: PROMOTED });
  const mark = change === undefined ? undefined : { ...(json.promoted as object), ...change };
  const forged = Buffer.from(JSON.stringify({ ...json, promoted: mark }));
  expect(() => decodeCheckpoint(forged)).toThrow(
    expect.objectContaining({ code: 'DEST_CHECKPOINT_FORMAT' }),
  );
});
