import { type ByteString, EMPTY_BYTES } from '../../wire/bytes.ts';
import { isSealed } from '../../wire/redact-passwords.ts';
import type { Permission, Request } from '../../wire/types.ts';
import { FROM_KEY } from '../ranges.ts';
import { Refusal } from '../refusal.ts';
import type { AuthMutation, AuthState, Change, Role, Semantics, User } from '../types.ts';
import { goSearch, goSort } from './go-sort.ts';
import { isAdmin, ROOT } from './permissions.ts';

/** A new auth store: off, nobody in it, revision 1 (AST NewAuthStore). */
export const NEW_AUTH_STATE: AuthState = {
  enabled: false,
  revision: 1,
  users: new Map(),
  roles: new Map(),
};

export type AuthRequest = Extract<
  Request,
  { kind: `auth-${'enable' | 'disable'}` | `user-${string}` | `role-${string}` }
>;

/**
 * Applies a request to the auth store (authStore in auth/store.go). Every success but the ones that
 * change nothing adds one to the auth revision; AuthEnable does not. Throws Refusal.
 */
export function applyAuth(request: AuthRequest, auth: AuthState, semantics: Semantics): Change[] {
  switch (request.kind) {
    case 'auth-enable':
      return enable(auth);
    case 'auth-disable':
      return auth.enabled ? changed({ ...auth, enabled: false }, { kind: 'disable' }) : [];
    case 'user-add':
      return userAdd(request, auth, semantics);
    case 'user-delete':
      return userDelete(request.name, auth);
    case 'user-change-password':
      return userChangePassword(request, auth, semantics);
    case 'user-grant-role':
      return userGrantRole(request.user, request.role, auth);
    case 'user-revoke-role':
      return userRevokeRole(request.user, request.role, auth);
    case 'role-add':
      return roleAdd(request.name, auth);
    case 'role-delete':
      return roleDelete(request.role, auth);
    case 'role-grant-permission':
      return roleGrant(request, auth, semantics);
    case 'role-revoke-permission':
      return roleRevoke(request, auth);
    case 'user-get':
    case 'user-list':
    case 'role-get':
    case 'role-list':
      return [];
  }
}

function enable(auth: AuthState): Change[] {
  if (auth.enabled) return [];
  const root = auth.users.get(ROOT);
  if (root === undefined) throw new Refusal('root user does not exist');
  if (!isAdmin(root)) throw new Refusal('root user does not have root role');
  // The one mutation without a new revision.
  return [{ kind: 'auth', auth: { ...auth, enabled: true }, mutation: { kind: 'enable' } }];
}

function userAdd(
  request: Extract<Request, { kind: 'user-add' }>,
  auth: AuthState,
  semantics: Semantics,
): Change[] {
  if (request.name === '') throw new Refusal('user name is empty');
  if (auth.users.has(request.name)) throw new Refusal('user name already exists');
  const user: User = {
    name: request.name,
    password: request.noPassword === true ? EMPTY_BYTES : storedPassword(request, semantics),
    roles: [],
    noPassword: request.noPassword ?? false,
  };
  return changed(withUser(auth, user), { kind: 'user-add', user });
}

/**
 * The bcrypt string that members store (selectPassword). A 3.4 entry holds the plaintext, which each
 * member salts for itself, and so did we before the entry was kept (replicator/password-sealing.ts); where that
 * failed, it is unknown.
 */
function storedPassword(
  request: { readonly password: Uint8Array; readonly hashedPassword: ByteString },
  semantics: Semantics,
): Uint8Array | 'unknown' {
  if (semantics.plaintextPasswords && !isSealed(request.password)) return 'unknown';
  if (request.password.length > 0 && request.hashedPassword === '') return 'unknown';
  return decodeBase64(request.hashedPassword);
}

function userDelete(name: ByteString, auth: AuthState): Change[] {
  if (auth.enabled && name === ROOT) throw new Refusal('invalid auth management');
  if (!auth.users.has(name)) throw new Refusal('user name not found');
  const users = new Map(auth.users);
  users.delete(name);
  return changed({ ...auth, users }, { kind: 'user-delete', name });
}

function userChangePassword(
  request: Extract<Request, { kind: 'user-change-password' }>,
  auth: AuthState,
  semantics: Semantics,
): Change[] {
  const before = auth.users.get(request.name);
  if (before === undefined) throw new Refusal('user name not found');
  const keepsNone = before.noPassword === true && !semantics.plaintextPasswords;
  const user = {
    ...before,
    password: keepsNone ? EMPTY_BYTES : storedPassword(request, semantics),
  };
  return changed(withUser(auth, user), { kind: 'user-change-password', user });
}

function userGrantRole(name: ByteString, role: ByteString, auth: AuthState): Change[] {
  const user = auth.users.get(name);
  if (user === undefined) throw new Refusal('user name not found');
  if (role !== ROOT && !auth.roles.has(role)) throw new Refusal('role name not found');
  if (user.roles.includes(role)) return [];
  const roles = [...user.roles, role].sort((a, b) => (a < b ? -1 : 1));
  return changed(withUser(auth, { ...user, roles }), { kind: 'user-grant-role', user: name, role });
}

function userRevokeRole(name: ByteString, role: ByteString, auth: AuthState): Change[] {
  if (auth.enabled && name === ROOT && role === ROOT) throw new Refusal('invalid auth management');
  const user = auth.users.get(name);
  if (user === undefined) throw new Refusal('user name not found');
  if (!user.roles.includes(role)) throw new Refusal('role is not granted to the user');
  const roles = user.roles.filter(held => held !== role);
  return changed(withUser(auth, { ...user, roles }), {
    kind: 'user-revoke-role',
    user: name,
    role,
  });
}

function roleAdd(name: ByteString, auth: AuthState): Change[] {
  if (name === '') throw new Refusal('role name is empty');
  if (auth.roles.has(name)) throw new Refusal('role name already exists');
  return changed(withRole(auth, { name, permissions: [] }), { kind: 'role-add', name });
}

function roleDelete(name: ByteString, auth: AuthState): Change[] {
  if (auth.enabled && name === ROOT) throw new Refusal('invalid auth management');
  if (!auth.roles.has(name)) throw new Refusal('role name not found');
  const roles = new Map(auth.roles);
  roles.delete(name);
  const users = new Map(auth.users);
  for (const [key, user] of users) {
    if (user.roles.includes(name)) {
      users.set(key, { ...user, roles: user.roles.filter(held => held !== name) });
    }
  }
  return changed({ ...auth, roles, users }, { kind: 'role-delete', name });
}

function roleGrant(
  request: Extract<Request, { kind: 'role-grant-permission' }>,
  auth: AuthState,
  semantics: Semantics,
): Change[] {
  const { name, permission } = request;
  if (permission === undefined) throw new Refusal('permission not given');
  if (semantics.invalidPermissionRefused && !isValidRange(permission)) {
    throw new Refusal('permission range is invalid');
  }
  const role = auth.roles.get(name);
  if (role === undefined) throw new Refusal('role name not found');
  const permissions = granted(role.permissions, permission, semantics);
  const after = withRole(auth, { name, permissions });
  return changed(after, { kind: 'role-grant-permission', name, permission });
}

/**
 * RoleGrantPermission: the first entry whose key is not below the new one's is looked at alone. With the
 * same key and end its type is replaced; else the new one is appended, even if another entry of that key
 * has the same end, and the list is sorted by key alone.
 */
function granted(
  permissions: readonly Permission[],
  added: Permission,
  { sortsAsGo119 }: Semantics,
): readonly Permission[] {
  const at = goSearch(permissions.length, i => (permissions[i] as Permission).key >= added.key);
  const found = permissions[at];
  if (found !== undefined && found.key === added.key && found.rangeEnd === added.rangeEnd) {
    return permissions.with(at, { ...found, permType: added.permType });
  }
  const grown = [...permissions, added];
  goSort(grown, (a, b) => a.key < b.key, sortsAsGo119);
  return grown;
}

function isValidRange({ key, rangeEnd }: Permission): boolean {
  if (key === '') return false;
  return rangeEnd === '' || rangeEnd === FROM_KEY || rangeEnd > key;
}

/** Removes every copy of the entry: duplicates exist (see `granted`). */
function roleRevoke(
  request: Extract<Request, { kind: 'role-revoke-permission' }>,
  auth: AuthState,
): Change[] {
  const { role: name, key, rangeEnd } = request;
  const role = auth.roles.get(name);
  if (role === undefined) throw new Refusal('role name not found');
  const permissions = role.permissions.filter(
    held => held.key !== key || held.rangeEnd !== rangeEnd,
  );
  if (permissions.length === role.permissions.length) {
    throw new Refusal('permission is not granted to the role');
  }
  const after = withRole(auth, { name, permissions });
  return changed(after, { kind: 'role-revoke-permission', name, key, rangeEnd });
}

function withUser(auth: AuthState, user: User): AuthState {
  return { ...auth, users: new Map(auth.users).set(user.name, user) };
}

function withRole(auth: AuthState, role: Role): AuthState {
  return { ...auth, roles: new Map(auth.roles).set(role.name, role) };
}

function changed(auth: AuthState, mutation: AuthMutation): Change[] {
  return [{ kind: 'auth', auth: { ...auth, revision: auth.revision + 1 }, mutation }];
}

/** Go's base64.StdEncoding: padded, strict alphabet, line breaks ignored. Throws Refusal as etcd does. */
function decodeBase64(text: string): Uint8Array {
  const clean = text.replaceAll(/[\r\n]/g, '');
  if (clean.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(clean)) {
    throw new Refusal('password hash is not base64');
  }
  return Uint8Array.from(atob(clean), char => char.charCodeAt(0));
}
