import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { METRICS, type MetricName } from './metric-names.ts';

type NameOf<Kind> = {
  [Name in MetricName]: (typeof METRICS)[Name]['kind'] extends Kind ? Name : never;
}[MetricName];

type Labels = Readonly<Record<string, string>>;

/**
 * Metrics behind our own interface, so that the library below can change. Gauges and counters that
 * somebody else keeps are read when scraped: `collect` registers who fills them in.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #metrics = new Map<string, Counter | Gauge | Histogram>();
  readonly #collectors: (() => void)[] = [];
  readonly #loop = monitorEventLoopDelay({ resolution: 10 });

  constructor() {
    for (const [name, description] of Object.entries(METRICS)) {
      const { kind, help } = description;
      const labelNames = 'labels' in description ? [...description.labels] : [];
      const common = { name, help, labelNames, registers: [this.#registry] };
      if (kind === 'counter') this.#metrics.set(name, new Counter(common));
      else if (kind === 'gauge') this.#metrics.set(name, new Gauge(common));
      else {
        const buckets = 'buckets' in description ? [...description.buckets] : [];
        this.#metrics.set(name, new Histogram({ ...common, buckets }));
      }
    }
    collectDefaultMetrics({ register: this.#registry });
    this.#loop.enable();
  }

  add(name: NameOf<'counter'>, amount = 1, labels: Labels = {}): void {
    (this.#metrics.get(name) as Counter).inc(labels, amount);
  }

  set(name: NameOf<'gauge'>, value: number, labels: Labels = {}): void {
    (this.#metrics.get(name) as Gauge).set(labels, value);
  }

  /** Sets a counter that is counted elsewhere and only grows. */
  total(name: NameOf<'counter'>, value: number): void {
    const counter = this.#metrics.get(name) as Counter;
    counter.reset();
    counter.inc(value);
  }

  observe(name: NameOf<'histogram'>, value: number): void {
    (this.#metrics.get(name) as Histogram).observe(value);
  }

  /** Registers what has to run before a scrape. */
  collect(collector: () => void): void {
    this.#collectors.push(collector);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The text of a scrape. */
  async text(): Promise<string> {
    this.set('etcd_syncer_event_loop_stall_seconds', this.#loop.max / 1e9);
    this.set('etcd_syncer_event_loop_stall_p999_seconds', this.#loop.percentile(99.9) / 1e9);
    this.#loop.reset();
    for (const collector of this.#collectors) collector();
    return await this.#registry.metrics();
  }

  close(): void {
    this.#loop.disable();
    this.#registry.clear();
  }
}
