import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ALERT_CASES, HEALTHY, type Series } from './alert-cases.ts';
import { ROOT, readYaml } from './files.ts';

const RULES = join(ROOT, 'deploy/prometheus/alerts.yaml');
const PROMTOOL = 'promtool';
const AFTER = '2h';

const [file] = readYaml('deploy/prometheus/alerts.yaml') as [
  { readonly groups: readonly { readonly rules: readonly { readonly alert: string }[] }[] },
];
const alerts = file.groups.flatMap(group => group.rules.map(({ alert }) => alert));
const isThere = spawnSync(PROMTOOL, ['--version']).status === 0;

/** A test as promtool takes it: which alerts fire by then, and no others. */
function unitTest(name: string, change: Series, firing: readonly string[]): unknown {
  return {
    name,
    interval: '1m',
    input_series: Object.entries({ ...HEALTHY, ...change }).map(([series, values]) => ({
      series,
      values,
    })),
    promql_expr_test: [
      {
        expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
        eval_time: AFTER,
        exp_samples: firing.map(alert => ({ labels: `{alertname="${alert}"}`, value: 1 })),
      },
    ],
  };
}

/** The output of promtool; throws with it when a test fails. */
function runTests(tests: readonly unknown[]): string {
  const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-rules-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const path = join(dir, 'tests.yaml');
  const contents = { rule_files: [RULES], evaluation_interval: '1m', tests };
  // JSON is YAML.
  writeFileSync(path, JSON.stringify(contents));
  return execFileSync(PROMTOOL, ['test', 'rules', path], { encoding: 'utf8', stdio: 'pipe' });
}

test('every alert has a case', () => {
  expect(ALERT_CASES.map(({ alert }) => alert).toSorted()).toEqual(alerts.toSorted());
});

if (isThere) {
  test('promtool takes the rules', () => {
    execFileSync(PROMTOOL, ['check', 'rules', RULES], { stdio: 'pipe' });
  });

  test('each alert fires in its case and no other does; none fires while all is well', () => {
    const quiet = unitTest('all is well', {}, []);
    const cases = ALERT_CASES.map(({ alert, change }) => unitTest(alert, change, [alert]));
    expect(runTests([quiet, ...cases])).toContain('SUCCESS');
  });

  test('a case that is wrong would be noticed', () => {
    expect(() => runTests([unitTest('wrong', {}, ['EtcdSyncerDown'])])).toThrow('FAILED');
  });
} else {
  test('not run: alerts tested with promtool, which is not on the PATH (Debian: prometheus)', () => {
    expect(isThere).toBe(false);
  });
}
