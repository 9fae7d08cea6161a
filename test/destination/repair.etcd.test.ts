import { Etcd3 } from 'etcd3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RepairRequest } from '../../src/destination/repair.ts';
import { utf8ToByteString } from '../../src/wire/bytes.ts';
import { availableReleases } from '../kit/binaries.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { CHECKPOINT_KEY, grant, Rig, type RigOptions, until } from './rig.ts';

const all = await availableReleases();
const release = all.find(({ version }) => version === '3.5.30') ?? all.at(-1);
if (release === undefined) throw new Error('no etcd could be had: see `npm run etcd`');
const programs = release;

let cluster: EtcdCluster;
let client: Etcd3;
beforeAll(async () => {
  cluster = await EtcdCluster.start({ programs });
  client = new Etcd3({ hosts: cluster.endpoints });
});
beforeEach(async () => {
  await client.delete().all();
});
afterAll(async () => {
  client?.close();
  await cluster?.[Symbol.asyncDispose]();
});

const rig = (options: Partial<RigOptions> = {}): Rig =>
  new Rig({ endpoints: cluster.endpoints, ...options });

function named(request: { keys?: string[]; leases?: bigint[] }): RepairRequest {
  const keys = (request.keys ?? []).map(utf8ToByteString);
  return { leases: [], users: [], roles: [], ...request, keys };
}

async function values(): Promise<Record<string, string>> {
  const all = await client.getAll().strings();
  return Object.fromEntries(Object.entries(all).filter(([key]) => !key.startsWith('__')));
}

test('writes what differs, and nothing where nothing does', async () => {
  await using writer = rig();
  await writer.start();
  await writer.write([writer.put('a', '1'), writer.put('b', '2'), writer.put('c', '3')]);
  await client.delete().key('a');
  await client.put('b').value('wrong');
  await client.put('extra').value('x');
  const request = named({ keys: ['a', 'b', 'c', 'extra', 'never there'] });
  expect(await writer.writer.repair(request)).toMatchObject({ puts: 2, deletes: 1, right: 2 });
  expect(await values()).toEqual({ a: '1', b: '2', c: '3' });
  const { header } = await client.get('a').exec();
  // The second time it only looks, and says in the checkpoint that it is still the one that writes.
  expect(await writer.writer.repair(request)).toMatchObject({ puts: 0, deletes: 0, right: 5 });
  expect(Number((await client.get('a').exec()).header.revision)).toBe(Number(header.revision) + 1);
  await writer.write([writer.put('a', 'newer')]);
  expect((await values()).a).toBe('newer');
});

test('in turn with replication: a stale finding takes nothing back', async () => {
  await using writer = rig();
  await writer.start();
  await writer.write([writer.put('k', '0')]);
  for (let i = 1; i <= 300; i += 1) {
    writer.submit([writer.put('k', String(i))]);
    if (i % 30 !== 0) continue;
    await client.put('k').value('wrong');
    await writer.writer.repair(named({ keys: ['k'] }));
    // Batches may have gone by since; what is there now was the source's at some time, and none after it comes before.
    const seen = Number((await values()).k);
    expect(seen).toBeGreaterThanOrEqual(0);
    expect(seen).toBeLessThanOrEqual(i);
  }
  await writer.confirmAll();
  expect(await values()).toEqual({ k: '300' });
});

describe('leases', () => {
  test('one that is to go leaves the keys that are to stay', async () => {
    await using writer = rig();
    await writer.start();
    await writer.write([grant(7n), writer.put('bound', 'b', 7n), writer.put('free', 'f')]);
    const { ID } = await client.leaseClient.leaseGrant({ ID: '99', TTL: 600 });
    for (const key of ['bound', 'free']) await client.put(key).lease(ID).value('wrong');
    expect(await writer.writer.repair(named({ leases: [99n] }))).toMatchObject({
      leasesRevoked: 1,
    });
    expect(await values()).toEqual({ bound: 'b', free: 'f' });
    expect((await client.get('bound').exec()).kvs[0]?.lease).toBe('7');
    // With the checkpoint bound to it, it is not ours to take.
    await client.leaseClient.leaseGrant({ ID: '98', TTL: 600 });
    await client.put('__etcd_syncer__/other').lease('98').value('x');
    expect(await writer.writer.repair(named({ leases: [98n] }))).toMatchObject({ kept: 1 });
    await client.leaseClient.leaseRevoke({ ID: '98' });
  });

  test('one that lives too short is made anew, with its keys', async () => {
    await using writer = rig({ leaseTtlFloor: 500 });
    await writer.start();
    await writer.write([grant(8n, 60), writer.put('bound', 'b', 8n)]);
    await client.leaseClient.leaseRevoke({ ID: '8' });
    await client.leaseClient.leaseGrant({ ID: '8', TTL: 400 });
    await client.put('bound').lease('8').value('b');
    expect(await writer.writer.repair(named({ leases: [8n] }))).toMatchObject({ leasesRenewed: 1 });
    const { grantedTTL, keys } = await client.leaseClient.leaseTimeToLive({ ID: '8', keys: true });
    expect([grantedTTL, keys.map(String)]).toEqual(['500', ['bound']]);
    expect(writer.writer.consistent).toBe(true);
    await writer.write([writer.put('bound', 'newer', 8n)]);
    expect((await values()).bound).toBe('newer');
  });
});

test('what is not ours is kept: the checkpoint, what the filter leaves out, with merge what the source lacks', async () => {
  await using writer = rig({
    onNonempty: 'merge',
    filter: { prefixes: [utf8ToByteString('/a/')] },
  });
  await writer.start();
  await writer.write([writer.put('/a/1', '1')]);
  await client.put('/a/foreign').value('x');
  await client.put('/b/1').value('x');
  const keys = ['/a/foreign', '/b/1', String(CHECKPOINT_KEY)];
  expect(await writer.writer.repair(named({ keys }))).toMatchObject({ deletes: 0, kept: 3 });
  expect(await values()).toEqual({ '/a/1': '1', '/a/foreign': 'x', '/b/1': 'x' });
});

test('fenced: when somebody else writes, nothing is repaired, leases neither', async () => {
  await using older = rig({ writerName: 'older' });
  await older.start();
  await older.write([older.put('k', 'right')]);
  await using newer = rig({ writerName: 'newer' });
  newer.preload([newer.put('k', 'right')]);
  await newer.writer.open({
    clusterId: 0xf00dn,
    confirmed: { index: 1, term: 1 },
    checkpointIndex: 1,
  });
  await client.put('k').value('wrong');
  await client.leaseClient.leaseGrant({ ID: '55', TTL: 600 });
  // A lease alone has no guard of its own.
  for (const request of [named({ leases: [55n] }), named({ keys: ['k'], leases: [55n] })]) {
    await expect(older.writer.repair(request)).rejects.toMatchObject({ code: 'DEST_FENCED' });
  }
  expect((await values()).k).toBe('wrong');
  expect((await client.leaseClient.leaseTimeToLive({ ID: '55' })).grantedTTL).toBe('600');
  await client.leaseClient.leaseRevoke({ ID: '55' });
});

test('not now: before the destination stands where the state does, and one at a time', async () => {
  await using writer = rig();
  await writer.writer.open({
    clusterId: 0xf00dn,
    confirmed: { index: 0, term: 0 },
    checkpointIndex: 0,
  });
  writer.run();
  const early = writer.writer.repair(named({ keys: ['k'] }));
  await expect(early).rejects.toMatchObject({ code: 'REPAIR_NOT_NOW' });
  await writer.writer.reconcileLeases(writer.confirmed);
  await writer.write([writer.put('k', '1')]);
  await client.delete().key('k');
  const first = writer.writer.repair(named({ keys: ['k'] }));
  await expect(writer.writer.repair(named({ keys: ['k'] }))).rejects.toMatchObject({
    code: 'REPAIR_NOT_NOW',
  });
  expect(await first).toMatchObject({ puts: 1 });
  await until('it is there again', async () => (await values()).k === '1');
});

test('users and roles: only those that are named', async () => {
  await using writer = rig();
  await writer.start();
  for (const name of ['left-over', 'not-named']) {
    await cluster.etcdctl(['user', 'add', `${name}:secret`]);
    await cluster.etcdctl(['role', 'add', name]);
  }
  const names = [utf8ToByteString('left-over')];
  const request = { ...named({}), users: names, roles: names };
  expect(await writer.writer.repair(request)).toMatchObject({ auth: 2 });
  expect((await cluster.etcdctl(['user', 'list'])).trim()).toBe('not-named');
  expect((await cluster.etcdctl(['role', 'list'])).trim()).toBe('not-named');
});
