import { Etcd3 } from 'etcd3';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { utf8ToByteString } from '../../src/wire/bytes.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { FaultLink } from '../kit/fault-link.ts';
import { freePort } from '../kit/ports.ts';
import { RUNS_ALL_LINES, releasesForLongSuites } from '../kit/releases.ts';
import { CHECKPOINT_KEY, CLUSTER_ID, Rig, type RigOptions, until } from './rig.ts';

const releases = await releasesForLongSuites(3);
const release = releases.find(({ version }) => version === '3.5.30') ?? releases.at(-1);
if (release === undefined) throw new Error('no etcd could be had: see `npm run etcd`');
const programs = release;

/** Operations that 128 levels hold: 64 nested transactions of 63. */
const FULL = 64 * 63;

describe.each(releases)('etcd $version', one => {
  let cluster: EtcdCluster;
  let reader: Etcd3;
  let rig: Rig | undefined;

  beforeAll(async () => {
    cluster = await EtcdCluster.start({ programs: one });
    reader = new Etcd3({ hosts: cluster.endpoints });
  });
  afterEach(async () => {
    await rig?.[Symbol.asyncDispose]();
    rig = undefined;
    await reader.delete().all();
  });
  afterAll(async () => {
    reader.close();
    await cluster[Symbol.asyncDispose]();
  });

  async function started(options: Partial<RigOptions> = {}): Promise<Rig> {
    rig = new Rig({ endpoints: cluster.endpoints, ...options });
    await rig.start();
    return rig;
  }

  test('the largest layout within 128 levels is one revision; one more is sent in parts', async () => {
    const rig = await started();
    const entry = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => rig.put(`k${from + i}`, 'v'));
    await rig.write(entry(0, FULL));
    const { kvs } = await reader.getAll().prefix('k').exec();
    expect(kvs).toHaveLength(FULL);
    expect(new Set(kvs.map(kv => kv.mod_revision)).size).toBe(1);
    expect(rig.writer.stats.splitEntries).toBe(0);

    await rig.write(entry(10_000, FULL + 1));
    const parts = await reader.getAll().prefix('k1').exec();
    expect(new Set(parts.kvs.filter(kv => kv.key.length > 5).map(kv => kv.mod_revision)).size).toBe(
      2,
    );
    expect(rig.writer.stats.splitEntries).toBe(1);
    expect(rig.writer.consistent).toBe(true);
    expect(rig.codes()).toContain('DEST_ENTRY_SPLIT');
    expect(rig.confirmedIndexes.at(-1)).toBe(2);
  });

  test('a large range delete is one operation where no other key lies, else its keys in parts', async () => {
    const rig = await started();
    const keys = Array.from({ length: FULL + 1 }, (_, i) => `r${String(i).padStart(5, '0')}`);
    const range = { start: utf8ToByteString('r'), end: utf8ToByteString('s') };
    await rig.write(keys.map(key => rig.put(key, 'v')));
    await rig.write(
      keys.map(key => rig.delete(key)),
      range,
    );
    expect(await reader.getAll().prefix('r').count()).toBe(0);
    expect(rig.writer.stats.splitEntries).toBe(1);

    await rig.write(keys.map(key => rig.put(key, 'v')));
    await reader.put('rather').value('foreign');
    await rig.write(
      keys.map(key => rig.delete(key)),
      range,
    );
    expect(await reader.getAll().prefix('r').keys()).toEqual(['rather']);
    expect(rig.writer.stats.splitEntries).toBe(3);
  });

  test('an answer that is lost: written once, and it goes on', async () => {
    await using proxy = await FaultLink.start(cluster.endpoints[0] ?? '');
    const rig = await started({ endpoints: [proxy.url] });
    await rig.write([rig.put('a', '1')]);
    const before = await versionOf(reader, CHECKPOINT_KEY);
    proxy.set({ holds: 'answers' });
    rig.submit([rig.put('a', '2')]);
    await until('the request has landed', async () => (await reader.get('a').string()) === '2');
    proxy.reset();
    proxy.set({});
    await rig.write([rig.put('b', '3')]);
    expect(await versionOf(reader, 'a')).toBe(2);
    expect(await versionOf(reader, CHECKPOINT_KEY)).toBe(before + 2);
    expect(await reader.get('b').string()).toBe('3');
  });

  test('a second writer takes over: the first one can write nothing more', async () => {
    const first = await started({ writerName: 'first' });
    await first.write([first.put('a', '1')]);
    await using second = new Rig({ endpoints: cluster.endpoints, writerName: 'second' });
    second.preload([second.put('a', '1')]);
    const found = await second.writer.open({
      clusterId: CLUSTER_ID,
      confirmed: { index: 1, term: 1 },
      checkpointIndex: 1,
    });
    expect(found).toMatchObject({ index: 1, term: 1, revision: 2, writer: 'second' });
    await second.writer.reconcileLeases(second.confirmed);
    second.run();
    first.submit([first.put('a', 'late')]);
    expect(await first.failure()).toMatchObject({ code: 'DEST_FENCED' });
    await second.write([second.put('b', '2')]);
    expect(await reader.getAll().prefix('').strings()).toMatchObject({ a: '1', b: '2' });
  });

  test('a binary key, an empty value, a key of the size limit of a usual request', async () => {
    const rig = await started();
    const long = 'l'.repeat(100_000);
    await rig.write([rig.put('\u0001ÿ\u0000', new Uint8Array([0, 255])), rig.put(long, '')]);
    expect(await reader.get(Buffer.from('\u0001ÿ\u0000', 'utf8')).buffer()).toEqual(
      Buffer.from([0, 255]),
    );
    expect(await reader.get(long).string()).toBe('');
  });
});

describe('one release', () => {
  test.each(RUNS_ALL_LINES ? [2, 3, 5, 6, 10] : [2, 5])(
    'a destination with --max-txn-ops=%i',
    async maxTxnOps => {
      await using cluster = await EtcdCluster.start({
        programs,
        flags: [`--max-txn-ops=${maxTxnOps}`],
      });
      await using rig = new Rig({ endpoints: cluster.endpoints, maxTxnOps });
      await rig.start();
      for (let i = 0; i < 50; i += 1) rig.submit([rig.put(`k${i}`, 'v')]);
      await rig.confirmAll();
      expect(
        await cluster.etcdctl(['get', '--prefix', 'k', '--count-only', '-w=fields']),
      ).toContain('"Count" : 50');
    },
  );

  test('limits above those of the destination end the writer, by name', async () => {
    await using cluster = await EtcdCluster.start({
      programs,
      flags: ['--max-txn-ops=10', '--max-request-bytes=20000'],
    });
    await using ops = new Rig({ endpoints: cluster.endpoints });
    await ops.start();
    ops.submit(Array.from({ length: 20 }, (_, i) => ops.put(`k${i}`, 'v')));
    expect(await ops.failure()).toMatchObject({ code: 'DEST_LIMITS' });
    await using bytes = new Rig({ endpoints: cluster.endpoints, onNonempty: 'merge' });
    await bytes.start();
    bytes.submit([bytes.put('secret', 'hidden'.repeat(5_000))]);
    const failure = await bytes.failure();
    expect(failure).toMatchObject({ code: 'DEST_TOO_LARGE' });
    expect(String(failure)).not.toContain('hidden');
  });

  test('a destination without space: it waits, says so, and goes on when there is space again', async () => {
    await using cluster = await EtcdCluster.start({
      programs,
      flags: [`--quota-backend-bytes=${8 * 1024 * 1024}`],
    });
    await using rig = new Rig({ endpoints: cluster.endpoints, onNonempty: 'merge' });
    await rig.start();
    const value = 'x'.repeat(1_000_000);
    await until('the alarm is raised', async () =>
      cluster.etcdctl(['put', 'filler'], value).then(
        () => false,
        error => String(error).includes('space exceeded'),
      ),
    );
    rig.submit([rig.put('a', '1')]);
    await until('it says so', async () => rig.codes().includes('DEST_NOSPACE'));
    const get = ['get', 'a', '-w=fields'];
    const answer = await cluster.etcdctl(get);
    expect(answer).toContain('"Count" : 0');
    await cluster.etcdctl(['compact', /"Revision" : (\d+)/.exec(answer)?.[1] ?? '']);
    await cluster.etcdctl(['defrag']);
    await cluster.etcdctl(['alarm', 'disarm']);
    await rig.confirmAll();
    expect(await cluster.etcdctl(get)).toContain('"Value" : "1"');
  });

  test('the first of two endpoints is dead; the second one dies and comes back', async () => {
    await using cluster = await EtcdCluster.start({ programs });
    await using rig = new Rig({
      endpoints: [`http://127.0.0.1:${await freePort()}`, ...cluster.endpoints],
    });
    await rig.start();
    await rig.write([rig.put('a', '1')]);
    await cluster.members[0]?.stop('SIGKILL');
    rig.submit([rig.put('a', '2')]);
    await until('it notices', async () => rig.codes().includes('DEST_UNREACHABLE'));
    cluster.members[0]?.start();
    await rig.confirmAll();
    expect(await cluster.etcdctl(['get', 'a', '--print-value-only'])).toBe('2\n');
  });

  test('compaction is mirrored at the revision of the batch that holds it', async () => {
    await using cluster = await EtcdCluster.start({ programs });
    await using rig = new Rig({ endpoints: cluster.endpoints });
    await rig.start();
    const reader = new Etcd3({ hosts: cluster.endpoints });
    try {
      const revisions: number[] = [];
      for (let i = 0; i < 4; i += 1) {
        await rig.write([rig.put('a', String(i))]);
        revisions.push(Number((await reader.get('a').exec()).kvs[0]?.mod_revision));
      }
      // The entries left the source at the revisions 2 to 5.
      await rig.write([{ kind: 'compact', revision: 4 }]);
      const at = (i: number) =>
        reader
          .get('a')
          .revision(revisions[i] ?? 0)
          .string();
      await until('it is compacted', async () =>
        at(1).then(
          () => false,
          error => String(error).includes('compacted'),
        ),
      );
      expect(await at(2)).toBe('2');
    } finally {
      reader.close();
    }
  });

  test('a destination that is not empty: refused, merged, pruned inside what is replicated', async () => {
    await using cluster = await EtcdCluster.start({ programs });
    for (const key of ['/a/foreign', '/a/tmp/kept', '/b/kept', '__etcd_syncer__/1']) {
      await cluster.etcdctl(['put', key, 'v']);
    }
    const options = {
      endpoints: cluster.endpoints,
      filter: {
        prefixes: [utf8ToByteString('/src/')],
        destPrefix: utf8ToByteString('/a/'),
        excludePrefixes: [utf8ToByteString('/src/tmp/')],
      },
    };
    const keys = async () =>
      (await cluster.etcdctl(['get', '', '--prefix', '--keys-only'])).split('\n').filter(Boolean);
    await using refused = new Rig(options);
    await expect(refused.start()).rejects.toMatchObject({
      code: 'DEST_NOT_EMPTY',
      message: expect.stringContaining('/a/foreign'),
    });
    expect(await keys()).toHaveLength(4);
    await using pruned = new Rig({ ...options, onNonempty: 'prune' });
    await pruned.start();
    expect(pruned.writer.consistent).toBe(false);
    pruned.preload([pruned.put('/src/x', '1'), pruned.put('/other', '2')]);
    const report = await pruned.seed();
    expect(report).toMatchObject({ base: 'destination', puts: 1, deletes: 1 });
    expect(pruned.writer.consistent).toBe(true);
    expect(await keys()).toEqual([
      '/a/tmp/kept',
      '/a/x',
      '/b/kept',
      '__etcd_syncer__/1',
      CHECKPOINT_KEY,
    ]);
  });
});

async function versionOf(reader: Etcd3, key: string): Promise<number> {
  const { kvs } = await reader.get(key).exec();
  return Number(kvs[0]?.version ?? 0);
}
