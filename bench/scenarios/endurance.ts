import { quantile } from '../measure.ts';
import { startSyncer } from '../replicas.ts';
import { rounds } from '../rounds.ts';
import type { Figures, Scenario, ScenarioOptions } from '../types.ts';
import { lagFigures, measureLags } from './steady.ts';

const MINUTES = 10;

export const endurance: Scenario = {
  name: 'endurance',
  what: `As many single puts of 128 B as the source gives, for ${MINUTES} minutes: lag of each tenth of the time.`,
  run,
};

async function run(options: ScenarioOptions): Promise<void> {
  await rounds(options, { 'etcd-syncer': () => measure(options) });
}

async function measure(options: ScenarioOptions): Promise<Figures> {
  const seconds = 60 * MINUTES * Math.min(1, options.scale);
  const { lags, put_per_s, used } = await measureLags(options, 0, seconds, startSyncer);
  const tenth = Math.ceil(lags.length / 10);
  const p99s = Array.from({ length: 10 }, (_, i) =>
    quantile(lags.slice(i * tenth, (i + 1) * tenth), 0.99),
  );
  return {
    put_per_s,
    ...lagFigures(lags),
    first_tenth_p99_ms: p99s[0] ?? Number.NaN,
    last_tenth_p99_ms: p99s.at(-1) ?? Number.NaN,
    worst_tenth_p99_ms: Math.max(...p99s),
    ...used,
  };
}
