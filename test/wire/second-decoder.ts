import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { type ByteString, toByteString } from '../../src/wire/bytes.ts';
import { message } from '../../src/wire/raft-message.ts';
import {
  type Compare,
  type Entry,
  type Message,
  MessageType,
  type Payload,
  type Request,
  type RequestOp,
} from '../../src/wire/types.ts';

/*
 * A second implementation of what members send, by reflection on protos/*.proto: our own decoders must
 * not prove themselves. It gives the same types, so that results can be compared whole.
 */

type Fields = Readonly<Record<string, unknown>>;

function load(name: string): protobuf.Root {
  const text = readFileSync(join(import.meta.dirname, 'protos', name), 'utf8');
  return protobuf.parse(text, { keepCase: true }).root;
}

const raft = load('raft.proto');
const PbMessage = raft.lookupType('raftpb.Message');
const PbEntry = raft.lookupType('raftpb.Entry');
const PbConfChange = raft.lookupType('raftpb.ConfChange');
const PbV2Request = raft.lookupType('raftpb.Request');
const PbRequest = load('request.proto').lookupType('etcdserverpb.InternalRaftRequest');

function decode(type: protobuf.Type, bytes: Uint8Array): Fields {
  return type.toObject(type.decode(bytes), { longs: String, defaults: false });
}

const big = (value: unknown): bigint => BigInt(String(value ?? 0));
const unsigned = (value: unknown): bigint => BigInt.asUintN(64, big(value));
const count = (value: unknown): number => Number(value ?? 0);
const raw = (value: unknown): Uint8Array =>
  value instanceof Uint8Array ? Uint8Array.from(value) : new Uint8Array(0);
const text = (value: unknown): ByteString => toByteString(raw(value));
const list = (value: unknown): Fields[] => (Array.isArray(value) ? value : []);
const of = (value: unknown): Fields => (value ?? {}) as Fields;

function entryOf(fields: Fields): Entry {
  return {
    type: count(fields.Type),
    term: count(fields.Term),
    index: count(fields.Index),
    data: raw(fields.Data),
  };
}

export function secondEntry(bytes: Uint8Array): Entry {
  return entryOf(decode(PbEntry, bytes));
}

export function secondMessage(bytes: Uint8Array): Message {
  const fields = decode(PbMessage, bytes);
  const metadata = of(of(fields.snapshot).metadata);
  const conf = of(metadata.conf_state);
  const ids = (value: unknown) => (Array.isArray(value) ? value.map(unsigned) : []);
  const base = message({
    type: count(fields.type),
    to: unsigned(fields.to),
    from: unsigned(fields.from),
    term: count(fields.term),
    logTerm: count(fields.logTerm),
    index: count(fields.index),
    entries: list(fields.entries).map(entryOf),
    commit: count(fields.commit),
    reject: fields.reject === true,
    rejectHint: count(fields.rejectHint),
    context: raw(fields.context),
  });
  if (count(metadata.index) === 0) return base;
  const confState = {
    voters: ids(conf.voters),
    learners: ids(conf.learners),
    votersOutgoing: ids(conf.voters_outgoing),
    learnersNext: ids(conf.learners_next),
    autoLeave: conf.auto_leave === true,
  };
  return {
    ...base,
    snapshot: {
      index: count(metadata.index),
      term: count(metadata.term),
      confState,
      data: raw(of(fields.snapshot).data),
    },
  };
}

/** The bytes of a message or entry, by a writer that leaves out zeros and what members add for each other. */
export function canonicalMessage(bytes: Uint8Array): Uint8Array {
  const { snapshot, vote, ...fields } = decode(PbMessage, bytes);
  const entries = list(fields.entries).map(withoutZeros);
  return PbMessage.encode(PbMessage.fromObject({ ...withoutZeros(fields), entries })).finish();
}

export function canonicalEntry(bytes: Uint8Array): Uint8Array {
  return PbEntry.encode(PbEntry.fromObject(withoutZeros(decode(PbEntry, bytes)))).finish();
}

export function canonicalConfChange(bytes: Uint8Array): Uint8Array {
  const fields = withoutZeros(decode(PbConfChange, bytes));
  return PbConfChange.encode(PbConfChange.fromObject(fields)).finish();
}

function withoutZeros(fields: Fields): Fields {
  const isZero = (value: unknown) =>
    value === 0 ||
    value === '0' ||
    value === false ||
    (value instanceof Uint8Array && value.length === 0);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isZero(value)));
}

/** A message on a stream, or the sign of life in between. */
export type Item = Message | 'link-heartbeat';

/** What a message stream says: lengths and messages. */
export function secondMessageStream(bytes: Buffer): { items: Item[]; bodies: Buffer[] } {
  const bodies: Buffer[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const end = at + 8 + Number(bytes.readBigUInt64BE(at));
    if (end > bytes.length) break;
    bodies.push(bytes.subarray(at + 8, end));
    at = end;
  }
  const items = bodies.map(body => {
    const read = secondMessage(body);
    const isBeat = read.type === MessageType.Heartbeat && read.from === 0n && read.to === 0n;
    return isBeat ? 'link-heartbeat' : read;
  });
  return { items, bodies };
}

/** What a msgapp stream says, from a member to a seat; `bodies` are the entries and messages in it. */
export function secondMsgAppStream(
  bytes: Buffer,
  from: bigint,
  to: bigint,
): { items: Item[]; messages: Buffer[]; entries: Buffer[] } {
  const items: Item[] = [];
  const messages: Buffer[] = [];
  const entries: Buffer[] = [];
  let term = 0;
  let index = 0;
  let at = 0;
  const number = (): number => {
    at += 8;
    return Number(bytes.readBigUInt64BE(at - 8));
  };
  const part = (): Buffer => {
    const length = number();
    at += length;
    if (at > bytes.length) throw new RangeError('cut off');
    return bytes.subarray(at - length, at);
  };
  try {
    while (at < bytes.length) {
      const type = bytes.readUInt8(at);
      at += 1;
      if (type === 0) {
        items.push('link-heartbeat');
      } else if (type === 2) {
        const body = part();
        const read = secondMessage(body);
        messages.push(body);
        items.push(read);
        term = read.term;
        index = read.entries.at(-1)?.index ?? read.index;
      } else {
        const parts = Array.from({ length: number() }, part);
        const commit = number();
        entries.push(...parts);
        const read = parts.map(secondEntry);
        const fields = { from, to, term, logTerm: term, index, commit, entries: read };
        items.push(message({ type: MessageType.App, ...fields }));
        index += read.length;
      }
    }
  } catch (error) {
    // The recording ends within a frame.
    if (!(error instanceof RangeError)) throw error;
  }
  return { items, messages, entries };
}

/** The payload of a normal entry. `v2Requests` as in decodePayload. */
export function secondPayload(data: Uint8Array, v2Requests: boolean): Payload {
  if (data.length === 0) return { kind: 'empty' };
  const bare = v2Requests ? v2Of(data) : undefined;
  if (bare !== undefined) return bare;
  const fields = decode(PbRequest, data);
  if (v2Requests && fields.v2 !== undefined) {
    const inner = v2Of(raw(fields.v2));
    if (inner !== undefined) return inner;
  }
  const header = of(fields.header);
  const id = unsigned(fields.ID);
  return {
    kind: 'v3',
    header: {
      id: id === 0n ? unsigned(header.ID) : id,
      username: text(header.username),
      authRevision: count(header.auth_revision),
    },
    request: requestOf(fields),
  };
}

/** Told apart by the method, which no InternalRaftRequest can hold in its second field. */
function v2Of(data: Uint8Array): Payload | undefined {
  let fields: Fields;
  try {
    fields = decode(PbV2Request, data);
  } catch {
    return undefined;
  }
  const method = String(fields.Method ?? '');
  if (!['PUT', 'POST', 'DELETE', 'QGET', 'SYNC', 'GET', 'HEAD'].includes(method)) return undefined;
  return { kind: 'v2', method, path: String(fields.Path ?? ''), value: String(fields.Val ?? '') };
}

function requestOf(fields: Fields): Request {
  const set = Object.keys(fields).filter(name => name !== 'ID' && name !== 'header');
  const [name = ''] = set;
  if (set.length !== 1) throw new Error(`${set.length} requests in one entry: ${set.join(', ')}`);
  const request = of(fields[name]);
  const read = READERS[name];
  if (read === undefined) throw new Error(`no reader for ${name}`);
  return read(request);
}

const READERS: Readonly<Record<string, (fields: Fields) => Request>> = {
  range: rangeOf,
  put: putOf,
  delete_range: deleteOf,
  txn: txnOf,
  compaction: f => ({
    kind: 'compaction',
    revision: big(f.revision),
    physical: f.physical === true,
  }),
  lease_grant: f => ({ kind: 'lease-grant', id: big(f.ID), ttl: big(f.TTL) }),
  lease_revoke: f => ({ kind: 'lease-revoke', id: big(f.ID) }),
  lease_checkpoint: f => ({
    kind: 'lease-checkpoint',
    checkpoints: list(f.checkpoints).map(c => ({
      id: big(c.ID),
      remainingTtl: big(c.remaining_TTL),
    })),
  }),
  alarm: f => ({
    kind: 'alarm',
    action: count(f.action),
    memberId: unsigned(f.memberID),
    alarm: count(f.alarm),
  }),
  auth_enable: () => ({ kind: 'auth-enable' }),
  auth_disable: () => ({ kind: 'auth-disable' }),
  auth_status: () => ({ kind: 'auth-status' }),
  authenticate: () => ({ kind: 'authenticate' }),
  auth_user_add: f => ({
    kind: 'user-add',
    name: text(f.name),
    password: raw(f.password),
    hashedPassword: text(f.hashedPassword),
    noPassword: f.options === undefined ? undefined : of(f.options).no_password === true,
  }),
  auth_user_delete: f => ({ kind: 'user-delete', name: text(f.name) }),
  auth_user_get: f => ({ kind: 'user-get', name: text(f.name) }),
  auth_user_change_password: f => ({
    kind: 'user-change-password',
    name: text(f.name),
    password: raw(f.password),
    hashedPassword: text(f.hashedPassword),
  }),
  auth_user_grant_role: f => ({
    kind: 'user-grant-role',
    user: text(f.user),
    role: text(f.role),
  }),
  auth_user_revoke_role: f => ({
    kind: 'user-revoke-role',
    user: text(f.user),
    role: text(f.role),
  }),
  auth_user_list: () => ({ kind: 'user-list' }),
  auth_role_list: () => ({ kind: 'role-list' }),
  auth_role_add: f => ({ kind: 'role-add', name: text(f.name) }),
  auth_role_delete: f => ({ kind: 'role-delete', role: text(f.name) }),
  auth_role_get: f => ({ kind: 'role-get', role: text(f.name) }),
  auth_role_grant_permission: f => {
    const perm = of(f.perm);
    const permission = {
      permType: count(perm.permType),
      key: text(perm.key),
      rangeEnd: text(perm.range_end),
    };
    return {
      kind: 'role-grant-permission',
      name: text(f.name),
      permission: f.perm === undefined ? undefined : permission,
    };
  },
  auth_role_revoke_permission: f => ({
    kind: 'role-revoke-permission',
    role: text(f.role),
    key: text(f.key),
    rangeEnd: text(f.range_end),
  }),
  cluster_version_set: f => ({ kind: 'cluster-version-set', version: String(f.ver ?? '') }),
  cluster_member_attr_set: f => {
    const attributes = of(f.attributes);
    return {
      kind: 'cluster-member-attr-set',
      memberId: unsigned(f.member_ID),
      name: String(attributes.name ?? ''),
      clientUrls: Array.isArray(attributes.client_urls) ? attributes.client_urls.map(String) : [],
    };
  },
  downgrade_info_set: f => ({
    kind: 'downgrade-info-set',
    enabled: f.enabled === true,
    version: String(f.ver ?? ''),
  }),
};

function rangeOf(f: Fields) {
  return {
    kind: 'range',
    key: text(f.key),
    rangeEnd: text(f.range_end),
    revision: big(f.revision),
  } as const;
}

function putOf(f: Fields) {
  return {
    kind: 'put',
    key: text(f.key),
    value: raw(f.value),
    lease: big(f.lease),
    prevKv: f.prev_kv === true,
    ignoreValue: f.ignore_value === true,
    ignoreLease: f.ignore_lease === true,
  } as const;
}

function deleteOf(f: Fields) {
  return {
    kind: 'delete-range',
    key: text(f.key),
    rangeEnd: text(f.range_end),
    prevKv: f.prev_kv === true,
  } as const;
}

function txnOf(f: Fields): Extract<Request, { kind: 'txn' }> {
  return {
    kind: 'txn',
    compare: list(f.compare).map(compareOf),
    success: list(f.success).map(opOf),
    failure: list(f.failure).map(opOf),
  };
}

function opOf(f: Fields): RequestOp {
  if (f.range !== undefined) return rangeOf(of(f.range));
  if (f.put !== undefined) return putOf(of(f.put));
  if (f.delete_range !== undefined) return deleteOf(of(f.delete_range));
  if (f.txn !== undefined) return txnOf(of(f.txn));
  return { kind: 'none' };
}

function compareOf(f: Fields): Compare {
  const target = (['version', 'create', 'mod', 'value', 'lease'] as const)[count(f.target)];
  return {
    result: (['equal', 'greater', 'less', 'not-equal'] as const)[count(f.result)] ?? 'unknown',
    target: target ?? 'unknown',
    key: text(f.key),
    rangeEnd: text(f.range_end),
    number: target === undefined || target === 'value' ? 0n : big(f[target]),
    value: target === 'value' ? raw(f.value) : new Uint8Array(0),
  };
}
