import { describe, expect, test } from 'vitest';
import { contentsOfModel } from './judge.ts';
import { MemberModel } from './member-model.ts';
import { loadRegressions, plainJson } from './regression.ts';

describe('stored runs of real members', () => {
  const regressions = loadRegressions();

  test('there are some', () => {
    expect(regressions.length).toBeGreaterThan(0);
  });

  test.each(regressions)('$name: $expected.about', ({ entries, expected }) => {
    const { version, memberId, voters } = expected;
    const model = new MemberModel(BigInt(`0x${memberId}`), version, voters);
    for (const entry of entries) model.apply(entry);
    // Through JSON, as the stored contents came: fields that are undefined are none.
    const ours: unknown = JSON.parse(JSON.stringify(plainJson(contentsOfModel(model, version))));
    expect(ours).toEqual(expected.contents);
    expect(model.unannounced).toEqual([]);
  });
});
