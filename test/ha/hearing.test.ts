import { expect, test } from 'vitest';
import { isDeaf } from '../../src/ha/hearing.ts';

const ELECTION_MS = 1_000;

test.each([
  ['a writer that hears heartbeats', 60_000, 100, ELECTION_MS, false],
  ['during an election of the source', 60_000, 1_900, ELECTION_MS, false],
  ['nothing for two of its elections', 60_000, 2_000, ELECTION_MS, true],
  ['the same where elections take longer', 60_000, 9_000, 5_000, false],
  ['and for two of those', 60_000, 10_000, 5_000, true],
  ['a writer that has just begun, and heard something', 9_000, 8_000, ELECTION_MS, false],
  ['a seat that is not there yet', 29_000, undefined, ELECTION_MS, false],
  ['and does not come', 30_000, undefined, ELECTION_MS, true],
])('%s', (_, ledMs, silentMs, electionMs, expected) => {
  expect(isDeaf({ ledMs, silentMs }, electionMs)).toBe(expected);
});
