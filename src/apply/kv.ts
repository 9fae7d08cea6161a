import { SyncerError } from '../ops/errors.ts';
import { EMPTY_BYTES } from '../wire/bytes.ts';
import type {
  DeleteRangeRequest,
  PutRequest,
  RangeRequest,
  RequestOp,
  TxnRequest,
} from '../wire/types.ts';
import { comparesHold } from './compare.ts';
import { attachedLease } from './live-keys.ts';
import { requestRange } from './ranges.ts';
import { Refusal } from './refusal.ts';
import type { Change, KeyHead, KeyRecord, StateReader } from './types.ts';
import { WriteTxn } from './write-txn.ts';

/** Put outside a transaction (applierV3backend.Put). Throws Refusal, SyncerError POISON_TXN. */
export function applyPut(request: PutRequest, state: StateReader): Change[] {
  const { key } = request;
  const before = state.getKeyHead(key);
  checkPut(request, before, state);
  const revision = state.revision + 1;
  const record: KeyRecord = {
    createRevision: before?.createRevision ?? revision,
    modRevision: revision,
    version: (before?.version ?? 0) + 1,
    lease: request.ignoreLease ? (before?.lease ?? 0n) : request.lease,
    value: request.ignoreValue ? (state.getKey(key)?.value ?? EMPTY_BYTES) : request.value,
  };
  const previousLease = attachedLease(state, key, before);
  if (record.lease !== request.lease) checkCopiedLease(record.lease, state);
  return [
    { kind: 'put', key, record, previousLease },
    { kind: 'revision', revision },
  ];
}

/** DeleteRange outside a transaction. */
export function applyDeleteRange(request: DeleteRangeRequest, state: StateReader): Change[] {
  const txn = new WriteTxn(state);
  deleteRange(request, txn);
  return txn.finish();
}

/**
 * A transaction (apply Txn): all compares of all nested transactions first, then the checks of the
 * taken path, all against the state before it; then the writes, in order, seeing each other.
 *
 * Throws Refusal when a check fails, SyncerError POISON_TXN for one that crashes every member.
 */
export function applyTxn(request: TxnRequest, state: StateReader): Change[] {
  const path = takenPath(request, state);
  for (const op of path) checkOp(op, state);
  const txn = new WriteTxn(state);
  for (const op of path) {
    if (op.kind === 'put') putInTxn(op, txn);
    else if (op.kind === 'delete-range') deleteRange(op, txn);
  }
  return txn.finish();
}

type PathOp = PutRequest | DeleteRangeRequest | RangeRequest;

/** The operations that will be executed, depth first; nested compares never see the writes before them (compareToPath). */
function takenPath(request: TxnRequest, state: StateReader): PathOp[] {
  const path: PathOp[] = [];
  const walk = (txn: TxnRequest): void => {
    const ops: readonly RequestOp[] = comparesHold(txn, state) ? txn.success : txn.failure;
    for (const op of ops) {
      if (op.kind === 'txn') walk(op);
      else if (op.kind !== 'none') path.push(op);
    }
  };
  walk(request);
  return path;
}

function checkOp(op: PathOp, state: StateReader): void {
  if (op.kind === 'put') checkPut(op, state.getKeyHead(op.key), state);
  else if (op.kind === 'range') checkRange(op, state);
}

/** checkRequestPut and checkLease: what must exist for a put. */
function checkPut(request: PutRequest, before: KeyHead | undefined, state: StateReader): void {
  if ((request.ignoreValue || request.ignoreLease) && before === undefined) {
    throw new Refusal('key not found');
  }
  if (request.lease !== 0n && state.getLease(request.lease) === undefined) {
    throw new Refusal('requested lease not found');
  }
}

/** checkRange: the revision of a range must be readable. */
function checkRange(request: RangeRequest, state: StateReader): void {
  if (request.revision === 0n) return;
  if (request.revision > BigInt(state.revision))
    throw new Refusal('required revision is a future revision');
  if (request.revision < BigInt(state.compactRevision)) {
    throw new Refusal('required revision has been compacted');
  }
}

function putInTxn(request: PutRequest, txn: WriteTxn): void {
  const before = request.ignoreValue || request.ignoreLease ? txn.get(request.key) : undefined;
  if ((request.ignoreValue || request.ignoreLease) && before === undefined) {
    throw new SyncerError(
      'POISON_TXN',
      'a transaction deletes a key and then puts it with ignore_value or ignore_lease',
    );
  }
  const value = request.ignoreValue ? (before?.value ?? EMPTY_BYTES) : request.value;
  const lease = request.ignoreLease ? (before?.lease ?? 0n) : request.lease;
  if (lease !== request.lease) checkCopiedLease(lease, txn.state);
  txn.put(request.key, value, lease);
}

/**
 * A record can name a lease that is gone. To keep it with ignore_lease is refused by no check, and then
 * the lessor's refusal to bind the key panics (storeTxnWrite.put: "unexpected error from lease Attach").
 */
function checkCopiedLease(lease: bigint, state: StateReader): void {
  if (lease === 0n || state.getLease(lease) !== undefined) return;
  throw new SyncerError('POISON_TXN', 'a put with ignore_lease keeps a lease that is gone');
}

function deleteRange(request: DeleteRangeRequest, txn: WriteTxn): void {
  const range = requestRange(request.key, request.rangeEnd);
  if (range !== undefined) txn.deleteRange(range.start, range.end);
}

/** The transaction as a member sees it that did not propose it, up to 3.6: no ranges at the top level (removeNeedlessRangeReqs). */
export function withoutTopLevelRanges(request: TxnRequest): TxnRequest {
  const isRange = (op: RequestOp): boolean => op.kind === 'range';
  if (!request.success.some(isRange) && !request.failure.some(isRange)) return request;
  return {
    ...request,
    success: request.success.filter(op => !isRange(op)),
    failure: request.failure.filter(op => !isRange(op)),
  };
}

/** Whether a transaction costs quota: it has a put in either branch (costTxnReq); nested ones only in late patches. */
export function costsQuota(request: TxnRequest, countsNested: boolean): boolean {
  const costs = (op: RequestOp): boolean =>
    op.kind === 'put' || (countsNested && op.kind === 'txn' && costsQuota(op, true));
  return request.success.some(costs) || request.failure.some(costs);
}
