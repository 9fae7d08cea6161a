import { type ServiceError, status } from '@grpc/grpc-js';
import type { ErrorCode } from '../ops/error-codes.ts';
import { SyncerError } from '../ops/errors.ts';

/** etcd's error texts (api/v3rpc/rpctypes/error.go) that mean something to us, with our code for them. */
const KNOWN_TEXTS: readonly (readonly [text: string, code: ErrorCode])[] = [
  ['database space exceeded', 'DEST_NOSPACE'],
  ['request is too large', 'DEST_LIMITS'],
  ['too many operations in txn request', 'DEST_LIMITS'],
  ['larger than max', 'DEST_LIMITS'],
  ['too many requests', 'DEST_UNREACHABLE'],
  ['authentication failed', 'DEST_UNAUTHORISED'],
  ['user name is empty', 'DEST_UNAUTHORISED'],
  ['permission denied', 'DEST_PERMISSION'],
  ['too many learner members', 'SEAT_SLOT_TAKEN'],
  // The token is of an older auth revision; a new one mends it.
  ['invalid auth token', 'DEST_UNREACHABLE'],
  ['revision of auth store is old', 'DEST_UNREACHABLE'],
  ['revision in header is old', 'DEST_UNREACHABLE'],
  // Go's own words, that some lines pass on with the status UNKNOWN.
  ['context deadline exceeded', 'DEST_UNREACHABLE'],
  ['context canceled', 'DEST_UNREACHABLE'],
];

const BY_STATUS: ReadonlyMap<number, ErrorCode> = new Map([
  [status.UNAVAILABLE, 'DEST_UNREACHABLE'],
  [status.DEADLINE_EXCEEDED, 'DEST_UNREACHABLE'],
  [status.CANCELLED, 'DEST_UNREACHABLE'],
  // A stream that was reset half way, by a server that goes down or by a proxy.
  [status.INTERNAL, 'DEST_UNREACHABLE'],
  [status.ABORTED, 'DEST_UNREACHABLE'],
  [status.UNAUTHENTICATED, 'DEST_UNAUTHORISED'],
  [status.PERMISSION_DENIED, 'DEST_PERMISSION'],
]);

/** What a client of the source reports instead. */
const AT_SOURCE: Readonly<Partial<Record<ErrorCode, ErrorCode>>> = {
  DEST_UNREACHABLE: 'SOURCE_UNREACHABLE',
  DEST_UNAUTHORISED: 'SOURCE_UNAUTHORISED',
  DEST_PERMISSION: 'SOURCE_PERMISSION',
  DEST_NOSPACE: 'SOURCE_REFUSED',
  DEST_LIMITS: 'SOURCE_REFUSED',
  DEST_REFUSED: 'SOURCE_REFUSED',
};

/** Which flag of ours is over the server's limit that refused a request. */
const LIMIT_HINTS: readonly (readonly [text: string, hint: string])[] = [
  [
    'too many operations in txn request',
    "lower --max-txn-ops to the destination's --max-txn-ops, or raise it there",
  ],
  [
    'request is too large',
    "lower --max-request-bytes to the destination's --max-request-bytes, or raise it there",
  ],
  [
    'larger than max',
    "lower --max-request-bytes to the destination's --max-request-bytes, or raise it there",
  ],
];

/** Which cluster a client talks to: the codes of its errors follow from it. */
export type ClientSide = 'source' | 'destination';

/** A gRPC failure in our words. `etcd` in the details holds the server's own text. */
export function fromGrpcError(
  error: ServiceError,
  method: string,
  endpoint: string,
  side: ClientSide = 'destination',
): SyncerError {
  const text = error.details || error.message;
  const known = KNOWN_TEXTS.find(([part]) => text.includes(part));
  const code = known?.[1] ?? BY_STATUS.get(error.code) ?? 'DEST_REFUSED';
  const details = { etcd: text, status: error.code, method, endpoint };
  const hint = LIMIT_HINTS.find(([part]) => text.includes(part))?.[1];
  const message = `${endpoint} ${method}: ${text}${hint === undefined ? '' : `; ${hint}`}`;
  return new SyncerError(sideCode(code, side), message, details, { cause: error });
}

/** The code for this side. */
export function sideCode(code: ErrorCode, side: ClientSide): ErrorCode {
  return side === 'source' ? (AT_SOURCE[code] ?? code) : code;
}

/** Whether another endpoint may do better: nothing, or nothing in time, was heard from this one. */
export function isConnectionTrouble(error: ServiceError): boolean {
  return (
    error.code === status.UNAVAILABLE ||
    error.code === status.DEADLINE_EXCEEDED ||
    error.code === status.INTERNAL
  );
}

/** Whether a refusal carries this text of etcd's. */
export function isEtcdError(error: unknown, text: string): boolean {
  return error instanceof SyncerError && String(error.details.etcd ?? '').includes(text);
}
