import { ROOT } from '../apply/auth/permissions.ts';
import type { AuthState, Role } from '../apply/types.ts';
import type { ByteString } from '../wire/bytes.ts';
import { etcdserverpb as pb } from '../wire/generated/rpc.js';
import type { Permission } from '../wire/types.ts';
import type { EtcdClient } from './etcd-client.ts';
import { isEtcdError } from './grpc-errors.ts';
import { nameText } from './names.ts';
import {
  areEqual,
  grantTheSame,
  hasRepeatedKeys,
  permissionChanges,
} from './planner/permission-difference.ts';
import { toPermissions } from './read-auth.ts';

/** Sends one request of the Auth service; a refusal that means "done already" counts as success. */
export type SendAuth = <T>(
  method: string,
  codec: { encode(message: T): { finish(): Uint8Array } },
  request: T,
  subject: string,
  doneAlready?: string,
) => Promise<unknown>;

/**
 * How the list of a role at the destination compares with the source's. `long`: it is as we make the source's out
 * to be, but `unsure`, of a grant to such a list, holds beside it: members built with another Go may have sorted
 * equal keys in another way.
 */
export type ListState = 'equal' | 'long' | 'order' | 'different' | 'unsure';

/** What is told of roles whose lists were compared. */
export interface ComparedRoles {
  /** Something was told of the role that was not settled since. */
  isHeld(role: ByteString): boolean;
  compared(role: ByteString, state: ListState): void;
}

/** Up to so many entries sort.Sort is stable, whatever the version of Go. */
const STABLE_ENTRIES = 12;

/**
 * The permissions of roles. Where a role has several permissions on one key, what a grant does depends on
 * the list's order, and to make it again may add it twice: there the destination's list is read and
 * compared before and after.
 */
export class RolePermissions {
  readonly #client: Pick<EtcdClient, 'rolePermissions'>;
  readonly #send: SendAuth;
  readonly #roles: ComparedRoles;

  constructor(client: Pick<EtcdClient, 'rolePermissions'>, send: SendAuth, roles: ComparedRoles) {
    this.#client = client;
    this.#send = send;
    this.#roles = roles;
  }

  /** @param wanted the role after it, where that is known */
  async grant(name: ByteString, permission: Permission, wanted: Role | undefined): Promise<void> {
    if (wanted === undefined || !dependsOnOrder(wanted)) {
      await this.#grant(name, permission);
      await this.#lookAgain(name, wanted);
      return;
    }
    // Made by a process that died, or its answer was lost.
    const isThere = areEqual((await this.#read(name)) ?? [], wanted.permissions);
    if (!isThere) await this.#grant(name, permission);
    await this.#arrange(wanted);
    if (wanted.permissions.length > STABLE_ENTRIES) this.#roles.compared(name, 'unsure');
  }

  /** @param wanted the role after it, where that is known */
  async revoke(
    name: ByteString,
    key: ByteString,
    rangeEnd: ByteString,
    wanted: Role | undefined,
  ): Promise<void> {
    await this.#revoke(name, key, rangeEnd);
    if (wanted !== undefined && dependsOnOrder(wanted)) await this.#arrange(wanted);
    else await this.#lookAgain(name, wanted);
  }

  /** Takes what a role has that was there before it was added. */
  async clear(name: ByteString): Promise<void> {
    if (name === ROOT) return;
    for (const { key, rangeEnd } of (await this.#read(name)) ?? []) {
      await this.#revoke(name, key, rangeEnd);
    }
  }

  /** Brings the roles in line whose lists depend on how they came about. */
  async check({ roles }: AuthState): Promise<void> {
    for (const role of roles.values()) {
      if (dependsOnOrder(role)) await this.#arrange(role);
    }
  }

  /** A list whose order no longer matters may be right by now, where it was said not to be. */
  async #lookAgain(name: ByteString, wanted: Role | undefined): Promise<void> {
    if (wanted !== undefined && name !== ROOT && this.#roles.isHeld(name)) {
      await this.#arrange(wanted);
    }
  }

  async #arrange({ name, permissions }: Role): Promise<void> {
    const found = await this.#read(name);
    if (found === undefined) return;
    const { revokes, grants } = permissionChanges(found, permissions);
    for (const { key, rangeEnd } of revokes) await this.#revoke(name, key, rangeEnd);
    for (const permission of grants) await this.#grant(name, permission);
    const after = revokes.length + grants.length === 0 ? found : await this.#read(name);
    if (after === undefined) return;
    this.#roles.compared(name, stateOf(after, permissions));
  }

  /** undefined for a role that is not there. */
  async #read(name: ByteString): Promise<readonly Permission[] | undefined> {
    try {
      return toPermissions(await this.#client.rolePermissions(nameText(name)));
    } catch (error) {
      if (isEtcdError(error, 'role name not found')) return undefined;
      throw error;
    }
  }

  async #grant(name: ByteString, { permType, key, rangeEnd }: Permission): Promise<void> {
    const perm = {
      permType,
      key: Buffer.from(key, 'latin1'),
      range_end: Buffer.from(rangeEnd, 'latin1'),
    };
    const request = { name: nameText(name), perm };
    const subject = roleSubject(name);
    await this.#send('RoleGrantPermission', pb.AuthRoleGrantPermissionRequest, request, subject);
  }

  async #revoke(name: ByteString, key: ByteString, rangeEnd: ByteString): Promise<void> {
    const request = {
      role: nameText(name),
      key: Buffer.from(key, 'latin1'),
      range_end: Buffer.from(rangeEnd, 'latin1'),
    };
    await this.#send(
      'RoleRevokePermission',
      pb.AuthRoleRevokePermissionRequest,
      request,
      roleSubject(name),
      'permission is not granted',
    );
  }
}

function stateOf(found: readonly Permission[], wanted: readonly Permission[]): ListState {
  if (!grantTheSame(found, wanted)) return 'different';
  if (!areEqual(found, wanted)) return 'order';
  return wanted.length > STABLE_ENTRIES && hasRepeatedKeys(wanted) ? 'long' : 'equal';
}

/** Who has the role root may do everything; 3.6 and later answer RoleGet of it with what it never was granted. */
function dependsOnOrder({ name, permissions }: Role): boolean {
  return name !== ROOT && hasRepeatedKeys(permissions);
}

export function roleSubject(name: ByteString): string {
  return `role:${nameText(name)}`;
}
