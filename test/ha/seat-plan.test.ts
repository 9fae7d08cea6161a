import { describe, expect, test } from 'vitest';
import type { Member } from '../../src/apply/types.ts';
import { planSeat, type SeatFacts } from '../../src/ha/seat-plan.ts';
import {
  decodeSeatRecord,
  encodeSeatRecord,
  type SeatRecord,
  withUrls,
} from '../../src/ha/seat-record.ts';

const MINE = 'http://10.0.0.1:2390';
const OTHER = 'http://10.0.0.2:2390';
const FOREIGN = 'http://10.0.0.9:2380';

function member(id: bigint, url: string, isLearner = true): Member {
  return { id, name: '', clientUrls: [], peerUrls: [url], isLearner };
}

const VOTER = member(1n, 'http://10.1.0.1:2380', false);

function record(fields: Partial<SeatRecord>): SeatRecord {
  return {
    replicaId: 'other',
    memberId: 7n,
    peerUrls: [OTHER],
    handOver: undefined,
    fruitless: 0,
    ...fields,
  };
}

function plan(fields: Partial<SeatFacts>) {
  return planSeat({
    record: undefined,
    members: [VOTER],
    replicaId: 'me',
    peerUrls: [MINE],
    holds: () => false,
    isLogLost: false,
    ...fields,
  });
}

describe('which seat a new leader takes', () => {
  test('a new one where there is none', () => {
    expect(plan({})).toEqual({ keep: undefined, remove: [], delayMs: 0 });
  });

  test('the one that was added by hand, or had before there were replicas', () => {
    expect(plan({ members: [VOTER, member(7n, MINE)] })).toMatchObject({ keep: 7n, remove: [] });
  });

  test('its own again after a restart', () => {
    const members = [VOTER, member(7n, MINE)];
    const own = record({ replicaId: 'me', peerUrls: [MINE] });
    expect(plan({ members, record: own })).toMatchObject({ keep: 7n, remove: [] });
  });

  test("a new one after another replica's crash, whose seat is removed", () => {
    const members = [VOTER, member(7n, OTHER)];
    expect(plan({ members, record: record({}) })).toMatchObject({ keep: undefined, remove: [7n] });
  });

  test('a new one when the replicas share a URL and we may lack what was acknowledged', () => {
    const members = [VOTER, member(7n, MINE)];
    const shared = record({ peerUrls: [MINE] });
    expect(plan({ members, record: shared })).toMatchObject({ keep: undefined, remove: [7n] });
  });

  test('the one that was handed over, when we hold the last entry that was acknowledged', () => {
    const members = [VOTER, member(7n, MINE)];
    const handOver = { index: 90, term: 3, hardTerm: 3, vote: 0n };
    const facts = { members, record: record({ peerUrls: [MINE], handOver }) };
    const holds = (index: number, term: number) => index === 90 && term === 3;
    expect(plan({ ...facts, holds })).toMatchObject({ keep: 7n, remove: [] });
    expect(plan(facts)).toMatchObject({ keep: undefined, remove: [7n] });
  });

  test('a new one when the leader counts on what we lost', () => {
    const members = [VOTER, member(7n, MINE)];
    expect(plan({ members, isLogLost: true })).toMatchObject({ keep: undefined, remove: [7n] });
  });

  test('what a replica left over that got no further than adding it is removed', () => {
    const members = [VOTER, member(8n, OTHER)];
    const begun = record({ memberId: 0n, peerUrls: [MINE, OTHER] });
    expect(plan({ members, record: begun })).toMatchObject({ keep: undefined, remove: [8n] });
  });

  test('members of others stay, learners too, also one that has a URL of ours beside its own', () => {
    const mixed = { ...member(9n, MINE), peerUrls: [MINE, FOREIGN] };
    const members = [VOTER, member(8n, FOREIGN), mixed];
    expect(plan({ members, record: record({}) }).remove).toEqual([]);
  });

  test("a voter is never removed, also when it was another replica's seat", () => {
    const members = [VOTER, member(7n, OTHER, false)];
    expect(() => plan({ members, record: record({}) })).toThrow(/etcdctl member remove 7/);
  });

  test('our own seat is gone on with when it is a voter: it removes itself', () => {
    const members = [VOTER, member(7n, MINE, false)];
    const own = record({ replicaId: 'me', peerUrls: [MINE] });
    expect(plan({ members, record: own })).toMatchObject({ keep: 7n, remove: [] });
  });

  test('after seats that brought nothing the next one waits longer and longer', () => {
    const delays = [0, 1, 2, 3, 30].map(
      fruitless => plan({ record: record({ fruitless }) }).delayMs,
    );
    expect(delays).toEqual([0, 1_000, 2_000, 4_000, 60_000]);
  });
});

describe('the record of the seat', () => {
  test('comes back as it was', () => {
    const handOver = { index: 90, term: 3, hardTerm: 4, vote: 0xffff_ffff_ffff_fff0n };
    for (const kept of [record({}), record({ memberId: 2n ** 64n - 1n, fruitless: 3, handOver })]) {
      expect(decodeSeatRecord(encodeSeatRecord(kept))).toEqual(kept);
    }
  });

  test.each(['', 'null', '{}', '{"format":2}', '{"format":1,"replica_id":"a","peer_urls":[]}'])(
    'is refused when it is none: %s',
    text => {
      expect(() => decodeSeatRecord(Buffer.from(text))).toThrow(/can not be read/);
    },
  );

  test('remembers the URLs used last, each once', () => {
    expect(withUrls([OTHER, MINE], [OTHER])).toEqual([MINE, OTHER]);
    const many = Array.from({ length: 40 }, (_, i) => `http://h${i}:1`);
    expect(withUrls(many, [MINE])).toHaveLength(32);
    expect(withUrls(many, [MINE]).at(-1)).toBe(MINE);
  });
});
