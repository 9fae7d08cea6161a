import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { HeldAppends } from '../../src/raft/held-appends.ts';
import { Learner } from '../../src/raft/learner.ts';
import { LogTerms } from '../../src/raft/log-terms.ts';
import { message } from '../../src/wire/raft-message.ts';
import { EntryType, type Message, MessageType } from '../../src/wire/types.ts';

// Property tests take seconds on a machine that is busy.
vi.setConfig({ testTimeout: 60_000 });

function append(prev: number, count: number, bytes = 0): Message {
  const entries = Array.from({ length: count }, (_, i) => ({
    type: EntryType.Normal,
    term: 1,
    index: prev + 1 + i,
    data: new Uint8Array(bytes),
  }));
  const logTerm = prev === 0 ? 0 : 1;
  const fields = { to: 9n, from: 1n, term: 1, index: prev, logTerm, entries };
  return message({ type: MessageType.App, ...fields });
}

test('appends in any order end in one log, each entry handed out once and in order', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 20 });
  const batch = sizes.chain(counts => {
    let prev = 0;
    const messages = counts.map(count => {
      const made = append(prev, count);
      prev += count;
      return made;
    });
    return fc.shuffledSubarray(messages, {
      minLength: messages.length,
      maxLength: messages.length,
    });
  });
  fc.assert(
    fc.property(batch, messages => {
      const learner = new Learner({
        id: 9n,
        terms: new LogTerms({ index: 0, term: 0 }),
        hardState: { term: 1, vote: 0n, commit: 0 },
        electionTimeoutMs: 1_000,
      });
      const written: number[] = [];
      for (const received of messages) {
        const { entries, immediate } = learner.step(received, 0);
        written.push(...entries.map(({ index }) => index));
        expect(immediate).toEqual([]);
      }
      const last = Math.max(...messages.map(({ index, entries }) => index + entries.length));
      expect(written).toEqual(Array.from({ length: last }, (_, i) => i + 1));
      const acknowledged = learner.synced(learner.syncToken(), last);
      expect(acknowledged.map(({ index, reject }) => [index, reject])).toEqual([[last, false]]);
    }),
    { numRuns: 300 },
  );
});

test('as many are held as a leader sends without an answer, and what is dropped can come again', () => {
  const held = new HeldAppends();
  for (let i = 0; i < 512; i += 1) expect(held.hold(append(10 + i, 1), 0)).toBe(true);
  expect(held.hold(append(600, 1), 0)).toBe(false);
  // One that is held already takes no more room.
  expect(held.hold(append(10, 1), 0)).toBe(true);
  expect(held.size).toBe(512);
  expect(held.next(9)).toBeUndefined();
  expect(held.next(10)?.index).toBe(10);
  expect(held.hold(append(600, 1), 0)).toBe(true);
});

test('the bytes of what is held are bounded, and given back when it goes', () => {
  const held = new HeldAppends();
  const large = 100 * 1024 * 1024;
  expect(held.hold(append(10, 1, large), 0)).toBe(true);
  expect(held.hold(append(20, 1, large), 0)).toBe(true);
  expect(held.hold(append(30, 1, large), 0)).toBe(false);
  expect(held.hold(append(30, 1), 0)).toBe(true);
  expect(held.next(10)?.index).toBe(10);
  expect(held.hold(append(40, 1, large), 0)).toBe(true);
  held.clear();
  expect(held.size).toBe(0);
  expect(held.expired(10_000)).toBeUndefined();
  expect(held.hold(append(50, 1, large), 0)).toBe(true);
  expect(held.hold(append(60, 1, large), 0)).toBe(true);
});

test('a probe that grows with each repetition is answered in time: the leader of a busy source sends it ten times a second', () => {
  const held = new HeldAppends();
  for (let ms = 0; ms < 150; ms += 50) {
    held.hold(append(10, 1 + ms), ms);
    expect(held.expired(ms)).toBeUndefined();
  }
  expect(held.expired(150)?.entries).toHaveLength(101);
  // It was rejected: entries up to it are on their way, and it goes with the first of them, however long it is by then.
  held.hold(append(10, 400), 160);
  held.progressed(170);
  expect(held.size).toBe(0);
});
