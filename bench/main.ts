// npm run bench -- [--scenario catch-up] [--variant etcd-syncer] [--rounds 3] [--scale 1] [--members 1] [--apart] [--out FILE] [--source 3.5.30] [--destination 3.5.30]
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { binariesFor } from '../test/kit/binaries.ts';
import { pairedRatios, summarise, table } from './report.ts';
import { big } from './scenarios/big.ts';
import { bootstrap } from './scenarios/bootstrap.ts';
import { catchUp } from './scenarios/catch-up.ts';
import { endurance } from './scenarios/endurance.ts';
import { growth } from './scenarios/growth.ts';
import { micro } from './scenarios/micro.ts';
import { mixed } from './scenarios/mixed.ts';
import { sourceLoad } from './scenarios/source-load.ts';
import { steady } from './scenarios/steady.ts';
import { wan } from './scenarios/wan.ts';
import type { Sample, Scenario } from './types.ts';

const SCENARIOS: readonly Scenario[] = [
  ...[catchUp, mixed, bootstrap, steady, endurance, sourceLoad, wan, big, growth, micro],
];

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', multiple: true },
    variant: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '3' },
    scale: { type: 'string', default: '1' },
    out: { type: 'string' },
    source: { type: 'string', default: '3.5.30' },
    destination: { type: 'string', default: '3.5.30' },
    members: { type: 'string', default: '1' },
    apart: { type: 'boolean', default: false },
    'cpu-prof': { type: 'string' },
  },
});

const wanted = values.scenario ?? SCENARIOS.map(({ name }) => name);
const unknown = wanted.filter(name => SCENARIOS.every(scenario => scenario.name !== name));
const rounds = positive('rounds', values.rounds);
const scale = positive('scale', values.scale);
const members = positive('members', values.members);
if (unknown.length > 0) {
  throw new Error(
    `no such scenario: ${unknown.join()}; there are ${SCENARIOS.map(({ name }) => name).join()}`,
  );
}
const [source, destination] = [
  await binariesFor(values.source),
  await binariesFor(values.destination),
];
const profileDir = values['cpu-prof'];
if (profileDir !== undefined) mkdirSync(profileDir, { recursive: true });

const results = [];
for (const scenario of SCENARIOS.filter(({ name }) => wanted.includes(name))) {
  const samples: Sample[] = [];
  const progress = (text: string): void => {
    process.stderr.write(`${scenario.name}: ${text}\n`);
  };
  try {
    await scenario.run({
      ...{ source, destination, rounds, scale, variants: values.variant, profileDir, progress },
      ...{ members, apart: values.apart },
      record: sample => samples.push(sample),
    });
  } finally {
    // Also what was measured before something failed: it took long enough.
    process.stdout.write(`${table(scenario, samples)}\n`);
  }
  const { name, what, ratio } = scenario;
  const ratios = ratio === undefined ? {} : pairedRatios(samples, ratio.figure, ratio.of);
  results.push({ name, what, summaries: summarise(samples), ratios, samples });
}
if (values.out !== undefined) {
  const machine = {
    cpus: cpus().length,
    model: cpus()[0]?.model,
    memory_mb: Math.round(totalmem() / 1024 ** 2),
  };
  const run = {
    ...{
      at: new Date().toISOString(),
      rounds,
      scale,
      members,
      apart: values.apart,
      machine,
      node: process.version,
    },
    etcd: { source: source.version, destination: destination.version },
  };
  writeFileSync(values.out, `${JSON.stringify({ ...run, scenarios: results }, null, 2)}\n`);
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0`);
  return value;
}
