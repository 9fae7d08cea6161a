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
const checkpoint: fc.Arbitrary<Checkpoint> = fc
  .record({
    clusterId: fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
    index: number,
    term: number,
    revision: number,
    writer: fc.string(),
    partsDone: number,
    seeding: fc.option(seeding, { nil: undefined }),
  })
  .map(({ seeding: mark, ...rest }) => (mark === undefined ? rest : { ...rest, seeding: mark }));

test('any checkpoint comes back, on its way to a snapshot or not, whatever bytes its key has', () => {
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
