import { setTimeout as sleep } from 'node:timers/promises';
import { Etcd3 } from 'etcd3';
import { describe, expect, test } from 'vitest';
import { type AuthRequest, applyAuth } from '../../src/apply/auth/store.ts';
import { sourceProfile } from '../../src/apply/semantics.ts';
import type { AuthMutation, AuthState, Change, User } from '../../src/apply/types.ts';
import { grantTheSame } from '../../src/destination/planner/permission-difference.ts';
import { toPermissions } from '../../src/destination/read-auth.ts';
import { settleHeld } from '../../src/destination/settle-held.ts';
import { utf8ToByteString as bytes, toByteString } from '../../src/wire/bytes.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { releasesForLongSuites } from '../kit/releases.ts';
import { authChange, Rig } from './rig.ts';

const releases = await releasesForLongSuites(3);
const release = releases.find(({ version }) => version === '3.5.30') ?? releases.at(-1);
if (release === undefined) throw new Error('no etcd could be had: see `npm run etcd`');

/** bcrypt of "secret" at the lowest cost. */
const HASH = '$2a$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW';

function user(name: string, password: User['password'] = Buffer.from(HASH)): User {
  return { name: bytes(name), password, roles: [], noPassword: false };
}

/** Users, a role and its right, and auth switched on: as a source's log holds them. */
const SETUP: readonly AuthMutation[] = [
  { kind: 'user-add', user: user('root') },
  { kind: 'role-add', name: bytes('root') },
  { kind: 'user-grant-role', user: bytes('root'), role: bytes('root') },
  { kind: 'user-add', user: user('alice') },
  { kind: 'role-add', name: bytes('reader') },
  {
    kind: 'role-grant-permission',
    name: bytes('reader'),
    permission: { permType: 0, key: bytes('/a/'), rangeEnd: bytes('/a0') },
  },
  { kind: 'user-grant-role', user: bytes('alice'), role: bytes('reader') },
  { kind: 'enable' },
];

async function writeAll(rig: Rig, mutations: readonly AuthMutation[]): Promise<void> {
  for (const mutation of mutations) rig.submit([authChange(rig, mutation)]);
  await rig.confirmAll();
}

async function canRead(
  cluster: EtcdCluster,
  username: string,
  password: string,
  key: string,
): Promise<string> {
  const client = new Etcd3({ hosts: cluster.endpoints, auth: { username, password } });
  try {
    await client.get(key).string();
    return 'yes';
  } catch (error) {
    return String(error);
  } finally {
    client.close();
  }
}

describe.each(releases)('users and roles on etcd $version', programs => {
  test('auth comes on with the hashes of the source, and the writer stays root', async () => {
    await using cluster = await EtcdCluster.start({ programs });
    await using rig = new Rig({ endpoints: cluster.endpoints, user: 'root', password: 'ours' });
    await rig.start();
    await rig.write([rig.put('/a/x', '1')]);
    await writeAll(rig, SETUP);
    await rig.write([rig.put('/a/x', '2')]);
    expect(await canRead(cluster, 'root', 'ours', '/a/x')).toBe('yes');
    const holdsHashes = programs.line !== '3.4';
    if (holdsHashes) {
      expect(await canRead(cluster, 'alice', 'secret', '/a/x')).toBe('yes');
      expect(await canRead(cluster, 'alice', 'secret', '/b')).toContain('permission denied');
    } else {
      expect(await canRead(cluster, 'alice', 'secret', '/a/x')).toContain('authentication failed');
    }
    expect(await canRead(cluster, 'alice', '', '/a/x')).not.toBe('yes');
    const held = rig.auth.held.map(({ code }) => code);
    expect(held).toEqual(holdsHashes ? ['AUTH_HELD'] : ['AUTH_HELD', 'AUTH_PASSWORD_UNKNOWN']);

    // Everything again, as after a crash before the checkpoint: nothing changes.
    await writeAll(rig, SETUP);
    expect(await canRead(cluster, 'root', 'ours', '/a/x')).toBe('yes');
    await writeAll(rig, [{ kind: 'disable' }]);
    expect(await cluster.etcdctl(['get', '/a/x', '--print-value-only'])).toBe('2\n');
    expect(JSON.stringify(rig.logged)).not.toMatch(/ours|\$2a\$/);
  });
});

describe('credentials', () => {
  test('without a user, auth is not switched on and that is said', async () => {
    await using cluster = await EtcdCluster.start({ programs: release });
    await using rig = new Rig({ endpoints: cluster.endpoints });
    await rig.start();
    await writeAll(rig, SETUP);
    await rig.write([rig.put('a', '1')]);
    expect(rig.auth.held).toEqual([
      expect.objectContaining({
        code: 'AUTH_HELD',
        what: expect.stringContaining('auth enable'),
        subject: 'auth',
      }),
    ]);
    expect(await cluster.etcdctl(['get', 'a', '--print-value-only'])).toBe('1\n');
  });

  test('a user without the root role does not switch auth on', async () => {
    await using cluster = await EtcdCluster.start({ programs: release });
    await cluster.etcdctl(['user', 'add', 'syncer:ours']);
    await using rig = new Rig({ endpoints: cluster.endpoints, user: 'syncer', password: 'ours' });
    await rig.start();
    await writeAll(rig, SETUP);
    await rig.write([rig.put('a', '1')]);
    expect(rig.auth.held.map(({ code }) => code)).toEqual(['AUTH_HELD']);
  });

  test('what was held is tried again at the end: done when it can be, and a password set by hand stays', async () => {
    await using cluster = await EtcdCluster.start({ programs: release });
    await cluster.etcdctl(['user', 'add', 'syncer:ours']);
    await using rig = new Rig({ endpoints: cluster.endpoints, user: 'syncer', password: 'ours' });
    await rig.start();
    await writeAll(rig, SETUP.slice(0, -3));
    await cluster.etcdctl(['role', 'delete', 'reader']);
    const bob = user('bob', 'unknown');
    await writeAll(rig, [...SETUP.slice(-2), { kind: 'user-add', user: bob }]);
    const subjects = (): string[] => rig.auth.held.map(({ subject }) => subject).toSorted();
    expect(subjects()).toEqual(['alice', 'auth', 'bob']);

    const [root, alice] = [user('root'), user('alice')];
    const permission = { permType: 0, key: bytes('/a/'), rangeEnd: bytes('/a0') };
    const wanted: AuthState = {
      enabled: true,
      revision: 1,
      users: new Map([
        [root.name, { ...root, roles: [bytes('root')] }],
        [alice.name, { ...alice, roles: [bytes('reader')] }],
        [bob.name, bob],
      ]),
      roles: new Map([
        [bytes('root'), { name: bytes('root'), permissions: [] }],
        [bytes('reader'), { name: bytes('reader'), permissions: [permission] }],
      ]),
    };
    const { client, auth } = rig;
    const settle = (): Promise<void> =>
      settleHeld({ client, auth, wanted, retry: (_, attempt) => attempt() });
    await settle();
    expect(subjects()).toEqual(['alice', 'auth', 'bob']);

    await cluster.etcdctl(['user', 'passwd', 'bob', '--interactive=false'], 'byhand\n');
    await cluster.etcdctl(['user', 'grant-role', 'syncer', 'root']);
    await cluster.etcdctl(['role', 'add', 'reader']);
    await settle();
    expect(subjects()).toEqual(['bob']);
    expect(await canRead(cluster, 'bob', 'byhand', '/a/x')).toContain('permission denied');
    expect(await canRead(cluster, 'alice', 'secret', '/b')).toContain('permission denied');
    expect(await client.userRoles('alice')).toEqual(['reader']);
  });

  test('a wrong password ends it; a token that the server forgot is renewed', async () => {
    await using cluster = await EtcdCluster.start({
      programs: release,
      flags: ['--auth-token-ttl=1'],
    });
    await cluster.etcdctl(['user', 'add', 'root:right']);
    await cluster.etcdctl(['user', 'grant-role', 'root', 'root']);
    await cluster.etcdctl(['auth', 'enable']);
    await using wrong = new Rig({ endpoints: cluster.endpoints, user: 'root', password: 'wrong' });
    await expect(wrong.start()).rejects.toMatchObject({ code: 'DEST_UNAUTHORISED' });
    await using none = new Rig({ endpoints: cluster.endpoints });
    await expect(none.start()).rejects.toMatchObject({ code: 'DEST_UNAUTHORISED' });

    await using rig = new Rig({ endpoints: cluster.endpoints, user: 'root', password: 'right' });
    await rig.start();
    await rig.write([rig.put('a', '1')]);
    await sleep(4_000);
    await rig.write([rig.put('a', '2')]);
    expect(await canRead(cluster, 'root', 'right', 'a')).toBe('yes');
    // The call itself renewed it: nothing had to be tried again.
    expect(rig.writer.stats.retries).toBe(0);
  });

  test('a user without a known hash gets a password that nobody knows', async () => {
    await using cluster = await EtcdCluster.start({ programs: release });
    await using rig = new Rig({ endpoints: cluster.endpoints, user: 'root', password: 'ours' });
    await rig.start();
    await writeAll(rig, [
      ...SETUP.filter(({ kind }) => kind !== 'user-add'),
      { kind: 'user-add', user: user('bob', 'unknown') },
      { kind: 'user-add', user: user('carol', new Uint8Array(0)) },
    ]);
    // Nobody can log in as carol at the source either.
    expect(rig.auth.held.filter(({ code }) => code === 'AUTH_PASSWORD_UNKNOWN')).toMatchObject([
      { what: 'password of user bob', subject: 'bob' },
    ]);
    await writeAll(rig, [{ kind: 'user-change-password', user: user('bob') }]);
    expect(rig.auth.held.map(({ subject }) => subject)).not.toContain('bob');
  });

  test('a name that is no UTF-8 is held, and all else goes on', async () => {
    await using cluster = await EtcdCluster.start({ programs: release });
    await using rig = new Rig({ endpoints: cluster.endpoints, user: 'root', password: 'ours' });
    await rig.start();
    const noText = toByteString(Uint8Array.of(0x75, 0xff, 0xfe));
    await writeAll(rig, [
      ...SETUP,
      { kind: 'user-add', user: { ...user('x'), name: noText } },
      { kind: 'role-add', name: noText },
      { kind: 'user-grant-role', user: bytes('alice'), role: noText },
      { kind: 'user-add', user: user('bob') },
    ]);
    expect(await rig.client.userRoles('alice')).toEqual(['reader']);
    expect([...(await rig.client.userNames())].sort()).toEqual(['alice', 'bob', 'root']);
    expect([...(await rig.client.roleNames())].sort()).toEqual(['reader', 'root']);
    expect(rig.auth.held.map(({ code, what }) => `${code}: ${what}`)).toContain(
      'AUTH_HELD: user-grant-role: the name is not valid UTF-8',
    );
  });

  test('users that are to be kept stay as they are', async () => {
    await using cluster = await EtcdCluster.start({ programs: release });
    await cluster.etcdctl(['user', 'add', 'alice:here']);
    await cluster.etcdctl(['role', 'add', 'local']);
    await cluster.etcdctl(['user', 'grant-role', 'alice', 'local']);
    await using rig = new Rig({
      endpoints: cluster.endpoints,
      user: 'root',
      password: 'ours',
      keepUsers: ['alice'],
    });
    await rig.start();
    await writeAll(rig, [
      ...SETUP,
      { kind: 'user-change-password', user: user('alice', 'unknown') },
      { kind: 'user-revoke-role', user: bytes('alice'), role: bytes('local') },
    ]);
    expect(await canRead(cluster, 'alice', 'here', 'x')).toContain('permission denied');
    expect(await canRead(cluster, 'alice', 'secret', 'x')).toContain('authentication failed');
    expect(await rig.client.userRoles('alice')).toEqual(['local']);
    expect(rig.auth.held.map(({ subject }) => subject).sort()).toEqual(['alice', 'root']);
    await writeAll(rig, [{ kind: 'user-delete', name: bytes('alice') }]);
    expect(await canRead(cluster, 'alice', 'here', 'x')).toContain('permission denied');
    expect(rig.auth.held.map(({ subject }) => subject)).toEqual(['root']);
  });

  test('a user and a role that were there before the source added them have no rights of their own', async () => {
    await using cluster = await EtcdCluster.start({ programs: release });
    await cluster.etcdctl(['role', 'add', 'reader']);
    await cluster.etcdctl(['role', 'grant-permission', 'reader', 'readwrite', '/secret']);
    await cluster.etcdctl(['user', 'add', 'alice:before']);
    await cluster.etcdctl(['user', 'grant-role', 'alice', 'reader']);
    await cluster.etcdctl(['user', 'add', 'nopass:before']);
    await using rig = new Rig({ endpoints: cluster.endpoints, user: 'root', password: 'ours' });
    await rig.start();
    const nopass: User = { ...user('nopass', new Uint8Array(0)), noPassword: true };
    const alice = user('alice');
    const after = {
      ...rig.resolved.auth,
      users: new Map([[alice.name, alice]]),
      roles: new Map([[bytes('reader'), { name: bytes('reader'), permissions: [] }]]),
    };
    for (const mutation of [
      { kind: 'user-add', user: alice },
      { kind: 'role-add', name: bytes('reader') },
      { kind: 'user-add', user: nopass },
    ] as const) {
      await rig.write([{ kind: 'auth', auth: after, mutation }]);
    }
    expect(await rig.client.userRoles('alice')).toEqual([]);
    expect(await rig.client.rolePermissions('reader')).toEqual([]);
    await writeAll(
      rig,
      SETUP.filter(({ kind }) => kind !== 'role-add'),
    );
    expect(await canRead(cluster, 'alice', 'before', '/a/x')).toContain('authentication failed');
    expect(await canRead(cluster, 'nopass', 'before', '/a/x')).toContain('authentication failed');
    expect(await canRead(cluster, 'alice', 'secret', '/a/x')).toBe('yes');
  });

  test('a role with several permissions on one key has the list of the source, twice applied', async () => {
    await using cluster = await EtcdCluster.start({ programs: release });
    await using rig = new Rig({ endpoints: cluster.endpoints });
    await rig.start();
    let auth = rig.resolved.auth;
    const requests: AuthRequest[] = [{ kind: 'role-add', name: bytes('r') }];
    for (const [permType, end] of [
      [0, 'b'],
      [1, 'c'],
      [2, 'd'],
      // Not the first on its key: etcd adds it a second time.
      [0, 'c'],
    ] as const) {
      const permission = { permType, key: bytes('a'), rangeEnd: bytes(end) };
      requests.push({ kind: 'role-grant-permission', name: bytes('r'), permission });
    }
    const changes: Change[][] = [];
    const [reading] = sourceProfile(['3.5.30'], 3, 2).readings;
    if (reading === undefined) throw new Error('no reading');
    for (const request of requests) {
      const made = applyAuth(request, auth, reading.semantics);
      for (const change of made) if (change.kind === 'auth') auth = change.auth;
      changes.push(made);
    }
    const wanted = auth.roles.get(bytes('r'))?.permissions;
    expect(wanted).toHaveLength(4);
    const readBack = async () => toPermissions(await rig.client.rolePermissions('r'));
    for (const made of changes) {
      await rig.write(made);
      // As after a crash before the checkpoint.
      if (made !== changes[0]) await rig.write(made);
    }
    expect(await readBack()).toEqual(wanted);
    expect(rig.auth.held).toEqual([]);
    // Somebody else's change is found, and undone.
    await cluster.etcdctl(['role', 'revoke-permission', 'r', 'a', 'd']);
    await rig.write(changes.at(-1) ?? []);
    expect(grantTheSame(await readBack(), wanted ?? [])).toBe(true);
    expect(rig.auth.held).toMatchObject([
      { subject: 'role:r', what: expect.stringContaining('another order') },
    ]);
  });
});
