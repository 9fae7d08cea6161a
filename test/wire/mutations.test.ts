import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeConfChange, decodeConfChangeContext } from '../../src/wire/conf-change.ts';
import { Reader, WireError } from '../../src/wire/cursor.ts';
import { describeEntry } from '../../src/wire/describe.ts';
import { decodePayload } from '../../src/wire/internal-raft-request.ts';
import { decodeMessage, encodeMessage } from '../../src/wire/raft-message.ts';
import { EntryType, type Message, MessageType } from '../../src/wire/types.ts';
import { isStream, loadCaptures, parseStream } from './captures.ts';
import { mutate, mutation } from './mutations.ts';
import type { Item } from './second-decoder.ts';

/** Runs that are made each time, beside one of a new seed; fast-check prints the seed of a failure: it goes here. */
const SEEDS: readonly (number | undefined)[] = [1, 20_260_711, -730_015_483, undefined];
const TIMEOUT_MS = 120_000;
const FRAME_LIMIT = 64 * 1024;

const captures = loadCaptures();
const streams = captures.flatMap(capture =>
  capture.files.filter(isStream).map(file => ({ file, seat: capture.seat })),
);
const appended = captures.flatMap(({ files, seat, v2Requests }) =>
  files
    .filter(isStream)
    .flatMap(file => parseStream(file, seat, [file.bytes]))
    .flatMap(item => (item !== 'link-heartbeat' && item.type === MessageType.App ? [item] : []))
    .flatMap(({ entries }) => entries)
    .filter(({ data }) => data.length > 0)
    .map(entry => ({ entry, v2Requests })),
);

/** What an attempt gives; undefined when it is refused. Any error but WireError fails the test. */
function orRefused<T>(attempt: () => T): T | undefined {
  try {
    return attempt();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return undefined;
  }
}

function check<Ts extends [unknown, ...unknown[]]>(
  property: fc.IProperty<Ts>,
  numRuns: number,
): void {
  for (const seed of SEEDS)
    fc.assert(property, seed === undefined ? { numRuns } : { numRuns, seed });
}

/** Bytes that the items hold on to, and what they add up to as objects. */
function sizeOf(items: readonly Item[]): { bytes: number; objects: number } {
  let bytes = 0;
  let objects = 0;
  for (const item of items) {
    objects += 1;
    if (item === 'link-heartbeat') continue;
    bytes += item.context.length;
    objects += item.entries.length;
    for (const { data } of item.entries) bytes += data.length;
  }
  return { bytes, objects };
}

/** The items up to the first refusal. */
function parsed(stream: (typeof streams)[number], bytes: Uint8Array, cuts: readonly number[]) {
  const at = [0, ...cuts.map(cut => Math.floor(cut * bytes.length)).sort((a, b) => a - b)];
  const items: Item[] = [];
  const chunks = [...at, bytes.length].slice(1).map((end, i) => bytes.slice(at[i], end));
  orRefused(() => parseStream(stream.file, stream.seat, chunks, FRAME_LIMIT, items));
  return structuredClone(items);
}

const anyStream = fc.constantFrom(...streams);
const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 });
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 });
/** Changes near the start would hide all that comes behind them: most recordings are cut short. */
const share = fc.oneof(fc.constant(1), fc.double({ min: 0, max: 0.2, noNaN: true }));

describe('any change to what members sent', () => {
  test(
    'gives messages or WireError, never more than the bytes can hold, and the same in any chunks',
    () => {
      check(
        fc.property(anyStream, share, mutations, cuts, (stream, part, changes, cutAt) => {
          const { bytes } = stream.file;
          const given = mutate(bytes.subarray(0, Math.ceil(part * bytes.length)), changes);
          const items = parsed(stream, given, cutAt);
          expect(items).toEqual(parsed(stream, given, []));
          const size = sizeOf(items);
          expect(size.bytes).toBeLessThanOrEqual(given.length);
          // A link heartbeat takes a byte; an entry two in a message.
          expect(size.objects).toBeLessThanOrEqual(given.length);
        }),
        300,
      );
    },
    TIMEOUT_MS,
  );

  test(
    'a message that is read is written and read the same',
    () => {
      const bodies = captures.flatMap(({ files, seat }) =>
        files.filter(isStream).flatMap(file => parseStream(file, seat, [file.bytes])),
      );
      const messages = bodies.filter(
        (item): item is Message => item !== 'link-heartbeat' && item.entries.length < 5,
      );
      check(
        fc.property(fc.constantFrom(...messages), mutations, (original, changes) => {
          const read = orRefused(() =>
            decodeMessage(new Reader(mutate(encodeMessage(original), changes))),
          );
          if (read === undefined) return;
          const { snapshot, ...sent } = read;
          expect(decodeMessage(new Reader(encodeMessage(sent)))).toEqual(sent);
        }),
        1_000,
      );
    },
    TIMEOUT_MS,
  );

  test(
    'an entry is decoded and described, or refused with WireError',
    () => {
      check(
        fc.property(fc.constantFrom(...appended), mutations, ({ entry, v2Requests }, changes) => {
          const data = mutate(entry.data, changes);
          orRefused(() => describeEntry({ ...entry, data }));
          if (entry.type === EntryType.Normal) {
            orRefused(() => decodePayload(data, { v2Requests }));
          } else {
            orRefused(() => decodeConfChangeContext(decodeConfChange(data).context));
          }
        }),
        3_000,
      );
    },
    TIMEOUT_MS,
  );
});
