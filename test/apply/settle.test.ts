import { describe, expect, test } from 'vitest';
import { MemoryState } from '../../src/apply/memory-state.ts';
import { agreesBefore, keysToAsk, readingOf } from '../../src/apply/settle.ts';
import type { Applied, Change, KeyRecord } from '../../src/apply/types.ts';
import { type ByteString, utf8ToByteString } from '../../src/wire/bytes.ts';

const [K, L] = ['k', 'l'].map(utf8ToByteString) as [ByteString, ByteString];

const record = (modRevision: number, value: string, version = 1): KeyRecord => ({
  createRevision: 3,
  modRevision,
  version,
  lease: 0n,
  value: Buffer.from(value),
});
const put = (key: ByteString, made: KeyRecord): Change => ({
  kind: 'put',
  key,
  record: made,
  previousLease: 0n,
});

/** At revision 5, with l there. */
function stateBefore(): MemoryState {
  const state = new MemoryState();
  state.advance([put(L, record(5, 'old'))]);
  state.revision = 5;
  return state;
}

/** A follower puts k and deletes l; the proposer does nothing. */
function ambiguous(proposer: readonly Change[] = []): Applied {
  const changes: Change[] = [
    put(K, record(6, 'new')),
    { kind: 'delete', key: L, previousLease: 0n },
  ];
  const outcome = { kind: 'ambiguous', readings: ['proposer'], taken: 'follower' } as const;
  return {
    outcome,
    changes,
    alternatives: [
      { reading: 'follower', applied: { outcome: { kind: 'applied' }, changes } },
      { reading: 'proposer', applied: { outcome: { kind: 'none' }, changes: proposer } },
    ],
  };
}

describe('the reading of a reference member', () => {
  test('asks for what any reading writes', () => {
    expect(keysToAsk(ambiguous())).toEqual([K, L]);
    expect(keysToAsk({ outcome: { kind: 'none' }, changes: [] })).toEqual([]);
  });

  test('is the one that wrote when its records are there, exactly', () => {
    const seen = new Map([
      [K, record(6, 'new')],
      [L, undefined],
    ]);
    expect(readingOf(ambiguous(), seen, stateBefore())?.reading).toBe('follower');
  });

  test('is the one that wrote nothing when the revision was never made, or is of a later entry', () => {
    expect(readingOf(ambiguous(), 'future', stateBefore())?.reading).toBe('proposer');
    const later = new Map([
      [K, record(6, 'of a later entry')],
      [L, record(5, 'old')],
    ]);
    expect(readingOf(ambiguous(), later, stateBefore())?.reading).toBe('proposer');
    // The same put by a later entry, which deleted nothing.
    const same = new Map([
      [K, record(6, 'new')],
      [L, record(5, 'old')],
    ]);
    expect(readingOf(ambiguous(), same, stateBefore())?.reading).toBe('proposer');
  });

  test('stays open when two readings fit', () => {
    const lease: Change = { kind: 'lease-revoke', id: 7n };
    const both = ambiguous([...ambiguous().changes, lease]);
    const seen = new Map([
      [K, record(6, 'new')],
      [L, undefined],
    ]);
    expect(readingOf(both, seen, stateBefore())).toBeUndefined();
  });

  test('tells nothing of a member whose keys were others before', () => {
    expect(agreesBefore(new Map([[L, record(5, 'old')]]), stateBefore())).toBe(true);
    expect(agreesBefore(new Map([[L, record(4, 'old')]]), stateBefore())).toBe(false);
    expect(agreesBefore(new Map([[K, record(4, 'x')]]), stateBefore())).toBe(false);
    expect(agreesBefore('future', stateBefore())).toBe(false);
  });
});
