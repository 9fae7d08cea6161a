import { afterAll, beforeEach, expect, test } from 'vitest';
import { NEW_AUTH_STATE } from '../../src/apply/auth/store.ts';
import { MemoryState } from '../../src/apply/memory-state.ts';
import type { AuthState, Change } from '../../src/apply/types.ts';
import { toLong } from '../../src/destination/int64.ts';
import type { ByteString } from '../../src/wire/bytes.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { release } from '../replication/bad-input-helpers.ts';
import { CLUSTER_ID, grant, Rig } from './rig.ts';

const cluster = await EtcdCluster.start({ programs: release });
afterAll(() => cluster[Symbol.asyncDispose]());

const LEASE = 0x77n;

beforeEach(async () => {
  await cluster.etcdctl(['del', '', '--prefix']);
  for (const id of (await cluster.etcdctl(['lease', 'list'])).split('\n').slice(1)) {
    if (id.trim() !== '') await cluster.etcdctl(['lease', 'revoke', id.trim()]);
  }
  for (const what of ['user', 'role']) {
    for (const name of (await cluster.etcdctl([what, 'list'])).split('\n')) {
      if (name !== '') await cluster.etcdctl([what, 'delete', name]);
    }
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

/** A user and a role of it. */
function authOf(user: string): AuthState {
  const [name, role] = [user, `role of ${user}`] as ByteString[] as [ByteString, ByteString];
  return {
    ...NEW_AUTH_STATE,
    users: new Map([[name, { name, password: Buffer.alloc(0), roles: [], noPassword: true }]]),
    roles: new Map([[role, { name: role, permissions: [] }]]),
  };
}

function stateOf(changes: readonly Change[]): MemoryState {
  const state = new MemoryState();
  state.advance(changes);
  return state;
}

test('killed between the grant of a lost lease and its keys: the next run brings the keys', async () => {
  let before: MemoryState;
  {
    await using rig = await met('first');
    const changes = [grant(LEASE, 600), rig.put('leased', 'v', LEASE), rig.put('plain', 'v')];
    before = stateOf(changes);
    rig.preload(changes);
    await rig.seed();
  }
  await cluster.etcdctl(['lease', 'revoke', LEASE.toString(16)]);
  {
    await using dying = await met('second');
    const changes = [
      grant(LEASE, 600),
      dying.put('leased', 'v', LEASE),
      dying.put('plain', 'v'),
      dying.put('new', 'v'),
    ];
    dying.preload([]);
    dying.preload(changes);
    const granting = dying.client.leaseGrant.bind(dying.client);
    dying.client.leaseGrant = async (id, ttl) => {
      const answer = await granting(id, ttl);
      dying.writer.stop();
      return answer;
    };
    await expect(dying.seed(before)).rejects.toThrow();
  }
  expect(await cluster.etcdctl(['get', 'leased'])).toBe('');
  expect(await cluster.etcdctl(['lease', 'list'])).toContain(LEASE.toString(16));
  await using next = await met('third');
  const changes = [
    grant(LEASE, 600),
    next.put('leased', 'v', LEASE),
    next.put('plain', 'v'),
    next.put('new', 'v'),
  ];
  next.preload([]);
  next.preload(changes);
  const report = await next.seed(before);
  expect(report).toMatchObject({ base: 'destination', puts: 2, deletes: 0 });
  for (const key of ['leased', 'plain', 'new']) {
    expect(await cluster.etcdctl(['get', key, '--print-value-only'])).toBe('v\n');
  }
  expect(next.writer.consistent).toBe(true);
});

test('killed between the grant and the keys while nothing is seeded: the checkpoint says that all is to be compared', async () => {
  const changesOf = (rig: Rig): Change[] => [
    grant(LEASE, 600),
    rig.put('leased', 'v', LEASE),
    rig.put('plain', 'v'),
  ];
  {
    await using rig = await met('first');
    rig.preload(changesOf(rig));
    await rig.seed();
    await rig.writer.reconcileLeases(rig.confirmed);
    expect(rig.writer.consistent).toBe(true);
  }
  await cluster.etcdctl(['lease', 'revoke', LEASE.toString(16)]);
  {
    await using dying = await met('second');
    dying.preload(changesOf(dying));
    const granting = dying.client.leaseGrant.bind(dying.client);
    dying.client.leaseGrant = async (id, ttl) => {
      const answer = await granting(id, ttl);
      dying.writer.stop();
      return answer;
    };
    await expect(dying.writer.reconcileLeases(dying.confirmed)).rejects.toThrow();
  }
  expect(await cluster.etcdctl(['get', 'leased'])).toBe('');
  await using next = await met('third');
  expect(next.writer.consistent).toBe(false);
  next.preload(changesOf(next));
  expect(await next.seed(stateOf(changesOf(next)))).toMatchObject({ base: 'destination', puts: 1 });
  expect(await cluster.etcdctl(['get', 'leased', '--print-value-only'])).toBe('v\n');
  // Lost once more, with nobody killed: nothing is left of the mark.
  await cluster.etcdctl(['lease', 'revoke', LEASE.toString(16)]);
  await next.writer.reconcileLeases(next.confirmed);
  expect(await cluster.etcdctl(['get', 'leased', '--print-value-only'])).toBe('v\n');
  expect(next.writer.consistent).toBe(true);
});

test('where the state is older than the checkpoint, it still tells whose the users, roles and leases are', async () => {
  const [leased, foreign] = [0x711n, 0x712n];
  {
    await using rig = await met('first');
    rig.preload([rig.put('k', 'v')]);
    await rig.seed();
  }
  for (const user of ['left', 'operator']) {
    await cluster.etcdctl(['user', 'add', user, '--no-password']);
    await cluster.etcdctl(['role', 'add', `role of ${user}`]);
  }
  await using next = await met('second');
  for (const id of [leased, foreign]) await next.client.leaseGrant(toLong(id), 5);
  const older = stateOf([
    grant(leased, 5),
    { kind: 'auth', auth: authOf('left'), mutation: { kind: 'disable' } },
  ]);
  next.preload([]);
  next.preload([next.put('k', 'v')]);
  expect(await next.seed(undefined, undefined, older)).toMatchObject({ base: 'destination' });
  expect((await cluster.etcdctl(['user', 'list'])).trim()).toBe('operator');
  expect((await cluster.etcdctl(['role', 'list'])).trim()).toBe('role of operator');
  const leases = await cluster.etcdctl(['lease', 'list']);
  expect([leased, foreign].map(id => leases.includes(id.toString(16)))).toEqual([false, true]);
  expect(next.logged.find(({ users }) => users !== undefined)).toMatchObject({
    users: ['operator'],
  });
});

test('before our first checkpoint nothing at the destination is ours, whatever an old state says', async () => {
  await cluster.etcdctl(['user', 'add', 'operator', '--no-password']);
  await using rig = await met('first');
  rig.preload([rig.put('k', 'v')]);
  const older = stateOf([
    { kind: 'auth', auth: authOf('operator'), mutation: { kind: 'disable' } },
  ]);
  await rig.seed(undefined, undefined, older);
  expect((await cluster.etcdctl(['user', 'list'])).trim()).toBe('operator');
});

test('a lease that went out with a batch which nobody heard of goes, also when all else is known', async () => {
  const [known, lost, foreign] = [0x721n, 0x722n, 0x723n];
  await using first = new Rig({ endpoints: cluster.endpoints, leaseTtlFloor: 600 });
  await first.start();
  await first.write([grant(known, 60), first.put('k', 'v', known)]);
  const before = stateOf([grant(known, 60), first.put('k', 'v', known)]);
  await first.client.leaseGrant(toLong(lost), 600);
  await first.client.leaseGrant(toLong(foreign), 5);
  // The snapshot has none of the three.
  first.preload([{ kind: 'lease-revoke', id: known }]);
  first.preload([first.put('other', 'v')]);
  const wanted = await first.seed(before);
  expect(wanted.base).toBe('state');
  const left = await cluster.etcdctl(['lease', 'list']);
  expect([known, lost, foreign].map(id => left.includes(id.toString(16)))).toEqual([
    false,
    false,
    true,
  ]);
});

test('stopped at any batch, each next run goes on behind what was reached', async () => {
  const count = 5_000;
  const changesOf = (rig: Rig): Change[] =>
    Array.from({ length: count }, (_, i) => rig.put(`k${String(i).padStart(5, '0')}`, `v${i}`));
  const compared: number[] = [];
  for (let run = 0; run < 4; run += 1) {
    await using rig = new Rig({
      endpoints: cluster.endpoints,
      writerName: `run ${run}`,
      maxTxnOps: 40,
    });
    await rig.writer.open({
      clusterId: CLUSTER_ID,
      confirmed: { index: 0, term: 0 },
      checkpointIndex: 0,
    });
    rig.run();
    rig.preload(changesOf(rig));
    let sent = 0;
    const sending = rig.client.txn.bind(rig.client);
    rig.client.txn = async request => {
      sent += 1;
      // The answer of the third request is lost with the process.
      if (sent === 3 && run < 3) rig.writer.stop();
      return await sending(request);
    };
    const seeding = rig.seed();
    if (run < 3) await expect(seeding).rejects.toThrow();
    else compared.push((await seeding).compared);
  }
  // Of 380 keys a batch: one in the first run, which says first what it is about to do, two in each other.
  expect(compared[0]).toBeLessThanOrEqual(count - 5 * 380);
  expect(await cluster.etcdctl(['get', 'k', '--prefix', '--count-only', '-w', 'fields'])).toContain(
    `"Count" : ${count}`,
  );
});

test('leases that a run granted which nobody knows of any more go when they hold nothing, those of others stay', async () => {
  const [ours, leader, locked] = [0x701n, 0x702n, 0x703n];
  await using rig = new Rig({ endpoints: cluster.endpoints, leaseTtlFloor: 600, writerName: 'w' });
  for (const [id, ttl] of [
    [ours, 600],
    [leader, 5],
    [locked, 600],
  ] as const) {
    await rig.client.leaseGrant(toLong(id), ttl);
  }
  await cluster.etcdctl(['put', '__etcd_syncer__/other', 'x', `--lease=${locked.toString(16)}`]);
  await rig.writer.open({
    clusterId: CLUSTER_ID,
    confirmed: { index: 0, term: 0 },
    checkpointIndex: 0,
  });
  rig.run();
  rig.preload([rig.put('k', 'v')]);
  await rig.seed();
  const left = await cluster.etcdctl(['lease', 'list']);
  expect([ours, leader, locked].map(id => left.includes(id.toString(16)))).toEqual([
    false,
    true,
    true,
  ]);
});
