import { type ByteString, EMPTY_BYTES } from '../bytes.ts';
import { type Reader, WireError } from '../cursor.ts';
import type {
  Compare,
  CompareResult,
  CompareTarget,
  DeleteRangeRequest,
  PutRequest,
  RangeRequest,
  Request,
  RequestOp,
  TxnRequest,
} from '../types.ts';

/*
 * etcdserverpb (api rpc.proto)
 *
 *   PutRequest          1 key, 2 value, 3 lease, 4 prev_kv, 5 ignore_value, 6 ignore_lease
 *   DeleteRangeRequest  1 key, 2 range_end, 3 prev_kv
 *   RangeRequest        1 key, 2 range_end, 3 limit, 4 revision, ... 13
 *   TxnRequest          1 compare*, 2 success*, 3 failure*
 *   RequestOp           oneof 1 range, 2 put, 3 delete_range, 4 txn
 *   Compare             1 result, 2 target, 3 key, oneof 4 version 5 create 6 mod 7 value 8 lease, 64 range_end
 *   CompactionRequest   1 revision, 2 physical
 */

const NO_KEY = '' as ByteString;

/**
 * Transactions inside transactions before decoding stops. A member recurses without a bound, but the
 * client API lets through at most --max-txn-ops levels (128 by default); this is far above it and far
 * below what the stack holds.
 */
const MAX_TXN_DEPTH = 1_000;

export function decodePut(reader: Reader): PutRequest {
  let key = NO_KEY;
  let value = EMPTY_BYTES;
  let lease = 0n;
  let prevKv = false;
  let ignoreValue = false;
  let ignoreLease = false;
  while (!reader.done) {
    const tag = reader.tag();
    switch (tag) {
      case 0x0a:
        key = reader.byteString();
        break;
      case 0x12:
        value = reader.slice();
        break;
      case 0x18:
        lease = reader.int64();
        break;
      case 0x20:
        prevKv = reader.bool();
        break;
      case 0x28:
        ignoreValue = reader.bool();
        break;
      case 0x30:
        ignoreLease = reader.bool();
        break;
      default:
        skipUnknown(reader, tag, 6);
    }
  }
  return { kind: 'put', key, value, lease, prevKv, ignoreValue, ignoreLease };
}

export function decodeDeleteRange(reader: Reader): DeleteRangeRequest {
  let key = NO_KEY;
  let rangeEnd = NO_KEY;
  let prevKv = false;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x0a) key = reader.byteString();
    else if (tag === 0x12) rangeEnd = reader.byteString();
    else if (tag === 0x18) prevKv = reader.bool();
    else skipUnknown(reader, tag, 3);
  }
  return { kind: 'delete-range', key, rangeEnd, prevKv };
}

/** Only what a decision can depend on is kept; the wire types of the other fields are checked all the same. */
export function decodeRange(reader: Reader): RangeRequest {
  let key = NO_KEY;
  let rangeEnd = NO_KEY;
  let revision = 0n;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x0a) key = reader.byteString();
    else if (tag === 0x12) rangeEnd = reader.byteString();
    else if (tag === 0x20) revision = reader.int64();
    else {
      const field = tag >>> 3;
      if (field <= 13 && field !== 1 && field !== 2 && (tag & 7) === 0) reader.uint64();
      else skipUnknown(reader, tag, 13);
    }
  }
  return { kind: 'range', key, rangeEnd, revision };
}

export function decodeTxn(reader: Reader, depth = 0): TxnRequest {
  if (depth > MAX_TXN_DEPTH) {
    throw new WireError(`transactions nested deeper than ${MAX_TXN_DEPTH}`, reader.pos);
  }
  const compare: Compare[] = [];
  const success: RequestOp[] = [];
  const failure: RequestOp[] = [];
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x0a) compare.push(decodeCompare(reader.nested()));
    else if (tag === 0x12) success.push(decodeOp(reader.nested(), depth));
    else if (tag === 0x1a) failure.push(decodeOp(reader.nested(), depth));
    else skipUnknown(reader, tag, 3);
  }
  return { kind: 'txn', compare, success, failure };
}

function decodeOp(reader: Reader, depth: number): RequestOp {
  let op: RequestOp = { kind: 'none' };
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x0a) op = decodeRange(reader.nested());
    else if (tag === 0x12) op = decodePut(reader.nested());
    else if (tag === 0x1a) op = decodeDeleteRange(reader.nested());
    else if (tag === 0x22) op = decodeTxn(reader.nested(), depth + 1);
    else skipUnknown(reader, tag, 4);
  }
  return op;
}

const RESULTS: readonly CompareResult[] = ['equal', 'greater', 'less', 'not-equal'];
const TARGETS: readonly CompareTarget[] = ['version', 'create', 'mod', 'value', 'lease'];

/** The oneof member that each target reads (compareKV in etcd's apply). */
const OPERAND_FIELD = { version: 4, create: 5, mod: 6, value: 7, lease: 8, unknown: 0 } as const;

function decodeCompare(reader: Reader): Compare {
  let result = 0;
  let target = 0;
  let key = NO_KEY;
  let rangeEnd = NO_KEY;
  let operandField = 0;
  let operand = 0n;
  let bytes = EMPTY_BYTES;
  while (!reader.done) {
    const tag = reader.tag();
    switch (tag) {
      case 0x08:
        result = reader.int32();
        break;
      case 0x10:
        target = reader.int32();
        break;
      case 0x1a:
        key = reader.byteString();
        break;
      case 0x20:
      case 0x28:
      case 0x30:
      case 0x40:
        operandField = tag >>> 3;
        operand = reader.int64();
        break;
      case 0x3a:
        operandField = 7;
        bytes = reader.slice();
        break;
      case 0x202:
        rangeEnd = reader.byteString();
        break;
      default:
        if (tag >>> 3 === 64) throw new WireError('range_end of a wrong wire type', reader.pos);
        skipUnknown(reader, tag, 8);
    }
  }
  const targetName = TARGETS[target] ?? 'unknown';
  const set = OPERAND_FIELD[targetName] === operandField;
  return {
    result: RESULTS[result] ?? 'unknown',
    target: targetName,
    key,
    rangeEnd,
    number: set && targetName !== 'value' ? operand : 0n,
    value: set && targetName === 'value' ? bytes : EMPTY_BYTES,
  };
}

export function decodeCompaction(reader: Reader): Request {
  let revision = 0n;
  let physical = false;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x08) revision = reader.int64();
    else if (tag === 0x10) physical = reader.bool();
    else skipUnknown(reader, tag, 2);
  }
  return { kind: 'compaction', revision, physical };
}

/** Skips an unknown field; a known one (number up to `known`) here has a wrong wire type, which gogo-protobuf refuses. */
export function skipUnknown(reader: Reader, tag: number, known: number): void {
  if (tag >>> 3 <= known)
    throw new WireError(`field ${tag >>> 3} of a wrong wire type`, reader.pos);
  reader.skip(tag);
}
