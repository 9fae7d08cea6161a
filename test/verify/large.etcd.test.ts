import { expect, test } from 'vitest';
import { availableReleases } from '../kit/binaries.ts';
import { bulkKey, fill } from '../kit/bulk.ts';
import { Pair } from '../kit/pair.ts';
import { RUNS_ALL_LINES } from '../kit/releases.ts';
import { checkPair } from './run-check.ts';

const all = await availableReleases();
const release = all.find(({ version }) => version === '3.5.30') ?? all.at(-1);
if (release === undefined) throw new Error('no etcd could be had: see `npm run etcd`');
const programs = release;

const KEYS = RUNS_ALL_LINES ? 200_000 : 60_000;
const VALUE_BYTES = RUNS_ALL_LINES ? 200 : 800;
/** Some 50 MiB of keys and values go by on each side; the heap may not hold even the keys of one. */
const MAX_HEAP_MIB = 32;
const MAX_RSS_MIB = 160;

test(`${KEYS} keys: in bounded memory, and the last of them as well`, async () => {
  await using pair = await Pair.start({ source: programs, destination: programs });
  pair.syncer.start();
  await pair.syncer.caughtUp();
  const value = (number: number): string => String(number).padEnd(VALUE_BYTES, '.');
  await fill({ endpoints: pair.source.endpoints, from: 0, to: KEYS }, value);
  await pair.source.etcdctl(['put', 'zz', 'last']);
  await pair.syncer.until(({ positions }) => positions.source_revision > KEYS / 100, 120_000);
  await pair.syncer.caughtUp(120_000);
  const { code, report, stderr, peakRssMiB } = await checkPair(
    pair,
    [],
    [`--max-old-space-size=${MAX_HEAP_MIB}`],
  );
  expect([code, report.first], stderr).toEqual([0, []]);
  expect(report.compared).toMatchObject({ keys: KEYS + 1, values: KEYS + 1 });
  console.log(
    `${KEYS} keys in ${report.seconds.toFixed(1)} s, at most ${peakRssMiB.toFixed(0)} MiB`,
  );
  expect(peakRssMiB).toBeGreaterThan(0);
  expect(peakRssMiB).toBeLessThan(MAX_RSS_MIB);

  await pair.destination.etcdctl(['del', bulkKey(KEYS - 1)]);
  const again = await checkPair(pair, ['--keys-only', '--no-leases', '--no-auth']);
  expect([again.code, again.report.first.map(({ subject }) => subject)]).toEqual([
    1,
    [bulkKey(KEYS - 1)],
  ]);
}, 300_000);
