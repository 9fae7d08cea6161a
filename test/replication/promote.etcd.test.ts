import { cpSync, rmSync } from 'node:fs';
import { Etcd3 } from 'etcd3';
import { describe, expect, test } from 'vitest';
import { availableReleases } from '../kit/binaries.ts';
import { Program } from '../kit/program.ts';
import { PromotePair, reportOf } from '../kit/promote-pair.ts';
import { Replicas } from '../kit/replicas.ts';
import { until } from './auth-helpers.ts';

const releases = await availableReleases();
const [release] = releases;
if (release === undefined) throw new Error('no etcd could be had: see `npm run etcd`');

const common = { source: release, destination: release };
/** 3.4 takes no hashes. */
const newer = releases.find(({ line }) => line !== '3.4') ?? release;

describe('promote', () => {
  test('planned, by the running replicator: nothing is lost, the seat is free, leases get their own lifetimes', async () => {
    await using setup = await PromotePair.start(common);
    const { source, destination, syncer } = setup.pair;
    syncer.start();
    await syncer.caughtUp();
    const owner = new Etcd3({ hosts: source.endpoints });
    await owner.leaseClient.leaseGrant({ ID: '71', TTL: 4 });
    await owner.leaseClient.leaseGrant({ ID: '72', TTL: 4 });
    const kept = await owner.leaseClient.leaseKeepAlive();
    const keeping = setInterval(() => ['71', '72'].map(ID => kept.write({ ID })), 1_000);
    await owner.put('alive').value('v').lease('71');
    await owner.put('dead').value('v').lease('72');
    for (let i = 0; i < 50; i += 1) await owner.put(`key/${i}`).value(`v${i}`);
    const dry = await setup.promote(['--dry-run']);
    expect(dry).toMatchObject({
      code: 0,
      status: { ready: true, dry_run: true, source_answers: true },
    });
    expect((await syncer.status()).phase).toBe('replicating');

    const program = setup.begin([]);
    await syncer.until(({ promotion }) => promotion?.step === 'settling leases', 60_000);
    expect((await syncer.status()).phase).toBe('promoted');
    clearInterval(keeping);
    kept.cancel();
    owner.close();
    const client = new Etcd3({ hosts: destination.endpoints });
    await client.leaseClient.leaseKeepAlive().then(stream => stream.write({ ID: '71' }));
    expect(await program.exited()).toBe(0);
    const status = reportOf(program, 0);
    expect(status).toMatchObject({
      step: 'done',
      complete: true,
      unapplied: 0,
      leases: { watched: 2, alive: 1, revoked: 1, gone: 0, unknown: 0 },
    });
    expect(await client.get('alive').string()).toBe('v');
    expect(await client.get('dead').string()).toBeNull();
    expect(await client.getAll().prefix('key/').count()).toBe(50);
    expect((await client.leaseClient.leaseLeases()).leases.map(({ ID }) => ID)).toEqual(['71']);
    client.close();
    expect(await source.etcdctl(['member', 'list'])).not.toContain(syncer.peerUrl);
    // What the source does from now on is of no interest.
    await source.etcdctl(['put', 'key/late', 'late']);
    expect(await syncer.kill('SIGTERM')).toBe(0);
    syncer.start();
    expect(await syncer.exited()).toBe(3);
    expect(syncer.output).toContain('DEST_PROMOTED');
    expect(await destination.etcdctl(['get', 'key/late'])).toBe('');
  });

  test('what was held of users and roles is done with it, as far as it can be by then', async () => {
    const syncerArgs = ['--source-user=root:old', '--dest-user=syncer:ours'];
    await using setup = await PromotePair.start({ source: newer, destination: newer, syncerArgs });
    const { source, destination, syncer } = setup.pair;
    await destination.etcdctl(['user', 'add', 'syncer:ours']);
    syncer.start();
    await syncer.caughtUp();
    for (const args of ['user add root:old', 'user grant-role root root', 'auth enable']) {
      await source.etcdctl(args.split(' '));
    }
    // Switching auth on would have locked us out.
    await syncer.until(({ auth_held }) => auth_held.some(({ subject }) => subject === 'auth'));
    await destination.etcdctl(['user', 'grant-role', 'syncer', 'root']);
    const { code, status } = await setup.promote();
    expect({ code, status }).toMatchObject({ code: 0, status: { step: 'done' } });
    expect(status.warnings.filter(remark => remark.code !== undefined)).toEqual([]);
    await expect(destination.etcdctl(['get', 'key'])).rejects.toThrow('user name is empty');
    await destination.etcdctl(['put', 'key', 'v', '--user=root:old']);
  });

  test('unplanned, with nothing but the data directory: loss has to be accepted, and is stated', async () => {
    await using setup = await PromotePair.start(common);
    const { source, destination, syncer } = setup.pair;
    syncer.start();
    await syncer.caughtUp();
    for (let i = 0; i < 50; i += 1) await source.etcdctl(['put', `key/${i}`, `v${i}`]);
    await syncer.kill('SIGKILL');
    await source.members[0]?.stop('SIGKILL');
    const dry = await setup.promote(['--dry-run']);
    expect(dry.code).toBe(3);
    expect(dry.status.hindrances.map(({ code }) => code)).toEqual(['PROMOTE_SOURCE_SILENT']);
    const done = await setup.promote(['--accept-loss']);
    expect(done).toMatchObject({ code: 0, status: { step: 'done', complete: false } });
    expect(done.status.seat).toContain('etcdctl member remove');
    const client = new Etcd3({ hosts: destination.endpoints });
    const count = await client.getAll().prefix('key/').count();
    client.close();
    // The destination is the source at the revision that was stated.
    source.members[0]?.start();
    await source.ready();
    const from = new Etcd3({ hosts: source.endpoints });
    expect(await from.getAll().prefix('key/').revision(done.status.revision).count()).toBe(count);
    from.close();
    // The same once more has nothing to do; replication is over.
    expect(await setup.promote([])).toMatchObject({ code: 0, status: { step: 'done' } });
    syncer.start();
    await until('it ends', async () => !syncer.isRunning);
    expect(syncer.output).toContain('DEST_PROMOTED');
  });

  test('unplanned, with a log that ends before what the destination has: nothing is waited for, the destination counts', async () => {
    await using setup = await PromotePair.start(common);
    const { source, destination, syncer } = setup.pair;
    syncer.start();
    await syncer.caughtUp();
    await destination.members[0]?.stop('SIGKILL');
    await source.etcdctl(['put', 'key/early', 'v']);
    // On our disk, and not at the destination.
    await syncer.until(({ positions }) => positions.durable > positions.confirmed);
    await syncer.kill('SIGKILL');
    await destination.members[0]?.start();
    await destination.ready();
    const earlier = `${syncer.dataDir}-earlier`;
    // The lock is a socket of the process that is gone.
    const filter = (file: string): boolean => !file.endsWith('lock');
    cpSync(syncer.dataDir, earlier, { recursive: true, filter });
    try {
      syncer.start();
      await syncer.caughtUp();
      for (let i = 0; i < 20; i += 1) await source.etcdctl(['put', `key/${i}`, `v${i}`]);
      await syncer.caughtUp();
      const { confirmed } = (await syncer.status()).positions;
      await syncer.kill('SIGKILL');
      await source.members[0]?.stop('SIGKILL');
      // As if none of its last writes had reached the disk.
      rmSync(syncer.dataDir, { recursive: true });
      cpSync(earlier, syncer.dataDir, { recursive: true });
      const { code, status } = await setup.promote(['--accept-loss']);
      expect({ code, status }).toMatchObject({
        code: 0,
        status: { step: 'done', complete: false },
      });
      expect(status.confirmed).toBeGreaterThanOrEqual(confirmed);
      expect(await destination.etcdctl(['get', 'key/', '--prefix', '--keys-only'])).toContain(
        'key/19',
      );
    } finally {
      rmSync(earlier, { recursive: true, force: true });
    }
  });

  test('killed while it waits for leases, the same command goes on; the revision is above that of the source', async () => {
    await using setup = await PromotePair.start(common);
    const { source, destination, syncer } = setup.pair;
    syncer.start();
    await syncer.caughtUp();
    const owner = new Etcd3({ hosts: source.endpoints });
    await owner.leaseClient.leaseGrant({ ID: '81', TTL: 20 });
    await owner.put('dead').value('v').lease('81');
    for (let i = 0; i < 300; i += 1) await owner.put(`key/${i % 10}`).value(`v${i}`);
    owner.close();
    await syncer.caughtUp();
    const dry = await setup.promote(['--dry-run']);
    await syncer.kill('SIGKILL');
    const alone = await setup.promote(['--dry-run']);
    expect(alone.status).toMatchObject({ ready: true, source_answers: true });
    expect(alone.status.warnings.map(({ text }) => text).join()).toContain('the seat is taken');
    await source.members[0]?.stop('SIGKILL');
    const first = setup.begin(['--accept-loss', '--bump-revision=50']);
    await until('leases are waited for', async () => first.stderr.includes('settling leases'));
    await first.kill('SIGKILL');
    const { code, status } = await setup.promote();
    expect(code).toBe(0);
    expect(status).toMatchObject({
      step: 'done',
      complete: false,
      leases: { watched: 1, revoked: 1 },
    });
    expect(status.revision).toBe(dry.status.revision);
    expect(status.destination_revision).toBeGreaterThan(status.highest_revision + 50);
    expect(await destination.etcdctl(['get', 'dead'])).toBe('');
    expect(await destination.etcdctl(['get', 'key/9', '--print-value-only'])).toBe('v299\n');
    // Whoever comes with a revision of the source is told so.
    const old = destination.etcdctl(['get', 'key/9', `--rev=${status.highest_revision}`]);
    await expect(old).rejects.toThrow('compacted');
    expect(
      await destination.etcdctl(['get', '__etcd_syncer__/', '--prefix', '--keys-only']),
    ).not.toContain('revision');
  });

  test('of several replicas the writer promotes; the others end, and take no seat', async () => {
    await using replicas = await Replicas.start(common);
    const { source, destination } = replicas;
    const writer = await replicas.startWriter(0);
    const standby = replicas.at(1);
    standby.start();
    await standby.until(({ ha }) => ha?.role === 'standby');
    await source.etcdctl(['put', 'key', 'v']);
    const ask = async ({ httpAddress }: { httpAddress: string }): Promise<Program> => {
      const to = [`--http-url=${httpAddress}`, `--http-token-file=${replicas.tokenFile}`];
      const program = new Program(['promote', ...to]);
      await program.exited();
      return program;
    };
    expect((await ask(standby)).stderr).toContain(`PROMOTE_STANDBY`);
    const { stdout, stderr } = await ask(writer);
    expect(stdout, stderr).toContain('nothing is lost');
    expect(await destination.etcdctl(['get', 'key', '--print-value-only'])).toBe('v\n');
    expect(await standby.exited()).toBe(3);
    expect(standby.output).toContain('DEST_PROMOTED');
    expect(await writer.kill('SIGTERM')).toBe(0);
    standby.start();
    expect(await standby.exited()).toBe(3);
    expect(await replicas.seats()).toEqual([]);
  });
});
