import type { ByteString } from './bytes.ts';
import { Reader, WireError } from './cursor.ts';
import {
  decodeRoleAdd,
  decodeRoleDelete,
  decodeRoleGet,
  decodeRoleGrantPermission,
  decodeRoleRevokePermission,
  decodeUserAdd,
  decodeUserChangePassword,
  decodeUserDelete,
  decodeUserGet,
  decodeUserGrantRole,
  decodeUserRevokeRole,
} from './requests/auth.ts';
import {
  decodeClusterMemberAttrSet,
  decodeClusterVersionSet,
  decodeDowngradeInfoSet,
  emptyRequest,
} from './requests/cluster.ts';
import {
  decodeCompaction,
  decodeDeleteRange,
  decodePut,
  decodeRange,
  decodeTxn,
} from './requests/kv.ts';
import {
  decodeAlarm,
  decodeLeaseCheckpoint,
  decodeLeaseGrant,
  decodeLeaseRevoke,
} from './requests/lease.ts';
import type { Payload, Request, RequestHeader } from './types.ts';
import { decodeV2Request } from './v2-request.ts';

/*
 * etcdserverpb.InternalRaftRequest (api raft_internal.proto): 100 header, 1 ID, 2 v2 (not in 3.7), then
 * one optional field per request kind. They are no oneof: when several are set, the first in etcd's
 * dispatch order is the request (server apply: Apply, dispatch).
 *
 * RequestHeader: 1 ID, 2 username, 3 auth_revision.
 */

interface Kind {
  readonly field: number;
  readonly decode: (reader: Reader) => Request;
}

/** In etcd's dispatch order. */
const KINDS: readonly Kind[] = [
  { field: 1300, decode: decodeClusterVersionSet },
  { field: 1301, decode: decodeClusterMemberAttrSet },
  { field: 1302, decode: decodeDowngradeInfoSet },
  { field: 9900, decode: emptyRequest('downgrade-version-test') },
  { field: 3, decode: decodeRange },
  { field: 4, decode: decodePut },
  { field: 5, decode: decodeDeleteRange },
  { field: 6, decode: decodeTxn },
  { field: 7, decode: decodeCompaction },
  { field: 8, decode: decodeLeaseGrant },
  { field: 9, decode: decodeLeaseRevoke },
  { field: 11, decode: decodeLeaseCheckpoint },
  { field: 10, decode: decodeAlarm },
  { field: 1012, decode: emptyRequest('authenticate') },
  { field: 1000, decode: emptyRequest('auth-enable') },
  { field: 1011, decode: emptyRequest('auth-disable') },
  { field: 1013, decode: emptyRequest('auth-status') },
  { field: 1100, decode: decodeUserAdd },
  { field: 1101, decode: decodeUserDelete },
  { field: 1103, decode: decodeUserChangePassword },
  { field: 1104, decode: decodeUserGrantRole },
  { field: 1102, decode: decodeUserGet },
  { field: 1105, decode: decodeUserRevokeRole },
  { field: 1200, decode: decodeRoleAdd },
  { field: 1203, decode: decodeRoleGrantPermission },
  { field: 1202, decode: decodeRoleGet },
  { field: 1204, decode: decodeRoleRevokePermission },
  { field: 1201, decode: decodeRoleDelete },
  { field: 1106, decode: emptyRequest('user-list') },
  { field: 1107, decode: emptyRequest('role-list') },
];

const RANK = new Map(KINDS.map(({ field }, rank) => [field, rank]));
const NO_NAME = '' as ByteString;
const NO_HEADER: RequestHeader = { id: 0n, username: NO_NAME, authRevision: 0 };

/** Decoding rules that depend on the source's line. */
export interface PayloadOptions {
  /** Up to 3.6, data that is no InternalRaftRequest is a bare v2 request (pbutil.MaybeUnmarshal). */
  readonly v2Requests: boolean;
}

/**
 * Decodes the data of a normal entry as a member does: as an InternalRaftRequest with the strictness
 * of gogo-protobuf (a wrong wire type is a failure, not an unknown field), else as a bare v2 request.
 *
 * Errors: WireError; code WIRE_EMPTY_REQUEST when no request is set, which no member survives either.
 */
export function decodePayload(data: Uint8Array, options: PayloadOptions): Payload {
  if (data.length === 0) return { kind: 'empty' };
  let envelope: Envelope;
  try {
    envelope = decodeEnvelope(data, options);
  } catch (error) {
    if (!(error instanceof WireError) || !options.v2Requests) throw error;
    return decodeV2Request(data);
  }
  if (envelope.v2 !== undefined) return decodeV2Request(envelope.v2);
  if (envelope.request === undefined) {
    throw new WireError('request of no kind that etcd knows', 0, 'WIRE_EMPTY_REQUEST');
  }
  const header = envelope.header;
  return {
    kind: 'v3',
    header: envelope.id === 0n ? header : { ...header, id: envelope.id },
    request: envelope.request,
  };
}

interface Envelope {
  readonly id: bigint;
  readonly header: RequestHeader;
  readonly v2: Uint8Array | undefined;
  readonly request: Request | undefined;
}

function decodeEnvelope(data: Uint8Array, options: PayloadOptions): Envelope {
  const reader = new Reader(data);
  let id = 0n;
  let header = NO_HEADER;
  let v2: Uint8Array | undefined;
  let request: Request | undefined;
  let best = KINDS.length;
  while (!reader.done) {
    const tag = reader.tag();
    const field = tag >>> 3;
    const rank = RANK.get(field);
    if (rank !== undefined) {
      reader.expect(tag, 2);
      // All are decoded, since a broken one spoils the entry, but the first in order is the request.
      const decoded = (KINDS[rank] as Kind).decode(reader.nested());
      if (rank <= best) {
        best = rank;
        request = decoded;
      }
    } else if (field === 1) {
      reader.expect(tag, 0);
      id = reader.uint64();
    } else if (field === 100) {
      reader.expect(tag, 2);
      header = decodeHeader(reader.nested());
    } else if (field === 2 && options.v2Requests) {
      reader.expect(tag, 2);
      v2 = reader.slice();
      // The field is a message: bytes that are none ("PUT" of a bare v2 request) spoil the envelope.
      checkV2(v2);
    } else {
      reader.skip(tag);
    }
  }
  return { id, header, v2, request };
}

function checkV2(bytes: Uint8Array): void {
  const reader = new Reader(bytes);
  while (!reader.done) {
    const tag = reader.tag();
    const field = tag >>> 3;
    if (field <= 17)
      reader.expect(tag, field === 2 || field === 3 || field === 4 || field === 6 ? 2 : 0);
    reader.skip(tag);
  }
}

function decodeHeader(reader: Reader): RequestHeader {
  let id = 0n;
  let username = NO_NAME;
  let authRevision = 0;
  while (!reader.done) {
    const tag = reader.tag();
    const field = tag >>> 3;
    if (field <= 3) reader.expect(tag, field === 2 ? 2 : 0);
    if (field === 1) id = reader.uint64();
    else if (field === 2) username = reader.byteString();
    else if (field === 3) authRevision = reader.uint();
    else reader.skip(tag);
  }
  return { id, username, authRevision };
}
