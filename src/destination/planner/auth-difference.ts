import type { AuthMutation, AuthState, Role, User } from '../../apply/types.ts';
import type { ByteString } from '../../wire/bytes.ts';
import type { Permission } from '../../wire/types.ts';

/**
 * The changes that lead from one auth store to another: what is new first, what is gone last. Auth is
 * switched on at the end and off at the beginning: while it is on, root can't go. A password that is 'unknown' before is set again.
 *
 * @param ours users and roles that go when the other store lacks them; of others nobody knows whose they are
 */
export function authDifference(
  before: AuthState,
  after: AuthState,
  ours: Pick<AuthState, 'users' | 'roles'>,
): AuthMutation[] {
  const changes: AuthMutation[] = [];
  if (before.enabled && !after.enabled) changes.push({ kind: 'disable' });
  for (const role of after.roles.values()) changes.push(...roleChanges(before.roles, role));
  for (const user of after.users.values()) changes.push(...userChanges(before.users, user));
  for (const name of before.users.keys()) {
    if (!after.users.has(name) && ours.users.has(name)) changes.push({ kind: 'user-delete', name });
  }
  for (const name of before.roles.keys()) {
    if (!after.roles.has(name) && ours.roles.has(name)) changes.push({ kind: 'role-delete', name });
  }
  if (!before.enabled && after.enabled) changes.push({ kind: 'enable' });
  return changes;
}

function* roleChanges(roles: ReadonlyMap<ByteString, Role>, role: Role): Generator<AuthMutation> {
  const { name, permissions } = role;
  const before = roles.get(name)?.permissions ?? [];
  if (!roles.has(name)) yield { kind: 'role-add', name };
  for (const permission of permissions) {
    if (before.some(held => isSame(held, permission))) continue;
    const { key, rangeEnd } = permission;
    const sameKey = before.filter(held => held.key === key);
    // Of two with one key etcd finds only one: the other would be added again, not changed.
    if (sameKey.length > 1 && sameKey.some(held => held.rangeEnd === rangeEnd)) {
      yield { kind: 'role-revoke-permission', name, key, rangeEnd };
    }
    yield { kind: 'role-grant-permission', name, permission };
  }
  for (const { key, rangeEnd } of before) {
    if (!permissions.some(wanted => wanted.key === key && wanted.rangeEnd === rangeEnd)) {
      yield { kind: 'role-revoke-permission', name, key, rangeEnd };
    }
  }
}

function* userChanges(users: ReadonlyMap<ByteString, User>, user: User): Generator<AuthMutation> {
  const { name, roles } = user;
  const held = users.get(name);
  // A user with a password can't become one without, nor the other way round.
  const before = held !== undefined && isSameKind(held, user) ? held : undefined;
  if (held !== undefined && before === undefined) yield { kind: 'user-delete', name };
  if (before === undefined) yield { kind: 'user-add', user };
  else if (user.noPassword !== true && !hasSamePassword(before, user))
    yield { kind: 'user-change-password', user };
  for (const role of roles) {
    if (before?.roles.includes(role) !== true) yield { kind: 'user-grant-role', user: name, role };
  }
  for (const role of before?.roles ?? []) {
    if (!roles.includes(role)) yield { kind: 'user-revoke-role', user: name, role };
  }
}

function isSame(a: Permission, b: Permission): boolean {
  return a.permType === b.permType && a.key === b.key && a.rangeEnd === b.rangeEnd;
}

/** Of a user read at the destination it is not known; those with a password are taken to have one. */
function isSameKind(held: User, user: User): boolean {
  return (held.noPassword === true) === (user.noPassword === true);
}

function hasSamePassword(before: User, after: User): boolean {
  if (before.password === 'unknown' || after.password === 'unknown') {
    return before.password === after.password;
  }
  return Buffer.compare(before.password, after.password) === 0;
}
