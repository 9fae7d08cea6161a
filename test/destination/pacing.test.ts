import { expect, test } from 'vitest';
import { Pacing } from '../../src/destination/planner/pacing.ts';

/** Lets one batch travel alone, whose answer takes so long. */
function measured(answerMs: number, nowMs: number): Pacing {
  const pacing = new Pacing();
  pacing.sent(nowMs - answerMs);
  pacing.answered(answerMs, true, nowMs);
  return pacing;
}

test('with nothing under way a batch is sent at once', () => {
  const pacing = measured(30, 1_000);
  pacing.sent(1_000);
  expect(pacing.waitMs(0, 1_000)).toBe(0);
});

test('before an answer was measured one travels alone', () => {
  const pacing = new Pacing();
  pacing.sent(0);
  expect(pacing.waitMs(1, 500)).toBe(Number.POSITIVE_INFINITY);
});

test('where answers come at once two are under way, over a long way as many as fit into it, some milliseconds apart', () => {
  const near = measured(5, 1_000);
  near.sent(1_000);
  expect([near.waitMs(1, 1_001), near.waitMs(1, 1_004)]).toEqual([3, 0]);
  expect(near.waitMs(2, 1_010)).toBe(Number.POSITIVE_INFINITY);
  const far = measured(32, 1_000);
  far.sent(1_000);
  expect([far.waitMs(7, 1_001), far.waitMs(7, 1_004)]).toEqual([3, 0]);
  expect(far.waitMs(8, 1_010)).toBe(Number.POSITIVE_INFINITY);
  const further = measured(1_000, 1_000);
  expect(further.waitMs(16, 1_010)).toBe(Number.POSITIVE_INFINITY);
});

test('those that overtake each other are sent further apart, until many have kept their order', () => {
  const pacing = measured(100, 0);
  pacing.overtaken();
  pacing.sent(0);
  expect(pacing.waitMs(1, 0)).toBe(8);
  for (let i = 0; i < 10; i += 1) pacing.overtaken();
  expect(pacing.waitMs(1, 0)).toBe(32);
  for (let i = 0; i < 32; i += 1) pacing.answered(100, false, 10);
  expect(pacing.waitMs(1, 0)).toBe(16);
});

test('what was measured a second ago is measured again: one travels alone', () => {
  const pacing = measured(32, 0);
  expect(pacing.waitMs(1, 900)).toBe(0);
  expect(pacing.waitMs(1, 1_100)).toBe(Number.POSITIVE_INFINITY);
});

test('where answers come soon, two stay under way however often they overtake each other', () => {
  const pacing = measured(20, 0);
  for (let i = 0; i < 10; i += 1) pacing.overtaken();
  pacing.sent(0);
  expect(pacing.waitMs(1, 0)).toBe(12);
});
