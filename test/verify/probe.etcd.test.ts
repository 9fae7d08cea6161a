import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EtcdCluster } from '../kit/cluster.ts';
import { Pair } from '../kit/pair.ts';
import { Program } from '../kit/program.ts';
import { both } from '../replication/bad-input-helpers.ts';

let pair: Pair;

beforeAll(async () => {
  pair = await Pair.start({
    ...both,
    syncerArgs: ['--prefix=/a/', '--exclude-prefix=/a/private/', '--dest-prefix=/copy/'],
  });
  pair.syncer.start();
  await pair.syncer.caughtUp();
});

afterAll(async () => {
  await pair[Symbol.asyncDispose]();
});

interface Ended {
  readonly code: number | null;
  readonly report: Readonly<Record<string, unknown>>;
  readonly stderr: string;
}

function start(...args: string[]): Program {
  return new Program([
    'probe',
    `--source-endpoints=${pair.source.endpoints.join(',')}`,
    `--dest-endpoints=${pair.destination.endpoints.join(',')}`,
    ...['--prefix=/a/', '--exclude-prefix=/a/private/', '--dest-prefix=/copy/', '--json'],
    ...args,
  ]);
}

async function ended(program: Program): Promise<Ended> {
  const code = await program.exited();
  const report = program.stdout === '' ? {} : JSON.parse(program.stdout);
  return { code, report, stderr: program.stderr };
}

async function probe(...args: string[]): Promise<Ended> {
  await using program = start(...args);
  return await ended(program);
}

/** Keys of the probe, and leases. */
async function leftAt(cluster: EtcdCluster): Promise<string[]> {
  const keys = await cluster.etcdctl(['get', '', '--from-key', '--keys-only']);
  const leases = await cluster.etcdctl(['lease', 'list']);
  return [
    ...keys.split('\n').filter(key => key.includes('probe')),
    ...leases.split('\n').filter(line => /^[0-9a-f]+$/.test(line)),
  ];
}

async function expectNothingLeft(): Promise<void> {
  expect(await leftAt(pair.source)).toEqual([]);
  await expect.poll(() => leftAt(pair.destination), { timeout: 30_000 }).toEqual([]);
}

describe('probe', () => {
  test('sends keys through filter and rename, times them all, and leaves nothing behind', async () => {
    const { code, report, stderr } = await probe('--count=40', '--interval=2ms');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(report).toMatchObject({ sent: 40, visible: 40, not_visible: 0, clean: true });
    const { lag_seconds: lag, write_seconds: write } = report as {
      lag_seconds: Record<string, number>;
      write_seconds: Record<string, number>;
    };
    for (const found of [lag, write]) {
      expect(found.p50).toBeGreaterThan(0);
      expect(found.p99).toBeGreaterThanOrEqual(found.p50 ?? 0);
      expect(found.max).toBeGreaterThanOrEqual(found.p99 ?? 0);
    }
    await expectNothingLeft();
  });

  test.each(['/b/', '/a/private/', '__etcd_syncer__/'])(
    'refuses to write under %s, which is not replicated',
    async prefix => {
      const { code, stderr } = await probe(`--probe-prefix=${prefix}`);
      expect(code).toBe(2);
      expect(stderr).toContain('CONFIG_INVALID');
      expect(await leftAt(pair.source)).toEqual([]);
    },
  );

  test('a signal ends it, with what there is, and nothing is left behind', async () => {
    await using program = start('--duration=1h', '--interval=5ms');
    const watch = async () => (await leftAt(pair.source)).length;
    await expect.poll(watch, { timeout: 30_000 }).toBeGreaterThan(5);
    await program.kill('SIGINT');
    const { report } = await ended(program);
    expect(report.sent).toBeGreaterThan(4);
    expect(report.clean).toBe(true);
    await expectNothingLeft();
  });

  test('killed, its keys go with their lease', async () => {
    await using program = start('--duration=1h', '--interval=20ms');
    const keys = async () => (await leftAt(pair.source)).length;
    await expect.poll(keys, { timeout: 30_000 }).toBeGreaterThan(2);
    await program.kill('SIGKILL');
    const leases = (await leftAt(pair.source)).filter(line => /^[0-9a-f]+$/.test(line));
    expect(leases).toHaveLength(1);
    const shown = await pair.source.etcdctl(['lease', 'timetolive', leases[0] ?? '', '--keys']);
    expect(shown).toMatch(/remaining\([1-9]\d*s\).*probe/);
    await pair.source.etcdctl(['lease', 'revoke', leases[0] ?? '']);
    await expectNothingLeft();
  });

  test('what does not arrive is counted, and the exit code says so', async () => {
    await pair.syncer.kill('SIGTERM');
    await using program = start('--count=5', '--interval=1ms', '--wait=300ms');
    // It waits a while for the destination to be clean, which has never had the keys.
    const { code, report } = await ended(program);
    expect(code).toBe(1);
    expect(report).toMatchObject({ sent: 5, visible: 0, not_visible: 5 });
    expect(await leftAt(pair.source)).toEqual([]);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    await expectNothingLeft();
  });

  test('a source that does not answer is an error with its code', async () => {
    await using program = new Program([
      ...['probe', '--source-endpoints=127.0.0.1:1'],
      `--dest-endpoints=${pair.destination.endpoints.join(',')}`,
    ]);
    const { code, stderr } = await ended(program);
    expect(code).toBe(3);
    expect(stderr).toContain('SOURCE_UNREACHABLE');
  });
});
