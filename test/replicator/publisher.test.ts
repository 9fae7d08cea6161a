import { describe, expect, test } from 'vitest';
import { NEW_MEMBERSHIP } from '../../src/apply/membership.ts';
import type { Member, MembershipState } from '../../src/apply/types.ts';
import type { SyncerError } from '../../src/ops/errors.ts';
import { createLogger } from '../../src/ops/logger.ts';
import {
  type MemberAnswer,
  type NoAnswer,
  versionsOf,
} from '../../src/replicator/member-answers.ts';
import { judgePublish, type PublishSurvey } from '../../src/replicator/publish-verdict.ts';
import { Publisher, type PublisherOptions } from '../../src/replicator/publisher.ts';
import { decodePayload } from '../../src/wire/internal-raft-request.ts';
import { until } from '../transport/follower.ts';

const SEAT = 0xabcdn;
const NAME = 'mirror-1';

function member(id: bigint, isLearner = false, name = ''): Member {
  return { id, name, peerUrls: [`http://h${id}:2380`], clientUrls: [], isLearner };
}

function membershipOf(members: readonly Member[], clusterVersion = '3.5.0'): MembershipState {
  return {
    ...NEW_MEMBERSHIP,
    members: new Map(members.map(each => [each.id, each])),
    clusterVersion,
  };
}

const ALL = [member(1n), member(2n), member(3n), member(SEAT, true)];
const LISTED = new Map(ALL.map(({ id, isLearner }) => [id, isLearner]));
const FINE: MemberAnswer = {
  server: '3.5.30',
  cluster: '3.5.0',
  members: LISTED,
  downgrade: false,
};

function survey(changes: Partial<PublishSurvey> = {}): PublishSurvey {
  return {
    memberId: SEAT,
    name: NAME,
    membership: membershipOf(ALL),
    others: [1n, 2n, 3n],
    answers: new Map([1n, 2n, 3n].map(id => [id, FINE])),
    ...changes,
  };
}

function withAnswer(answer: MemberAnswer | NoAnswer | undefined): PublishSurvey {
  const answers = new Map(survey().answers);
  if (answer === undefined) answers.delete(2n);
  else answers.set(2n, answer);
  return survey({ answers });
}

describe('the verdict', () => {
  test('allows when everything fits', () => {
    expect(judgePublish(survey())).toEqual({
      kind: 'allowed',
      form: 'attributes',
      facts: 'attributes 3.5.0 1=3.5.30 2=3.5.30 3=3.5.30',
    });
  });

  test('knows a name that is there, and one with client URLs is not ours', () => {
    const named = (seat: Member) => membershipOf([...ALL.slice(0, 3), seat]);
    const own = member(SEAT, true, NAME);
    expect(judgePublish(survey({ membership: named(own) })).kind).toBe('published');
    const withUrls = { ...own, clientUrls: ['http://h:1'] };
    expect(judgePublish(survey({ membership: named(withUrls) })).kind).toBe('allowed');
    const other = member(SEAT, true, 'mirror-2');
    expect(judgePublish(survey({ membership: named(other) })).kind).toBe('allowed');
  });

  test.each<[string, PublishSurvey]>([
    [
      'seat was removed',
      survey({ membership: { ...membershipOf(ALL), removed: new Set([SEAT]) } }),
    ],
    ['not applied here', survey({ membership: membershipOf(ALL.slice(0, 3)) })],
    ['promoted', survey({ membership: membershipOf([...ALL.slice(0, 3), member(SEAT)]) })],
    ['membership is changing', survey({ others: [1n, 2n] })],
    ['membership is changing', survey({ others: [1n, 2n, 4n] })],
    ['member 2 was not asked', withAnswer(undefined)],
    ['member 2 does not answer: refused', withAnswer({ failure: 'refused' })],
    ['holds 3.6.0 for the cluster version', withAnswer({ ...FINE, cluster: '3.6.0' })],
    ['holds not_decided', withAnswer({ ...FINE, cluster: 'not_decided' })],
    ['downgrade is under way', withAnswer({ ...FINE, downgrade: true })],
    [
      'does not list our seat',
      withAnswer({ ...FINE, members: new Map([...LISTED].filter(([id]) => id !== SEAT)) }),
    ],
    [
      'does not list our seat as a learner',
      withAnswer({ ...FINE, members: new Map(LISTED).set(SEAT, false) }),
    ],
    ['lists other members', withAnswer({ ...FINE, members: new Map(LISTED).set(9n, false) })],
    ['oldest member runs 3.4', withAnswer({ ...FINE, server: '3.4.23' })],
    ['can not be in one cluster', withAnswer({ ...FINE, server: '3.7.1' })],
    ['not known here', withAnswer({ ...FINE, server: '3.8.0' })],
    ['the log says none', survey({ membership: membershipOf(ALL, '') })],
  ])('refuses: %s', (reason, given) => {
    const verdict = judgePublish(given);
    expect(verdict.kind === 'refused' ? verdict.reason : verdict.kind).toContain(reason);
  });
});

/** A publisher in surroundings that a test changes while it runs. */
class Stage {
  members = ALL;
  answer: MemberAnswer | NoAnswer = FINE;
  nowMs = 0;
  ready = true;
  hasLeader = true;
  commit = 10;
  resolved = 10;
  looks = 0;
  readonly proposals: Uint8Array[] = [];
  readonly errors: string[] = [];
  readonly #abort = new AbortController();
  readonly publisher: Publisher;
  #running: Promise<void> = Promise.resolve();

  constructor(options: Partial<PublisherOptions> = {}) {
    this.publisher = new Publisher({
      memberId: SEAT,
      name: NAME,
      logger: createLogger({ level: 'fatal', format: 'json' }),
      isReady: () => this.ready,
      commit: () => this.commit,
      resolved: () => this.resolved,
      membership: () => membershipOf(this.members),
      others: () => {
        this.looks += 1;
        return this.members.filter(({ id }) => id !== SEAT);
      },
      ask: () => Promise.resolve(this.answer),
      propose: data => {
        if (this.hasLeader) this.proposals.push(data);
        return this.hasLeader;
      },
      report: (error: SyncerError) => this.errors.push(`${error.code} ${error.message}`),
      now: () => this.nowMs,
      lookMs: 1,
      ...options,
    });
  }

  start(): this {
    this.#running = this.publisher.run(this.#abort.signal);
    return this;
  }

  /** Waits until it has looked this many times more. */
  async looked(times: number): Promise<void> {
    const target = this.looks + times;
    await until(() => this.looks >= target, 'it looks');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }
}

describe('the publisher', () => {
  test('proposes once, waits for the entry to come back, and ends', async () => {
    await using stage = new Stage().start();
    await until(() => stage.proposals.length > 0, 'it proposes');
    expect(stage.publisher.status).toEqual({ state: 'proposed' });
    await stage.looked(20);
    expect(stage.proposals.length).toBe(1);
    const [data = new Uint8Array(0)] = stage.proposals;
    expect(decodePayload(data, { v2Requests: false })).toMatchObject({
      request: { kind: 'cluster-member-attr-set', memberId: SEAT, name: NAME, clientUrls: [] },
    });
    stage.members = [...ALL.slice(0, 3), member(SEAT, true, NAME)];
    await until(() => stage.publisher.status.state === 'published', 'it is published');
    const { looks } = stage;
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(stage.looks).toBe(looks);
    expect(stage.errors).toEqual([]);
  });

  test('repeats a proposal that was lost, much later', async () => {
    await using stage = new Stage().start();
    await until(() => stage.proposals.length === 1, 'it proposes');
    stage.nowMs = 29_999;
    await stage.looked(20);
    expect(stage.proposals.length).toBe(1);
    stage.nowMs = 30_000;
    await until(() => stage.proposals.length === 2, 'it proposes again');
    const ids = stage.proposals.map(data => {
      const payload = decodePayload(data, { v2Requests: false });
      return payload.kind === 'v3' ? payload.header.id : 0n;
    });
    expect(new Set([...ids, 0n]).size).toBe(3);
  });

  test('without a leader to send it to it is no sooner repeated', async () => {
    await using stage = new Stage();
    stage.hasLeader = false;
    stage.start();
    await stage.looked(10);
    stage.hasLeader = true;
    await stage.looked(10);
    expect(stage.proposals).toEqual([]);
    stage.nowMs = 30_000;
    await until(() => stage.proposals.length === 1, 'it proposes');
  });

  test('looks twice: versions that change in between start it anew', async () => {
    let asked = 0;
    await using stage = new Stage({
      ask: () => {
        asked += 1;
        return Promise.resolve({ ...FINE, server: `3.5.${Math.floor(asked / 3)}` });
      },
    }).start();
    await stage.looked(30);
    expect(stage.proposals).toEqual([]);
    expect(stage.publisher.status.state).toBe('waiting');
  });

  test('waits until what was committed at the first look is applied', async () => {
    await using stage = new Stage();
    stage.commit = 11;
    stage.start();
    await stage.looked(10);
    expect(stage.proposals).toEqual([]);
    // Load goes on: that more is committed since does not matter.
    stage.commit = 500;
    stage.resolved = 499;
    await until(() => stage.proposals.length === 1, 'it proposes');
  });

  test('asks nobody while it is not ready', async () => {
    let asked = 0;
    await using stage = new Stage({
      ask: () => {
        asked += 1;
        return Promise.resolve(FINE);
      },
    });
    stage.ready = false;
    stage.start();
    await stage.looked(10);
    expect(asked).toBe(0);
    expect(stage.publisher.status).toEqual({ state: 'waiting' });
  });

  test('what is promoted while the members are asked is not proposed', async () => {
    await using stage: Stage = new Stage({
      ask: () => {
        stage.ready = false;
        return Promise.resolve(FINE);
      },
    });
    for (let i = 0; i < 5; i += 1) {
      stage.ready = true;
      if (i === 0) stage.start();
      await stage.looked(3);
    }
    expect(stage.proposals).toEqual([]);
  });

  test('says a reason once, and goes on when it is gone', async () => {
    await using stage = new Stage();
    stage.answer = { failure: 'connection refused' };
    stage.start();
    await stage.looked(10);
    expect(stage.errors).toEqual([
      'PUBLISH_REFUSED not published: member 1 does not answer: connection refused',
    ]);
    expect(stage.publisher.status).toEqual({
      state: 'refused',
      reason: 'member 1 does not answer: connection refused',
    });
    stage.answer = FINE;
    await until(() => stage.proposals.length === 1, 'it proposes');
  });
});

test.each(['', '{}', 'null', '[]', '{"etcdserver":"3.5.30"}', '{"etcdserver":1,"etcdcluster":2}'])(
  '%j is no answer to /version',
  body => {
    expect(() => versionsOf(body)).toThrow();
  },
);
