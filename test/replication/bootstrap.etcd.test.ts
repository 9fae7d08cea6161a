import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bulkKey, fill } from '../kit/bulk.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { differences, readContents } from '../kit/compare.ts';
import { longTest } from '../kit/long.ts';
import { Pair } from '../kit/pair.ts';
import { freePort } from '../kit/ports.ts';
import { Program } from '../kit/program.ts';
import { RUNS_ALL_LINES, releasesForLongSuites } from '../kit/releases.ts';
import { RestoredMember } from '../snapshot/restored.ts';
import { both, release, until } from './bad-input-helpers.ts';
import {
  DeleteWatch,
  leaseIdOf,
  outgrowLog,
  restartSource,
  saidInLastRun,
  shortLog,
} from './snapshot-helpers.ts';

const releases = (await releasesForLongSuites(1)).filter(({ version }) => version !== '3.5.16');
/** So many that something can be done while they are loaded and written. */
const MANY_KEYS = RUNS_ALL_LINES ? 200_000 : 100_000;
const PENDING = 'a snapshot of the leader is pending';

class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'etcd-syncer-bootstrap-'));

  file(name: string): string {
    return join(this.path, name);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly output: string;
}

/** Runs `bootstrap` with the pair's clusters and data directory. */
async function started(pair: Pair, args: readonly string[]): Promise<Program> {
  return new Program([
    'bootstrap',
    `--source-endpoints=${pair.source.endpoints.join(',')}`,
    `--dest-endpoints=${pair.destination.endpoints.join(',')}`,
    `--data-dir=${pair.syncer.dataDir}`,
    `--listen-peer-urls=${pair.syncer.peerUrl}`,
    ...(args.some(arg => arg.startsWith('--http-listen'))
      ? []
      : [`--http-listen=127.0.0.1:${await freePort()}`]),
    ...args,
  ]);
}

async function bootstrap(pair: Pair, ...args: string[]): Promise<Ended> {
  await using program = await started(pair, args);
  const code = await program.exited();
  return { code, stdout: program.stdout, output: program.stdout + program.stderr };
}

async function fillMixed({ source }: Pair, keys: number): Promise<void> {
  await fill({ endpoints: source.endpoints, from: 0, to: keys }, number => `value ${number}`);
  const lease = leaseIdOf(await source.etcdctl(['lease', 'grant', '600']));
  await source.etcdctl(['put', 'leased', 'v', `--lease=${lease}`]);
  await source.etcdctl(['del', bulkKey(0), bulkKey(10)]);
  await source.etcdctl(['user', 'add', 'ann:secret']);
}

/** All keys of a cluster with their revisions, checkpoint and all. */
const everything = (cluster: EtcdCluster): Promise<string> =>
  cluster.etcdctl(['get', '', '--prefix', '-w', 'json']);

describe.each(releases.map(programs => [programs.version, programs] as const))(
  'a backup file of %s',
  (_, source) => {
    test('run goes on behind it by the log while the source has it, and by a snapshot after', async () => {
      using folder = new Folder();
      await using pair = await Pair.start({
        source,
        destination: release,
        sourceFlags: shortLog(source),
      });
      await fillMixed(pair, 2_000);
      const file = folder.file('backup.db');
      await pair.source.etcdctl(['snapshot', 'save', file]);
      const saved = await readContents(pair.source.endpoints);
      await pair.source.etcdctl(['put', 'after', 'the backup']);

      const first = await bootstrap(pair, `--snapshot=${file}`);
      expect(first.code, first.output).toBe(0);
      expect(differences(saved, await readContents(pair.destination.endpoints))).toEqual([]);
      const before = await everything(pair.destination);
      const again = await bootstrap(pair, `--snapshot=${file}`);
      expect(again.code, again.output).toBe(0);
      expect(again.output).toContain('; 0 puts and deletes were made.');
      expect(keysIn(await everything(pair.destination))).toEqual(keysIn(before));

      pair.syncer.start();
      await pair.syncer.caughtUp();
      expect(pair.syncer.output).not.toContain(PENDING);
      expect(await pair.settledDifferences()).toEqual([]);
      expect((await pair.syncer.status()).destination.operations).toBeLessThan(20);
      await pair.syncer.kill('SIGTERM');

      // Another seat's data directory, seeded from the same old file.
      await restartSource(pair.source);
      await outgrowLog(pair.source, source);
      pair.syncer.start();
      await pair.syncer.caughtUp();
      expect(saidInLastRun(pair.syncer.output, PENDING)).toBe(1);
      expect(await pair.settledDifferences()).toEqual([]);
      expect(await pair.destination.etcdctl(['user', 'list'])).toBe('ann\n');
    });
  },
);

describe('what a file can be', () => {
  test('of another cluster: SNAPSHOT_FOREIGN; damaged: its code; nothing is written', async () => {
    using folder = new Folder();
    await using pair = await Pair.start(both);
    await using other = await EtcdCluster.start({ programs: release });
    await other.etcdctl(['put', 'a', 'b']);
    await other.etcdctl(['snapshot', 'save', folder.file('foreign.db')]);
    await fill(
      { endpoints: pair.source.endpoints, from: 0, to: 5_000 },
      number => `value ${number}`,
    );
    const file = folder.file('backup.db');
    await pair.source.etcdctl(['snapshot', 'save', file]);
    const bytes = readFileSync(file);
    const hash = Buffer.from(bytes);
    hash[hash.length >> 1] = (hash[hash.length >> 1] ?? 0) ^ 1;
    writeFileSync(folder.file('hash.db'), hash);
    writeFileSync(folder.file('short.db'), bytes.subarray(0, 8_192));
    // Without the hash behind it, so that the pages themselves are looked at.
    const pages = Buffer.from(bytes.subarray(0, -32));
    pages.fill(0xff, pages.length >> 1, (pages.length >> 1) + 4_096);
    writeFileSync(folder.file('pages.db'), pages);
    await using watch = await DeleteWatch.start(pair.destination);
    for (const [name, code] of [
      ['foreign.db', 'SNAPSHOT_FOREIGN'],
      ['hash.db', 'SNAPSHOT_HASH'],
      ['short.db', 'SNAPSHOT_DAMAGED'],
      ['pages.db', 'SNAPSHOT_DAMAGED'],
      ['none.db', 'SNAPSHOT_READ'],
    ]) {
      const ended = await bootstrap(pair, `--snapshot=${folder.file(name ?? '')}`);
      expect([name, ended.code], ended.output).toEqual([name, 3]);
      expect(ended.output).toContain(`${code}: `);
    }
    expect(await pair.destination.etcdctl(['get', '', '--prefix', '--keys-only'])).toBe('');
    expect(watch.puts).toBe(0);
    // The right one still goes in.
    expect((await bootstrap(pair, `--snapshot=${file}`)).code).toBe(0);
  });

  test('--dry-run counts and writes nothing; what it says comes true', async () => {
    using folder = new Folder();
    await using pair = await Pair.start(both);
    await fillMixed(pair, 1_000);
    const file = folder.file('backup.db');
    await pair.source.etcdctl(['snapshot', 'save', file]);
    // 500 alike, 100 others, 3 that the source lacks.
    await fill({ endpoints: pair.destination.endpoints, from: 400, to: 1_000 }, number =>
      number < 900 ? `value ${number}` : 'another',
    );
    for (const key of ['a', 'foreign/1', 'z']) await pair.destination.etcdctl(['put', key, 'v']);
    const before = await everything(pair.destination);
    const refused = await bootstrap(pair, `--snapshot=${file}`, '--dry-run');
    expect([refused.code, refused.output.includes('DEST_NOT_EMPTY: ')]).toEqual([3, true]);
    const expected = { keys: 991, puts: 491, leaseGrants: 1, authChanges: 1 };
    for (const [mode, deletes] of [
      ['merge', 0],
      ['prune', 3],
    ] as const) {
      const ended = await bootstrap(
        pair,
        `--snapshot=${file}`,
        '--dry-run',
        '--json',
        `--on-nonempty=${mode}`,
      );
      expect(ended.code, ended.output).toBe(0);
      const { preview } = JSON.parse(ended.stdout) as { preview: unknown };
      expect(preview).toEqual({ ...expected, deletes });
    }
    expect(await everything(pair.destination)).toBe(before);
    expect(await pair.destination.etcdctl(['user', 'list'])).toBe('');
    expect(await pair.destination.etcdctl(['lease', 'list'])).toContain('found 0 leases');
    const done = await bootstrap(pair, `--snapshot=${file}`, '--on-nonempty=prune', '--json');
    expect(done.code, done.output).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({ operations: 494 });
    const found = differences(
      await readContents(pair.source.endpoints),
      await readContents(pair.destination.endpoints),
    );
    expect(found).toEqual([]);
  });

  longTest('SIGTERM in the middle: INTERRUPTED; SIGKILL; the same command goes on', async () => {
    using folder = new Folder();
    await using pair = await Pair.start(both);
    await fill(
      { endpoints: pair.source.endpoints, from: 0, to: MANY_KEYS },
      number => `value ${number}`,
    );
    const file = folder.file('backup.db');
    await pair.source.etcdctl(['snapshot', 'save', file]);
    let codes: (number | null)[] = [];
    for (const [signal, message] of [
      ['SIGTERM', 'loading a snapshot'],
      ['SIGKILL', 'loading a snapshot'],
      ['SIGTERM', '"msg":"seeding"'],
      ['SIGKILL', '"msg":"seeding"'],
    ] as const) {
      await using program = await started(pair, [`--snapshot=${file}`]);
      await until(`it says ${message}`, async () =>
        Promise.resolve((program.stdout + program.stderr).includes(message)),
      );
      codes = [...codes, await program.kill(signal)];
      if (signal === 'SIGTERM')
        expect(`${codes.at(-1)} ${program.stderr}`).toContain('INTERRUPTED: ');
    }
    expect(codes).toEqual([3, null, 3, null]);
    const ended = await bootstrap(pair, `--snapshot=${file}`);
    expect(ended.code, ended.output).toBe(0);
    expect(ended.output).toContain('"resumed":');
    const found = differences(
      await readContents(pair.source.endpoints),
      await readContents(pair.destination.endpoints),
    );
    expect(found).toEqual([]);
  });

  test('progress is told by lines of the log, /status and /metrics', async () => {
    using folder = new Folder();
    await using pair = await Pair.start(both);
    await fill(
      { endpoints: pair.source.endpoints, from: 0, to: MANY_KEYS },
      number => `value ${number}`,
    );
    const file = folder.file('backup.db');
    await pair.source.etcdctl(['snapshot', 'save', file]);
    const http = `127.0.0.1:${await freePort()}`;
    await using program = await started(pair, [`--snapshot=${file}`, `--http-listen=${http}`]);
    const get = async (path: string): Promise<string> =>
      (await fetch(`http://${http}${path}`)).text();
    let loading: { total: number; writes: number; done: number } | undefined;
    await until('keys are written while they are loaded', async () => {
      const { phase, bootstrap: progress } = JSON.parse(await get('/status'));
      expect(phase).toBe('bootstrapping');
      if (progress?.step === 'loading' && progress.writes > 0) loading = progress;
      return loading !== undefined;
    });
    // A destination that does not answer: time enough to look, and for a line of the log.
    pair.destination.members[0]?.signal('SIGSTOP');
    expect(loading).toMatchObject({ step: 'loading', total: MANY_KEYS });
    expect(loading?.done).toBeGreaterThanOrEqual(loading?.writes ?? 0);
    const metrics = await get('/metrics');
    expect(metrics).toMatch(/^etcd_syncer_bootstrap_[a-z_]+(\{[^}]*\})? [0-9.e+]+$/m);
    await until('progress stands in the log', async () =>
      program.stderr.includes('bootstrapping: '),
    );
    pair.destination.members[0]?.signal('SIGCONT');
    expect(await program.exited()).toBe(0);
    expect(program.stderr).not.toContain('\r');
  });
});

describe('--from-source', () => {
  test('with the log: it ends when it has caught up', async () => {
    await using pair = await Pair.start(both);
    await fillMixed(pair, 500);
    const ended = await bootstrap(pair, '--from-source');
    expect(ended.code, ended.output).toBe(0);
    expect(ended.output).not.toContain(PENDING);
    const found = differences(
      await readContents(pair.source.endpoints),
      await readContents(pair.destination.endpoints),
    );
    expect(found).toEqual([]);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    expect(await pair.settledDifferences()).toEqual([]);
  });

  test.each(releases.map(programs => [programs.version, programs] as const))(
    'with a snapshot of %s: kept as a backup that its own tool restores',
    async (_, source) => {
      using folder = new Folder();
      await using pair = await Pair.start({
        source,
        destination: release,
        sourceFlags: shortLog(source),
      });
      await fillMixed(pair, 500);
      await outgrowLog(pair.source, source);
      const file = folder.file('kept.db');
      const ended = await bootstrap(pair, '--from-source', `--snapshot-out=${file}`);
      expect(ended.code, ended.output).toBe(0);
      expect(ended.output).toContain(PENDING);
      expect(existsSync(file)).toBe(true);
      const contents = await readContents(pair.source.endpoints);
      expect(differences(contents, await readContents(pair.destination.endpoints))).toEqual([]);
      await using restored = await RestoredMember.start(source, file);
      await until('the restored member serves', async () => {
        const { keys } = await readContents([restored.member.clientUrl]);
        return differences({ keys, leases: contents.leases }, contents).length === 0;
      });
      // It would keep the leader sending: it is said before anything is asked for.
      const again = await bootstrap(pair, '--from-source', `--snapshot-out=${file}`);
      expect([again.code, again.output.includes('SNAPSHOT_WRITE: ')]).toEqual([3, true]);
      pair.syncer.start();
      await pair.syncer.caughtUp();
      expect(await pair.settledDifferences()).toEqual([]);
    },
  );
});

/** Keys with their revisions, without the checkpoint. */
function keysIn(printed: string): string[] {
  const { kvs } = JSON.parse(printed) as { kvs: { key: string; mod_revision: number }[] };
  return kvs
    .filter(({ key }) => !Buffer.from(key, 'base64').toString().startsWith('__etcd_syncer__/'))
    .map(({ key, mod_revision }) => `${key} ${mod_revision}`);
}
