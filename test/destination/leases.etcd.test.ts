import { setTimeout as sleep } from 'node:timers/promises';
import { Etcd3 } from 'etcd3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toLong } from '../../src/destination/int64.ts';
import { LeaseSweep } from '../../src/destination/lease-sweep.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { FaultLink } from '../kit/fault-link.ts';
import { releasesForLongSuites } from '../kit/releases.ts';
import { authChange, CLUSTER_ID, grant, Rig, revoke, until } from './rig.ts';

const releases = await releasesForLongSuites(3);
const release = releases.find(({ version }) => version === '3.5.30') ?? releases.at(-1);
if (release === undefined) throw new Error('no etcd could be had: see `npm run etcd`');

/** IDs of all 64 bits: negative ones are legal. */
const idOf = (i: number): bigint => (i % 2 === 0 ? BigInt(i + 1) : -BigInt(i + 1) * 2n ** 40n);
const LEASES = 100;

describe.each(releases)('leases on etcd $version', programs => {
  let cluster: EtcdCluster;
  let reader: Etcd3;

  beforeAll(async () => {
    cluster = await EtcdCluster.start({ programs });
    reader = new Etcd3({ hosts: cluster.endpoints });
  });
  afterAll(async () => {
    reader.close();
    await cluster[Symbol.asyncDispose]();
  });

  async function leaseIds(): Promise<string[]> {
    const { leases } = await reader.leaseClient.leaseLeases();
    return leases.map(({ ID }) => ID).sort();
  }

  async function dropLease(id: bigint): Promise<void> {
    await reader.leaseClient.leaseRevoke({ ID: id.toString() });
  }

  test('what a process before us left behind goes; our own leases, those with keys and short ones stay', async () => {
    await using rig = new Rig({ endpoints: cluster.endpoints, leaseTtlFloor: 60 });
    await rig.start();
    await rig.write([grant(1n, 60)]);
    for (const [id, ttl] of [
      [2n, 60],
      [3n, 60],
      [4n, 5],
    ] as const) {
      await rig.client.leaseGrant(toLong(id), ttl);
    }
    await reader.put('__foreign').value('x').lease('3').exec();
    const stopped = new AbortController();
    let isDue = false;
    const sweep = new LeaseSweep({
      ...{ client: rig.client, leases: rig.leases, logger: rig.logger, signal: stopped.signal },
      isDue: () => isDue,
      everyMs: 20,
    });
    const swept = sweep.run();
    try {
      await sleep(200);
      expect(await leaseIds()).toEqual(['1', '2', '3', '4']);
      isDue = true;
      await until('the lease to be gone', async () => !(await leaseIds()).includes('2'));
      await sleep(200);
      expect(await leaseIds()).toEqual(['1', '3', '4']);
    } finally {
      stopped.abort();
      await swept;
    }
    for (const id of [1n, 3n, 4n]) await dropLease(id);
  });

  test('granted with the floor, bound to their keys, revoked after their keys', async () => {
    await using rig = new Rig({ endpoints: cluster.endpoints, leaseTtlFloor: 60 });
    await rig.start();
    await rig.write([grant(7n, 5), rig.put('a', '1', 7n)]);
    await rig.write([grant(-8n, 500), rig.put('b', '2', -8n)]);
    const ttlOf = async (id: string) =>
      Number((await reader.leaseClient.leaseTimeToLive({ ID: id })).grantedTTL);
    expect([await ttlOf('7'), await ttlOf('-8')]).toEqual([60, 500]);
    expect((await reader.get('b').exec()).kvs[0]?.lease).toBe('-8');

    // k moves from 7 to -8 in the batch that revokes 7: it must stay.
    rig.submit([rig.put('a', '3', -8n)]);
    rig.submit([revoke(7n)]);
    await rig.confirmAll();
    expect(await leaseIds()).toEqual(['-8']);
    expect(await reader.get('a').string()).toBe('3');
    // Revoked, granted again and used, all at once.
    rig.submit([rig.delete('a'), rig.delete('b'), revoke(-8n)]);
    rig.submit([grant(-8n, 70)]);
    rig.submit([rig.put('c', '4', -8n)]);
    await rig.confirmAll();
    expect(await ttlOf('-8')).toBe(70);
    expect(
      (await reader.getAll().prefix('').exec()).kvs.map(kv => [String(kv.key), kv.lease]),
    ).toEqual(expect.arrayContaining([['c', '-8']]));
    expect(await reader.get('a').exists()).toBe(false);
    await rig.write([rig.delete('c'), revoke(-8n)]);
    expect(await leaseIds()).toEqual([]);
  });

  test('granted by a process that died before its batch: gone once they are revoked, however fast', async () => {
    await reader.leaseClient.leaseGrant({ ID: '11', TTL: 600 });
    await reader.leaseClient.leaseGrant({ ID: '12', TTL: 600 });
    await reader.leaseClient.leaseGrant({ ID: '13', TTL: 600 });
    await using rig = new Rig({ endpoints: cluster.endpoints, onNonempty: 'merge' });
    await rig.writer.open(at(0));
    await rig.writer.reconcileLeases(rig.confirmed);
    // All of it waits when the writer begins, so that it is one batch.
    rig.submit([grant(11n)]);
    rig.submit([revoke(11n)]);
    rig.submit([grant(12n)]);
    rig.submit([revoke(12n)]);
    rig.submit([grant(12n), rig.put('twelve', '1', 12n)]);
    rig.run();
    await rig.confirmAll();
    // 13 is nobody's but the destination's.
    expect(await leaseIds()).toEqual(['12', '13']);
    await rig.write([rig.delete('twelve'), revoke(12n)]);
    await dropLease(13n);
  });

  test('at start: missing leases come back with their keys, left over ones go', async () => {
    const endpoints = cluster.endpoints;
    const everything = (rig: Rig) =>
      Array.from({ length: LEASES }, (_, i) => [
        grant(idOf(i)),
        rig.put(`lease/${i}`, `v${i}`, idOf(i)),
      ]).flat();
    {
      await using rig = new Rig({ endpoints, onNonempty: 'merge' });
      await rig.writer.open(at(0));
      await rig.writer.reconcileLeases(rig.confirmed);
      rig.run();
      await rig.write(everything(rig));
    }
    for (let i = 0; i < LEASES; i += 3) await dropLease(idOf(i));
    await reader.leaseClient.leaseGrant({ ID: '12345', TTL: 600 });
    expect(await reader.getAll().prefix('lease/').count()).toBeLessThan(LEASES);

    await using rig = new Rig({ endpoints });
    rig.preload(everything(rig));
    await rig.writer.open(at(1));
    await rig.writer.revokeLeftOver([12345n, 54321n]);
    await rig.writer.reconcileLeases(rig.confirmed);
    expect(await leaseIds()).toEqual(
      Array.from({ length: LEASES }, (_, i) => idOf(i).toString()).sort(),
    );
    const { kvs } = await reader.getAll().prefix('lease/').exec();
    expect(kvs.map(kv => [String(kv.key), String(kv.value), kv.lease]).sort()).toEqual(
      Array.from({ length: LEASES }, (_, i) => [`lease/${i}`, `v${i}`, idOf(i).toString()]).sort(),
    );
    expect(rig.leases.size).toBe(LEASES);
    // The position stays, and the chain goes on behind it.
    expect(rig.writer.checkpoint?.index).toBe(1);
    rig.run();
    await rig.write(
      Array.from({ length: LEASES }, (_, i) => [rig.delete(`lease/${i}`), revoke(idOf(i))]).flat(),
    );
    expect(await leaseIds()).toEqual([]);
  });
});

function at(index: number) {
  return { clusterId: CLUSTER_ID, confirmed: { index, term: index }, checkpointIndex: index };
}

describe('leases that the destination loses', () => {
  test('a keepalive finds out: granted again with their keys as they are confirmed', async () => {
    await using cluster = await EtcdCluster.start({ programs: release });
    await using rig = new Rig({ endpoints: cluster.endpoints });
    await rig.start();
    const ids = Array.from({ length: LEASES }, (_, i) => idOf(i));
    await rig.write(ids.flatMap((id, i) => [grant(id, 3), rig.put(`k${i}`, 'old', id)]));
    await rig.write(ids.map((id, i) => rig.put(`k${i}`, 'new', id)));
    const reader = new Etcd3({ hosts: cluster.endpoints });
    try {
      await Promise.all(ids.map(id => reader.leaseClient.leaseRevoke({ ID: id.toString() })));
      await until('all keys are back', async () => {
        const { kvs } = await reader.getAll().prefix('k').exec();
        return kvs.length === LEASES && kvs.every(kv => String(kv.value) === 'new');
      });
      expect(rig.codes()).toContain('DEST_LEASE_LOST');
      await rig.write([rig.put('after', '1', ids[0])]);
      expect((await reader.get('after').exec()).kvs[0]?.lease).toBe(ids[0]?.toString());
    } finally {
      reader.close();
    }
  });

  test('a batch that names lost leases lands once they are back', async () => {
    await using cluster = await EtcdCluster.start({ programs: release });
    await using rig = new Rig({ endpoints: cluster.endpoints });
    await rig.start();
    await rig.write([grant(5n), grant(6n), rig.put('a', '1', 5n), rig.put('b', '1', 6n)]);
    const reader = new Etcd3({ hosts: cluster.endpoints });
    try {
      await reader.leaseClient.leaseRevoke({ ID: '5' });
      await reader.leaseClient.leaseRevoke({ ID: '6' });
      await rig.write([rig.put('c', '2', 5n), rig.put('d', '2', 6n)]);
      const { kvs } = await reader.getAll().prefix('').exec();
      expect(kvs.map(kv => `${kv.key} ${kv.lease}`).filter(line => !line.startsWith('__'))).toEqual(
        ['a 5', 'b 6', 'c 5', 'd 6'],
      );
      expect(rig.writer.stats.guardFailures).toBe(0);
    } finally {
      reader.close();
    }
  });

  test('a put that names a lease which the source has no more is bound to none', async () => {
    await using cluster = await EtcdCluster.start({ programs: release });
    await using rig = new Rig({ endpoints: cluster.endpoints });
    await rig.start();
    await rig.write([rig.put('a', '1', 99n)]);
    const reader = new Etcd3({ hosts: cluster.endpoints });
    try {
      const { kvs } = await reader.get('a').exec();
      expect(kvs.map(({ value, lease }) => `${value} ${lease}`)).toEqual(['1 0']);
      expect(rig.writer.stats.retries).toBe(0);
    } finally {
      reader.close();
    }
  });

  test.each(releases.filter(({ line }) => line !== '3.4'))(
    'keepalives go on when auth is switched on, $version',
    async programs => {
      await using cluster = await EtcdCluster.start({ programs });
      await cluster.etcdctl(['user', 'add', 'root:ours']);
      await cluster.etcdctl(['user', 'grant-role', 'root', 'root']);
      await using rig = new Rig({ endpoints: cluster.endpoints, user: 'root', password: 'ours' });
      await rig.start();
      await rig.write([grant(5n, 3), rig.put('a', '1', 5n)]);
      await rig.write([authChange(rig, { kind: 'enable' })]);
      await sleep(6_000);
      const reader = new Etcd3({
        hosts: cluster.endpoints,
        auth: { username: 'root', password: 'ours' },
      });
      try {
        expect(await reader.get('a').string()).toBe('1');
        expect(rig.leases.stats.lost).toBe(0);
      } finally {
        reader.close();
      }
    },
  );

  test('a lease that is there with a shorter life is kept alive by its own TTL', async () => {
    await using cluster = await EtcdCluster.start({ programs: release });
    const reader = new Etcd3({ hosts: cluster.endpoints });
    try {
      await reader.leaseClient.leaseGrant({ ID: '9', TTL: 3 });
      await reader.put('a').value('1').lease('9');
      await using rig = new Rig({
        endpoints: cluster.endpoints,
        leaseTtlFloor: 600,
        onNonempty: 'merge',
      });
      rig.preload([grant(9n, 3), rig.put('a', '1', 9n)]);
      await rig.writer.open(at(0));
      await rig.writer.reconcileLeases(rig.confirmed);
      rig.run();
      await sleep(7_000);
      expect(await reader.get('a').string()).toBe('1');
      expect(rig.leases.stats.lost).toBe(0);

      // One without keys is made anew.
      await reader.leaseClient.leaseGrant({ ID: '10', TTL: 3 });
      await rig.write([grant(10n, 3)]);
      expect((await reader.leaseClient.leaseTimeToLive({ ID: '10' })).grantedTTL).toBe('600');
    } finally {
      reader.close();
    }
  });

  test('keepalives move to another endpoint while nothing else is sent', async () => {
    await using cluster = await EtcdCluster.start({ programs: release });
    const target = cluster.endpoints[0] ?? '';
    const proxy = await FaultLink.start(target);
    await using rig = new Rig({ endpoints: [proxy.url, target] });
    await rig.start();
    await rig.write([grant(4n, 3), rig.put('a', '1', 4n)]);
    expect(rig.client.endpoint).toBe(proxy.url);
    await proxy[Symbol.asyncDispose]();
    await sleep(6_000);
    expect(rig.client.endpoint).toBe(target);
    expect(await cluster.etcdctl(['get', 'a', '--print-value-only'])).toBe('1\n');
    expect(rig.leases.stats.lost).toBe(0);
  });
});
