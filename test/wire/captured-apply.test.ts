import { describe, expect, test } from 'vitest';
import { applyEntry } from '../../src/apply/apply-entry.ts';
import { MemoryState } from '../../src/apply/memory-state.ts';
import { sourceProfile } from '../../src/apply/semantics.ts';
import type { ByteString } from '../../src/wire/bytes.ts';
import { describeEntry } from '../../src/wire/describe.ts';
import { type Entry, MessageType } from '../../src/wire/types.ts';
import { type Capture, isStream, loadCaptures, parseStream } from './captures.ts';

/** The log that a line's members sent: of each index the entry of the highest term, from 1 on without a gap. */
function logOf({ files, seat }: Capture): Entry[] {
  const byIndex = new Map<number, Entry>();
  for (const item of files
    .filter(isStream)
    .flatMap(file => parseStream(file, seat, [file.bytes]))) {
    if (item === 'link-heartbeat' || item.type !== MessageType.App) continue;
    for (const entry of item.entries) {
      if (entry.term >= (byIndex.get(entry.index)?.term ?? 0)) byIndex.set(entry.index, entry);
    }
  }
  const log = [...byIndex.values()].sort((a, b) => a.index - b.index);
  expect(log.map(({ index }) => index)).toEqual(log.map((_, i) => i + 1));
  return log;
}

/** What test/wire/capture-load.ts leaves behind, by hand: see its puts and what deletes them. */
const KEYS = [
  '\x00\xff\x80\x0a version=1 4 bytes',
  'a version=3 0 bytes',
  'b/alice version=1 4 bytes',
  'leased version=2 1 bytes leased',
  'm version=1 5 bytes',
  'n version=1 5 bytes',
  'nn version=1 9 bytes',
  'root/key version=1 3 bytes',
  't version=2 1 bytes',
];

/** The state that the log leads to, and the entries that were refused. */
function applied(capture: Capture): { state: MemoryState; refused: string[] } {
  const state = new MemoryState();
  // Eight seconds: three halves of the election timeout that the members were given (lease.MinLeaseTTL).
  const profile = sourceProfile([capture.version], 3, 8);
  const refused: string[] = [];
  for (const entry of logOf(capture)) {
    const { outcome, changes } = applyEntry(entry, state, profile);
    state.advance(changes);
    if (outcome.kind === 'refused' || outcome.kind === 'ambiguous')
      refused.push(`${describeEntry(entry)}: ${JSON.stringify(outcome)}`);
  }
  return { state, refused };
}

const runs = loadCaptures().map(capture => ({
  line: capture.line,
  capture,
  ...applied(capture),
}));

describe.each(runs)('the log of $line, applied', ({ capture, state, refused }) => {
  test('leaves the keys of the load, as the members had them', () => {
    const keys = [...state.scanKeys('' as ByteString, undefined)].map(
      ([key, { version, lease, value }]) =>
        `${key} version=${version} ${value.length} bytes${lease === 0n ? '' : ' leased'}`,
    );
    expect(keys.filter(key => !key.startsWith('burst/'))).toEqual(KEYS);
    expect(keys.filter(key => key.startsWith('burst/'))).toHaveLength(60);
    expect(refused).toEqual([]);
  });

  test('leaves the lease with what its checkpoint says', () => {
    expect(state.leases().map(([, { ttl, remainingTtl }]) => [ttl, remainingTtl])).toEqual([
      [7_200, 6_900],
    ]);
  });

  test('leaves auth off, with the administrator alone', () => {
    const { enabled, users, roles } = state.auth;
    expect(enabled).toBe(false);
    expect([...users.keys()]).toEqual(['root']);
    expect([...roles.keys()]).toEqual(['root']);
  });

  test('leaves the members, the seat promoted', () => {
    const members = [...state.membership.members.values()];
    expect(new Set(members.map(({ id }) => capture.names.get(id)))).toEqual(
      new Set(capture.names.values()),
    );
    expect(members.filter(({ isLearner }) => isLearner)).toEqual([]);
    expect(state.membership.removed.size).toBe(1);
    expect(state.membership.clusterVersion.startsWith(capture.line)).toBe(true);
  });
});
