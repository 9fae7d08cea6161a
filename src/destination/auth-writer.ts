import { randomBytes } from 'node:crypto';
import type { AuthMutation, AuthState, User } from '../apply/types.ts';
import { SyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import type { ByteString } from '../wire/bytes.ts';
import { etcdserverpb as pb } from '../wire/generated/rpc.js';
import type { EtcdClient } from './etcd-client.ts';
import { isEtcdError } from './grpc-errors.ts';
import type { HeldAuth, HeldAuthStore, HeldSince } from './held-auth.ts';
import { isText, nameText } from './names.ts';
import { type ListState, RolePermissions, roleSubject } from './role-permissions.ts';

const THROW_AWAY_BYTES = 32;
const ROOT_ROLE = 'root';
/** The subject of what is about no user and no role. */
export const AUTH_SUBJECT = 'auth';

/** What is said of a role whose list is not surely the source's. */
const COMPARED: Readonly<Record<Exclude<ListState, 'equal' | 'long'>, string>> = {
  order: 'has the same rights in another order than at the source',
  different: 'has other rights than at the source',
  unsure:
    'has more than 12 permissions and several on one key, whose order depends on the Go that the source was built with: compare it',
};

export interface AuthWriterOptions {
  readonly client: EtcdClient;
  readonly logger: Logger;
  /** Users that stay as the destination has them, beside the one we log in as. */
  readonly keepUsers: readonly string[];
  readonly held: HeldAuthStore;
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
  readonly #kept: ReadonlySet<string>;
  readonly #held: HeldAuthStore;
  readonly #permissions: RolePermissions;
  /** How often something was not carried over, known or new. */
  #refusals = 0;

  constructor({ client, logger, keepUsers, held }: AuthWriterOptions) {
    this.#client = client;
    this.#logger = logger;
    this.#kept = new Set(client.user === undefined ? keepUsers : [...keepUsers, client.user]);
    this.#held = held;
    this.#permissions = new RolePermissions(
      client,
      (method, codec, request, subject, doneAlready) =>
        this.#send(method, codec, request, subject, doneAlready),
      {
        isHeld: role => this.#held.items.some(({ subject }) => subject === roleSubject(role)),
        compared: (role, state) => this.#compared(role, state),
      },
    );
  }

  /** What was not carried over and is not settled. Errors: DATA_DIR. */
  get held(): readonly HeldSince[] {
    return this.#held.items;
  }

  /**
   * @param after the source's users and roles with the mutation; undefined when more of them follow that
   *   lead there, and `check` is called at the end
   *
   * Errors: those of the client, DATA_DIR.
   */
  async apply(mutation: AuthMutation, after?: AuthState): Promise<void> {
    const unfit = namesOf(mutation).find(name => !isText(name));
    if (unfit !== undefined) {
      const what = `${mutation.kind}: the name is not valid UTF-8`;
      this.#hold('AUTH_HELD', what, nameText(unfit));
      return;
    }
    switch (mutation.kind) {
      case 'enable':
        await this.#enable();
        return;
      case 'disable':
        await this.#send('AuthDisable', pb.AuthDisableRequest, {}, AUTH_SUBJECT);
        this.#held.settle(AUTH_SUBJECT);
        return;
      case 'user-add':
        await this.#addUser(mutation.user, after);
        return;
      case 'user-change-password':
        if (!this.#isKept(mutation.user.name)) await this.#setPassword(mutation.user);
        return;
      case 'user-delete':
        await this.#deleteUser(mutation.name);
        return;
      case 'user-grant-role':
        await this.#grantRole(mutation.user, mutation.role);
        return;
      case 'user-revoke-role':
        if (!this.#isKept(mutation.user)) await this.#revokeRole(mutation.user, mutation.role);
        return;
      case 'role-add':
        await this.#addRole(mutation.name);
        return;
      case 'role-delete': {
        const request = { role: nameText(mutation.name) };
        const subject = roleSubject(mutation.name);
        const done = 'role name not found';
        if (await this.#send('RoleDelete', pb.AuthRoleDeleteRequest, request, subject, done)) {
          this.#held.settle(subject);
        }
        return;
      }
      case 'role-grant-permission': {
        const { name, permission } = mutation;
        await this.#permissions.grant(name, permission, after?.roles.get(name));
        return;
      }
      case 'role-revoke-permission': {
        const { name, key, rangeEnd } = mutation;
        await this.#permissions.revoke(name, key, rangeEnd, after?.roles.get(name));
        return;
      }
    }
  }

  /** After mutations that were applied without the state they lead to. Errors: those of the client, DATA_DIR. */
  async check(wanted: AuthState): Promise<void> {
    await this.#permissions.check(wanted);
  }

  /**
   * Makes changes that were held once more; what is not refused again is settled. A password that is not known stays as it is:
   * somebody may have set one by hand.
   *
   * @param mutations what is left to do for the subject
   * @param wanted the source's users and roles
   *
   * Errors: those of the client, DATA_DIR.
   */
  async tryAgain(
    subject: string,
    mutations: readonly AuthMutation[],
    wanted: AuthState,
  ): Promise<void> {
    const isKept = this.#kept.has(subject);
    if (isKept && mutations.some(({ kind }) => kind !== 'user-delete')) return;
    const setsHashes = !(await this.#dropsHashes());
    const before = this.#refusals;
    for (const mutation of mutations) {
      const isUnknown =
        mutation.kind === 'user-change-password' &&
        (!setsHashes || mutation.user.password === 'unknown');
      if (!isUnknown) await this.apply(mutation, wanted);
    }
    const role = [...wanted.roles.values()].find(({ name }) => roleSubject(name) === subject);
    if (role !== undefined) {
      await this.#permissions.check({ ...wanted, roles: new Map([[role.name, role]]) });
    }
    if (this.#refusals === before) this.#held.settle(subject, 'AUTH_HELD');
  }

  /**
   * Switches auth on only where we stay root: with a user and a password, the user having the role. While
   * auth is off nothing tells whether the password is right, so it is set.
   */
  async #enable(): Promise<void> {
    const user = this.#client.loginUser;
    if (user === undefined) {
      const what = 'auth enable: --dest-user and its password are needed to stay root';
      this.#hold('AUTH_HELD', what, AUTH_SUBJECT);
      return;
    }
    const roles = await this.#rolesOf(user);
    if (!roles.includes(ROOT_ROLE)) {
      const what = `auth enable: our user ${user} has no root role at the destination`;
      this.#hold('AUTH_HELD', what, AUTH_SUBJECT);
      return;
    }
    if (!(await this.#client.authIsOn())) await this.#client.setOwnPassword();
    if (await this.#send('AuthEnable', pb.AuthEnableRequest, {}, AUTH_SUBJECT))
      this.#held.settle(AUTH_SUBJECT);
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

  async #addUser(user: User, after: AuthState | undefined): Promise<void> {
    const name = nameText(user.name);
    if (name === this.#client.loginUser) await this.#addOwn(name);
    if (this.#isKept(user.name)) return;
    if (user.noPassword === true) {
      // One that is there may have a password, and nothing tells.
      const request = { name, options: { no_password: true } };
      await this.#send(
        'UserDelete',
        pb.AuthUserDeleteRequest,
        { name },
        name,
        'user name not found',
      );
      await this.#send('UserAdd', pb.AuthUserAddRequest, request, name);
      return;
    }
    const isNew = await this.#addWith(name, randomPassword());
    await this.#setPassword(user);
    if (!isNew) await this.#takeExtraRoles(user.name, after);
  }

  /** Our user, where the destination's users are to begin with it: with the password that we log in with. */
  async #addOwn(name: string): Promise<void> {
    const password = this.#client.password ?? randomPassword();
    await this.#addWith(name, password);
  }

  /** False when there is one of the name. */
  async #addWith(name: string, password: string): Promise<boolean> {
    const request = pb.AuthUserAddRequest.encode({ name, password }).finish();
    try {
      await this.#client.auth('UserAdd', request);
      return true;
    } catch (error) {
      if (isEtcdError(error, 'user name already exists')) return false;
      this.#holdRefused(error, 'UserAdd', name);
      return true;
    }
  }

  /** A user that was there before the source added it may have rights of its own. */
  async #takeExtraRoles(name: ByteString, after: AuthState | undefined): Promise<void> {
    const wanted = after?.users.get(name)?.roles.map(nameText);
    if (wanted === undefined) return;
    for (const role of await this.#rolesOf(nameText(name))) {
      if (!wanted.includes(role)) await this.#sendRevokeRole(nameText(name), role);
    }
  }

  async #setPassword(user: User): Promise<void> {
    const name = nameText(user.name);
    if (user.noPassword === true) return;
    const { password: hash } = user;
    const isKnown = hash !== 'unknown' && !(hash.length > 0 && (await this.#dropsHashes()));
    // Said before it is so, and durably: once it is so nothing at the destination tells.
    if (!isKnown) this.#hold('AUTH_PASSWORD_UNKNOWN', passwordOf(name), name);
    // With no hash nobody can log in at the source, with a random password nobody here; never the empty
    // hash, which some servers take for an empty password. The old password must not stay valid either.
    const change =
      isKnown && hash.length > 0
        ? { name, hashedPassword: Buffer.from(hash).toString('base64') }
        : { name, password: randomPassword() };
    const codec = pb.AuthUserChangePasswordRequest;
    const isDone = await this.#send('UserChangePassword', codec, change, name);
    if (isDone && isKnown) this.#held.settle(name, 'AUTH_PASSWORD_UNKNOWN');
  }

  /** A 3.4 server ignores the hash and would set an empty password. */
  async #dropsHashes(): Promise<boolean> {
    const { version } = await this.#client.status();
    return version === null || version === undefined || version.startsWith('3.4.');
  }

  async #deleteUser(name: ByteString): Promise<void> {
    const text = nameText(name);
    // The source has no user of that name any more: nothing is held back.
    if (this.#kept.has(text)) this.#held.settle(text);
    else {
      const done = 'user name not found';
      const codec = pb.AuthUserDeleteRequest;
      if (await this.#send('UserDelete', codec, { name: text }, text, done)) {
        this.#held.settle(text);
      }
    }
  }

  async #grantRole(user: ByteString, role: ByteString): Promise<void> {
    const name = nameText(user);
    // Our own user needs the root role before auth is switched on.
    const isOwnRoot = name === this.#client.loginUser && nameText(role) === ROOT_ROLE;
    if (!isOwnRoot && this.#isKept(user)) return;
    const request = { user: name, role: nameText(role) };
    await this.#send('UserGrantRole', pb.AuthUserGrantRoleRequest, request, name);
  }

  async #revokeRole(user: ByteString, role: ByteString): Promise<void> {
    await this.#sendRevokeRole(nameText(user), nameText(role));
  }

  async #sendRevokeRole(name: string, role: string): Promise<void> {
    const codec = pb.AuthUserRevokeRoleRequest;
    await this.#send('UserRevokeRole', codec, { name, role }, name, 'role is not granted');
  }

  /** One that is there may grant what the source's does not. */
  async #addRole(name: ByteString): Promise<void> {
    const request = pb.AuthRoleAddRequest.encode({ name: nameText(name) }).finish();
    try {
      await this.#client.auth('RoleAdd', request);
    } catch (error) {
      if (isEtcdError(error, 'role name already exists')) await this.#permissions.clear(name);
      else this.#holdRefused(error, 'RoleAdd', roleSubject(name));
    }
  }

  /** False when it was refused, and is held. */
  async #send<T>(
    method: string,
    codec: { encode(message: T): { finish(): Uint8Array } },
    request: T,
    subject: string,
    doneAlready?: string,
  ): Promise<boolean> {
    try {
      await this.#client.auth(method, codec.encode(request).finish());
    } catch (error) {
      if (doneAlready !== undefined && isEtcdError(error, doneAlready)) return true;
      this.#holdRefused(error, method, subject);
      return false;
    }
    return true;
  }

  /** The server's text can name users, never passwords; the request itself is not repeated. Throws what is no refusal. */
  #holdRefused(error: unknown, method: string, subject: string): void {
    if (!(error instanceof SyncerError) || error.code !== 'DEST_REFUSED') throw error;
    const what = `${method} of ${subject}: ${String(error.details.etcd ?? '')}`;
    this.#hold('AUTH_HELD', what, subject);
  }

  #compared(role: ByteString, state: ListState): void {
    const subject = roleSubject(role);
    const said = (about: keyof typeof COMPARED): string => `${subject} ${COMPARED[about]}`;
    if (state === 'equal') {
      this.#held.settle(subject);
      return;
    }
    if (state !== 'long') this.#hold('AUTH_HELD', said(state), subject);
    if (state === 'unsure') return;
    // What was said of an earlier comparison is not true any more.
    for (const other of ['order', 'different'] as const) {
      if (other !== state) this.#held.settle(subject, 'AUTH_HELD', said(other));
    }
  }

  /** Users of this name stay as the destination has them; that the source has one, too, is said. */
  #isKept(name: ByteString): boolean {
    const text = nameText(name);
    if (!this.#kept.has(text)) return false;
    this.#hold('AUTH_HELD', `user ${text} is kept: the source's is not replicated`, text);
    return true;
  }

  #hold(code: HeldAuth['code'], what: string, subject: string): void {
    if (code === 'AUTH_HELD') this.#refusals += 1;
    if (!this.#held.hold({ code, what, subject })) return;
    this.#logger.error({ code, what }, 'a change of users or roles was not carried over');
  }
}

function passwordOf(name: string): string {
  return `password of user ${name}`;
}

function randomPassword(): string {
  return randomBytes(THROW_AWAY_BYTES).toString('base64');
}

/** The names of users and roles in it. */
function namesOf(mutation: AuthMutation): ByteString[] {
  switch (mutation.kind) {
    case 'enable':
    case 'disable':
      return [];
    case 'user-add':
    case 'user-change-password':
      return [mutation.user.name];
    case 'user-grant-role':
    case 'user-revoke-role':
      return [mutation.user, mutation.role];
    case 'user-delete':
    case 'role-add':
    case 'role-delete':
    case 'role-grant-permission':
    case 'role-revoke-permission':
      return [mutation.name];
  }
}
