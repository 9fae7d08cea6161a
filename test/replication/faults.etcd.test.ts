import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { availableReleases } from '../kit/binaries.ts';
import { readVersions } from '../kit/compare.ts';
import { Load, PAUSE_MS, seededRandom } from '../kit/load.ts';
import { Pair } from '../kit/pair.ts';
import { RUNS_ALL_LINES } from '../kit/releases.ts';

const releases = await availableReleases();
const release = releases.find(({ version }) => version === '3.5.30') ?? releases.at(-1);
if (release === undefined) throw new Error('no etcd could be had: see `npm run etcd`');
/** `npm run drills` makes fifty. */
const KILLS = RUNS_ALL_LINES ? 10 : 5;
const MOVES = RUNS_ALL_LINES ? 3 : 2;
const both = { source: release, destination: release };

describe('faults under load', () => {
  test('SIGKILL of the replicator: equal, exactly once, positions never go back', async () => {
    await using pair = await Pair.start(both);
    pair.syncer.start();
    const load = new Load({ endpoints: pair.source.endpoints, seed: 2, pauseMs: PAUSE_MS });
    const random = seededRandom(3);
    let checkpoint = 0;
    for (let round = 0; round < KILLS; round += 1) {
      await sleep(300 + random() * 900);
      const status = await pair.syncer.status().catch(() => undefined);
      const now = status?.positions.checkpoint ?? checkpoint;
      if (status?.phase === 'replicating' || status?.phase === 'catching-up') {
        if (now > 0) expect(now).toBeGreaterThanOrEqual(checkpoint);
        checkpoint = Math.max(checkpoint, now);
      }
      await pair.syncer.kill('SIGKILL');
      pair.syncer.start();
    }
    await load.stop();
    expect(await pair.settledDifferences()).toEqual([]);
    // A key that is deleted and put again within one batch keeps counting; keys that are only put must not.
    const onlyPut = Buffer.from('/registry/').toString('hex');
    const source = await readVersions(pair.source.endpoints);
    for (const [key, version] of await readVersions(pair.destination.endpoints)) {
      if (key.startsWith(onlyPut)) expect(version).toBeLessThanOrEqual(source.get(key) ?? 0);
    }
  });

  test("the source's leader is killed and comes back, again and again", async () => {
    await using pair = await Pair.start({ ...both, sourceSize: 3 });
    pair.syncer.start();
    await pair.syncer.caughtUp();
    const load = new Load({ endpoints: pair.source.endpoints, seed: 4, pauseMs: PAUSE_MS });
    for (let round = 0; round < MOVES; round += 1) {
      const leader = await pair.source.leader();
      await leader.stop('SIGKILL');
      await sleep(2_500);
      leader.start();
      await sleep(1_500);
    }
    await load.stop();
    await pair.source.ready();
    expect(await pair.settledDifferences()).toEqual([]);
  });

  test('the destination is away for a while: memory stays, it catches up alone', async () => {
    await using pair = await Pair.start(both);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    const load = new Load({ endpoints: pair.source.endpoints, seed: 5, pauseMs: PAUSE_MS });
    await pair.destination.members[0]?.stop('SIGKILL');
    await sleep(5_000);
    expect(load.done).toBeGreaterThan(100);
    pair.destination.members[0]?.start();
    await load.stop();
    await pair.destination.ready();
    expect(await pair.settledDifferences()).toEqual([]);
  });
});

describe('the end of a seat', () => {
  test.each([1, 3])('removed from a source of %i: exit 3 with its code', async sourceSize => {
    await using pair = await Pair.start({ ...both, sourceSize });
    pair.syncer.start();
    await pair.syncer.caughtUp();
    await pair.source.etcdctl(['member', 'remove', await memberId(pair)]);
    expect(await pair.syncer.exited()).toBe(3);
    expect(pair.syncer.output).toContain('SEAT_REMOVED');
  });

  test.each([1, 3])(
    'promoted in a source of %i: removes itself, the source goes on',
    async sourceSize => {
      await using pair = await Pair.start({ ...both, sourceSize });
      pair.syncer.start();
      await pair.syncer.caughtUp();
      await pair.source.etcdctl(['member', 'promote', await memberId(pair)]);
      expect(await pair.syncer.exited()).toBe(3);
      expect(pair.syncer.output).toContain('SEAT_PROMOTED');
      await pair.source.etcdctl(['put', 'after', 'promotion']);
      expect(await pair.source.etcdctl(['member', 'list'])).not.toContain(pair.syncer.peerUrl);
    },
  );
});

describe('what is refused at the start', () => {
  test('a checkpoint that was deleted', async () => {
    await using pair = await Pair.start(both);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    await pair.source.etcdctl(['put', 'a', 'b']);
    await pair.syncer.until(status => status.positions.checkpoint > 0 && status.lag.entries === 0);
    await pair.syncer.kill('SIGTERM');
    await pair.destination.etcdctl(['del', '__etcd_syncer__/', '--prefix']);
    pair.syncer.start();
    expect(await pair.syncer.exited()).toBe(3);
    expect(pair.syncer.output).toContain('DEST_CHECKPOINT_LOST');
  });
});

async function memberId(pair: Pair): Promise<string> {
  const list = await pair.source.etcdctl(['member', 'list']);
  const line = list.split('\n').find(row => row.includes(pair.syncer.peerUrl));
  const id = line?.split(',')[0]?.trim();
  if (id === undefined) throw new Error(`our seat is not in: ${list}`);
  return id;
}
