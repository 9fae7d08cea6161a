import { parseArgs } from 'node:util';
import { availableReleases } from '../kit/binaries.ts';
import { printRecent, printResult } from './report.ts';
import { runOracle } from './run.ts';

/*
 * npm run test:oracle -- --ops 100000 --line 3.5 --seed 7 --members 1
 *
 * `--line` takes a line (3.5: all its releases) or a version, all there are when left out; `--every`: requests
 * between comparisons; `--disturbed`: restarts, and moves of the leader. Ends with 1 when there is a difference that nothing explains.
 */
const { values } = parseArgs({
  options: {
    ops: { type: 'string', default: '20000' },
    line: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    members: { type: 'string', default: '1' },
    every: { type: 'string', default: '2000' },
    disturbed: { type: 'boolean', default: false },
  },
});

const releases = (await availableReleases()).filter(
  ({ line, version }) =>
    values.line === undefined || values.line === line || values.line === version,
);
if (releases.length === 0) throw new Error(`no etcd ${values.line ?? ''} could be had`);
for (const programs of releases) {
  const options = {
    programs,
    operations: Number(values.ops),
    seed: Number(values.seed),
    members: Number(values.members),
    every: Number(values.every),
    disturbed: values.disturbed,
  };
  const started = performance.now();
  const result = await runOracle(options);
  printResult(options, result, (performance.now() - started) / 1_000);
  if (result.failures.length === 0) continue;
  process.exitCode = 1;
  printRecent(result);
}
