import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StateCommits } from '../../src/replicator/state-commits.ts';

type Confirmed = readonly [index: number, checkpointIndex: number];

let commits: Confirmed[];
let failure: Error | undefined;
const state = {
  async confirm(index: number, checkpointIndex: number): Promise<void> {
    if (failure !== undefined) throw failure;
    commits.push([index, checkpointIndex]);
  },
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.advanceTimersByTime(1_000);
  commits = [];
  failure = undefined;
});

afterEach(() => {
  vi.useRealTimers();
});

it('the first confirmation goes on at once', async () => {
  await new StateCommits(state).confirm(7, 5);
  expect(commits).toEqual([[7, 5]]);
});

it('those that follow share a commit, 50 ms after the one before, with the furthest of each', async () => {
  const stateCommits = new StateCommits(state);
  await stateCommits.confirm(7, 5);
  const both = Promise.all([stateCommits.confirm(8, 9), stateCommits.confirm(12, 0)]);
  await vi.advanceTimersByTimeAsync(49);
  expect(commits).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  await both;
  expect(commits).toEqual([
    [7, 5],
    [12, 9],
  ]);
  await vi.advanceTimersByTimeAsync(50);
  await stateCommits.confirm(13, 9);
  expect(commits).toHaveLength(3);
});

it('idle waits for what is on its way', async () => {
  const stateCommits = new StateCommits(state);
  await stateCommits.idle();
  await stateCommits.confirm(1, 1);
  void stateCommits.confirm(2, 2);
  const idle = stateCommits.idle();
  await vi.advanceTimersByTimeAsync(50);
  await idle;
  expect(commits.at(-1)).toEqual([2, 2]);
});

it('a failure reaches everybody who waits for it, and ends idle', async () => {
  const stateCommits = new StateCommits(state);
  await stateCommits.confirm(1, 1);
  failure = new Error('the disk is full');
  const waiting = [stateCommits.confirm(2, 2), stateCommits.confirm(3, 3)];
  const told = Promise.allSettled(waiting);
  await vi.advanceTimersByTimeAsync(50);
  expect(await told).toMatchObject([{ reason: failure }, { reason: failure }]);
  await stateCommits.idle();
});
