import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../drills/until.ts';
import { availableReleases } from '../kit/binaries.ts';
import { Load, PAUSE_MS } from '../kit/load.ts';
import { longTest } from '../kit/long.ts';
import { Pair } from '../kit/pair.ts';
import { freePort } from '../kit/ports.ts';
import { ROOT, readText } from './files.ts';

const PROMETHEUS = 'prometheus';
const isThere = spawnSync(PROMETHEUS, ['--version']).status === 0;
const release = (await availableReleases()).at(-1);
if (release === undefined) throw new Error('no etcd could be had: see `npm run etcd`');
const programs = release;

const { panels } = JSON.parse(readText('deploy/grafana/dashboard.json')) as {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
};
/** Grafana's variables as it would fill them in. */
const expressions = panels.flatMap(({ title, targets }) =>
  targets.map(({ expr }) => ({
    title,
    expr: expr.replaceAll('$__rate_interval', '30s').replaceAll('$instance', '.*'),
  })),
);
/** Of what is not there: a snapshot under way, an error, other replicas. */
const QUIET = ['Bootstrap', 'Errors by code', 'Replicas'];

/** A Prometheus that scrapes one address every second and judges the alerts. */
class Prometheus implements AsyncDisposable {
  readonly #dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-prometheus-'));
  readonly #child;
  readonly #url: string;

  constructor(target: string, port: number) {
    const config = {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [join(ROOT, 'deploy/prometheus/alerts.yaml')],
      scrape_configs: [{ job_name: 'etcd-syncer', static_configs: [{ targets: [target] }] }],
    };
    // JSON is YAML.
    writeFileSync(join(this.#dir, 'prometheus.yml'), JSON.stringify(config));
    this.#url = `http://127.0.0.1:${port}`;
    const args = [
      `--config.file=${join(this.#dir, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(this.#dir, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    this.#child = spawn(PROMETHEUS, args, { stdio: 'ignore' });
  }

  async #get(path: string): Promise<unknown> {
    const response = await fetch(`${this.#url}/api/v1/${path}`);
    const answer = (await response.json()) as { data: unknown; error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.data;
  }

  /** How many series it gives. */
  async query(expr: string): Promise<number> {
    const data = await this.#get(`query?query=${encodeURIComponent(expr)}`);
    return (data as { result: readonly unknown[] }).result.length;
  }

  async rules(): Promise<
    readonly { readonly name: string; readonly health: string; readonly state: string }[]
  > {
    const data = await this.#get('rules');
    const { groups } = data as { groups: readonly { rules: never[] }[] };
    return groups.flatMap(({ rules }) => rules);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

if (isThere) {
  longTest(
    'a real Prometheus finds something for every query of the dashboard, and nothing to raise',
    async () => {
      const syncerArgs = ['--check-interval=2s'];
      await using pair = await Pair.start({ source: programs, destination: programs, syncerArgs });
      const { source, syncer } = pair;
      syncer.start();
      await syncer.caughtUp();
      await using prometheus = new Prometheus(syncer.httpAddress, await freePort());
      const load = new Load({
        endpoints: source.endpoints,
        seed: 1,
        workers: 2,
        pauseMs: PAUSE_MS,
      });
      try {
        for (const { title, expr } of expressions) {
          if (QUIET.includes(title)) await prometheus.query(expr);
          else await until(async () => (await prometheus.query(expr)) > 0, `${title}: ${expr}`);
        }
        await until(
          async () => (await prometheus.rules()).every(({ health }) => health === 'ok'),
          'every alert was judged without an error',
        );
        const rules = await prometheus.rules();
        expect(rules.length).toBeGreaterThan(20);
        expect(rules.filter(({ state }) => state === 'firing')).toEqual([]);
      } finally {
        await load.stop();
      }
    },
    180_000,
  );
} else {
  test('not run: dashboard and alerts in a real Prometheus, which is not on the PATH', () => {
    expect(isThere).toBe(false);
  });
}
