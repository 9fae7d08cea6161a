import type { AuthState, Role, User } from '../apply/types.ts';
import type { EtcdClient } from '../destination/etcd-client.ts';
import { isEtcdError } from '../destination/grpc-errors.ts';
import { readAuth } from '../destination/read-auth.ts';
import { type ByteString, utf8ToByteString } from '../wire/bytes.ts';
import type { Permission } from '../wire/types.ts';
import type { Patience } from './patience.ts';
import type { Difference } from './types.ts';

const ATTEMPTS = 5;
const TYPES = ['read', 'write', 'readwrite'];
const ROOT = 'root' as ByteString;

export interface AuthRules {
  /** The user that writes to the destination: it and its rights may be there for that alone. */
  readonly ownUser: string | undefined;
  /** Users and roles that only the destination has are no difference. */
  readonly keepsForeign: boolean;
}

/**
 * In what users, their roles, and the roles' permissions differ. Passwords can't be read, and switching auth
 * on is not carried over by itself: neither is compared. Pure.
 */
export function authDifferences(
  source: AuthState,
  destination: AuthState,
  { ownUser, keepsForeign }: AuthRules,
): Difference[] {
  const own = ownUser === undefined ? undefined : utf8ToByteString(ownUser);
  const found: Difference[] = [];
  for (const user of source.users.values()) {
    const there = destination.users.get(user.name);
    if (there === undefined) found.push(presence('user-missing', user.name));
    else found.push(...roleDifferences(user, there, user.name === own));
  }
  for (const role of source.roles.values()) {
    const there = destination.roles.get(role.name);
    if (there === undefined) found.push(presence('role-missing', role.name));
    else found.push(...permissionDifferences(role, there));
  }
  if (keepsForeign) return found;
  for (const name of destination.users.keys()) {
    if (!source.users.has(name) && name !== own) found.push(presence('user-extra', name));
  }
  for (const name of destination.roles.keys()) {
    const isOwn = own !== undefined && name === ROOT;
    if (!source.roles.has(name) && !isOwn) found.push(presence('role-extra', name));
  }
  return found;
}

/** Users and roles of one side, read again when one goes while they are read. Errors: those of the client. */
export async function readAuthOf(
  client: Pick<EtcdClient, 'userNames' | 'userRoles' | 'roleNames' | 'rolePermissions'>,
  patience: Patience,
): Promise<AuthState> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await patience.with('read users and roles', () => readAuth(client));
    } catch (error) {
      const isGone =
        isEtcdError(error, 'user name not found') || isEtcdError(error, 'role name not found');
      if (!isGone || attempt === ATTEMPTS) throw error;
    }
  }
}

function presence(
  kind: 'user-missing' | 'user-extra' | 'role-missing' | 'role-extra',
  subject: ByteString,
): Difference {
  const [there, missing] = ['there' as ByteString, 'missing' as ByteString];
  return kind.endsWith('missing')
    ? { kind, subject, source: there, destination: missing }
    : { kind, subject, source: missing, destination: there };
}

function* roleDifferences(user: User, there: User, isOwn: boolean): Generator<Difference> {
  const difference = (source: string, destination: string): Difference => ({
    kind: 'user-role',
    subject: user.name,
    source: source as ByteString,
    destination: destination as ByteString,
  });
  for (const role of user.roles) {
    if (!there.roles.includes(role)) yield difference(`role ${role}`, 'not granted');
  }
  for (const role of there.roles) {
    if (!user.roles.includes(role) && !isOwn) yield difference('not granted', `role ${role}`);
  }
}

function* permissionDifferences(role: Role, there: Role): Generator<Difference> {
  const left = new Map(role.permissions.map(held => [rangeOf(held), held]));
  const right = new Map(there.permissions.map(held => [rangeOf(held), held]));
  for (const range of new Set([...left.keys(), ...right.keys()])) {
    const [source, destination] = [
      permissionText(left.get(range)),
      permissionText(right.get(range)),
    ];
    if (source !== destination)
      yield { kind: 'permission', subject: role.name, source, destination };
  }
}

function rangeOf({ key, rangeEnd }: Permission): string {
  return JSON.stringify([key, rangeEnd]);
}

/** "read [a, b)"; an end of one zero byte is that of all keys. */
function permissionText(permission: Permission | undefined): ByteString {
  if (permission === undefined) return 'not granted' as ByteString;
  const { permType, key, rangeEnd } = permission;
  const range = rangeEnd === '' ? key : `[${key}, ${rangeEnd === '\0' ? 'end' : rangeEnd})`;
  return `${TYPES[permType] ?? permType} ${range}` as ByteString;
}
