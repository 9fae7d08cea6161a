import { Etcd3 } from 'etcd3';
import { bulkKey, fill } from '../kit/bulk.ts';
import type { EtcdCluster } from '../kit/cluster.ts';

const BOUND = 16;
const FREE = 12;
/** Seconds; longer than any test, so that nothing expires and no keepalive is due. */
const TTL = 3_600;
/** Where the load's keys are not. */
const KEYS = 400;

/** What the source is given: keys, leases with and without keys, users, roles. */
export async function prepareSource(source: EtcdCluster): Promise<void> {
  const { endpoints } = source;
  await fill({ endpoints, from: 0, to: KEYS }, number => `value ${number}`);
  const client = new Etcd3({ hosts: endpoints });
  try {
    for (let i = 0; i < BOUND + FREE; i += 1) {
      await client.leaseClient.leaseGrant({ ID: leaseOf(i), TTL });
      if (i < BOUND) await client.put(boundKey(i)).lease(leaseOf(i)).value('bound');
    }
  } finally {
    client.close();
  }
  for (const name of ['plain', 'ranged', 'spare']) await source.etcdctl(['role', 'add', name]);
  for (const prefix of ['/a/', '/b/', '/c/']) {
    await source.etcdctl(['role', 'grant-permission', 'ranged', '--prefix=true', 'read', prefix]);
  }
  for (let i = 0; i < 6; i += 1) {
    await source.etcdctl(['user', 'add', `user-${i}:secret`]);
    await source.etcdctl(['user', 'grant-role', `user-${i}`, 'plain']);
  }
}

/** Makes a hundred differences at the destination, of all kinds; "kind subject" of each. */
export async function plantDifferences(destination: EtcdCluster): Promise<string[]> {
  const client = new Etcd3({ hosts: destination.endpoints });
  try {
    return [
      ...(await plantKeys(client)),
      ...(await plantLeases(client)),
      ...(await plantAuth(destination)),
    ].sort();
  } finally {
    client.close();
  }
}

async function plantKeys(client: Etcd3): Promise<string[]> {
  const planted: string[] = [];
  for (let i = 0; i < 20; i += 1) {
    const [missing, other, extra] = [bulkKey(7 * i), bulkKey(7 * i + 3), `${bulkKey(i)}-extra`];
    await client.delete().key(missing);
    await client.put(other).value('not what the source has');
    await client.put(extra).value('nobody wrote this');
    planted.push(`key-missing ${missing}`, `value ${other}`, `key-extra ${extra}`);
  }
  for (let i = 0; i < BOUND; i += 1) {
    const put = client.put(boundKey(i)).value('bound');
    // Half to no lease, half to another one that is there.
    await (i % 2 === 0 ? put : put.lease(leaseOf((i + 2) % BOUND)));
    planted.push(`binding ${boundKey(i)}`);
  }
  return planted;
}

async function plantLeases(client: Etcd3): Promise<string[]> {
  const planted: string[] = [];
  const hex = (id: string): string => Number(id).toString(16);
  for (let i = BOUND; i < BOUND + FREE - 4; i += 1) {
    await client.leaseClient.leaseRevoke({ ID: leaseOf(i) });
    planted.push(`lease-missing ${hex(leaseOf(i))}`);
  }
  for (let i = BOUND + FREE - 4; i < BOUND + FREE - 2; i += 1) {
    await client.leaseClient.leaseRevoke({ ID: leaseOf(i) });
    await client.leaseClient.leaseGrant({ ID: leaseOf(i), TTL: TTL - 1 });
    planted.push(`lease-ttl ${hex(leaseOf(i))}`);
  }
  for (const id of ['777001', '777002']) {
    await client.leaseClient.leaseGrant({ ID: id, TTL });
    planted.push(`lease-extra ${hex(id)}`);
  }
  return planted;
}

async function plantAuth(destination: EtcdCluster): Promise<string[]> {
  const commands: readonly (readonly [what: string, ...args: string[]])[] = [
    ['user-missing user-0', 'user', 'delete', 'user-0'],
    ['user-missing user-1', 'user', 'delete', 'user-1'],
    ['user-role user-2', 'user', 'revoke-role', 'user-2', 'plain'],
    ['user-role user-3', 'user', 'grant-role', 'user-3', 'ranged'],
    ['user-extra eve', 'user', 'add', 'eve:secret'],
    ['user-extra mallory', 'user', 'add', 'mallory:secret'],
    ['role-missing spare', 'role', 'delete', 'spare'],
    ['role-extra rogue', 'role', 'add', 'rogue'],
    ['role-extra rogue-too', 'role', 'add', 'rogue-too'],
    ['permission ranged', 'role', 'grant-permission', 'ranged', '--prefix=true', 'write', '/a/'],
    ['permission ranged', 'role', 'revoke-permission', 'ranged', '/b/', '/b0'],
    ['permission ranged', 'role', 'grant-permission', 'ranged', 'read', '/d'],
  ];
  for (const [, ...args] of commands) await destination.etcdctl(args);
  return commands.map(([what]) => what);
}

function leaseOf(i: number): string {
  return String(1_000_000 + i);
}

function boundKey(i: number): string {
  return `bulk-bound/${String(i).padStart(3, '0')}`;
}
