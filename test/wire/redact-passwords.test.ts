import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyEntry } from '../../src/apply/apply-entry.ts';
import { MemoryState } from '../../src/apply/memory-state.ts';
import { sourceProfile } from '../../src/apply/semantics.ts';
import { SyncerError } from '../../src/ops/errors.ts';
import { Writer } from '../../src/wire/cursor.ts';
import { redactEntries, redactPasswords } from '../../src/wire/redact-passwords.ts';
import { type Entry, EntryType, MessageType } from '../../src/wire/types.ts';
import { isStream, loadCaptures, parseStream } from './captures.ts';

const VERSIONS = ['3.4.23', '3.5.30', '3.6.14', '3.7.1'];
const SECRET = 'hunter2-Zq';
const HASH = Buffer.from('$2a$10$abcdefghijklmnopqrstuv').toString('base64');

type Field = readonly [number, string | Uint8Array | number];

function message(fields: readonly Field[]): Uint8Array {
  const writer = new Writer();
  for (const [field, value] of fields) {
    if (typeof value === 'number') writer.uintField(field, value);
    else if (typeof value === 'string') writer.textField(field, value);
    else writer.bytesField(field, value);
  }
  return writer.finish();
}

const header: Field = [100, message([[1, 7]])];
const request = (field: number, fields: readonly Field[]): Uint8Array =>
  message([header, [field, message(fields)]]);
const has = (data: Uint8Array, text: string): boolean => Buffer.from(data).includes(text);

/** What an entry does to a source where alice and a user without password exist; of an error its code. */
function effectOf(data: Uint8Array, version: string): unknown {
  const profile = sourceProfile([version], 3, 2);
  const state = new MemoryState();
  const apply = (index: number, bytes: Uint8Array) =>
    applyEntry({ type: EntryType.Normal, term: 1, index, data: bytes }, state, profile);
  const setUp = [
    request(1100, [
      [1, 'alice'],
      [2, ''],
      [4, HASH],
    ]),
    request(1100, [
      [1, 'cert'],
      [3, message([[1, 1]])],
    ]),
  ];
  setUp.forEach((bytes, i) => {
    state.advance(apply(i + 1, bytes).changes);
  });
  try {
    return apply(3, data);
  } catch (error) {
    if (error instanceof SyncerError) return error.code;
    throw error;
  }
}

describe('secrets in requests', () => {
  test.each([
    [
      'user add of 3.4',
      request(1100, [
        [1, 'bob'],
        [2, SECRET],
      ]),
      [
        [1, 'bob'],
        [2, '*'],
      ],
      1100,
    ],
    [
      'user add of 3.4 with options',
      request(1100, [
        [1, 'bob'],
        [2, SECRET],
        [3, message([[1, 0]])],
      ]),
      [
        [1, 'bob'],
        [2, '*'],
        [3, message([[1, 0]])],
      ],
      1100,
    ],
    [
      'change of a password',
      request(1103, [
        [1, 'bob'],
        [2, SECRET],
      ]),
      [
        [1, 'bob'],
        [2, '*'],
      ],
      1103,
    ],
    [
      'authenticate',
      request(1012, [
        [1, 'bob'],
        [2, SECRET],
        [3, `${SECRET}-token`],
      ]),
      [
        [1, 'bob'],
        [2, '*'],
        [3, '*'],
      ],
      1012,
    ],
  ] as const)('%s', (_, data, fields, field) => {
    expect(has(data, SECRET)).toBe(true);
    const redacted = redactPasswords(data);
    expect(has(redacted, SECRET)).toBe(false);
    // Nor is it left where it came from.
    expect(has(data, SECRET)).toBe(false);
    expect(Buffer.from(redacted)).toEqual(Buffer.from(request(field, fields)));
    expect(redactPasswords(redacted.slice())).toEqual(redacted);
  });

  test('a hash is kept, an empty password stays empty', () => {
    const data = request(1100, [
      [1, 'bob'],
      [2, ''],
      [4, HASH],
    ]);
    expect(redactPasswords(data)).toEqual(data);
  });

  test('each of several is replaced, wherever it stands', () => {
    const user = message([
      [2, SECRET],
      [1, 'bob'],
      [2, `${SECRET}2`],
    ]);
    const data = message([[1103, user], [1, 9], header, [1100, user]]);
    expect(has(redactPasswords(data), SECRET)).toBe(false);
  });

  test('other entries are the same objects', () => {
    const entries: Entry[] = [
      { type: EntryType.Normal, term: 1, index: 1, data: new Uint8Array(0) },
      {
        type: EntryType.Normal,
        term: 1,
        index: 2,
        data: request(4, [
          [1, 'k'],
          [2, SECRET],
        ]),
      },
      { type: EntryType.ConfChange, term: 1, index: 3, data: request(1100, [[2, SECRET]]) },
      { type: EntryType.Normal, term: 1, index: 4, data: Uint8Array.of(0xff) },
    ];
    redactEntries(entries).forEach((entry, i) => {
      expect(entry).toBe(entries[i]);
    });
  });
});

/** Fields of a user request in any order, repeated, of odd types and lengths, under any of the numbers. */
const inner = fc.array(
  fc.tuple(
    fc.integer({ min: 1, max: 6 }),
    fc.oneof(
      fc.constantFrom('', 'alice', 'cert', 'bob', SECRET, HASH, '*'),
      fc.uint8Array({ maxLength: 200 }),
      fc.nat(300),
    ),
  ),
  { maxLength: 6 },
);
const outer = fc.array(
  fc.tuple(
    fc.constantFrom(1, 4, 100, 1012, 1100, 1101, 1103, 1104, 2000),
    fc.oneof(inner.map(message), fc.nat(9)),
  ),
  { minLength: 1, maxLength: 4 },
);

describe('redacted, an entry does what it did', () => {
  test.each(VERSIONS)('to a source of %s', version => {
    fc.assert(
      fc.property(outer, inner, fc.constantFrom(1012, 1100, 1103), (fields, user, field) => {
        for (const data of [message(fields), request(field, user), message([...fields, header])]) {
          expect(effectOf(redactPasswords(data.slice()), version)).toEqual(effectOf(data, version));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(loadCaptures())('in the log of $line', ({ files, seat, version }) => {
    const profile = sourceProfile([version], 3, 8);
    const entries = new Map<number, Entry>();
    for (const item of files.filter(isStream).flatMap(f => parseStream(f, seat, [f.bytes]))) {
      if (item === 'link-heartbeat' || item.type !== MessageType.App) continue;
      for (const entry of item.entries) {
        if (entry.term >= (entries.get(entry.index)?.term ?? 0)) entries.set(entry.index, entry);
      }
    }
    const log = [...entries.values()].sort((a, b) => a.index - b.index);
    const redacted = redactEntries(log.map(entry => ({ ...entry, data: entry.data.slice() })));
    const state = new MemoryState();
    log.forEach((entry, i) => {
      const applied = applyEntry(entry, state, profile);
      expect(applyEntry(redacted[i] as Entry, state, profile)).toEqual(applied);
      state.advance(applied.changes);
    });
    // At least the tokens of its logins.
    const isOther = ({ data }: Entry, i: number) =>
      Buffer.compare(data, log[i]?.data ?? data) !== 0;
    expect(redacted.filter(isOther).length).toBeGreaterThan(5);
  });
});
