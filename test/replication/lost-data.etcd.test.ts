import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { availableReleases } from '../kit/binaries.ts';
import { fill } from '../kit/bulk.ts';
import { Pair } from '../kit/pair.ts';

const releases = await availableReleases();

/** One line whose leaders go back to where our log ends, and one whose leaders never do. */
const lines = ['3.5.30', '3.7.1'].flatMap(version => {
  const release = releases.find(found => found.version === version);
  return release === undefined ? [] : [[version, release] as const];
});
if (lines.length === 0) throw new Error('no etcd could be had: see `npm run etcd`');

describe.each(lines)(
  'the data directory is lost, the destination has the checkpoint: %s',
  (version, release) => {
    test('the seat goes on, or a new one is taken; what is at the destination is not sent again', async () => {
      const syncerArgs = ['--join'];
      await using pair = await Pair.start({ source: release, destination: release, syncerArgs });
      const { endpoints } = pair.source;
      pair.syncer.start();
      await pair.syncer.caughtUp();
      await fill({ endpoints, from: 0, to: 2_000 }, number => `value ${number}`);
      expect(await pair.settledDifferences()).toEqual([]);
      const before = (await pair.syncer.status()).source.member_id;
      await pair.syncer.kill('SIGKILL');
      rmSync(pair.syncer.dataDir, { recursive: true });
      await fill({ endpoints, from: 1_900, to: 2_100 }, number => `changed ${number}`);
      pair.syncer.start();
      await pair.syncer.caughtUp(60_000);
      expect(await pair.settledDifferences()).toEqual([]);
      const { source, destination } = await pair.syncer.status();
      // 200 keys, and the one that settles.
      expect(destination.operations).toBeLessThan(250);
      expect(pair.syncer.output).toContain('LOG_LOST');
      expect(source.member_id === before).toBe(version.startsWith('3.5'));
      const members = await pair.source.etcdctl(['member', 'list']);
      expect(members.trim().split('\n')).toHaveLength(2);
    });
  },
);

test('on a source that nobody writes to it has caught up as soon as it stands where the destination does', async () => {
  const [, release] = lines[0] ?? [];
  if (release === undefined) throw new Error('no release');
  await using pair = await Pair.start({
    source: release,
    destination: release,
    syncerArgs: ['--join'],
  });
  const { source, destination, syncer } = pair;
  syncer.start();
  await syncer.caughtUp();
  await fill({ endpoints: source.endpoints, from: 0, to: 200 }, number => `value ${number}`);
  expect(await pair.settledDifferences()).toEqual([]);
  await syncer.caughtUp();
  await syncer.kill('SIGKILL');
  // As if none of what the destination confirmed had been noted here.
  rmSync(join(syncer.dataDir, 'state'), { recursive: true });
  const [member] = destination.members;
  member?.signal('SIGSTOP');
  syncer.start();
  // The source has said where it stands long before the destination answers.
  await syncer.until(
    ({ source: { leader }, uptime_seconds }) => leader !== '0' && uptime_seconds > 4,
    60_000,
  );
  member?.signal('SIGCONT');
  await syncer.caughtUp(60_000);
  expect((await syncer.status()).lag).toEqual({ entries: 0, bytes: 0, seconds: 0 });
});
