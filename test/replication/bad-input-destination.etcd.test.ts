import { describe, expect, test } from 'vitest';
import { EtcdCluster } from '../kit/cluster.ts';
import { readContents } from '../kit/compare.ts';
import { Load, PAUSE_MS } from '../kit/load.ts';
import { longTest } from '../kit/long.ts';
import { Pair } from '../kit/pair.ts';
import { Syncer } from '../kit/syncer.ts';
import {
  both,
  expectNoSecrets,
  expectReported,
  expectStop,
  release,
  until,
  untilThere,
} from './bad-input-helpers.ts';

const PASSWORD = 'a-password-of-root';
const WRONG = 'another-password';

describe('a destination that can not be reached', () => {
  test('at the start: DEST_UNREACHABLE in /status and not ready, then it goes on', async () => {
    await using pair = await Pair.start(both);
    await pair.destination.members[0]?.stop();
    pair.syncer.start();
    await expectReported(pair.syncer, 'DEST_UNREACHABLE');
    expect(await pair.syncer.code('/readyz')).toBe(503);
    expect(await pair.syncer.code('/livez')).toBe(200);
    pair.destination.members[0]?.start();
    await pair.syncer.caughtUp();
    await until('it is ready', async () => (await pair.syncer.code('/readyz')) === 200);
  });

  longTest('at a start with nothing to write: ready once it is back', async () => {
    await using pair = await Pair.start(both);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    expect(await pair.syncer.kill('SIGTERM')).toBe(0);
    await pair.destination.members[0]?.stop();
    pair.syncer.start();
    await expectReported(pair.syncer, 'DEST_UNREACHABLE');
    pair.destination.members[0]?.start();
    await until('it is ready', async () => (await pair.syncer.code('/readyz')) === 200);
  });

  test('during replication: reported, not ready, nothing lost', async () => {
    await using pair = await Pair.start(both);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    expect(await pair.syncer.code('/readyz')).toBe(200);
    await pair.destination.members[0]?.stop('SIGKILL');
    const load = new Load({ endpoints: pair.source.endpoints, seed: 11, pauseMs: PAUSE_MS });
    await expectReported(pair.syncer, 'DEST_UNREACHABLE');
    expect(await pair.syncer.code('/readyz')).toBe(503);
    await load.stop();
    pair.destination.members[0]?.start();
    await pair.destination.ready();
    expect(await pair.settledDifferences()).toEqual([]);
    await until('it is ready', async () => (await pair.syncer.code('/readyz')) === 200);
  });
});

describe('a destination with auth', () => {
  test('a wrong password: DEST_UNAUTHORISED; the right one goes on; no password is shown', async () => {
    await using pair = await Pair.start({
      ...both,
      syncerOptions: { env: { ETCD_SYNCER_DEST_PASSWORD: WRONG } },
    });
    await enableAuth(pair.destination);
    pair.syncer.start(['--dest-user=root']);
    await expectStop(pair.syncer, 'DEST_UNAUTHORISED');
    pair.syncer.output = '';
    pair.syncer.start([`--dest-user=root:${PASSWORD}`, '--log-level=trace']);
    await pair.source.etcdctl(['put', 'secret-key', 'the-secret-value']);
    await untilThere(pair.destination, 'secret-key', 'the-secret-value');
    await expectNoSecrets(pair.syncer, [PASSWORD, WRONG, 'the-secret-value']);
  });

  longTest('auth is on and no user is given: DEST_UNAUTHORISED', async () => {
    await using pair = await Pair.start(both);
    await enableAuth(pair.destination);
    pair.syncer.start();
    await expectStop(pair.syncer, 'DEST_UNAUTHORISED');
  });

  test('a user without rights: DEST_PERMISSION, nothing written', async () => {
    await using pair = await Pair.start({
      ...both,
      syncerOptions: { env: { ETCD_SYNCER_DEST_PASSWORD: WRONG } },
    });
    await pair.destination.etcdctl(['user', 'add', `weak:${WRONG}`]);
    await enableAuth(pair.destination);
    pair.syncer.start(['--dest-user=weak']);
    await expectStop(pair.syncer, 'DEST_PERMISSION');
    expect(await pair.destination.etcdctl(['get', '', '--prefix'])).toBe('');
    await expectNoSecrets(pair.syncer, [WRONG]);
  });

  test('tokens that end every two seconds: renewed without a word, nothing lost', async () => {
    await using pair = await Pair.start({
      ...both,
      destinationFlags: ['--auth-token-ttl=2'],
      syncerOptions: { env: { ETCD_SYNCER_DEST_PASSWORD: PASSWORD } },
    });
    await enableAuth(pair.destination);
    pair.syncer.start(['--dest-user=root']);
    await pair.syncer.caughtUp();
    for (const value of ['first', 'second']) {
      await pair.source.etcdctl(['put', 'renewed', value]);
      await untilThere(pair.destination, 'renewed', value);
      // Longer than a token lives when nobody uses it.
      await new Promise(resolve => setTimeout(resolve, 4_000));
    }
    expect((await pair.syncer.status()).last_errors).toEqual([]);
    expect(await pair.syncer.kill('SIGTERM')).toBe(0);
    await expectNoSecrets(pair.syncer, [PASSWORD]);
  });

  test('auth is switched on while it runs: DEST_UNAUTHORISED without a user, and a restart with one goes on', async () => {
    await using pair = await Pair.start({
      ...both,
      syncerOptions: { env: { ETCD_SYNCER_DEST_PASSWORD: PASSWORD } },
    });
    pair.syncer.start();
    await pair.syncer.caughtUp();
    await enableAuth(pair.destination);
    await pair.source.etcdctl(['put', 'late', 'value']);
    await expectStop(pair.syncer, 'DEST_UNAUTHORISED');
    pair.syncer.start(['--dest-user=root']);
    await untilThere(pair.destination, 'late', 'value');
  });
});

describe('a destination with too little', () => {
  test('no space: DEST_NOSPACE is reported and retried, it goes on when there is some', async () => {
    await using pair = await Pair.start({
      ...both,
      destinationFlags: ['--quota-backend-bytes=2097152'],
    });
    pair.syncer.start();
    await pair.syncer.caughtUp();
    const value = 'x'.repeat(100 * 1024);
    for (let i = 0; i < 40; i += 1) await pair.source.etcdctl(['put', 'fills'], `${i}${value}`);
    await expectReported(pair.syncer, 'DEST_NOSPACE');
    expect(await pair.syncer.code('/readyz')).toBe(503);
    await makeRoom(pair);
    expect(await pair.settledDifferences()).toEqual([]);
    await until('it is ready', async () => (await pair.syncer.code('/readyz')) === 200);
  });

  test('fewer operations in a transaction: DEST_LIMITS names --max-txn-ops, which mends it', async () => {
    await using pair = await Pair.start({ ...both, destinationFlags: ['--max-txn-ops=8'] });
    await pair.destination.members[0]?.stop();
    await putMany(pair, 300);
    await pair.destination.members[0]?.start();
    await pair.destination.ready();
    pair.syncer.start();
    await expectStop(pair.syncer, 'DEST_LIMITS');
    expect(pair.syncer.output).toContain('lower --max-txn-ops');
    pair.syncer.start(['--max-txn-ops=8']);
    expect(await pair.settledDifferences()).toEqual([]);
  });

  longTest('smaller requests: DEST_LIMITS names --max-request-bytes, which mends it', async () => {
    await using pair = await Pair.start({
      ...both,
      destinationFlags: ['--max-request-bytes=65536'],
    });
    const value = 'x'.repeat(20 * 1024);
    for (let i = 0; i < 20; i += 1) await pair.source.etcdctl(['put', `k${i}`], value);
    pair.syncer.start();
    await expectStop(pair.syncer, 'DEST_LIMITS');
    expect(pair.syncer.output).toContain('lower --max-request-bytes');
    pair.syncer.start(['--max-request-bytes=64KiB']);
    expect(await pair.settledDifferences()).toEqual([]);
  });

  test('a value that fits into no request: DEST_TOO_LARGE, nothing of it is there or shown', async () => {
    await using pair = await Pair.start({
      ...both,
      destinationFlags: ['--max-request-bytes=65536'],
      syncerArgs: ['--max-request-bytes=64KiB'],
    });
    await pair.source.etcdctl(['put', 'large'], 'x'.repeat(100 * 1024));
    pair.syncer.start();
    await expectStop(pair.syncer, 'DEST_TOO_LARGE');
    expect(pair.syncer.output).not.toContain('xxxx');
    expect(await pair.destination.etcdctl(['get', 'large'])).toBe('');
  });
});

describe('a destination with a past', () => {
  test('keys of somebody else: DEST_NOT_EMPTY; merge keeps them', async () => {
    await using pair = await Pair.start(both);
    await pair.destination.etcdctl(['put', 'foreign', 'key']);
    pair.syncer.start();
    await expectStop(pair.syncer, 'DEST_NOT_EMPTY');
    pair.syncer.start(['--on-nonempty=merge']);
    await pair.source.etcdctl(['put', 'ours', 'key']);
    await untilThere(pair.destination, 'ours', 'key');
    await untilThere(pair.destination, 'foreign', 'key');
  });

  longTest('prune deletes them', async () => {
    await using pair = await Pair.start(both);
    await pair.destination.etcdctl(['put', 'foreign', 'key']);
    pair.syncer.start(['--on-nonempty=prune']);
    expect(await pair.settledDifferences()).toEqual([]);
    expect((await readContents(pair.destination.endpoints)).keys.size).toBe(
      (await readContents(pair.source.endpoints)).keys.size,
    );
  });

  test('what another source has written there: DEST_NOT_EMPTY, its keys and checkpoint stay', async () => {
    await using first = await Pair.start(both);
    await using second = await EtcdCluster.start({ programs: release });
    first.syncer.start();
    await first.source.etcdctl(['put', 'a', 'first']);
    await untilThere(first.destination, 'a', 'first');
    await using other = await Syncer.create([
      `--source-endpoints=${second.endpoints.join(',')}`,
      `--dest-endpoints=${first.destination.endpoints.join(',')}`,
      '--join',
    ]);
    other.start();
    await expectStop(other, 'DEST_NOT_EMPTY');
    await first.source.etcdctl(['put', 'a', 'again']);
    await untilThere(first.destination, 'a', 'again');
  });

  test('a checkpoint of another history, older or of a later format: each has its code, nothing is written', async () => {
    await using pair = await Pair.start(both);
    pair.syncer.start();
    await pair.source.etcdctl(['put', 'a', 'b']);
    await untilThere(pair.destination, 'a', 'b');
    expect(await pair.syncer.kill('SIGTERM')).toBe(0);
    const [key = '', value = ''] = (
      await pair.destination.etcdctl(['get', '__etcd_syncer__/', '--prefix'])
    ).split('\n');
    for (const [changes, code] of [
      [{ cluster_id: 'abc' }, 'DEST_CHECKPOINT_FOREIGN'],
      [{ term: 4711 }, 'DEST_CHECKPOINT_FOREIGN'],
      [{ index: 1 }, 'DEST_CHECKPOINT_OLDER'],
      [{ format: 99 }, 'DEST_CHECKPOINT_FORMAT'],
    ] as const) {
      const forged = { ...(JSON.parse(value) as object), ...changes };
      await pair.destination.etcdctl(['put', key, JSON.stringify(forged)]);
      const before = await pair.destination.etcdctl(['get', '', '--prefix', '-w', 'json']);
      pair.syncer.output = '';
      pair.syncer.start();
      await expectStop(pair.syncer, code);
      expect(await pair.destination.etcdctl(['get', '', '--prefix', '-w', 'json'])).toBe(before);
    }
  });
});

async function enableAuth(cluster: EtcdCluster): Promise<void> {
  await cluster.etcdctl(['user', 'add', `root:${PASSWORD}`]);
  await cluster.etcdctl(['user', 'grant-role', 'root', 'root']);
  await cluster.etcdctl(['auth', 'enable']);
  cluster.ctlFlags = [`--user=root:${PASSWORD}`];
}

/** Compaction, defragmentation and the end of the alarm, as an operator does it. */
async function makeRoom({ destination }: Pair): Promise<void> {
  const status = await destination.etcdctl(['endpoint', 'status', '-w', 'fields']);
  const revision = /"Revision" : (\d+)/.exec(status)?.[1] ?? '';
  await destination.etcdctl(['compact', revision, '--physical']);
  await destination.etcdctl(['defrag']);
  await destination.etcdctl(['alarm', 'disarm']);
}

async function putMany({ source }: Pair, count: number): Promise<void> {
  const load: Promise<string>[] = [];
  for (let i = 0; i < count; i += 20) {
    const puts = Array.from({ length: 20 }, (_, j) => `put k${i + j} v`).join('\n');
    load.push(source.etcdctl(['txn'], `\n${puts}\n\n\n`));
  }
  await Promise.all(load);
}
