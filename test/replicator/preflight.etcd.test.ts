import { describe, expect, test } from 'vitest';
import { EtcdClient } from '../../src/destination/etcd-client.ts';
import type { Finding } from '../../src/replicator/preflight/finding.ts';
import { maxRequestBytes, maxTxnOps } from '../../src/replicator/preflight/limits.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { Pair } from '../kit/pair.ts';
import { Program } from '../kit/program.ts';
import { releasesForLongSuites } from '../kit/releases.ts';
import { both } from '../replication/bad-input-helpers.ts';

const releases = await releasesForLongSuites(2);

/** Runs the command with a pair's clusters and ports; its findings by their checks. */
async function preflight({ source, destination, syncer }: Pair, ...args: string[]) {
  const given = new Set(args.map(flagName));
  const defaults = [
    `--source-endpoints=${source.endpoints.join(',')}`,
    `--dest-endpoints=${destination.endpoints.join(',')}`,
    `--listen-peer-urls=${syncer.peerUrl}`,
    `--data-dir=${syncer.dataDir}`,
    '--log-max-size=64MiB',
    '--json',
  ].filter(arg => !given.has(flagName(arg)));
  await using program = new Program(['preflight', ...defaults, ...args]);
  const code = await program.exited();
  expect(program.stderr).toBe('');
  const { findings } = JSON.parse(program.stdout) as { findings: Finding[] };
  const states = Object.fromEntries(
    findings.map(({ check, state, code: name }) => [check, name ?? state]),
  );
  return { code, findings, states };
}

function flagName(arg: string): string {
  return arg.split('=', 1)[0] ?? arg;
}

async function revisionOf(cluster: EtcdCluster): Promise<unknown> {
  const [member] = JSON.parse(
    await cluster.etcdctl(['endpoint', 'status', '--write-out=json']),
  ) as { Status: { header: { revision: number } } }[];
  return member?.Status.header.revision;
}

describe('preflight', () => {
  test('all that a start needs is there, and nothing is changed; then beside the running one', async () => {
    await using pair = await Pair.start(both);
    await pair.destination.etcdctl(['del', 'nothing']);
    const before = [await revisionOf(pair.source), await revisionOf(pair.destination)];
    const first = await preflight(pair);
    expect(first.states).toEqual({
      'disk space': 'ok',
      disk: expect.stringMatching(/^(ok|DISK_SLOW)$/),
      'source members': 'ok',
      'source clocks': 'ok',
      seat: 'ok',
      'data directory': 'ok',
      'source rights': 'ok',
      'source reaches us': 'ok',
      'destination members': 'ok',
      'destination clocks': 'ok',
      'destination health': 'ok',
      'destination rights': 'ok',
      'destination contents': 'ok',
      'limit of operations': 'ok',
      'limit of bytes': 'ok',
    });
    expect(first.code).toBe(0);
    expect([await revisionOf(pair.source), await revisionOf(pair.destination)]).toEqual(before);
    const bytes = first.findings.find(({ check }) => check === 'limit of bytes');
    expect(bytes?.text).toContain('destination takes 1.5 MiB, the source takes 1.5 MiB');

    pair.syncer.start();
    await pair.syncer.caughtUp();
    const second = await preflight(pair);
    expect(second.code).toBe(0);
    expect(second.states['source reaches us']).toBe('unknown');
    const contents = second.findings.find(({ check }) => check === 'destination contents');
    expect(contents?.text).toMatch(/checkpoint of this source at index \d/);
  });

  test('what a start would fail on has the code that it would fail with', async () => {
    await using pair = await Pair.start({
      ...both,
      destinationFlags: ['--max-txn-ops=100', '--max-request-bytes=1048576'],
    });
    await pair.destination.etcdctl(['put', 'foreign', 'value']);
    const taken = await preflight(pair, '--listen-peer-urls=http://127.0.0.1:1');
    expect(taken.code).toBe(3);
    expect(taken.states).toMatchObject({
      seat: 'SEAT_SLOT_TAKEN',
      'source reaches us': 'unknown',
      'destination contents': 'DEST_NOT_EMPTY',
      'limit of operations': 'DEST_LIMITS',
      'limit of bytes': 'DEST_LIMITS',
    });
    const lowered = await preflight(
      pair,
      ...['--max-txn-ops=100', '--max-request-bytes=1MiB', '--on-nonempty=merge'],
    );
    expect(lowered.code).toBe(0);
    expect(lowered.states).toMatchObject({
      'destination contents': 'DEST_NOT_EMPTY',
      'limit of operations': 'ok',
      'limit of bytes': 'LIMITS_DIFFER',
    });
    const self = await preflight(pair, `--dest-endpoints=${pair.source.endpoints[0]}`);
    expect(self.states['destination health']).toBe('SAME_CLUSTER');
    const away = await preflight(
      pair,
      ...['--dest-endpoints=127.0.0.1:1', '--source-endpoints=127.0.0.1:1'],
    );
    expect(away.code).toBe(3);
    expect(away.states).toMatchObject({
      source: 'SOURCE_UNREACHABLE',
      'destination members': 'PEER_UNREACHABLE',
      destination: 'unknown',
    });
  });

  test('rights: a user without the role root is told what will not work', async () => {
    await using pair = await Pair.start(both);
    const { source, destination } = pair;
    const asRoot = [
      ['user', 'add', 'root:root-password'],
      ['user', 'grant-role', 'root', 'root'],
      ['auth', 'enable'],
    ];
    for (const args of asRoot) await source.etcdctl(args);
    for (const args of [
      ['user', 'add', 'root:root-password'],
      ['user', 'grant-role', 'root', 'root'],
      ['user', 'add', 'some:some-password'],
      ['role', 'add', 'some'],
      ['role', 'grant-permission', '--prefix=true', 'some', 'readwrite', ''],
      ['user', 'add', 'none:none-password'],
      ['user', 'grant-role', 'some', 'some'],
      ['auth', 'enable'],
    ]) {
      await destination.etcdctl(args);
    }
    const atSource = async (...args: string[]) =>
      (await preflight(pair, ...args)).states['source rights'];
    expect(await atSource('--source-user=root:root-password')).toBe('ok');
    const refused = await preflight(pair, '--source-user=root:wrong');
    expect(refused.states.source).toBe('SOURCE_UNAUTHORISED');
    const anonymous = await preflight(pair, '--dest-user=root:root-password');
    // This release lists its members to users only, which `run` would stop at, too.
    expect(anonymous.states.source).toBe('SOURCE_UNAUTHORISED');
    const as = async (login: string) =>
      (await preflight(pair, `--dest-user=${login}`)).states['destination rights'];
    expect(await as('root:root-password')).toBe('ok');
    expect(await as('some:some-password')).toBe('DEST_PERMISSION');
    expect(await as('none:none-password')).toBe('DEST_PERMISSION');
    expect(await as('root:wrong-password')).toBe('DEST_UNAUTHORISED');
    expect((await preflight(pair)).states['destination rights']).toBe('DEST_UNAUTHORISED');
  });
});

describe('limits of a server', () => {
  test.each(releases)('$version tells them', async programs => {
    await using plain = await EtcdCluster.start({ programs });
    await using other = await EtcdCluster.start({
      programs,
      flags: ['--max-txn-ops=517', '--max-request-bytes=3000000'],
    });
    const found = async ({ endpoints }: EtcdCluster) => {
      const login = { tls: undefined, user: undefined, password: undefined };
      const client = new EtcdClient({ endpoints, ...login });
      try {
        return [await maxRequestBytes(client), await maxTxnOps(client)];
      } finally {
        client.close();
      }
    };
    await using large = await EtcdCluster.start({
      programs,
      flags: ['--max-txn-ops=20000', '--max-request-bytes=33554432'],
    });
    expect(await found(large)).toEqual([
      { value: 15.5 * 1024 * 1024, isExact: false },
      { value: 8_192, isExact: false },
    ]);
    expect(await found(plain)).toEqual([
      { value: 1_572_864, isExact: true },
      { value: 128, isExact: true },
    ]);
    expect(await found(other)).toEqual([
      { value: 3_000_000, isExact: true },
      { value: 517, isExact: true },
    ]);
  });
});
