import { test } from 'vitest';
import { RUNS_ALL_LINES } from './releases.ts';

/** A test that repeats a claim of another one, or takes long: run by `npm run test:all`, skipped by `npm test`. */
export const longTest = test.runIf(RUNS_ALL_LINES);
