import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { availableReleases } from '../kit/binaries.ts';
import { bulkKey, fill } from '../kit/bulk.ts';
import type { EtcdCluster } from '../kit/cluster.ts';
import { Load, PAUSE_MS } from '../kit/load.ts';
import { longTest } from '../kit/long.ts';
import { Pair } from '../kit/pair.ts';
import { checkPair, endpointsOf, runCheck } from './run-check.ts';

const all = await availableReleases();
const release = all.find(({ version }) => version === '3.5.30') ?? all.at(-1);
if (release === undefined) throw new Error('no etcd could be had: see `npm run etcd`');
const programs = release;

const TIMEOUT_MS = 300_000;

async function startPair(...syncerArgs: readonly string[]): Promise<Pair> {
  const pair = await Pair.start({ source: programs, destination: programs, syncerArgs });
  pair.syncer.start();
  await pair.syncer.caughtUp();
  return pair;
}

/** Waits until the destination has all that was written to the source so far. */
async function arrived(pair: Pair, markKey = 'arrived'): Promise<void> {
  const mark = String(Date.now());
  await pair.source.etcdctl(['put', markKey, mark]);
  const revision = await revisionOf(pair.source);
  await pair.syncer.until(status => status.positions.source_revision >= revision);
  await pair.syncer.caughtUp();
}

async function revisionOf(cluster: EtcdCluster): Promise<number> {
  const printed = await cluster.etcdctl(['get', 'x', '-w', 'json']);
  return (JSON.parse(printed) as { header: { revision: number } }).header.revision;
}

describe('the source rests', () => {
  test(
    'what somebody wrote to the destination is found though the checkpoint does not move',
    async () => {
      await using pair = await startPair();
      await fill({ endpoints: pair.source.endpoints, from: 0, to: 300 }, String);
      await arrived(pair);
      expect(await checkPair(pair)).toMatchObject({ code: 0, report: { differences: 0 } });

      await pair.destination.etcdctl(['del', bulkKey(5)]);
      await pair.destination.etcdctl(['put', bulkKey(6), 'very secret']);
      const { code, report, stdout, stderr } = await checkPair(pair);
      expect([code, report.differences]).toEqual([1, 2]);
      expect(report.first).toMatchObject([
        { kind: 'key-missing', subject: bulkKey(5) },
        {
          kind: 'value',
          subject: bulkKey(6),
          source: '1 bytes, sha256 e7f6c011776e',
          destination: expect.stringMatching(/^11 bytes, sha256 [0-9a-f]{12}$/),
        },
      ]);
      expect(stdout + stderr).not.toContain('very secret');

      // Of keys alone the value is no matter.
      expect((await checkPair(pair, ['--keys-only'])).report.by_kind).toMatchObject({
        'key-missing': 1,
        value: 0,
      });
      // For people, and with fewer shown than found.
      const shown = await runCheck([...endpointsOf(pair), '--limit=1']);
      expect(shown.code).toBe(1);
      expect(shown.stdout).toContain('2 differences: 1 key-missing, 1 value.');
      expect(shown.stdout).toContain('and 1 more');
    },
    TIMEOUT_MS,
  );

  test(
    'users: certain by the replicator; without it, what may be on its way is said to be that',
    async () => {
      await using pair = await startPair();
      await pair.source.etcdctl(['user', 'add', 'ann:secret']);
      await arrived(pair);
      await pair.destination.etcdctl(['user', 'delete', 'ann']);
      expect(await checkPair(pair)).toMatchObject({
        code: 1,
        report: { unsettled: 0, first: [{ kind: 'user-missing', subject: 'ann' }] },
      });
      for (const skip of ['--no-auth', '--auth=skip']) {
        expect((await checkPair(pair, [skip])).code).toBe(0);
      }
      // Reading users makes entries that the checkpoint does not follow at once.
      const alone = await checkPair(pair, ['--http-listen=127.0.0.1:1', '--wait=1']);
      expect([alone.code, alone.report.unsettled, alone.report.differences]).toEqual([3, 1, 0]);
      expect(alone.report.first_unsettled).toMatchObject([{ kind: 'user-missing' }]);
    },
    TIMEOUT_MS,
  );

  longTest(
    'a sample: all keys, some values, the same ones for the same seed',
    async () => {
      await using pair = await startPair();
      await fill({ endpoints: pair.source.endpoints, from: 0, to: 400 }, String);
      await arrived(pair);
      await fill({ endpoints: pair.destination.endpoints, from: 0, to: 400 }, () => 'wrong');
      const found = async (...args: readonly string[]) => {
        const { report } = await checkPair(pair, ['--limit=1000', ...args]);
        expect(report.by_kind).toMatchObject({ value: report.differences });
        expect(report.compared).toMatchObject({ keys: 401 });
        return report.first.map(({ subject }) => subject);
      };
      const sampled = await found('--sample=25', '--seed=3');
      expect(sampled.length).toBeGreaterThan(60);
      expect(sampled.length).toBeLessThan(140);
      expect((await found('--sample=25', '--seed=3')).sort()).toEqual(sampled.sort());
      expect((await found('--sample=25', '--seed=4')).sort()).not.toEqual(sampled.sort());
      expect(await found()).toHaveLength(400);
    },
    TIMEOUT_MS,
  );
});

test(
  'filter and rename: only what is replicated, under its name there',
  async () => {
    const filter = ['--prefix=/a/', '--exclude-prefix=/a/tmp/', '--dest-prefix=/z/'];
    await using pair = await startPair(...filter);
    const { source, destination } = pair;
    for (const key of ['/a/1', '/a/2', '/a/x/3', '/a/tmp/4', '/b/5']) {
      await source.etcdctl(['put', key, key]);
    }
    await destination.etcdctl(['put', '/other', 'not ours']);
    await arrived(pair, '/a/9');
    const equal = await checkPair(pair, filter);
    expect(equal).toMatchObject({ code: 0, report: { compared: { keys: 4 } } });
    // Without the filter these are other keys.
    expect((await checkPair(pair)).code).toBe(1);

    await destination.etcdctl(['put', '/z/x/3', 'wrong']);
    await destination.etcdctl(['put', '/z/extra', 'wrong']);
    const { report } = await checkPair(pair, filter);
    expect(report.first.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([
      'key-extra /z/extra',
      'value /z/x/3',
    ]);
    const narrow = await checkPair(pair, [...filter, '--only-prefix=/a/x/']);
    expect(narrow.report).toMatchObject({ differences: 1, compared: { keys: 1 } });
    const merged = await checkPair(pair, [...filter, '--on-nonempty=merge']);
    expect(merged.report).toMatchObject({ differences: 1, foreign: { keys: 1 } });
    const outside = await runCheck([...endpointsOf(pair), ...filter, '--only-prefix=/b/']);
    expect([outside.code, outside.stderr]).toEqual([
      2,
      expect.stringContaining('--only-prefix names keys'),
    ]);
  },
  TIMEOUT_MS,
);

test(
  'compactions on the way: goes on at newer pairs, misses nothing and finds nothing that is not there',
  async () => {
    await using pair = await startPair();
    await fill({ endpoints: pair.source.endpoints, from: 0, to: 6_000 }, String);
    await arrived(pair);
    const load = new Load({
      endpoints: pair.source.endpoints,
      seed: 5,
      workers: 2,
      pauseMs: PAUSE_MS,
    });
    const over = { is: false };
    const compacting = (async () => {
      while (!over.is) {
        await sleep(700);
        // As the controllers of Kubernetes do: up to now.
        await pair.source.etcdctl(['compact', String(await revisionOf(pair.source))]);
      }
    })();
    try {
      const equal = await checkPair(pair, ['--max-rate=1500']);
      expect(equal.report.first, equal.stderr).toEqual([]);
      expect(equal.code).toBe(0);
      expect(equal.report.pairs.length).toBeGreaterThan(1);
      expect(equal.report.compared.keys).toBeGreaterThan(6_000);
      expect(equal.report.seconds).toBeGreaterThan(3);

      for (const number of [1, 3_000, 5_999])
        await pair.destination.etcdctl(['del', bulkKey(number)]);
      const { report } = await checkPair(pair, ['--max-rate=1500']);
      expect(report.pairs.length).toBeGreaterThan(1);
      expect(report.first.map(({ subject }) => subject)).toEqual([1, 3_000, 5_999].map(bulkKey));
    } finally {
      over.is = true;
      await compacting;
      await load.stop();
    }
  },
  TIMEOUT_MS,
);

test(
  'ended on the way, it goes on from there, with what it had found',
  async () => {
    await using pair = await startPair();
    await fill({ endpoints: pair.source.endpoints, from: 0, to: 600 }, String);
    await arrived(pair);
    for (const number of [0, 599]) await pair.destination.etcdctl(['del', bulkKey(number)]);
    const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-resume-'));
    try {
      const file = join(dir, 'mark');
      const args = [...endpointsOf(pair), `--resume=${file}`];
      const ended = await runCheck([...args, '--max-rate=100'], [], async child => {
        while (!existsSync(file)) await sleep(50);
        child.kill('SIGTERM');
      });
      expect([ended.code, ended.stderr]).toEqual([3, expect.stringContaining('INTERRUPTED')]);
      const other = await runCheck([...args, '--keys-only']);
      expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('CONFIG_FILE')]);
      const { code, report } = await checkPair(pair, [`--resume=${file}`]);
      expect([code, report.first.map(({ subject }) => subject)]).toEqual([
        1,
        [bulkKey(0), bulkKey(599)],
      ]);
      expect(report.compared).toMatchObject({ keys: 601, values: 599 });
      expect(report.pairs).toHaveLength(2);
      expect(existsSync(file)).toBe(false);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
  TIMEOUT_MS,
);

test(
  'where nothing can be told: exit 3 and why',
  async () => {
    await using pair = await startPair();
    await fill({ endpoints: pair.source.endpoints, from: 0, to: 200 }, String);
    await arrived(pair);
    const elsewhere = await runCheck([...endpointsOf(pair), '--checkpoint-prefix=none/']);
    expect([elsewhere.code, elsewhere.stdout]).toEqual([3, '']);
    expect(elsewhere.stderr).toContain('CHECK_NO_CHECKPOINT');

    // This one knows no operators.
    const forbidden = await runCheck([...endpointsOf(pair), '--repair', '--yes']);
    expect([forbidden.code, forbidden.stderr]).toEqual([
      3,
      expect.stringContaining('HTTP_FORBIDDEN'),
    ]);

    // With the replicator gone the checkpoint stays: equal there, and the source is ahead.
    await pair.syncer.kill();
    const alone = await runCheck([...endpointsOf(pair), '--repair', '--yes']);
    expect([alone.code, alone.stderr]).toEqual([3, expect.stringContaining('STATUS_UNREACHABLE')]);
    await pair.source.etcdctl(['put', bulkKey(1), 'newer']);
    const behind = await runCheck([...endpointsOf(pair), '--wait=1', '--no-auth']);
    expect([behind.code, behind.stdout]).toEqual([
      0,
      expect.stringContaining('The source, or its snapshot, is 1 revisions beyond that.'),
    ]);
    await pair.source.etcdctl(['compact', String(await revisionOf(pair.source))]);
    const compacted = await runCheck([...endpointsOf(pair), '--wait=1']);
    expect([compacted.code, compacted.stdout]).toEqual([3, '']);
    expect(compacted.stderr).toContain('CHECK_NO_PAIR: the source has compacted revision');

    const none = await runCheck(endpointsOf(pair).slice(0, 1));
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('--dest-endpoints')]);
  },
  TIMEOUT_MS,
);

test(
  'auth is on at both sides: with users that are root, else it says who may not',
  async () => {
    const users = ['--source-user=root:source', '--dest-user=root:destination'];
    await using pair = await Pair.start({
      source: programs,
      destination: programs,
      syncerArgs: users,
    });
    const { source, destination, syncer } = pair;
    for (const [cluster, password] of [
      [source, 'source'],
      [destination, 'destination'],
    ] as const) {
      await cluster.etcdctl(['user', 'add', `root:${password}`]);
      await cluster.etcdctl(['user', 'grant-role', 'root', 'root']);
    }
    await source.etcdctl(['user', 'add', 'ann:secret']);
    await source.etcdctl(['put', 'k', 'v']);
    await source.etcdctl(['auth', 'enable']);
    await destination.etcdctl(['auth', 'enable']);
    syncer.start();
    await syncer.caughtUp();
    const equal = await checkPair(pair, users);
    expect([equal.code, equal.report.first], equal.stderr).toEqual([0, []]);
    expect(equal.report.compared).toMatchObject({ keys: 1, users: 2 });

    destination.ctlFlags = ['--user=root:destination'];
    const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-logins-'));
    try {
      const file = join(dir, 'logins');
      writeFileSync(file, '# who\nann:secret\nnobody:x\n', { mode: 0o600 });
      const args = [...users, `--logins=${file}`];
      expect((await checkPair(pair, args)).report).toMatchObject({
        differences: 0,
        compared: { logins: 1 },
      });
      await destination.etcdctl(['user', 'passwd', 'ann', '--interactive=false'], 'other\n');
      const { code, report, stdout, stderr } = await checkPair(pair, args);
      expect([code, report.first]).toMatchObject([
        1,
        [{ kind: 'login', subject: 'ann', source: 'logs in', destination: 'refused' }],
      ]);
      expect(stdout + stderr).not.toContain('secret');
      const without = await runCheck([...endpointsOf(pair), ...users, '--logins=/nowhere']);
      expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('CONFIG_FILE')]);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
    await destination.etcdctl(['user', 'delete', 'ann']);
    expect((await checkPair(pair, users)).report.first).toMatchObject([
      { kind: 'user-missing', subject: 'ann' },
    ]);
    for (const [args, code] of [
      [users.slice(1), 'SOURCE_UNAUTHORISED'],
      [['--source-user=ann:secret', ...users.slice(1)], 'SOURCE_PERMISSION'],
      [[...users.slice(0, 1), '--dest-user=root:wrong'], 'DEST_UNAUTHORISED'],
    ] as const) {
      const refused = await runCheck([...endpointsOf(pair), ...args]);
      expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining(code)]);
    }
  },
  TIMEOUT_MS,
);

test(
  '--check-interval: metrics and an error while something differs',
  async () => {
    await using pair = await startPair(
      '--check-interval=1s',
      '--check-max-rate=0',
      '--check-max-load=100',
    );
    await fill({ endpoints: pair.source.endpoints, from: 0, to: 300 }, String);
    await arrived(pair);
    const load = new Load({
      endpoints: pair.source.endpoints,
      seed: 9,
      workers: 1,
      pauseMs: PAUSE_MS,
    });
    try {
      await untilMetric(pair, 'etcd_syncer_check_keys', keys => keys > 300);
      const since = Date.now() / 1_000;
      const last = 'etcd_syncer_check_last_success_timestamp_seconds';
      await untilMetric(pair, last, at => at > since);
      const ofValues = 'etcd_syncer_check_differences{kind="value"}';
      expect(await metricOf(pair, ofValues)).toBe(0);
      expect(await metricOf(pair, 'etcd_syncer_check_coverage_ratio')).toBe(1);
      expect(pair.syncer.output).not.toContain('CHECK_DIFFERENT');

      await pair.destination.etcdctl(['put', bulkKey(7), 'wrong']);
      await untilMetric(pair, ofValues, count => count === 1);
      await pair.syncer.until(({ last_errors }) =>
        last_errors.some(
          ({ code, message }) => code === 'CHECK_DIFFERENT' && message.includes(bulkKey(7)),
        ),
      );
      await pair.source.etcdctl(['put', bulkKey(7), 'right']);
      await untilMetric(pair, ofValues, count => count === 0);
    } finally {
      await load.stop();
    }
    expect(await metricOf(pair, 'etcd_syncer_check_failures_total')).toBe(0);
    expect(await pair.syncer.kill('SIGTERM')).toBe(0);
  },
  TIMEOUT_MS,
);

test(
  'a snapshot file: the destination as it was then, and nothing of what changed in between',
  async () => {
    await using pair = await startPair();
    const { source, destination } = pair;
    const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-snapshot-'));
    try {
      await fill({ endpoints: source.endpoints, from: 0, to: 300 }, String);
      await arrived(pair);
      await destination.etcdctl(['put', bulkKey(3), 'wrong']);
      await destination.etcdctl(['del', bulkKey(4)]);
      const load = new Load({
        endpoints: source.endpoints,
        seed: 3,
        workers: 2,
        pauseMs: PAUSE_MS,
      });
      await sleep(1_000);
      const file = join(dir, 'backup.db');
      await source.etcdctl(['snapshot', 'save', file]);
      await sleep(1_000);
      await load.stop();
      await arrived(pair, bulkKey(5));
      const clusterId = (await pair.syncer.status()).source.cluster_id;
      const args = [`--snapshot=${file}`, `--cluster-id=${clusterId}`];
      const { code, report, stderr } = await checkPair(pair, args);
      expect(
        report.first.map(({ kind, subject }) => `${kind} ${subject}`),
        stderr,
      ).toEqual([`value ${bulkKey(3)}`, `key-missing ${bulkKey(4)}`]);
      expect(code).toBe(1);
      // The load goes on changing fifty keys of a kind; of the others all is known.
      expect(report.compared.keys).toBeGreaterThan(300);
      expect(report.unknown_keys).toBeLessThan(50);

      await destination.etcdctl(['compact', String(await revisionOf(destination))]);
      const gone = await runCheck([...endpointsOf(pair), ...args]);
      expect([gone.code, gone.stderr]).toEqual([3, expect.stringContaining('CHECK_NO_PAIR')]);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
  TIMEOUT_MS,
);

/** NaN while it is not there. */
async function metricOf(pair: Pair, name: string): Promise<number> {
  const line = (await pair.syncer.get('/metrics'))
    .split('\n')
    .find(text => text.startsWith(`${name} `));
  return Number(line?.slice(name.length) ?? Number.NaN);
}

async function untilMetric(
  pair: Pair,
  name: string,
  condition: (value: number) => boolean,
): Promise<void> {
  const deadline = Date.now() + 90_000;
  while (!condition(await metricOf(pair, name))) {
    if (Date.now() > deadline) throw new Error(`${name} did not come to that`);
    await sleep(200);
  }
}
