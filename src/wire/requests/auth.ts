import { type ByteString, EMPTY_BYTES } from '../bytes.ts';
import type { Reader } from '../cursor.ts';
import type { Permission, Request } from '../types.ts';
import { skipUnknown } from './kv.ts';

/*
 *   AuthUserAddRequest           1 name, 2 password, 3 options { 1 no_password }, 4 hashedPassword (3.5+)
 *   AuthUserChangePassword       1 name, 2 password, 3 hashedPassword (3.5+)
 *   AuthUserGrantRole            1 user, 2 role        AuthUserRevokeRole  1 name, 2 role
 *   AuthRoleGrantPermission      1 name, 2 perm { 1 permType, 2 key, 3 range_end }
 *   AuthRoleRevokePermission     1 role, 2 key, 3 range_end
 *   AuthUserDelete, UserGet, RoleAdd, RoleGet, RoleDelete   1 name or role
 */

const NONE = '' as ByteString;

/** Reads a message whose fields 1..n are all length-delimited. */
function strings(reader: Reader, count: number): ByteString[] {
  const values = new Array<ByteString>(count).fill(NONE);
  while (!reader.done) {
    const tag = reader.tag();
    if ((tag & 7) === 2 && tag >>> 3 <= count) values[(tag >>> 3) - 1] = reader.byteString();
    else skipUnknown(reader, tag, count);
  }
  return values;
}

export function decodeUserAdd(reader: Reader): Request {
  let name = NONE;
  let password = EMPTY_BYTES;
  let hashedPassword = NONE;
  let noPassword: boolean | undefined;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x0a) name = reader.byteString();
    else if (tag === 0x12) password = reader.slice();
    else if (tag === 0x1a) noPassword = decodeUserOptions(reader.nested(), noPassword ?? false);
    else if (tag === 0x22) hashedPassword = reader.byteString();
    else skipUnknown(reader, tag, 4);
  }
  return { kind: 'user-add', name, password, hashedPassword, noPassword };
}

export function decodeUserOptions(reader: Reader, before: boolean): boolean {
  let noPassword = before;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x08) noPassword = reader.bool();
    else skipUnknown(reader, tag, 1);
  }
  return noPassword;
}

export function decodeUserChangePassword(reader: Reader): Request {
  let name = NONE;
  let password = EMPTY_BYTES;
  let hashedPassword = NONE;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x0a) name = reader.byteString();
    else if (tag === 0x12) password = reader.slice();
    else if (tag === 0x1a) hashedPassword = reader.byteString();
    else skipUnknown(reader, tag, 3);
  }
  return { kind: 'user-change-password', name, password, hashedPassword };
}

export function decodeUserDelete(reader: Reader): Request {
  const [name = NONE] = strings(reader, 1);
  return { kind: 'user-delete', name };
}

export function decodeUserGet(reader: Reader): Request {
  const [name = NONE] = strings(reader, 1);
  return { kind: 'user-get', name };
}

export function decodeUserGrantRole(reader: Reader): Request {
  const [user = NONE, role = NONE] = strings(reader, 2);
  return { kind: 'user-grant-role', user, role };
}

export function decodeUserRevokeRole(reader: Reader): Request {
  const [user = NONE, role = NONE] = strings(reader, 2);
  return { kind: 'user-revoke-role', user, role };
}

export function decodeRoleAdd(reader: Reader): Request {
  const [name = NONE] = strings(reader, 1);
  return { kind: 'role-add', name };
}

export function decodeRoleDelete(reader: Reader): Request {
  const [role = NONE] = strings(reader, 1);
  return { kind: 'role-delete', role };
}

export function decodeRoleGet(reader: Reader): Request {
  const [role = NONE] = strings(reader, 1);
  return { kind: 'role-get', role };
}

export function decodeRoleRevokePermission(reader: Reader): Request {
  const [role = NONE, key = NONE, rangeEnd = NONE] = strings(reader, 3);
  return { kind: 'role-revoke-permission', role, key, rangeEnd };
}

export function decodeRoleGrantPermission(reader: Reader): Request {
  let name = NONE;
  let permission: Permission | undefined;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x0a) name = reader.byteString();
    else if (tag === 0x12) permission = decodePermission(reader.nested());
    else skipUnknown(reader, tag, 2);
  }
  return { kind: 'role-grant-permission', name, permission };
}

export function decodePermission(reader: Reader): Permission {
  let permType = 0;
  let key = NONE;
  let rangeEnd = NONE;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x08) permType = reader.int32();
    else if (tag === 0x12) key = reader.byteString();
    else if (tag === 0x1a) rangeEnd = reader.byteString();
    else skipUnknown(reader, tag, 3);
  }
  return { permType, key, rangeEnd };
}
