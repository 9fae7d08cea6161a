import type { ByteString } from '../../wire/bytes.ts';
import type { PutRequest, Request, RequestOp, TxnRequest } from '../../wire/types.ts';
import type { Semantics, StateReader } from '../types.ts';
import { type Caller, callerIsAdmin, checkAccess, checkAdmin } from './permissions.ts';

const ADMIN_REQUESTS: ReadonlySet<Request['kind']> = new Set([
  'auth-enable',
  'auth-disable',
  'user-add',
  'user-delete',
  'user-change-password',
  'user-grant-role',
  'user-revoke-role',
  'user-list',
  'role-add',
  'role-grant-permission',
  'role-revoke-permission',
  'role-delete',
  'role-list',
]);
const SINGLE = '' as ByteString;

/** needAdminPermission of apply_auth.go. */
export function needsAdmin(request: Request, semantics: Semantics): boolean {
  if (request.kind === 'auth-status') return semantics.authStatusNeedsAdmin;
  return ADMIN_REQUESTS.has(request.kind);
}

/** What the auth applier checks before a request reaches the store (authApplierV3, apply_auth.go). Throws Refusal. */
export function checkRequest(
  request: Request,
  caller: Caller,
  state: StateReader,
  semantics: Semantics,
): void {
  const { auth } = state;
  if (!auth.enabled) return;
  switch (request.kind) {
    case 'put':
      checkPut(request, caller, state, semantics);
      return;
    case 'delete-range':
      checkAccess(auth, caller, request.key, request.rangeEnd, 'write', semantics);
      if (request.prevKv)
        checkAccess(auth, caller, request.key, request.rangeEnd, 'read', semantics);
      return;
    case 'txn':
      checkTxn(request, caller, state, semantics);
      return;
    case 'lease-revoke':
      checkLease(request.id, caller, state, semantics);
      return;
    default:
      return;
  }
}

/** checkAdmin with the state's auth store; here so that callers need one module. */
export function checkAdminRequest(caller: Caller, state: StateReader): void {
  checkAdmin(state.auth, caller);
}

function checkPut(
  request: PutRequest,
  caller: Caller,
  state: StateReader,
  semantics: Semantics,
): void {
  checkAccess(state.auth, caller, request.key, SINGLE, 'write', semantics);
  checkLease(request.lease, caller, state, semantics);
  if (request.prevKv) checkAccess(state.auth, caller, request.key, SINGLE, 'read', semantics);
}

/** checkLeasePuts: whoever binds or revokes a lease must be able to write all keys bound to it. */
function checkLease(id: bigint, caller: Caller, state: StateReader, semantics: Semantics): void {
  if (id === 0n || state.getLease(id) === undefined) return;
  if (semantics.adminLeaseShortcut && callerIsAdmin(state.auth, caller)) return;
  for (const key of state.scanAttachments(id))
    checkAccess(state.auth, caller, key, SINGLE, 'write', semantics);
}

/** checkTxnAuth: both branches, taken or not. */
function checkTxn(
  request: TxnRequest,
  caller: Caller,
  state: StateReader,
  semantics: Semantics,
): void {
  for (const { key, rangeEnd } of request.compare) {
    checkAccess(state.auth, caller, key, rangeEnd, 'read', semantics);
  }
  for (const op of request.success) checkOp(op, caller, state, semantics);
  for (const op of request.failure) checkOp(op, caller, state, semantics);
}

function checkOp(op: RequestOp, caller: Caller, state: StateReader, semantics: Semantics): void {
  const { auth } = state;
  switch (op.kind) {
    case 'range':
      checkAccess(auth, caller, op.key, op.rangeEnd, 'read', semantics);
      return;
    case 'delete-range':
      if (op.prevKv) checkAccess(auth, caller, op.key, op.rangeEnd, 'read', semantics);
      checkAccess(auth, caller, op.key, op.rangeEnd, 'write', semantics);
      return;
    case 'put':
      if (semantics.putInTxnAuth) checkPut(op, caller, state, semantics);
      else checkAccess(auth, caller, op.key, SINGLE, 'write', semantics);
      return;
    case 'txn':
      if (semantics.nestedTxnAuth) checkTxn(op, caller, state, semantics);
      return;
    case 'none':
      return;
  }
}
