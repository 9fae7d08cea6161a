import { randomBytes } from 'node:crypto';
import type { AuthMutation, User } from '../apply/types.ts';
import { SyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import type { ByteString } from '../wire/bytes.ts';
import { etcdserverpb as pb } from '../wire/generated/rpc.js';
import type { EtcdClient } from './etcd-client.ts';
import { isEtcdError } from './grpc-errors.ts';

const THROW_AWAY_BYTES = 32;

/** What was not carried over, for status. */
export interface HeldAuth {
  readonly code: 'AUTH_HELD' | 'AUTH_PASSWORD_UNKNOWN';
  readonly what: string;
}

/**
 * Makes the changes of users and roles at the destination. Each can be made again: what is there already
 * counts as done. A user never exists with an empty or known password: it is added with a random one that
 * nobody keeps, and then given the source's hash, which etcd 3.5 and later store as it is
 * (auth store UserChangePassword).
 */
export class AuthWriter {
  readonly #client: EtcdClient;
  readonly #logger: Logger;
  readonly #ownUser: string | undefined;
  readonly #held: HeldAuth[] = [];

  /** @param ownUser the user we log in as; changes that would lock us out are held */
  constructor(client: EtcdClient, logger: Logger, ownUser: string | undefined) {
    this.#client = client;
    this.#logger = logger;
    this.#ownUser = ownUser;
  }

  get held(): readonly HeldAuth[] {
    return this.#held;
  }

  /** Errors: those of the client. */
  async apply(mutation: AuthMutation): Promise<void> {
    switch (mutation.kind) {
      case 'enable':
        await this.#enable();
        return;
      case 'disable':
        await this.#send('AuthDisable', pb.AuthDisableRequest, {});
        return;
      case 'user-add':
        await this.#addUser(mutation.user);
        return;
      case 'user-change-password':
        await this.#setPassword(mutation.user);
        return;
      case 'user-delete':
        if (this.#isOwn(mutation.name)) this.#hold('AUTH_HELD', 'deletion of our own user');
        else
          await this.#send(
            'UserDelete',
            pb.AuthUserDeleteRequest,
            { name: text(mutation.name) },
            'user name not found',
          );
        return;
      case 'user-grant-role':
        await this.#send('UserGrantRole', pb.AuthUserGrantRoleRequest, {
          user: text(mutation.user),
          role: text(mutation.role),
        });
        return;
      case 'user-revoke-role':
        if (this.#isOwn(mutation.user)) this.#hold('AUTH_HELD', 'a role of our own user');
        else {
          const request = { name: text(mutation.user), role: text(mutation.role) };
          await this.#send(
            'UserRevokeRole',
            pb.AuthUserRevokeRoleRequest,
            request,
            'role is not granted',
          );
        }
        return;
      case 'role-add':
        await this.#send(
          'RoleAdd',
          pb.AuthRoleAddRequest,
          { name: text(mutation.name) },
          'role name already exists',
        );
        return;
      case 'role-delete':
        await this.#send(
          'RoleDelete',
          pb.AuthRoleDeleteRequest,
          { role: text(mutation.name) },
          'role name not found',
        );
        return;
      case 'role-grant-permission': {
        const { permType, key, rangeEnd } = mutation.permission;
        await this.#send('RoleGrantPermission', pb.AuthRoleGrantPermissionRequest, {
          name: text(mutation.name),
          perm: {
            permType,
            key: Buffer.from(key, 'latin1'),
            range_end: Buffer.from(rangeEnd, 'latin1'),
          },
        });
        return;
      }
      case 'role-revoke-permission': {
        const request = {
          role: text(mutation.name),
          key: Buffer.from(mutation.key, 'latin1'),
          range_end: Buffer.from(mutation.rangeEnd, 'latin1'),
        };
        await this.#send(
          'RoleRevokePermission',
          pb.AuthRoleRevokePermissionRequest,
          request,
          'permission is not granted',
        );
        return;
      }
    }
  }

  /**
   * Switches auth on only where we stay root: with a user and a password, the user having the role. While
   * auth is off nothing tells whether the password is right, so it is set.
   */
  async #enable(): Promise<void> {
    const user = this.#client.loginUser;
    if (user === undefined) {
      this.#hold('AUTH_HELD', 'auth enable: --dest-user and its password are needed to stay root');
      return;
    }
    const roles = await this.#rolesOf(user);
    if (!roles.includes('root')) {
      this.#hold('AUTH_HELD', `auth enable: our user ${user} has no root role at the destination`);
      return;
    }
    if (!(await this.#client.authIsOn())) await this.#client.setOwnPassword();
    await this.#send('AuthEnable', pb.AuthEnableRequest, {});
  }

  /** None for a user that does not exist. */
  async #rolesOf(user: string): Promise<readonly string[]> {
    try {
      return await this.#client.userRoles(user);
    } catch (error) {
      if (isEtcdError(error, 'user name not found')) return [];
      throw error;
    }
  }

  async #addUser(user: User): Promise<void> {
    const name = text(user.name);
    if (user.noPassword === true) {
      const request = { name, options: { no_password: true } };
      await this.#send('UserAdd', pb.AuthUserAddRequest, request, 'user name already exists');
      return;
    }
    const password = randomBytes(THROW_AWAY_BYTES).toString('base64');
    await this.#send(
      'UserAdd',
      pb.AuthUserAddRequest,
      { name, password },
      'user name already exists',
    );
    await this.#setPassword(user);
  }

  async #setPassword(user: User): Promise<void> {
    const name = text(user.name);
    if (user.noPassword === true) return;
    if (this.#isOwn(user.name)) {
      this.#hold('AUTH_HELD', 'password of our own user');
      return;
    }
    if (user.password === 'unknown' || user.password.length === 0 || (await this.#dropsHashes())) {
      // Never the empty hash and never a guess: the old password must not stay valid either.
      const password = randomBytes(THROW_AWAY_BYTES).toString('base64');
      await this.#send('UserChangePassword', pb.AuthUserChangePasswordRequest, { name, password });
      this.#hold('AUTH_PASSWORD_UNKNOWN', `password of user ${name}`);
      return;
    }
    const hashedPassword = Buffer.from(user.password).toString('base64');
    await this.#send('UserChangePassword', pb.AuthUserChangePasswordRequest, {
      name,
      hashedPassword,
    });
  }

  /** A 3.4 server ignores the hash and would set an empty password. */
  async #dropsHashes(): Promise<boolean> {
    const { version } = await this.#client.status();
    return version === null || version === undefined || version.startsWith('3.4.');
  }

  async #send<T>(
    method: string,
    codec: { encode(message: T): { finish(): Uint8Array } },
    request: T,
    doneAlready?: string,
  ): Promise<void> {
    try {
      await this.#client.auth(method, codec.encode(request).finish());
    } catch (error) {
      if (doneAlready !== undefined && isEtcdError(error, doneAlready)) return;
      // The server's text can name users, never passwords; the request itself is not repeated.
      if (error instanceof SyncerError && error.code === 'DEST_REFUSED') {
        this.#hold('AUTH_HELD', `${method}: ${String(error.details.etcd ?? '')}`);
        return;
      }
      throw error;
    }
  }

  #isOwn(name: ByteString): boolean {
    return this.#ownUser !== undefined && text(name) === this.#ownUser;
  }

  #hold(code: HeldAuth['code'], what: string): void {
    this.#held.push({ code, what });
    this.#logger.error({ code, what }, 'a change of users or roles was not carried over');
  }
}

function text(name: ByteString): string {
  return Buffer.from(name, 'latin1').toString('utf8');
}
