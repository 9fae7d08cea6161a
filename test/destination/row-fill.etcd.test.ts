import { afterAll, beforeEach, expect, test } from 'vitest';
import type { Change, KeyRecord } from '../../src/apply/types.ts';
import type { Row, Rows } from '../../src/destination/row-fill.ts';
import { type ByteString, utf8ToByteString } from '../../src/wire/bytes.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { readContents } from '../kit/compare.ts';
import { seededRandom } from '../kit/load.ts';
import { release } from '../replication/bad-input-helpers.ts';
import { CLUSTER_ID, grant, Rig } from './rig.ts';

const cluster = await EtcdCluster.start({ programs: release });
afterAll(() => cluster[Symbol.asyncDispose]());

const LEASES = [0x11n, 0x22n, 0x33n];
/** Of a lease that the source does not have any more. */
const GONE = 0x44n;

beforeEach(async () => {
  await cluster.etcdctl(['del', '', '--prefix']);
  for (const id of (await cluster.etcdctl(['lease', 'list'])).split('\n').slice(1)) {
    if (id.trim() !== '') await cluster.etcdctl(['lease', 'revoke', id.trim()]);
  }
});

async function met(writerName: string): Promise<Rig> {
  const rig = new Rig({ endpoints: cluster.endpoints, writerName });
  await rig.writer.open({
    clusterId: CLUSTER_ID,
    confirmed: { index: 0, term: 0 },
    checkpointIndex: 0,
  });
  rig.run();
  return rig;
}

/** Random writes of some keys, and what they lead to. */
class History {
  readonly rows: Row[] = [];
  readonly #keys = new Map<ByteString, KeyRecord>();

  constructor(writes: number, keys: number, seed: number) {
    const random = seededRandom(seed);
    const pick = (count: number): number => Math.floor(random() * count);
    for (let revision = 2; revision < writes + 2; revision += 1) {
      const key = utf8ToByteString(`key ${pick(keys)}`);
      const before = this.#keys.get(key);
      if (before !== undefined && random() < 0.2) {
        this.#keys.delete(key);
        this.rows.push({ key, revision, record: undefined });
        continue;
      }
      const record = {
        createRevision: before?.createRevision ?? revision,
        modRevision: revision,
        version: (before?.version ?? 0) + 1,
        lease: [0n, ...LEASES, GONE][pick(5)] ?? 0n,
        value: Buffer.from(`value ${revision}`),
      };
      this.#keys.set(key, record);
      this.rows.push({ key, revision, record });
    }
  }

  get changes(): Change[] {
    return [
      ...LEASES.map(id => grant(id)),
      ...[...this.#keys].map(
        ([key, record]): Change => ({
          kind: 'put',
          key,
          record: { ...record, lease: record.lease === GONE ? 0n : record.lease },
          previousLease: 0n,
        }),
      ),
    ];
  }

  /** The rows in pieces; `meanwhile` is told how many were given. */
  inPieces(meanwhile: (given: number) => Promise<void> = async () => undefined): Rows {
    const { rows } = this;
    return {
      compactRevision: -1,
      batches: (async function* pieces() {
        for (let at = 0; at < rows.length; at += 100) {
          await meanwhile(at);
          yield rows.slice(at, at + 100);
        }
      })(),
    };
  }

  /** As readContents has it. */
  get contents(): Map<string, string> {
    return new Map(
      [...this.#keys].map(([key, { value, lease }]) => [
        Buffer.from(key, 'latin1').toString('hex'),
        `${Buffer.from(value).toString('hex')} lease ${lease === GONE ? 0n : lease}`,
      ]),
    );
  }
}

async function expectThere(history: History): Promise<void> {
  const { keys, leases } = await readContents(cluster.endpoints);
  expect(keys).toEqual(history.contents);
  expect(leases).toEqual(new Set(LEASES.map(String)));
}

test('rows as they come, the newest of a key counts', async () => {
  const history = new History(6_000, 4_000, 1);
  await using rig = await met('first');
  expect(rig.writer.isBlank).toBe(true);
  rig.preload(history.changes);
  expect(await rig.seed(undefined, history.inPieces())).toMatchObject({ base: 'nothing' });
  await expectThere(history);
  expect(rig.writer.consistent).toBe(true);
  expect(rig.writer.isBlank).toBe(false);
});

test('most rows are replaced later: given up, compared, equal', async () => {
  const history = new History(25_000, 400, 2);
  await using rig = await met('first');
  rig.preload(history.changes);
  const report = await rig.seed(undefined, history.inPieces());
  expect(report).toMatchObject({ base: 'destination' });
  expect(report.puts + report.deletes).toBeLessThan(20_000);
  await expectThere(history);
});

test('stopped in the middle: the next run compares, equal', async () => {
  const history = new History(6_000, 4_000, 3);
  {
    await using dying = await met('first');
    dying.preload(history.changes);
    const rows = history.inPieces(async given => {
      if (given === 4_000) dying.writer.stop();
    });
    await expect(dying.seed(undefined, rows)).rejects.toThrow();
  }
  await using next = await met('second');
  expect(next.writer.isBlank).toBe(false);
  next.preload(history.changes);
  expect(await next.seed()).toMatchObject({ base: 'destination' });
  await expectThere(history);
});

test('a lease is lost in the middle, with its keys: found out, equal', async () => {
  const history = new History(6_000, 4_000, 4);
  await using rig = await met('first');
  rig.preload(history.changes);
  const rows = history.inPieces(async given => {
    if (given !== 4_000) return;
    // What was sent so far is there, bound to it.
    for (let bound = 0; bound === 0; ) {
      const shown = await cluster.etcdctl(['lease', 'timetolive', '11', '--keys', '-w', 'fields']);
      bound = shown.split('"Key"').length - 1;
    }
    await cluster.etcdctl(['lease', 'revoke', '11']);
  });
  expect(await rig.seed(undefined, rows)).toMatchObject({ base: 'destination' });
  await expectThere(history);
});

test('foreign keys may be there: not blank', async () => {
  await cluster.etcdctl(['put', 'foreign', 'v']);
  for (const onNonempty of ['merge', 'prune'] as const) {
    await using rig = new Rig({ endpoints: cluster.endpoints, onNonempty });
    await rig.writer.open({
      clusterId: CLUSTER_ID,
      confirmed: { index: 0, term: 0 },
      checkpointIndex: 0,
    });
    expect(rig.writer.isBlank).toBe(false);
    await cluster.etcdctl(['del', '__etcd_syncer__/', '--prefix']);
  }
});
