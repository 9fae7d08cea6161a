import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeKeyRecord, encodeKeyRecord } from '../../src/state/record-codec.ts';

const revision = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const records = fc.record({
  createRevision: revision,
  modRevision: revision,
  version: revision,
  lease: fc.oneof(fc.constant(0n), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)),
  // Around the room that all records share, and over it.
  value: fc.oneof(fc.uint8Array(), fc.integer({ min: 16_300, max: 16_500 }).map(Buffer.alloc)),
});

const room = Buffer.alloc(16 * 1024);

test('a record is read as it was written, whatever was written before it', () => {
  fc.assert(
    fc.property(fc.array(records, { minLength: 1 }), written => {
      for (const record of written) {
        const read = decodeKeyRecord(Buffer.from(encodeKeyRecord(record, room)));
        expect({ ...read, value: [...read.value] }).toEqual({
          ...record,
          value: [...record.value],
        });
      }
    }),
    { numRuns: 30 },
  );
});

test('a revision that does not fit is refused, not cut', () => {
  const record = { createRevision: 2 ** 48, modRevision: 1, version: 1, lease: 0n };
  expect(() => encodeKeyRecord({ ...record, value: Buffer.alloc(1) })).toThrow(RangeError);
});
