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

/** A gRPC failure in our words. `etcd` in the details holds the server's own text. */
export function fromGrpcError(error: ServiceError, method: string, endpoint: string): SyncerError {
  const text = error.details || error.message;
  const known = KNOWN_TEXTS.find(([part]) => text.includes(part));
  const code = known?.[1] ?? BY_STATUS.get(error.code) ?? 'DEST_REFUSED';
  const details = { etcd: text, status: error.code, method, endpoint };
  return new SyncerError(code, `${endpoint} ${method}: ${text}`, details, { cause: error });
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
