import { Etcd3, type IKeyValue } from 'etcd3';
import { expect, test } from 'vitest';
import type { PromotionStatus } from '../../src/promote/types.ts';
import { closeWatch, openWatch } from '../drills/open-watch.ts';
import { until } from '../drills/until.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { differences, readContents } from '../kit/compare.ts';
import { Program } from '../kit/program.ts';
import { reportOf } from '../kit/promote-pair.ts';
import { releasesForLongSuites } from '../kit/releases.ts';
import { Syncer } from '../kit/syncer.ts';
import { OperatorToken } from '../verify/operator-token.ts';
import { runCheck } from '../verify/run-check.ts';

const [release] = await releasesForLongSuites(1);
if (release === undefined) throw new Error('no etcd could be had: see `npm run etcd`');
const programs = release;

const ROOT = { username: 'root', password: 'pw' };
const USERS = ['--source-user=root:pw', '--dest-user=root:pw'];
const PATIENCE_MS = 60_000;

/** Replication of one cluster into another, with a data directory of its own: what `docs/10-promote.md` has people type. */
class Direction {
  readonly syncer: Syncer;
  readonly #flags: readonly string[];

  private constructor(syncer: Syncer, flags: readonly string[]) {
    this.syncer = syncer;
    this.#flags = flags;
  }

  static async create(from: EtcdCluster, to: EtcdCluster, token: OperatorToken) {
    const flags = [...clustersOf(from, to), token.flag];
    return new Direction(await Syncer.create([...flags, '--join']), flags);
  }

  async promote(args: readonly string[]): Promise<PromotionStatus> {
    const { syncer } = this;
    const own = [`--data-dir=${syncer.dataDir}`, `--listen-peer-urls=${syncer.peerUrl}`];
    const http = `--http-listen=${syncer.httpAddress}`;
    const program = new Program(['promote', '--json', ...this.#flags, ...own, http, ...args]);
    const code = await program.exited();
    expect(code, program.stderr.slice(-2_000)).toBe(0);
    return reportOf(program, code);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.syncer[Symbol.asyncDispose]();
  }
}

function clustersOf(from: EtcdCluster, to: EtcdCluster): string[] {
  const source = `--source-endpoints=${from.endpoints.join(',')}`;
  return [source, `--dest-endpoints=${to.endpoints.join(',')}`, ...USERS];
}

async function clusterWithAuth(): Promise<EtcdCluster> {
  const cluster = await EtcdCluster.start({ programs });
  await cluster.etcdctl(['user', 'add', 'root:pw']);
  await cluster.etcdctl(['user', 'grant-role', 'root', 'root']);
  await cluster.etcdctl(['auth', 'enable']);
  cluster.ctlFlags = ['--user=root:pw'];
  return cluster;
}

/** Starts it, and waits until both sides hold the same for an independent client and for `check`. */
async function replicate(
  { syncer }: Direction,
  from: EtcdCluster,
  to: EtcdCluster,
  args: string[] = [],
) {
  syncer.start(args);
  await syncer.caughtUp(PATIENCE_MS);
  const differ = async (): Promise<string[]> =>
    differences(await readContents(from.endpoints, ROOT), await readContents(to.endpoints, ROOT));
  await until(async () => (await differ()).length === 0, 'equality');
  const http = `--http-listen=${syncer.httpAddress}`;
  const { code, stdout, stderr } = await runCheck([...clustersOf(from, to), http]);
  expect(code, stdout + stderr).toBe(0);
}

/** What is done by hand: the seat that a dead cluster was left with. */
async function removeSeat(cluster: EtcdCluster): Promise<void> {
  const members = await cluster.etcdctl(['member', 'list']);
  const seat = /^([0-9a-f]+),.* true$/m.exec(members)?.[1];
  if (seat === undefined) throw new Error(`no learner: ${members}`);
  await cluster.etcdctl(['member', 'remove', seat]);
}

test('the way back: the old primary is seeded from the new one, and the roles are reversed, twice', async () => {
  using token = new OperatorToken();
  await using a = await clusterWithAuth();
  await using b = await clusterWithAuth();
  const toA = new Etcd3({ hosts: a.endpoints, auth: ROOT });
  const toB = new Etcd3({ hosts: b.endpoints, auth: ROOT });
  await using there = await Direction.create(a, b, token);
  await using back = await Direction.create(b, a, token);
  await using again = await Direction.create(a, b, token);
  try {
    // A replicates to B and dies with something that it never sent; B is cut over to.
    for (let i = 0; i < 40; i += 1) await toA.put(`key/${i}`).value(`of a ${i}`);
    await toA.lease(3_600).put('leased').value('a');
    await a.etcdctl(['user', 'add', 'alice:alice']);
    await replicate(there, a, b);
    const { source } = await there.syncer.status();
    await there.syncer.kill('SIGKILL');
    await toA.put('never sent').value('x');
    await a.members[0]?.stop('SIGKILL');
    const { revision } = await there.promote(['--accept-loss', '--leases-in-background']);
    for (let i = 0; i < 20; i += 1) await toB.delete().key(`key/${i}`);
    for (let i = 30; i < 50; i += 1) await toB.put(`key/${i}`).value(`of b ${i}`);
    await toB.user('alice').setPassword('bob');
    await b.etcdctl(['user', 'add', 'carol:carol']);

    // A is brought up; what it alone has is listed, and goes when it is seeded from B.
    a.members[0]?.start();
    await a.ready();
    await removeSeat(a);
    const late = await openWatch(a.endpoints, ROOT, watch =>
      watch.prefix('').startRevision(`${revision + 1}`),
    );
    const found = await new Promise<IKeyValue>(resolve => late.watcher.once('put', resolve));
    await closeWatch(late);
    expect(found.key.toString()).toBe('never sent');
    await replicate(back, b, a, ['--on-nonempty=prune']);
    expect(await toA.get('never sent').string()).toBeNull();
    await back.promote(['--leases-in-background']);
    await back.syncer.kill('SIGTERM');

    // A is the primary again. B has a mark that ends replication into it, until it is deleted.
    for (let i = 45; i < 60; i += 1) await toA.put(`key/${i}`).value(`of a again ${i}`);
    again.syncer.start(['--on-nonempty=prune']);
    expect(await again.syncer.exited()).toBe(3);
    expect(again.syncer.output).toContain('DEST_PROMOTED');
    await b.etcdctl(['del', `__etcd_syncer__/${source.cluster_id}`]);
    await replicate(again, a, b, ['--on-nonempty=prune']);
    expect(await toB.get('key/59').string()).toBe('of a again 59');
    for (const { endpoints } of [a, b]) {
      const alice = new Etcd3({ hosts: endpoints, auth: { username: 'alice', password: 'bob' } });
      await expect(alice.get('x').string()).rejects.toThrow(/permission denied/);
      alice.close();
    }
  } finally {
    toA.close();
    toB.close();
  }
}, 300_000);
