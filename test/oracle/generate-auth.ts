import type { Fields } from './client.ts';
import type { Dice } from './dice.ts';

export const USERS = ['root', 'ann', 'bob', 'eve', 'zoë'];
const ROLES = ['root', 'r1', 'r2', 'r3'];
/** Whatever is done to a user, one of these is its password, unless it has none. */
export const PASSWORDS = ['one', 'two'];
/** Few keys and ends, so that lists get long, with the same keys again and again. */
const KEYS = ['a', 'b', 'k', 'k0', 'm/', '\0'];
const ENDS = ['', '', 'b', 'c', 'k1', 'l', 'm0', 'z', '\0', '\xff', 'a'];

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Kind, method and request of an operation on users and roles. */
export type AuthOperation = readonly [kind: string, method: string, request: Fields];

/** What makes a cluster in which everybody may do something, with auth on. */
export function firstAuthOperations(): AuthOperation[] {
  const [password] = PASSWORDS;
  return [
    ...USERS.map(name => ['user-add', 'Auth/UserAdd', { name, password }] as const),
    ...ROLES.map(name => ['role-add', 'Auth/RoleAdd', { name }] as const),
    ...USERS.map(
      (user, i) =>
        ['user-grant-role', 'Auth/UserGrantRole', { user, role: ROLES[i % 4] ?? 'r1' }] as const,
    ),
    grant('r1', 'Readwrite', 'a', 'l'),
    grant('r2', 'Readwrite', 'k', '\0'),
    grant('r3', 'Write', '\0', '\0'),
    ['auth-enable', 'Auth/AuthEnable', {}],
  ];
}

function grant(name: string, permType: string, key: string, end: string): AuthOperation {
  const perm = { permType, key: bytes(key), range_end: bytes(end) };
  return ['role-grant-permission', 'Auth/RoleGrantPermission', { name, perm }];
}

export function authOperation(dice: Dice): AuthOperation {
  // Root is spared often enough that auth can be switched on most of the time.
  const user = (): string => dice.pick(dice.chance(0.1) ? USERS : USERS.slice(1));
  const role = (): string => dice.pick(dice.chance(0.1) ? ROLES : ROLES.slice(1));
  const key = (): string => (dice.chance(0.02) ? '' : dice.pick(KEYS));
  const password = dice.pick(PASSWORDS);
  const choices: [number, () => AuthOperation][] = [
    [
      5,
      () => {
        const options = dice.chance(0.15) ? { options: { no_password: true } } : {};
        return ['user-add', 'Auth/UserAdd', { name: user(), password, ...options }];
      },
    ],
    [2, () => ['user-delete', 'Auth/UserDelete', { name: user() }]],
    [
      3,
      () => [
        'user-change-password',
        'Auth/UserChangePassword',
        { name: dice.chance(0.1) ? 'root' : user(), password },
      ],
    ],
    [8, () => ['user-grant-role', 'Auth/UserGrantRole', { user: user(), role: role() }]],
    [3, () => ['user-revoke-role', 'Auth/UserRevokeRole', { name: user(), role: role() }]],
    [1, () => ['user-get', 'Auth/UserGet', { name: user() }]],
    [1, () => ['user-list', 'Auth/UserList', {}]],
    [4, () => ['role-add', 'Auth/RoleAdd', { name: role() }]],
    [1.5, () => ['role-delete', 'Auth/RoleDelete', { role: role() }]],
    [1, () => ['role-get', 'Auth/RoleGet', { role: role() }]],
    [1, () => ['role-list', 'Auth/RoleList', {}]],
    [14, () => grant(role(), dice.pick(['Read', 'Write', 'Readwrite']), key(), dice.pick(ENDS))],
    [
      4,
      () => [
        'role-revoke-permission',
        'Auth/RoleRevokePermission',
        { role: role(), key: bytes(key()), range_end: bytes(dice.pick(ENDS)) },
      ],
    ],
    [2.5, () => ['auth-enable', 'Auth/AuthEnable', {}]],
    [0.7, () => ['auth-disable', 'Auth/AuthDisable', {}]],
    // Root comes back if it was deleted while auth was off.
    [1, () => ['user-add', 'Auth/UserAdd', { name: 'root', password }]],
    [1, () => ['user-grant-role', 'Auth/UserGrantRole', { user: 'root', role: 'root' }]],
  ];
  return dice.weighted(choices)();
}
