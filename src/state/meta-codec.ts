import type { AuthState, MembershipState } from '../apply/types.ts';
import type { ByteString } from '../wire/bytes.ts';

/*
 * The small parts of the state are JSON: IDs as hex strings, byte strings as they are (one code unit a
 * byte), password hashes in base64.
 */

export function encodeAuth(auth: AuthState): string {
  return JSON.stringify({
    enabled: auth.enabled,
    revision: auth.revision,
    users: [...auth.users.values()].map(user => ({
      name: user.name,
      password: user.password === 'unknown' ? null : Buffer.from(user.password).toString('base64'),
      roles: user.roles,
      noPassword: user.noPassword ?? null,
    })),
    roles: [...auth.roles.values()],
  });
}

export function decodeAuth(text: string): AuthState {
  const json = JSON.parse(text) as {
    enabled: boolean;
    revision: number;
    users: {
      name: ByteString;
      password: string | null;
      roles: ByteString[];
      noPassword: boolean | null;
    }[];
    roles: {
      name: ByteString;
      permissions: { permType: number; key: ByteString; rangeEnd: ByteString }[];
    }[];
  };
  return {
    enabled: json.enabled,
    revision: json.revision,
    users: new Map(
      json.users.map(user => [
        user.name,
        {
          name: user.name,
          password: user.password === null ? 'unknown' : Buffer.from(user.password, 'base64'),
          roles: user.roles,
          noPassword: user.noPassword ?? undefined,
        },
      ]),
    ),
    roles: new Map(json.roles.map(role => [role.name, role])),
  };
}

export function encodeMembership(membership: MembershipState): string {
  return JSON.stringify({
    members: [...membership.members.values()].map(member => ({
      ...member,
      id: member.id.toString(16),
    })),
    removed: [...membership.removed].map(id => id.toString(16)),
    clusterVersion: membership.clusterVersion,
  });
}

export function decodeMembership(text: string): MembershipState {
  const json = JSON.parse(text) as {
    members: {
      id: string;
      name: string;
      peerUrls: string[];
      clientUrls: string[];
      isLearner: boolean;
    }[];
    removed: string[];
    clusterVersion: string;
  };
  return {
    members: new Map(
      json.members.map(member => {
        const id = BigInt(`0x${member.id}`);
        return [id, { ...member, id }];
      }),
    ),
    removed: new Set(json.removed.map(id => BigInt(`0x${id}`))),
    clusterVersion: json.clusterVersion,
  };
}

export function encodeAlarms(alarms: {
  readonly alarms: readonly { readonly memberId: bigint; readonly type: number }[];
  readonly runtimeApplier: string;
}): string {
  return JSON.stringify({
    alarms: alarms.alarms.map(({ memberId, type }) => ({ memberId: memberId.toString(16), type })),
    runtimeApplier: alarms.runtimeApplier,
  });
}

export function decodeAlarms(text: string): {
  alarms: { memberId: bigint; type: number }[];
  runtimeApplier: 'normal' | 'capped' | 'corrupt';
} {
  const json = JSON.parse(text) as {
    alarms: { memberId: string; type: number }[];
    runtimeApplier: 'normal' | 'capped' | 'corrupt';
  };
  return {
    alarms: json.alarms.map(({ memberId, type }) => ({ memberId: BigInt(`0x${memberId}`), type })),
    runtimeApplier: json.runtimeApplier,
  };
}
