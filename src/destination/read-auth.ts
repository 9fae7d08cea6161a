import type { AuthState, Role, User } from '../apply/types.ts';
import { EMPTY_BYTES, toByteString, utf8ToByteString } from '../wire/bytes.ts';
import type { etcdserverpb as pb } from '../wire/generated/rpc.js';
import type { Permission } from '../wire/types.ts';
import type { EtcdClient } from './etcd-client.ts';

/**
 * The users and roles that the destination has. Passwords can't be read, and whether auth is on is left
 * out: the answer says off. Errors: those of the client.
 */
export async function readAuth(
  client: Pick<EtcdClient, 'userNames' | 'userRoles' | 'roleNames' | 'rolePermissions'>,
): Promise<AuthState> {
  const users = new Map<User['name'], User>();
  for (const name of await client.userNames()) {
    const roles = (await client.userRoles(name)).map(utf8ToByteString).sort();
    const key = utf8ToByteString(name);
    users.set(key, { name: key, password: 'unknown', roles, noPassword: undefined });
  }
  const roles = new Map<Role['name'], Role>();
  for (const name of await client.roleNames()) {
    const permissions = toPermissions(await client.rolePermissions(name));
    const key = utf8ToByteString(name);
    roles.set(key, { name: key, permissions });
  }
  return { enabled: false, revision: 1, users, roles };
}

/** Permissions as the state has them. */
export function toPermissions(perms: readonly pb.Permission.$Properties[]): Permission[] {
  return perms.map(({ permType, key, range_end: rangeEnd }) => ({
    permType: permType ?? 0,
    key: toByteString(key ?? EMPTY_BYTES),
    rangeEnd: toByteString(rangeEnd ?? EMPTY_BYTES),
  }));
}
