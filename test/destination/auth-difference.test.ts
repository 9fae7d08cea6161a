import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AuthRequest, applyAuth, NEW_AUTH_STATE } from '../../src/apply/auth/store.ts';
import { sourceProfile } from '../../src/apply/semantics.ts';
import type { AuthMutation, AuthState, Role, User } from '../../src/apply/types.ts';
import { authDifference } from '../../src/destination/planner/auth-difference.ts';
import type { ByteString } from '../../src/wire/bytes.ts';
import type { Permission } from '../../src/wire/types.ts';

const [reading] = sourceProfile(['3.5.30'], 1, 2).readings;
if (reading === undefined) throw new Error('no rules of 3.5.30');
const { semantics } = reading;
const name = (text: string): ByteString => text as ByteString;
const ROOT = name('root');

const permission = fc.record({
  permType: fc.constantFrom(0, 1, 2),
  key: fc.constantFrom(name('a'), name('k'), name('\0')),
  rangeEnd: fc.constantFrom(name(''), name('z'), name('\0')),
});
const permissions = fc.uniqueArray(permission, {
  maxLength: 4,
  // A second entry of the same key and end comes about in etcd by a fault only.
  selector: ({ key, rangeEnd }) => `${key}|${rangeEnd}`,
});
const rolesOf = fc.uniqueArray(fc.constantFrom(name('r1'), name('r2'), ROOT), { maxLength: 3 });
const authState: fc.Arbitrary<AuthState> = fc
  .record({
    roles: fc.array(fc.tuple(fc.constantFrom(name('r1'), name('r2'), ROOT), permissions)),
    users: fc.array(
      fc.record({
        name: fc.constantFrom(name('ann'), name('bob'), ROOT),
        noPassword: fc.boolean(),
        password: fc.constantFrom('hash 1', 'hash 2'),
        roles: rolesOf,
      }),
    ),
    enabled: fc.boolean(),
  })
  .map(({ roles, users, enabled }) => {
    const roleMap = new Map<ByteString, Role>(
      roles.map(([role, held]) => [
        role,
        {
          name: role,
          permissions: held.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)),
        },
      ]),
    );
    const userMap = new Map<ByteString, User>(
      users.map(user => [
        user.name,
        {
          ...user,
          // Root can't become one without a password while auth is on: that change is held.
          noPassword: user.noPassword && user.name !== ROOT,
          password: Buffer.from(user.noPassword && user.name !== ROOT ? '' : user.password),
          roles: user.roles.filter(role => roleMap.has(role)).sort(),
        },
      ]),
    );
    const canBeOn = userMap.get(ROOT)?.roles.includes(ROOT) === true;
    return { enabled: enabled && canBeOn, revision: 1, roles: roleMap, users: userMap };
  });

function requestOf(mutation: AuthMutation): AuthRequest {
  switch (mutation.kind) {
    case 'enable':
      return { kind: 'auth-enable' } as AuthRequest;
    case 'disable':
      return { kind: 'auth-disable' } as AuthRequest;
    case 'user-add':
    case 'user-change-password': {
      const { user } = mutation;
      if (user.password === 'unknown') throw new Error('not in this test');
      return {
        kind: mutation.kind,
        name: user.name,
        noPassword: user.noPassword ?? false,
        password: Buffer.alloc(0),
        hashedPassword: Buffer.from(user.password).toString('base64'),
      } as unknown as AuthRequest;
    }
    case 'user-delete':
      return { kind: 'user-delete', name: mutation.name } as AuthRequest;
    case 'role-delete':
      return { kind: 'role-delete', role: mutation.name } as AuthRequest;
    case 'role-revoke-permission': {
      const { key, rangeEnd } = mutation;
      return { kind: mutation.kind, role: mutation.name, key, rangeEnd } as AuthRequest;
    }
    default:
      return mutation as unknown as AuthRequest;
  }
}

/** Etcd's own rules: a change that it refuses is a fault of the order. */
function applied(before: AuthState, mutations: readonly AuthMutation[]): AuthState {
  let auth = before;
  for (const mutation of mutations) {
    for (const change of applyAuth(requestOf(mutation), auth, semantics)) {
      if (change.kind === 'auth') auth = change.auth;
    }
  }
  return auth;
}

function permissionText({ permType, key, rangeEnd }: Permission): string {
  return `${permType} ${JSON.stringify(key)} ${JSON.stringify(rangeEnd)}`;
}

function passwordText(user: User | undefined): string {
  const { password = '' } = user ?? {};
  return typeof password === 'string' ? password : Buffer.from(password).toString('latin1');
}

function textOf({ enabled, users, roles }: AuthState): unknown {
  return {
    enabled,
    users: [...users.values()]
      .map(user => `${user.name} ${user.noPassword} ${passwordText(user)} ${user.roles.join()}`)
      .sort(),
    roles: [...roles.values()]
      .map(role => `${role.name}: ${role.permissions.map(permissionText).sort().join('; ')}`)
      .sort(),
  };
}

test('the changes lead to the wanted users and roles by rules of etcd, and there is none once they did', () => {
  fc.assert(
    fc.property(authState, authState, (before, after) => {
      const there = applied(before, authDifference(before, after, before));
      expect(textOf(there)).toEqual(textOf(after));
      expect(authDifference(there, after, there)).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

test('without removing, what the other lacks stays, and all else is right', () => {
  fc.assert(
    fc.property(authState, authState, (before, after) => {
      const there = applied(before, authDifference(before, after, NEW_AUTH_STATE));
      for (const [user, wanted] of after.users) {
        const found = there.users.get(user);
        expect(passwordText(found)).toBe(passwordText(wanted));
        expect(found?.roles).toEqual(wanted.roles);
      }
      for (const user of before.users.keys()) expect(there.users.has(user)).toBe(true);
      for (const role of before.roles.keys()) expect(there.roles.has(role)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('a password that is not known is set again only when it may have changed', () => {
  const user = (password: User['password']): AuthState => ({
    ...NEW_AUTH_STATE,
    users: new Map([[name('ann'), { name: name('ann'), password, roles: [], noPassword: false }]]),
  });
  const kinds = (a: User['password'], b: User['password']): string[] =>
    authDifference(user(a), user(b), user(a)).map(({ kind }) => kind);
  expect(kinds('unknown', Buffer.from('hash'))).toEqual(['user-change-password']);
  expect(kinds(Buffer.from('hash'), 'unknown')).toEqual(['user-change-password']);
  expect(kinds('unknown', 'unknown')).toEqual([]);
  expect(kinds(Buffer.from('hash'), Buffer.from('hash'))).toEqual([]);
});
