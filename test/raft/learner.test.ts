import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Learner } from '../../src/raft/learner.ts';
import { LogTerms } from '../../src/raft/log-terms.ts';
import type { Ready } from '../../src/raft/types.ts';
import { message } from '../../src/wire/raft-message.ts';
import { type Entry, type Message, MessageType } from '../../src/wire/types.ts';

const SELF = 9n;
const LEADER = 1n;
const NO_DATA = new Uint8Array(0);

function entries(first: number, ...terms: number[]): Entry[] {
  return terms.map((term, i) => ({ type: 0, term, index: first + i, data: NO_DATA }));
}

function append(
  prev: number,
  prevTerm: number,
  list: Entry[],
  commit: number,
  term = list.at(-1)?.term ?? prevTerm,
): Message {
  return message({
    type: MessageType.App,
    to: SELF,
    from: LEADER,
    term,
    index: prev,
    logTerm: prevTerm,
    entries: list,
    commit,
  });
}

/** The shell's part: writes at once and syncs when told. */
class Shell {
  readonly terms: LogTerms;
  learner: Learner;
  sent: Message[] = [];
  events: string[] = [];
  now = 0;
  last: Ready | undefined;

  constructor(base = { index: 0, term: 0 }) {
    this.terms = new LogTerms(base);
    this.learner = this.#make();
  }

  #make(): Learner {
    return new Learner({
      id: SELF,
      terms: this.terms,
      hardState: { term: 0, vote: 0n, commit: 0 },
      electionTimeoutMs: 1_000,
    });
  }

  step(received: Message): Ready {
    return this.take(this.learner.step(received, this.now));
  }

  take(ready: Ready): Ready {
    const first = ready.entries[0];
    if (first !== undefined && first.index <= this.terms.lastIndex)
      this.terms.truncate(first.index - 1);
    for (const entry of ready.entries) this.terms.push(entry.term);
    this.sent.push(...ready.immediate);
    this.events.push(...ready.events.map(event => event.kind));
    this.last = ready;
    return ready;
  }

  sync(): Message[] {
    const messages = this.learner.synced(this.learner.syncToken(), this.terms.lastIndex);
    this.sent.push(...messages);
    return messages;
  }
}

describe('append', () => {
  test('is acknowledged only after the sync, with the highest index', () => {
    const shell = new Shell();
    shell.step(append(0, 0, entries(1, 1, 1), 0));
    shell.step(append(2, 1, entries(3, 1), 0));
    expect(shell.sent).toEqual([]);
    expect(shell.sync()).toMatchObject([
      { type: MessageType.AppResp, to: LEADER, from: SELF, term: 1, index: 3, reject: false },
    ]);
  });

  test('what is appended while a sync runs waits for the next one', () => {
    const shell = new Shell();
    shell.step(append(0, 0, entries(1, 1), 0));
    const token = shell.learner.syncToken();
    shell.step(append(1, 1, entries(2, 1), 0));
    expect(shell.learner.synced(token, 2)).toMatchObject([{ index: 1 }]);
    expect(shell.sync()).toMatchObject([{ index: 2 }]);
  });

  test('commit is capped by what the message vouches for', () => {
    const shell = new Shell();
    shell.step(append(0, 0, entries(1, 1, 1, 1), 0));
    expect(shell.step(append(0, 0, entries(1, 1), 3)).commit).toBe(1);
  });

  test('a conflicting tail is replaced, never what is committed', () => {
    const shell = new Shell();
    shell.step(append(0, 0, entries(1, 1, 1, 1), 1));
    expect(shell.step(append(1, 1, entries(2, 2), 1)).entries.map(e => [e.index, e.term])).toEqual([
      [2, 2],
    ]);
    expect(shell.terms.lastIndex).toBe(2);
    shell.step(append(0, 0, entries(1, 3), 1));
    expect(shell.events).toContain('diverged');
  });

  test('entries out of order are held back and acknowledged once', () => {
    const shell = new Shell();
    shell.step(append(2, 1, entries(3, 1), 0));
    shell.step(append(1, 1, entries(2, 1), 0));
    expect(shell.sent).toEqual([]);
    shell.step(append(0, 0, entries(1, 1), 0));
    expect(shell.sync()).toMatchObject([{ index: 3, reject: false }]);
  });

  test('a gap that stays open is rejected with a hint, and seldom', () => {
    const shell = new Shell({ index: 5, term: 2 });
    shell.step(append(9, 3, entries(10, 3), 0));
    shell.sync();
    for (let tick = 0; tick < 100; tick += 1) {
      shell.now += 150;
      shell.take(shell.learner.tick(shell.now));
    }
    const rejections = shell.sent.filter(sent => sent.reject);
    expect(rejections[0]).toMatchObject({ index: 9, rejectHint: 5, logTerm: 2 });
    expect(rejections.length).toBeLessThanOrEqual(20);
    expect(shell.events).toContain('lost-log');
  });

  test('malformed lists change nothing', () => {
    const shell = new Shell();
    for (const list of [
      entries(2, 1),
      [...entries(1, 2), ...entries(2, 1)],
      [...entries(1, 1), ...entries(3, 1)],
    ]) {
      shell.step(append(0, 0, list, 9, 2));
    }
    expect(shell.terms.lastIndex).toBe(0);
    expect(shell.events.filter(kind => kind === 'malformed')).toHaveLength(3);
  });

  test('a message for somebody else or of an older term changes nothing', () => {
    const shell = new Shell();
    shell.step(append(0, 0, entries(1, 3), 0));
    shell.step({ ...append(1, 3, entries(2, 3), 0), to: 8n });
    shell.step(append(0, 0, entries(1, 1, 1, 1), 3));
    expect(shell.terms.lastIndex).toBe(1);
  });
});

describe('heartbeat', () => {
  test('echoes the context and clamps the commit to what is held', () => {
    const shell = new Shell();
    shell.step(append(0, 0, entries(1, 1), 0));
    shell.sync();
    const beat = message({
      type: MessageType.Heartbeat,
      to: SELF,
      from: LEADER,
      term: 1,
      commit: 7,
      context: Uint8Array.of(5),
    });
    expect(shell.step(beat).commit).toBe(1);
    expect(shell.sent.at(-1)).toMatchObject({
      type: MessageType.HeartbeatResp,
      context: Uint8Array.of(5),
      term: 1,
    });
    expect(shell.events).toContain('lost-log');
  });

  test('in a new term it is answered only when the term is durable', () => {
    const shell = new Shell();
    shell.step(message({ type: MessageType.Heartbeat, to: SELF, from: LEADER, term: 4 }));
    expect(shell.sent).toEqual([]);
    expect(shell.sync()).toMatchObject([{ type: MessageType.HeartbeatResp, term: 4 }]);
  });
});

describe('votes', () => {
  const vote = (from: bigint, term: number, index: number, logTerm: number): Message =>
    message({ type: MessageType.Vote, to: SELF, from, term, index, logTerm });

  test('one per term, to a log that is at least ours, durable first', () => {
    const shell = new Shell({ index: 5, term: 2 });
    shell.step(vote(2n, 3, 5, 2));
    expect(shell.last?.hardState).toEqual({ term: 3, vote: 2n, commit: 5 });
    expect(shell.sync()).toMatchObject([
      { type: MessageType.VoteResp, to: 2n, term: 3, reject: false },
    ]);
    shell.step(vote(3n, 3, 9, 2));
    expect(shell.sync().concat(shell.sent).at(-1)).toMatchObject({ to: 3n, reject: true });
    shell.step(vote(3n, 4, 4, 2));
    expect(shell.sync()).toMatchObject([{ term: 4, reject: true }]);
  });

  test('nobody is answered while the leader is heard, but for a transfer', () => {
    const shell = new Shell();
    shell.step(append(0, 0, entries(1, 1), 0));
    shell.step(vote(2n, 2, 5, 1));
    expect(shell.learner.term).toBe(1);
    shell.step({ ...vote(2n, 2, 5, 1), context: new TextEncoder().encode('CampaignTransfer') });
    expect(shell.sync().at(-1)).toMatchObject({
      type: MessageType.VoteResp,
      term: 2,
      reject: false,
    });
  });

  test('a pre-vote changes nothing and carries the term that was asked for', () => {
    const shell = new Shell({ index: 1, term: 1 });
    shell.step(
      message({ type: MessageType.PreVote, to: SELF, from: 2n, term: 5, index: 1, logTerm: 1 }),
    );
    expect(shell.learner.term).toBe(0);
    expect(shell.sent).toMatchObject([{ type: MessageType.PreVoteResp, term: 5, reject: false }]);
  });

  test('told to campaign, it does not', () => {
    const shell = new Shell();
    shell.step(message({ type: MessageType.TimeoutNow, to: SELF, from: LEADER, term: 1 }));
    expect(shell.sync()).toEqual([]);
    expect(shell.sent).toEqual([]);
    expect(shell.events).toContain('timeout-now-ignored');
  });
});

test.each([
  [
    'an entry of an unknown type',
    append(0, 0, [{ type: 300, term: 1, index: 1, data: NO_DATA }], 0),
  ],
  ['a term that no record of ours holds', append(0, 0, [], 0, 2 ** 50)],
  ['a commit index beyond all logs', append(0, 0, entries(1, 1), 2 ** 50)],
])('%s is malformed and changes nothing', (_, received) => {
  const shell = new Shell();
  const ready = shell.step(received);
  expect(ready).toMatchObject({ hardState: undefined, entries: [], immediate: [], commit: 0 });
  expect(shell.events).toEqual(['malformed']);
  expect(shell.learner.term).toBe(0);
});

test('a base whose term is not known takes what the leader says of it, and grants no vote before', () => {
  const shell = new Shell({ index: 7, term: 0 });
  const vote = { type: MessageType.Vote, to: SELF, from: 2n, term: 4, index: 6, logTerm: 3 };
  shell.step(message(vote));
  expect(shell.sync()).toMatchObject([{ type: MessageType.VoteResp, reject: true }]);
  shell.step(append(7, 3, entries(8, 4), 8, 4));
  expect(shell.sync()).toMatchObject([{ type: MessageType.AppResp, index: 8, reject: false }]);
  expect(shell.learner.commit).toBe(8);
});

test('any schedule: never acknowledges more than is durable, never sends a term it was not given', () => {
  const arbitraryAppend = fc.record({
    prev: fc.nat(6),
    count: fc.nat(3),
    term: fc.integer({ min: 1, max: 3 }),
    commit: fc.nat(8),
    sync: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(arbitraryAppend, { maxLength: 40 }), steps => {
      const shell = new Shell();
      let highestTerm = 0;
      for (const { prev, count, term, commit, sync } of steps) {
        highestTerm = Math.max(highestTerm, term);
        shell.now += 60;
        shell.step(
          append(
            prev,
            shell.terms.termAt(prev) ?? term,
            entries(prev + 1, ...Array<number>(count).fill(term)),
            commit,
            term,
          ),
        );
        shell.take(shell.learner.tick(shell.now));
        if (sync) shell.sync();
        expect(shell.learner.commit).toBeLessThanOrEqual(shell.terms.lastIndex);
        for (const sent of shell.sent) {
          expect(sent.term).toBeLessThanOrEqual(highestTerm);
          if (sent.type === MessageType.AppResp && !sent.reject)
            expect(sent.index).toBeLessThanOrEqual(shell.terms.lastIndex);
        }
        shell.sent = [];
      }
    }),
  );
});
