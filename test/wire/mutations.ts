import fc from 'fast-check';

/** A change to recorded bytes. Places are fractions of the length, so that they fit any recording. */
export type Mutation =
  | { readonly kind: 'set' | 'insert'; readonly at: number; readonly byte: number }
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'remove' | 'repeat'; readonly at: number; readonly length: number }
  | { readonly kind: 'splice'; readonly at: number; readonly over: number; readonly put: number[] }
  | { readonly kind: 'cut'; readonly at: number };

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** Bytes that mean something to varints, tags and lengths, and any others. */
const byte = fc.oneof(fc.constantFrom(0, 1, 2, 0x7f, 0x80, 0xff, 0x08, 0x0a, 0x3a), fc.nat(255));

/** Runs of bytes that are extreme as numbers, lengths, tags or frames. */
const runs = fc.constantFrom(
  [...Array<number>(9).fill(0xff), 0x01],
  Array<number>(8).fill(0xff),
  Array<number>(11).fill(0x80),
  [0, 0, 0, 0, 0x20, 0, 0, 0],
  [0x08, ...Array<number>(9).fill(0xff), 0x01],
  [0x3a, 0x00, 0x3a, 0x00, 0x3a, 0x00],
  [0x0b, 0x0c],
  [0x4a, 0x04, 0x12, 0x02, 0x10, 0x09],
  [0x22, 0x02, 0x1a, 0x00],
);

export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constantFrom('set' as const, 'insert' as const), at: place, byte }),
  fc.record({ kind: fc.constant('flip' as const), at: place, bit: fc.nat(7) }),
  fc.record({
    kind: fc.constantFrom('remove' as const, 'repeat' as const),
    at: place,
    length: fc.integer({ min: 1, max: 60 }),
  }),
  fc.record({ kind: fc.constant('splice' as const), at: place, over: fc.nat(10), put: runs }),
  fc.record({ kind: fc.constant('cut' as const), at: place }),
);

/** The bytes with all changes made, in order; the input stays as it is. */
export function mutate(bytes: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  return mutations.reduce(apply, Uint8Array.from(bytes));
}

function apply(bytes: Uint8Array, change: Mutation): Uint8Array {
  const at = Math.floor(change.at * bytes.length);
  switch (change.kind) {
    case 'set':
      return splice(bytes, at, at + 1, [change.byte]);
    case 'insert':
      return splice(bytes, at, at, [change.byte]);
    case 'flip':
      return splice(bytes, at, at + 1, [(bytes[at] ?? 0) ^ (1 << change.bit)]);
    case 'remove':
      return splice(bytes, at, at + change.length, []);
    case 'repeat':
      return splice(bytes, at, at, bytes.subarray(at, at + change.length));
    case 'splice':
      return splice(bytes, at, at + change.over, change.put);
    case 'cut':
      return bytes.subarray(0, at);
  }
}

function splice(
  bytes: Uint8Array,
  from: number,
  to: number,
  put: Iterable<number> & { readonly length: number },
): Uint8Array {
  const rest = bytes.subarray(Math.min(to, bytes.length));
  const made = new Uint8Array(from + put.length + rest.length);
  made.set(bytes.subarray(0, from));
  made.set(Uint8Array.from(put), from);
  made.set(rest, from + put.length);
  return made;
}
