import { putsThenMixed } from '../backlog.ts';
import { startSource } from '../clusters.ts';
import { rounds } from '../rounds.ts';
import type { Scenario, ScenarioOptions } from '../types.ts';
import { fill, limit, syncer, WHOLE_LOG } from './catch-up.ts';

const KEYS = 150_000;
/** So that no transaction of the loader meets a key twice. */
const KEYS_STEP = 1_000;

export const mixed: Scenario = {
  name: 'mixed',
  what: 'A backlog of single puts of 128 B, then of overwrites and deletes of those keys, all over the place.',
  ratio: { figure: 'rate_per_s', of: 'limit' },
  run,
};

async function run(options: ScenarioOptions): Promise<void> {
  const keys = KEYS_STEP * Math.max(1, Math.round((KEYS * options.scale) / KEYS_STEP));
  await using source = await startSource(options, WHOLE_LOG);
  const backlog = putsThenMixed(keys);
  await fill(options, source, backlog);
  await rounds(options, {
    limit: () => limit(options, keys, { mixed: true }),
    'etcd-syncer': () => syncer(options, source, backlog),
  });
}
