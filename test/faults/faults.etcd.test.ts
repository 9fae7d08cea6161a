import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { availableReleases } from '../kit/binaries.ts';
import { seededRandom } from '../kit/load.ts';
import { FAULTS } from './faults.ts';
import { Reader } from './reader.ts';
import { faultsFound } from './report.ts';
import { FaultRig } from './rig.ts';
import { type RoundResult, runRound } from './round.ts';
import { SourceHistory } from './source-history.ts';

const all = await availableReleases();
const release = all.find(({ version }) => version === '3.5.30') ?? all.at(-1);
if (release === undefined) throw new Error('no etcd could be had: see `npm run etcd`');
const programs = release;

const HOLD_MS = 1_000;
const CALM_MS = 1_500;

test('under load, seen by a reader: a state of the source at all times, one writer, equal at the end', async () => {
  const random = seededRandom(1);
  await using rig = await FaultRig.start({
    source: programs,
    destination: programs,
    size: 1,
    replicas: 1,
    random,
  });
  const history = new SourceHistory();
  const results: RoundResult[] = [];
  for (const fault of FAULTS.filter(({ isShort }) => isShort === true)) {
    results.push(
      await runRound(rig, history, fault, {
        holdMs: HOLD_MS,
        calmMs: CALM_MS,
        seed: results.length,
      }),
    );
  }
  expect(faultsFound(results)).toEqual([]);
  for (const { reader, answered } of results) {
    expect(answered).toBeGreaterThan(50);
    expect(reader?.states).toBeGreaterThan(3);
  }
  expect(history.revisions).toBeGreaterThan(50);
  expect(await foreignWriteSeen(rig, history)).toBe(true);
}, 300_000);

/** What the reader is judged by tells a state that never was: somebody else writes to the destination. */
async function foreignWriteSeen(rig: FaultRig, history: SourceHistory): Promise<boolean> {
  const { cluster, login } = rig.destination;
  const reader = new Reader(cluster.endpoints, login);
  await cluster.etcdctl(['put', '/foreign', 'nobody wrote this at the source']);
  for (;;) {
    await sleep(100);
    const { reads, neverWere } = reader.judge(history);
    if (neverWere.length === 0 && reads < 200) continue;
    await reader.stop();
    return neverWere.length > 0;
  }
}
