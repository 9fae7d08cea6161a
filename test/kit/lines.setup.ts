import { ensureAllBinaries } from './binaries.ts';
import { RUNS_ALL_LINES, releasesForLongSuites } from './releases.ts';

/** Says which lines of etcd the tests run on, and which not, before the first test. */
export default async function sayLines(): Promise<void> {
  const results = await ensureAllBinaries();
  const had: string[] = [];
  for (const result of results) {
    if ('binaries' in result) had.push(result.binaries.version);
    else {
      const reason = result.reason.split('\n')[0] ?? '';
      console.log(`etcd ${result.wanted.version}: NOT RUN, could not be had: ${reason}`);
    }
  }
  console.log(`etcd ${had.join(', ')}: run`);
  if (RUNS_ALL_LINES) return;
  const few = (await releasesForLongSuites(3)).map(({ version }) => version);
  console.log(
    `long suites: ${few.join(' or ')} only, and what is skipped: npm run test:all runs all`,
  );
}
