import { describe, expect, test } from 'vitest';
import type { PromotionRequest, Standing } from '../../src/promote/types.ts';
import { highestRevision, judge, unapplied } from '../../src/promote/verdict.ts';

const request: PromotionRequest = {
  dryRun: false,
  acceptLoss: false,
  check: false,
  bumpMargin: undefined,
  bumpLimit: 60,
  leaseGrace: 0,
};
const fine: Standing = {
  isSourceAnswering: true,
  isWriting: true,
  lateWrites: 0,
  silentMs: 10,
  received: 100,
  committed: 100,
  endedAt: undefined,
  confirmed: 100,
  revision: 50,
  destinationRevision: 51,
  isWhole: true,
  bumpSeconds: undefined,
  differences: undefined,
  held: [],
};

function codes(standing: Partial<Standing>, asked: Partial<PromotionRequest> = {}) {
  const { ready, hindrances } = judge({ ...fine, ...standing }, { ...request, ...asked });
  expect(ready).toBe(hindrances.length === 0);
  return hindrances.map(({ code }) => code);
}

function notes(standing: Partial<Standing>, asked: Partial<PromotionRequest> = {}): string {
  const { warnings } = judge({ ...fine, ...standing }, { ...request, ...asked });
  return warnings.map(({ code = '', text }) => `${code} ${text}`).join('\n');
}

describe('the verdict', () => {
  test.each<[string, Partial<Standing>, Partial<PromotionRequest>, string[]]>([
    ['all is well', {}, {}, []],
    ['a dead source', { isSourceAnswering: false }, {}, ['PROMOTE_SOURCE_SILENT']],
    ['a dead source, loss accepted', { isSourceAnswering: false }, { acceptLoss: true }, []],
    ['a written source', { lateWrites: 1 }, {}, ['PROMOTE_SOURCE_WRITTEN']],
    ['a written source, loss accepted', { lateWrites: 1 }, { acceptLoss: true }, []],
    [
      'half a snapshot, loss accepted',
      { isWhole: false },
      { acceptLoss: true },
      ['PROMOTE_INCONSISTENT'],
    ],
    ['differences', { differences: 2 }, { acceptLoss: true }, ['PROMOTE_DIFFERENT']],
    ['none', { differences: 0 }, {}, []],
    ['a bump within the limit', { bumpSeconds: 60 }, { bumpMargin: 0 }, []],
    ['a bump beyond it', { bumpSeconds: 60.1 }, { bumpMargin: 0 }, ['PROMOTE_BUMP_TOO_FAR']],
    [
      'everything at once',
      { isSourceAnswering: false, lateWrites: 1, isWhole: false },
      {},
      ['PROMOTE_INCONSISTENT', 'PROMOTE_SOURCE_SILENT', 'PROMOTE_SOURCE_WRITTEN'],
    ],
  ])('%s', (_, standing, asked, expected) => {
    expect(codes(standing, asked)).toEqual(expected);
  });

  test('entries that are not known committed may have made a revision each, and are named', () => {
    const dead = { ...fine, isSourceAnswering: false, silentMs: 4_000, received: 107 };
    expect([unapplied(dead), highestRevision(dead)]).toEqual([7, 57]);
    const text = notes(dead, { acceptLoss: true });
    expect(text).toContain('entries 101 to 107');
    expect(text).toContain('for 4 s');
  });

  test('what came after the end is not applied either', () => {
    const live = { ...fine, received: 110, committed: 110, endedAt: 104 };
    expect([unapplied(live), highestRevision(live)]).toEqual([6, 56]);
    expect(notes(live, { acceptLoss: true })).toContain('entries 105 to 110');
  });

  test('a revision that is not above the source is told, unless it is raised', () => {
    expect(notes({ destinationRevision: 51 })).toBe('');
    expect(notes({ destinationRevision: 50 })).toContain('--bump-revision');
    expect(notes({ destinationRevision: 50 }, { bumpMargin: 0 })).toBe('');
    // The tail counts.
    expect(notes({ destinationRevision: 51, received: 101 })).toContain('--bump-revision');
  });

  test('what is held of users and roles is listed with its code', () => {
    const held = [{ code: 'AUTH_HELD' as const, what: 'auth enable: no user' }];
    expect(notes({ held })).toBe('AUTH_HELD auth enable: no user');
  });
});
