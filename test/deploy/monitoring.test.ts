import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../src/ops/error-codes.ts';
import { METRICS } from '../../src/ops/metric-names.ts';
import { PHASES } from '../../src/replicator/status.ts';
import { readText, readYaml } from './files.ts';
import { parsePromql, type Selector } from './promql.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Panel {
  readonly title: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const [file] = readYaml('deploy/prometheus/alerts.yaml') as [
  { readonly groups: readonly { readonly rules: readonly Rule[] }[] },
];
const rules = file.groups.flatMap(group => group.rules);
const dashboard = JSON.parse(readText('deploy/grafana/dashboard.json')) as {
  readonly panels: readonly Panel[];
};
const runbook = readText('docs/runbooks.md');

/** Metrics of others: Prometheus' own, and those of prom-client. */
const FOREIGN = new Set([
  ...['up', 'process_start_time_seconds', 'process_cpu_seconds_total'],
  ...['process_resident_memory_bytes', 'nodejs_heap_size_used_bytes'],
]);
/** Labels that the scrape adds, and those of a histogram. */
const SCRAPED = ['job', 'instance'];
/** What may stand in a label, where the code has a list of it. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  phase: PHASES,
  code: Object.keys(ERROR_CODES),
  outcome: ['applied', 'refused', 'none', 'ambiguous'],
  stream: ['msgapp', 'message'],
};

function describeMetric(name: string): { readonly labels: readonly string[] } | undefined {
  const own = METRICS[name as keyof typeof METRICS] ?? undefined;
  if (own !== undefined) return { labels: 'labels' in own ? own.labels : [] };
  const base = /^(.+)_(bucket|sum|count)$/.exec(name)?.[1] as keyof typeof METRICS | undefined;
  if (base === undefined || METRICS[base]?.kind !== 'histogram') return undefined;
  return { labels: ['le'] };
}

function expectKnown({ metric, matchers }: Selector): void {
  if (FOREIGN.has(metric)) return;
  const described = describeMetric(metric);
  expect(described, `${metric} is in src/ops/metric-names.ts`).toBeDefined();
  for (const { label, op, value } of matchers) {
    expect([...SCRAPED, ...(described?.labels ?? [])], metric).toContain(label);
    const allowed = VALUES[label];
    if (allowed === undefined) continue;
    for (const one of op === '=~' ? value.split('|') : [value]) {
      expect(allowed, `${metric}{${label}}`).toContain(one);
    }
  }
}

function expectSound(source: string): void {
  const { selectors, labels } = parsePromql(source);
  expect(selectors.length).toBeGreaterThan(0);
  for (const selector of selectors) expectKnown(selector);
  const known = selectors.flatMap(({ metric }) => describeMetric(metric)?.labels ?? []);
  for (const label of labels) expect([...SCRAPED, ...known], source).toContain(label);
}

describe('alert rules', () => {
  test.each(rules.map(rule => [rule.alert, rule] as const))(
    '%s is of metrics that are there',
    (_, rule) => {
      expectSound(rule.expr);
      expect(['critical', 'warning', 'info']).toContain(rule.labels.severity);
      // Instances of other programs must not raise it.
      for (const { metric, matchers } of parsePromql(rule.expr).selectors) {
        expect(matchers, metric).toContainEqual({ label: 'job', op: '=', value: 'etcd-syncer' });
      }
    },
  );

  test('no two have one name', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  test('each has its section in docs/runbooks.md, with what it means, what to look at, what to do', () => {
    const sections = new Map(
      runbook.split(/^## /m).map(section => [section.split('\n', 1)[0] ?? '', section] as const),
    );
    for (const { alert, annotations } of rules) {
      expect(annotations.runbook).toBe(`docs/runbooks.md#${alert.toLowerCase()}`);
      for (const part of ['- Means: ', '- Look at: ', '- Do: ']) {
        expect(sections.get(alert), alert).toContain(part);
      }
    }
    expect([...sections.keys()].filter(name => name.startsWith('EtcdSyncer'))).toHaveLength(
      rules.length,
    );
  });

  test('codes that the runbook names are in the catalogue', () => {
    const named = [...runbook.matchAll(/`(?:explain )?([A-Z]+_[A-Z_]+)`/g)].map(match => match[1]);
    expect(named.length).toBeGreaterThan(10);
    for (const code of named) expect(Object.keys(ERROR_CODES)).toContain(code);
  });
});

describe('dashboard', () => {
  // A variable of Grafana inside of a text.
  const targets = dashboard.panels.flatMap(({ title, targets }) =>
    targets.map(target => [`${title}: ${target.legendFormat}`, target.expr] as const),
  );

  test.each(targets)('%s', (_, expr) => expectSound(expr));

  test('no panel lies over another', () => {
    const taken = new Set<string>();
    for (const { title, gridPos } of dashboard.panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        expect(x, title).toBeLessThan(24);
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x},${y}`), title).toBe(false);
          taken.add(`${x},${y}`);
        }
      }
    }
  });
});

describe('the reader of expressions', () => {
  test.each([
    ['rate(etcd_syncer_x[5m]', 'wants'],
    ['etcd_syncer_x{code="A"', 'wants'],
    ['etcd_syncer_x > > 1', 'an operand'],
    ['etcd_syncer_x 5', 'an operator'],
    ['sum by code (etcd_syncer_x)', 'wants ('],
    ['etcd_syncer_x{code~"A"}', 'unknown'],
  ])('refuses %s', (source, reason) => {
    expect(() => parsePromql(source)).toThrow(reason);
  });

  test('finds metrics, matchers and groups', () => {
    expect(
      parsePromql('sum by (code) (rate(a{code=~"X|Y",job="j"}[5m])) / on (job) b offset 1h'),
    ).toEqual({
      selectors: [
        {
          metric: 'a',
          matchers: [
            { label: 'code', op: '=~', value: 'X|Y' },
            { label: 'job', op: '=', value: 'j' },
          ],
        },
        { metric: 'b', matchers: [] },
      ],
      labels: ['code', 'job'],
    });
  });
});
