import { createHash } from 'node:crypto';
import type { Etcd3 } from 'etcd3';
import type { MemoryState } from '../../src/apply/memory-state.ts';
import type { AuthState, KeyRecord, MembershipState } from '../../src/apply/types.ts';
import type { ByteString } from '../../src/wire/bytes.ts';
import type { Everything } from './file.ts';

type PlainRecord = Omit<KeyRecord, 'value'> & { readonly value: string };

/** A state in plain values, the same for every way that leads to it. */
export interface PlainState {
  readonly revision: number;
  readonly compactRevision: number;
  readonly keys: ReadonlyMap<ByteString, PlainRecord>;
  readonly leases: ReadonlyMap<bigint, { readonly ttl: number; readonly remainingTtl: number }>;
  readonly attachments: ReadonlyMap<bigint, readonly ByteString[]>;
  readonly auth: AuthState;
  readonly alarms: readonly string[];
  readonly membership: MembershipState;
}

const plain = ({ value, ...record }: KeyRecord): PlainRecord => ({
  ...record,
  value: digest(value),
});

/** Short, for readable differences. */
const digest = (value: Uint8Array): string =>
  `${value.length} bytes, ${createHash('sha256').update(value).digest('hex').slice(0, 12)}`;

const byKey = <K extends string | bigint, V>(entries: Iterable<readonly [K, V]>): Map<K, V> =>
  new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));

/** The state that the rows of a file lead to, each in turn. */
export function stateOfFile({ meta, rows, leases }: Everything): PlainState {
  const keys = new Map<ByteString, PlainRecord>();
  for (const { key, record } of rows) {
    if (record === undefined) keys.delete(key);
    else keys.set(key, plain(record));
  }
  const held = new Map(leases);
  const attachments = new Map<bigint, ByteString[]>();
  for (const key of [...keys.keys()].sort()) {
    const lease = keys.get(key)?.lease ?? 0n;
    if (!held.has(lease)) continue;
    attachments.set(lease, [...(attachments.get(lease) ?? []), key]);
  }
  return {
    revision: meta.revision,
    compactRevision: meta.compactRevision,
    keys: byKey(keys),
    leases: byKey(held),
    attachments: byKey(attachments),
    auth: meta.auth,
    alarms: meta.alarms.map(alarmText).sort(),
    membership: meta.membership,
  };
}

/** The state that the log led to. */
export function stateOfLog(state: MemoryState): PlainState {
  const attachments = new Map<bigint, readonly ByteString[]>();
  for (const [id] of state.leases()) {
    const keys = [...state.scanAttachments(id)];
    if (keys.length > 0) attachments.set(id, keys);
  }
  return {
    revision: state.revision,
    compactRevision: state.compactRevision,
    keys: new Map(
      [...state.scanKeys('' as ByteString, undefined)].map(([key, record]) => [key, plain(record)]),
    ),
    leases: byKey(state.leases()),
    attachments: byKey(attachments),
    auth: state.auth,
    alarms: state.alarms.alarms.map(alarmText).sort(),
    membership: state.membership,
  };
}

/** A 3.4 log does not have what its members store as passwords, which a user without a password may have as well. */
export function withoutPasswords(state: PlainState): PlainState {
  const users = [...state.auth.users].map(
    ([name, user]) =>
      [
        name,
        { ...user, password: user.password.length === 0 ? user.password : ('unknown' as const) },
      ] as const,
  );
  return { ...state, auth: { ...state.auth, users: new Map(users) } };
}

export function withoutClientUrls(state: PlainState): PlainState {
  const members = [...state.membership.members].map(
    ([id, member]) => [id, { ...member, clientUrls: [] }] as const,
  );
  return { ...state, membership: { ...state.membership, members: new Map(members) } };
}

function alarmText({ memberId, type }: { readonly memberId: bigint; readonly type: number }) {
  return `${memberId.toString(16)} ${type}`;
}

/** All keys with all their fields, read by an independent client. */
export async function keysOf(client: Etcd3): Promise<Map<ByteString, PlainRecord>> {
  const { kvs } = await client.getAll().exec();
  return new Map(
    kvs.map(kv => [
      kv.key.toString('latin1') as ByteString,
      {
        createRevision: Number(kv.create_revision),
        modRevision: Number(kv.mod_revision),
        version: Number(kv.version),
        lease: BigInt(kv.lease),
        value: digest(kv.value),
      },
    ]),
  );
}
