import { type ByteString, EMPTY_BYTES } from './bytes.ts';
import { type Reader, WireError } from './cursor.ts';
import { decodePermission, decodeUserOptions } from './requests/auth.ts';
import { skipUnknown } from './requests/kv.ts';
import type { Permission } from './types.ts';

/*
 * What etcd keeps in its backend (the same in 3.4 to 3.7)
 *
 *   mvccpb.KeyValue   1 key, 2 create_revision, 3 mod_revision, 4 version, 5 value, 6 lease
 *   leasepb.Lease     1 ID, 2 TTL, 3 RemainingTTL
 *   authpb.User       1 name, 2 password, 3 roles*, 4 options { 1 no_password }
 *   authpb.Role       1 name, 2 keyPermission*
 *   AlarmMember       1 memberID, 2 alarm
 */

const NONE = '' as ByteString;

/**
 * The fields of a KeyValue, with key and value as places in the bytes read: read anew for each of many, it
 * takes no memory. Errors, as of all here: WireError.
 */
export class KeyValueFields {
  keyStart = 0;
  keyEnd = 0;
  createRevision = 0;
  modRevision = 0;
  version = 0;
  lease = 0n;
  valueStart = 0;
  valueEnd = 0;

  read(reader: Reader): void {
    this.keyStart = this.keyEnd = this.valueStart = this.valueEnd = reader.pos;
    this.createRevision = this.modRevision = this.version = 0;
    this.lease = 0n;
    while (!reader.done) {
      const tag = reader.tag();
      switch (tag) {
        case 0x0a:
          this.keyEnd = reader.lengthEnd();
          this.keyStart = reader.pos;
          reader.pos = this.keyEnd;
          break;
        case 0x10:
          this.createRevision = reader.uint();
          break;
        case 0x18:
          this.modRevision = reader.uint();
          break;
        case 0x20:
          this.version = reader.uint();
          break;
        case 0x2a:
          this.valueEnd = reader.lengthEnd();
          this.valueStart = reader.pos;
          reader.pos = this.valueEnd;
          break;
        case 0x30:
          this.lease = reader.int64();
          break;
        default:
          skipUnknown(reader, tag, 6);
      }
    }
  }
}

export interface StoredLease {
  readonly id: bigint;
  /** Seconds, as `remainingTtl` is. */
  readonly ttl: number;
  readonly remainingTtl: number;
}

export function decodeLease(reader: Reader): StoredLease {
  let id = 0n;
  let ttl = 0;
  let remainingTtl = 0;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x08) id = reader.int64();
    else if (tag === 0x10) ttl = safeInt64(reader);
    else if (tag === 0x18) remainingTtl = safeInt64(reader);
    else skipUnknown(reader, tag, 3);
  }
  return { id, ttl, remainingTtl };
}

function safeInt64(reader: Reader): number {
  const value = Number(reader.int64());
  if (!Number.isSafeInteger(value)) throw new WireError('number beyond 2^53', reader.pos);
  return value;
}

export interface StoredUser {
  readonly name: ByteString;
  /** A slice of the input. */
  readonly password: Uint8Array;
  readonly roles: readonly ByteString[];
  /** undefined = a record without options. */
  readonly noPassword: boolean | undefined;
}

export function decodeUser(reader: Reader): StoredUser {
  let name = NONE;
  let password = EMPTY_BYTES;
  const roles: ByteString[] = [];
  let noPassword: boolean | undefined;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x0a) name = reader.byteString();
    else if (tag === 0x12) password = reader.slice();
    else if (tag === 0x1a) roles.push(reader.byteString());
    else if (tag === 0x22) noPassword = decodeUserOptions(reader.nested(), noPassword ?? false);
    else skipUnknown(reader, tag, 4);
  }
  return { name, password, roles, noPassword };
}

export interface StoredRole {
  readonly name: ByteString;
  readonly permissions: readonly Permission[];
}

export function decodeRole(reader: Reader): StoredRole {
  let name = NONE;
  const permissions: Permission[] = [];
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x0a) name = reader.byteString();
    else if (tag === 0x12) permissions.push(decodePermission(reader.nested()));
    else skipUnknown(reader, tag, 2);
  }
  return { name, permissions };
}

export interface StoredAlarm {
  readonly memberId: bigint;
  readonly type: number;
}

export function decodeAlarm(reader: Reader): StoredAlarm {
  let memberId = 0n;
  let type = 0;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x08) memberId = reader.uint64();
    else if (tag === 0x10) type = reader.int32();
    else skipUnknown(reader, tag, 2);
  }
  return { memberId, type };
}
