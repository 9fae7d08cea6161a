import { availableReleases } from './binaries.ts';
import type { EtcdBinaries } from './binaries-types.ts';

/** The newest, whose leaders forgive least, the line that most clusters run, and the oldest. */
const FEW = ['3.7.1', '3.5.30', '3.4.23'];

/** `ETCD_SYNCER_TEST_LINES=all`, as `npm run test:all` has it. */
export const RUNS_ALL_LINES = process.env.ETCD_SYNCER_TEST_LINES === 'all';

/**
 * The releases for suites that take minutes: some of them in `npm test`, all in `npm run test:all`. What
 * is left out is named when the tests begin (lines.setup.ts).
 */
export async function releasesForLongSuites(count = 2): Promise<readonly EtcdBinaries[]> {
  const all = await availableReleases();
  if (all.length === 0) throw new Error('no etcd could be had: see `npm run etcd`');
  const few = all.filter(({ version }) => FEW.slice(0, count).includes(version));
  return RUNS_ALL_LINES || few.length === 0 ? all : few;
}
