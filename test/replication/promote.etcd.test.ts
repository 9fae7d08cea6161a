import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Etcd3 } from 'etcd3';
import { describe, expect, test } from 'vitest';
import type { PromotionStatus } from '../../src/promote/types.ts';
import { availableReleases } from '../kit/binaries.ts';
import { Pair, type PairOptions } from '../kit/pair.ts';
import { Program } from '../kit/program.ts';
import { until } from './auth-helpers.ts';

const [release] = await availableReleases();
if (release === undefined) throw new Error('no etcd could be had: see `npm run etcd`');

/** A pair whose syncer knows operators. */
class PromotePair {
  readonly pair: Pair;
  readonly #dir: string;
  readonly #token: string;

  private constructor(pair: Pair, dir: string, token: string) {
    this.pair = pair;
    this.#dir = dir;
    this.#token = token;
  }

  static async start(options: Partial<PairOptions> = {}): Promise<PromotePair> {
    const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-token-'));
    const token = join(dir, 'token');
    writeFileSync(token, 'an operator of this test\n'.replaceAll(' ', '-'), { mode: 0o600 });
    const syncerArgs = [`--http-token-file=${token}`, ...(options.syncerArgs ?? [])];
    const common = {
      source: release as PairOptions['source'],
      destination: release as PairOptions['source'],
    };
    return new PromotePair(await Pair.start({ ...common, ...options, syncerArgs }), dir, token);
  }

  /** `promote --json` to its end. */
  async promote(
    args: readonly string[],
  ): Promise<{ code: number | null; status: PromotionStatus; program: Program }> {
    const program = this.begin(args);
    const code = await program.exited();
    const json = program.stdout.trim();
    if (json === '') throw new Error(`exit ${code}: ${program.stderr.slice(-3_000)}`);
    return { code, status: JSON.parse(json) as PromotionStatus, program };
  }

  begin(args: readonly string[]): Program {
    const { source, destination, syncer } = this.pair;
    return new Program([
      'promote',
      '--json',
      `--source-endpoints=${source.endpoints.join(',')}`,
      `--dest-endpoints=${destination.endpoints.join(',')}`,
      `--data-dir=${syncer.dataDir}`,
      `--listen-peer-urls=${syncer.peerUrl}`,
      `--http-listen=${syncer.httpAddress}`,
      `--http-token-file=${this.#token}`,
      ...args,
    ]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pair[Symbol.asyncDispose]();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

describe('promote', () => {
  test('planned, by the running replicator: nothing is lost, the seat is free, leases get their own lifetimes', async () => {
    await using setup = await PromotePair.start();
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
    const status = JSON.parse(program.stdout) as PromotionStatus;
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

  test('unplanned, with nothing but the data directory: loss has to be accepted, and is stated', async () => {
    await using setup = await PromotePair.start();
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
});
