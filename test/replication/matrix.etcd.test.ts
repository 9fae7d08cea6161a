import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { availableReleases } from '../kit/binaries.ts';
import { Load, PAUSE_MS } from '../kit/load.ts';
import { Pair } from '../kit/pair.ts';

const releases = await availableReleases();
const old = releases.find(({ version }) => version.startsWith('3.4.'));
const current = releases.find(({ version }) => version === '3.5.30') ?? releases.at(-1);
if (current === undefined) throw new Error('no etcd could be had: see `npm run etcd`');
const destinations = [...new Set([old, current])].filter(release => release !== undefined);

describe.each(releases)('source $version', source => {
  test.each(destinations)(
    'to destination $version: keys, values, bindings and leases are equal',
    async destination => {
      await using pair = await Pair.start({ source, destination });
      pair.syncer.start();
      // From 3.6 on a leader sends a snapshot to a newcomer that is more than a hundred entries late.
      await pair.syncer.caughtUp();
      const load = new Load({ endpoints: pair.source.endpoints, seed: 1, pauseMs: PAUSE_MS });
      await sleep(3_000);
      await load.stop();
      expect(load.done).toBeGreaterThan(50);
      expect(await pair.settledDifferences()).toEqual([]);
      await pair.syncer.caughtUp();
      expect(await pair.syncer.kill('SIGTERM')).toBe(0);
    },
  );
});
