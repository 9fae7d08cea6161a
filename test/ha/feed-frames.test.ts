import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  endFrame,
  entriesFrame,
  FeedDecoder,
  type FeedFrame,
  type FeedPositions,
  partFrame,
  positionsFrame,
} from '../../src/ha/feed-frames.ts';

const ENTRIES = [
  { type: 0, term: 3, index: 41, data: Buffer.from('one') },
  { type: 1, term: 2 ** 40, index: 2 ** 47, data: Buffer.alloc(0) },
];
const POSITIONS: FeedPositions = {
  commit: 41,
  confirmed: 40,
  checkpoint: 39,
  term: 3,
  versions: ['3.5.30'],
  voters: 3,
};
const STREAM = Buffer.concat([
  entriesFrame(ENTRIES),
  positionsFrame(POSITIONS),
  partFrame(Buffer.from('bytes')),
  endFrame(),
]);
const FRAMES: readonly FeedFrame[] = [
  { kind: 'entries', entries: ENTRIES },
  { kind: 'positions', positions: POSITIONS },
  { kind: 'part', bytes: Buffer.from('bytes') },
  { kind: 'end' },
];

function decode(chunks: readonly Buffer[]): FeedFrame[] {
  const decoder = new FeedDecoder();
  return chunks.flatMap(chunk => decoder.push(chunk));
}

describe('the stream of a writer', () => {
  test('comes back, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(STREAM.length)), cuts => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), STREAM.length];
        const chunks = at.slice(1).map((end, i) => STREAM.subarray(at[i], end));
        expect(decode(chunks)).toEqual(FRAMES);
      }),
    );
  });

  test('with any byte changed is refused, or waits for more than is there', () => {
    for (let at = 0; at < STREAM.length; at += 1) {
      const changed = Buffer.from(STREAM);
      changed[at] = (changed[at] ?? 0) ^ 0x40;
      let frames: readonly FeedFrame[] = [];
      try {
        frames = decode([changed]);
      } catch (error) {
        expect(String(error)).toContain('the stream of the writer holds');
        continue;
      }
      expect(frames.length).toBeLessThan(FRAMES.length);
    }
  });

  test('says how long a frame is before memory is taken for it', () => {
    const huge = Buffer.alloc(9);
    huge.writeUInt32BE(600 * 1024 * 1024, 0);
    expect(() => decode([huge])).toThrow(/a frame of 629145600 bytes/);
  });

  test('without a number in its positions is refused', () => {
    const { commit: _, ...rest } = POSITIONS;
    expect(() => decode([positionsFrame(rest as FeedPositions)])).toThrow(/without a number/);
  });
});
