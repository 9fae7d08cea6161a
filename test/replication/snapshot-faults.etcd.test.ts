import { setTimeout as sleep } from 'node:timers/promises';
import { Range } from 'etcd3';
import { describe, expect, test } from 'vitest';
import { bulkKey, fill, forEachKey } from '../kit/bulk.ts';
import type { EtcdCluster } from '../kit/cluster.ts';
import { readContents } from '../kit/compare.ts';
import { FaultLink } from '../kit/fault-link.ts';
import { seededRandom } from '../kit/load.ts';
import { longTest } from '../kit/long.ts';
import { Pair } from '../kit/pair.ts';
import { RUNS_ALL_LINES } from '../kit/releases.ts';
import { SmallDisk } from '../kit/small-disk.ts';
import { both, expectStop, release, seatId, until } from './bad-input-helpers.ts';
import {
  DeleteWatch,
  fillBehindLog,
  leaseIdOf,
  loseDataDir,
  outgrowLog,
  restartSource,
  saidInLastRun,
  shortLog,
} from './snapshot-helpers.ts';

const sourceFlags = shortLog(release);
const options = { ...both, sourceFlags };
const KILLS = RUNS_ALL_LINES ? 10 : 5;
const PENDING = 'a snapshot of the leader is pending';

describe('a snapshot on its way', () => {
  test('SIGKILL of the replicator at random moments', async () => {
    await using pair = await Pair.start(options);
    await fillBehindLog(pair, release, 20_000);
    await using watch = await DeleteWatch.start(pair.destination);
    const random = seededRandom(7);
    for (let kill = 0; kill < KILLS; kill += 1) {
      pair.syncer.start();
      await sleep(250 + random() * 1_000);
      expect(await pair.syncer.kill('SIGKILL'), pair.syncer.output.slice(-2_000)).toBe(null);
    }
    pair.syncer.start();
    await pair.syncer.caughtUp();
    expect(await pair.settledDifferences()).toEqual([]);
    expect(await watch.upToNow()).toEqual([]);
    expect(pair.syncer.output).toContain(PENDING);
  });

  test('a second one comes while the first waits for the destination', async () => {
    await using pair = await Pair.start(options);
    const { endpoints } = pair.source;
    await fillBehindLog(pair, release, 20_000);
    pair.syncer.start();
    await until(
      'it is being compared',
      async () => ((await pair.syncer.status()).bootstrap?.writes ?? 0) > 2_000,
    );
    pair.destination.members[0]?.signal('SIGSTOP');
    await pair.syncer.kill('SIGKILL');
    await restartSource(pair.source);
    // Of what is there already, and of what is not.
    await forEachKey({ endpoints, from: 0, to: 1 }, client =>
      client
        .delete()
        .range(new Range(bulkKey(0), bulkKey(300)))
        .exec(),
    );
    await fill({ endpoints, from: 19_000, to: 21_000 }, number => `changed ${number}`);
    await outgrowLog(pair.source, release);
    pair.syncer.start();
    await until('the second one is pending', async () =>
      Promise.resolve(saidInLastRun(pair.syncer.output, PENDING) === 1),
    );
    pair.destination.members[0]?.signal('SIGCONT');
    await pair.syncer.caughtUp();
    expect(await pair.settledDifferences()).toEqual([]);
    expect((await pair.syncer.status()).destination.consistent).toBe(true);
  });

  test('it is cut off again and again, and its sender killed', async () => {
    await using pair = await Pair.start(options);
    await fillBehindLog(pair, release, 20_000);
    await using proxy = await FaultLink.start(pair.syncer.peerUrl);
    proxy.set({ cutsAfterBytes: 500_000 });
    await pair.source.etcdctl(['member', 'remove', await seatId(pair.source, pair.syncer.peerUrl)]);
    await pair.source.addLearner(proxy.url);
    pair.syncer.start([`--initial-advertise-peer-urls=${proxy.url}`]);
    await until('it was cut off twice', async () => Promise.resolve(proxy.cuts >= 2));
    await until('it is said', async () =>
      Promise.resolve(saidInLastRun(pair.syncer.output, 'a snapshot was broken off') > 0),
    );
    await pair.source.members[0]?.stop('SIGKILL');
    pair.source.members[0]?.start();
    await pair.source.ready();
    proxy.set({});
    await pair.syncer.caughtUp();
    expect(await pair.settledDifferences()).toEqual([]);
  });

  const fault = SmallDisk.fault();
  test.runIf(fault === undefined && RUNS_ALL_LINES)(
    'the disk is full: refused, and taken once there is room',
    async () => {
      using disk = SmallDisk.mount(4);
      const syncerOptions = { dataDir: disk.dataDir };
      await using pair = await Pair.start({ ...options, syncerOptions });
      // Some ten megabytes.
      const { endpoints } = pair.source;
      await fill({ endpoints, from: 0, to: 2_000 }, number => `${number} `.padEnd(4_000, 'x'));
      await outgrowLog(pair.source, release);
      pair.syncer.start();
      await until('it was refused', async () =>
        Promise.resolve(saidInLastRun(pair.syncer.output, 'a snapshot could not be taken') > 0),
      );
      expect(pair.syncer.output).toContain('ENOSPC');
      expect(pair.syncer.isRunning).toBe(true);
      disk.grow(200);
      await pair.syncer.caughtUp(60_000);
      expect(await pair.settledDifferences()).toEqual([]);
    },
  );

  test.runIf(fault === undefined)(
    'the disk is full while it is loaded: STATE_WRITE, a later start goes on',
    async () => {
      using disk = SmallDisk.mount(2);
      const syncerOptions = { dataDir: disk.dataDir };
      await using pair = await Pair.start({ ...options, syncerOptions });
      await fillBehindLog(pair, release, 20_000);
      pair.syncer.start();
      await expectStop(pair.syncer, 'STATE_WRITE');
      expect(pair.syncer.output).toContain(PENDING);
      disk.grow(200);
      pair.syncer.start();
      await pair.syncer.caughtUp();
      expect(saidInLastRun(pair.syncer.output, 'received a snapshot')).toBe(0);
      expect(await pair.settledDifferences()).toEqual([]);
    },
  );
});

describe('a destination that holds keys, and a first start by a snapshot', () => {
  async function foreign(keys: number): Promise<Pair> {
    const pair = await Pair.start(options);
    await fillBehindLog(pair, release, keys);
    // Half of what the source has, some of it with another value, and what it lacks.
    const { endpoints } = pair.destination;
    await fill({ endpoints, from: 0, to: keys / 2 }, number =>
      number % 100 < 50 ? `value ${number}` : `other ${number}`,
    );
    await pair.destination.etcdctl(['put', 'foreign/1', 'theirs']);
    await pair.destination.etcdctl(['put', 'a', 'theirs']);
    return pair;
  }

  test('refuse: DEST_NOT_EMPTY, nothing is written', async () => {
    await using pair = await foreign(1_000);
    await using watch = await DeleteWatch.start(pair.destination);
    pair.syncer.start();
    await expectStop(pair.syncer, 'DEST_NOT_EMPTY');
    expect(watch.deleted).toEqual([]);
    expect(watch.puts).toBe(0);
  });

  longTest('merge keeps what is foreign', async () => {
    await using pair = await foreign(1_000);
    await using watch = await DeleteWatch.start(pair.destination);
    pair.syncer.start(['--on-nonempty=merge']);
    await pair.syncer.caughtUp();
    expect((await pair.settledDifferences(2_000)).sort()).toEqual([
      `key ${Buffer.from('a').toString('hex')} is at the destination only`,
      `key ${Buffer.from('foreign/1').toString('hex')} is at the destination only`,
    ]);
    expect(await watch.upToNow()).toEqual([]);
  });

  test('merge: what is ours goes when the source deletes it, also when a lease was lost meanwhile', async () => {
    await using pair = await foreign(1_000);
    const lease = leaseIdOf(await pair.source.etcdctl(['lease', 'grant', '600']));
    await pair.source.etcdctl(['put', 'leased', 'v', `--lease=${lease}`]);
    pair.syncer.start(['--on-nonempty=merge']);
    await pair.syncer.caughtUp();
    await pair.syncer.kill('SIGTERM');
    await pair.destination.etcdctl(['lease', 'revoke', lease]);
    await pair.source.etcdctl(['del', bulkKey(0), bulkKey(200)]);
    await restartSource(pair.source);
    await outgrowLog(pair.source, release);
    pair.syncer.start(['--on-nonempty=merge']);
    await pair.syncer.caughtUp();
    expect(saidInLastRun(pair.syncer.output, 'seeded')).toBe(1);
    expect((await pair.settledDifferences(2_000)).sort()).toEqual([
      `key ${Buffer.from('a').toString('hex')} is at the destination only`,
      `key ${Buffer.from('foreign/1').toString('hex')} is at the destination only`,
    ]);
  });

  const ways: [string, number, string[]][] = [
    ['a snapshot', 5_000, sourceFlags],
    ['the log from its first entry', 500, []],
  ];
  test.each(RUNS_ALL_LINES ? ways : ways.slice(0, 1))(
    'prune by %s: no key goes that the source has',
    async (way, keys, flags) => {
      await using pair = await Pair.start({ ...both, sourceFlags: flags });
      await fill(
        { endpoints: pair.source.endpoints, from: 0, to: keys },
        number => `value ${number}`,
      );
      await outgrowLog(pair.source, release);
      await fill(
        { endpoints: pair.destination.endpoints, from: 0, to: keys },
        number => `value ${number}`,
      );
      await pair.destination.etcdctl(['put', 'foreign/1', 'theirs']);
      await using watch = await DeleteWatch.start(pair.destination);
      pair.syncer.start(['--on-nonempty=prune']);
      await pair.syncer.caughtUp();
      expect(saidInLastRun(pair.syncer.output, PENDING)).toBe(way === 'a snapshot' ? 1 : 0);
      expect(await pair.settledDifferences()).toEqual([]);
      expect(await watch.upToNow()).toEqual(['foreign/1']);
      // The churn, and little else: what both have is not written again.
      expect((await pair.syncer.status()).destination.operations).toBeLessThan(700);
    },
  );
});

describe('what changes while the replicator is away', () => {
  test('leases: kept, gone, with another TTL, lost at the destination', async () => {
    await using pair = await Pair.start({ ...options, syncerArgs: ['--lease-ttl-floor=0'] });
    const grant = async (): Promise<string> =>
      leaseIdOf(await pair.source.etcdctl(['lease', 'grant', '600']));
    const [kept, gone, lost] = [await grant(), await grant(), await grant()];
    for (const id of [kept, gone, lost]) {
      for (let i = 0; i < 3; i += 1) {
        await pair.source.etcdctl(['put', `of/${id}/${i}`, 'v', `--lease=${id}`]);
      }
    }
    await fillBehindLog(pair, release, 500);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    expect(await pair.settledDifferences()).toEqual([]);
    await pair.syncer.kill('SIGTERM');
    await pair.destination.etcdctl(['lease', 'revoke', lost]);
    await pair.source.etcdctl(['lease', 'revoke', gone]);
    await pair.source.etcdctl(['put', `of/${kept}/0`, 'free now']);
    await restartSource(pair.source);
    await outgrowLog(pair.source, release);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    expect(saidInLastRun(pair.syncer.output, 'seeded')).toBe(1);
    expect(await pair.settledDifferences()).toEqual([]);
  });

  longTest('a lease made anew with another TTL: no key of it goes', async () => {
    await using pair = await Pair.start({ ...options, syncerArgs: ['--lease-ttl-floor=0'] });
    await fillBehindLog(pair, release, 500);
    const client = pair.source;
    await grantWithId(client, 4711, 600);
    await client.etcdctl(['put', 'leased', 'v', `--lease=${(4711).toString(16)}`]);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    expect(await pair.settledDifferences()).toEqual([]);
    await pair.syncer.kill('SIGTERM');
    await client.etcdctl(['lease', 'revoke', (4711).toString(16)]);
    await grantWithId(client, 4711, 300);
    await client.etcdctl(['put', 'leased', 'v', `--lease=${(4711).toString(16)}`]);
    await restartSource(pair.source);
    await outgrowLog(pair.source, release);
    await using watch = await DeleteWatch.start(pair.destination);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    expect(saidInLastRun(pair.syncer.output, 'seeded')).toBe(1);
    expect(await pair.settledDifferences()).toEqual([]);
    expect(await watch.upToNow()).toEqual([]);
    const shown = await pair.destination.etcdctl(['lease', 'timetolive', (4711).toString(16)]);
    expect(shown).toContain('granted with TTL(300s)');
  });

  test('users and roles: new, changed and deleted ones', async () => {
    await using pair = await Pair.start(options);
    const { source, destination } = pair;
    for (const args of [
      ['role', 'add', 'kept'],
      ['role', 'grant-permission', 'kept', 'read', 'a', 'b'],
      ['role', 'grant-permission', 'kept', 'readwrite', 'c'],
      ['role', 'add', 'gone'],
      ['user', 'add', 'ann:secret-of-ann'],
      ['user', 'add', 'eve:secret-of-eve'],
      ['user', 'grant-role', 'ann', 'kept'],
      ['user', 'grant-role', 'eve', 'gone'],
    ]) {
      await source.etcdctl(args);
    }
    await fillBehindLog(pair, release, 500);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    await expectSameAuth(pair, ['ann', 'eve'], ['gone', 'kept']);
    await pair.syncer.kill('SIGTERM');
    for (const args of [
      ['role', 'delete', 'gone'],
      ['user', 'delete', 'eve'],
      ['role', 'revoke-permission', 'kept', 'c'],
      ['role', 'grant-permission', 'kept', 'write', 'a', 'b'],
      ['role', 'add', 'new'],
      ['user', 'add', 'bob:secret-of-bob'],
      ['user', 'grant-role', 'bob', 'new'],
      ['user', 'revoke-role', 'ann', 'kept'],
    ]) {
      await source.etcdctl(args);
    }
    await source.etcdctl(['user', 'passwd', 'ann', '--interactive=false'], 'another-of-ann\n');
    await restartSource(source);
    await outgrowLog(source, release);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    expect(saidInLastRun(pair.syncer.output, 'seeded')).toBe(1);
    await expectSameAuth(pair, ['ann', 'bob'], ['kept', 'new']);
    // Passwords came along: root is made by hand, and then they are asked for.
    await destination.etcdctl(['user', 'add', 'root:of-root']);
    await destination.etcdctl(['role', 'add', 'root']);
    await destination.etcdctl(['user', 'grant-role', 'root', 'root']);
    await pair.syncer.kill('SIGTERM');
    await destination.etcdctl(['auth', 'enable']);
    await expect(destination.etcdctl(['--user=ann:secret-of-ann', 'get', 'a'])).rejects.toThrow(
      'invalid user ID or password',
    );
    await expect(destination.etcdctl(['--user=ann:another-of-ann', 'get', 'a'])).rejects.toThrow(
      'permission denied',
    );
  });

  test('a prefix, renamed', async () => {
    await using pair = await Pair.start({
      ...options,
      syncerArgs: ['--prefix=bulk/', '--dest-prefix=copy/', '--exclude-prefix=bulk/000001'],
    });
    const { endpoints } = pair.source;
    await fillBehindLog(pair, release, 2_000);
    await pair.destination.etcdctl(['put', 'mine', 'stays']);
    await pair.destination.etcdctl(['put', 'bulk/1', 'stays']);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    await pair.syncer.kill('SIGTERM');
    await restartSource(pair.source);
    await pair.source.etcdctl(['del', bulkKey(0), bulkKey(50)]);
    await fill({ endpoints, from: 50, to: 2_100 }, number => `changed ${number}`);
    await outgrowLog(pair.source, release);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    expect(saidInLastRun(pair.syncer.output, 'seeded')).toBe(1);
    const text = (hex: string): string => Buffer.from(hex, 'hex').toString('latin1');
    const wanted = [...(await readContents(endpoints)).keys]
      .map(([key, value]) => [text(key), value] as const)
      .filter(([key]) => key.startsWith('bulk/') && !key.startsWith('bulk/000001'))
      .map(([key, value]) => `${key.replace('bulk/', 'copy/')} ${value}`);
    expect(wanted.length).toBeGreaterThan(1_900);
    const found = [...(await readContents(pair.destination.endpoints)).keys]
      .map(([key, value]) => `${text(key)} ${value}`)
      .filter(line => !line.startsWith('bulk/1 ') && !line.startsWith('mine '));
    expect(found.sort()).toEqual(wanted.sort());
    expect(await pair.destination.etcdctl(['get', 'mine', '--print-value-only'])).toBe('stays\n');
    expect(await pair.destination.etcdctl(['get', 'bulk/1', '--print-value-only'])).toBe('stays\n');
  });
});

describe('the data directory is lost, the checkpoint is there', () => {
  test('a new seat takes the snapshot and sends only the difference', async () => {
    await using pair = await Pair.start(options);
    const { endpoints } = pair.source;
    await fillBehindLog(pair, release, 5_000);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    await pair.syncer.kill('SIGKILL');
    await restartSource(pair.source);
    await pair.source.etcdctl(['del', bulkKey(0), bulkKey(20)]);
    await fill({ endpoints, from: 20, to: 60 }, number => `changed ${number}`);
    await outgrowLog(pair.source, release);
    await loseDataDir(pair);
    await using watch = await DeleteWatch.start(pair.destination);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    expect(saidInLastRun(pair.syncer.output, PENDING)).toBe(1);
    expect(await pair.settledDifferences()).toEqual([]);
    const gone = Array.from({ length: 20 }, (_, i) => bulkKey(i));
    expect((await watch.upToNow()).toSorted()).toEqual(gone);
    expect((await pair.syncer.status()).destination.operations).toBeLessThan(60 + 50 + 520);
  });

  longTest('half way through a snapshot as well', async () => {
    await using pair = await Pair.start(options);
    await fillBehindLog(pair, release, 30_000);
    pair.syncer.start();
    await until(
      'some of it is written',
      async () => ((await pair.syncer.status()).bootstrap?.writes ?? 0) > 3_000,
    );
    await pair.syncer.kill('SIGKILL');
    await loseDataDir(pair);
    await using watch = await DeleteWatch.start(pair.destination);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    expect(await pair.settledDifferences()).toEqual([]);
    expect(await watch.upToNow()).toEqual([]);
    expect((await pair.syncer.status()).destination.consistent).toBe(true);
  });

  test('where the log still reaches to the first entry nothing is written twice', async () => {
    await using pair = await Pair.start(both);
    await fill(
      { endpoints: pair.source.endpoints, from: 0, to: 1_000 },
      number => `value ${number}`,
    );
    pair.syncer.start();
    await pair.syncer.caughtUp();
    await pair.syncer.kill('SIGKILL');
    await loseDataDir(pair);
    await using watch = await DeleteWatch.start(pair.destination);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    expect(saidInLastRun(pair.syncer.output, PENDING)).toBe(0);
    expect((await pair.syncer.status()).destination.operations).toBe(0);
    expect(await pair.settledDifferences()).toEqual([]);
    expect(await watch.upToNow()).toEqual([]);
  });
});

async function grantWithId(cluster: EtcdCluster, id: number, ttl: number): Promise<void> {
  await forEachKey({ endpoints: cluster.endpoints, from: 0, to: 1 }, client =>
    client.leaseClient.leaseGrant({ ID: id, TTL: ttl }),
  );
}

async function expectSameAuth(
  { source, destination }: Pair,
  users: readonly string[],
  roles: readonly string[],
): Promise<void> {
  for (const cluster of [source, destination]) {
    expect((await cluster.etcdctl(['user', 'list'])).trim().split('\n')).toEqual(users);
    expect((await cluster.etcdctl(['role', 'list'])).trim().split('\n')).toEqual(roles);
  }
  for (const [kind, names] of [
    ['user', users],
    ['role', roles],
  ] as const) {
    for (const name of names) {
      const shown = await source.etcdctl([kind, 'get', name]);
      expect(await destination.etcdctl([kind, 'get', name])).toBe(shown);
    }
  }
}
