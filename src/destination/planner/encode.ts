import type { ByteString } from '../../wire/bytes.ts';
import { Writer } from '../../wire/cursor.ts';
import {
  nestedTxnOverhead,
  writeCreateCompare,
  writeDeleteOp,
  writeNestedTxnHead,
  writePutOp,
  writeValueCompare,
  writeVersionCompare,
} from '../../wire/txn-encode.ts';
import type { Fence } from '../write-gate.ts';
import { type KeyOp, opBytes } from './batch.ts';
import type { TxnLimits } from './limits.ts';

export interface GuardedTxn {
  readonly checkpointKey: ByteString;
  /** The transaction does nothing unless the checkpoint key has this version; 0 = does not exist. */
  readonly guardVersion: number;
  /** Nor unless this key was created at this revision; undefined = nobody else may lead. */
  readonly fence?: Fence | undefined;
  /** The value that the checkpoint key must have besides; undefined = it follows from the version. */
  readonly guardValue?: Uint8Array | undefined;
  readonly checkpoint: Uint8Array;
  readonly ops: ReadonlyMap<ByteString, KeyOp>;
}

/** Request bytes of a batch: guard, operations, checkpoint. Few operations lie flat, many in nested transactions. */
export function encodeTxn(txn: GuardedTxn, limits: TxnLimits): Uint8Array {
  const { checkpointKey, guardVersion, guardValue, fence, checkpoint, ops } = txn;
  const lists = listsOf(ops, limits.childOps);
  // All room at once: growing would copy the request several times over.
  const writer = new Writer(roomFor(txn, lists));
  writeVersionCompare(writer, checkpointKey, guardVersion);
  if (guardValue !== undefined) writeValueCompare(writer, checkpointKey, guardValue);
  if (fence !== undefined) writeCreateCompare(writer, fence.key, fence.createRevision);
  const isNested = ops.size > (lists[0]?.ops ?? 0);
  let list = 0;
  let left = 0;
  for (const [key, op] of ops) {
    if (isNested && left === 0) {
      const next = lists[list] as OpList;
      writeNestedTxnHead(writer, next.bytes);
      left = next.ops;
      list += 1;
    }
    writeOp(writer, key, op);
    left -= 1;
  }
  writePutOp(writer, checkpointKey, checkpoint, 0n);
  return writer.take();
}

/** Operations that lie in one transaction, one behind the other. */
interface OpList {
  readonly ops: number;
  readonly bytes: number;
}

/** How operations are spread over nested transactions; a single list lies flat. */
function listsOf(ops: GuardedTxn['ops'], childOps: number): OpList[] {
  const most = childOps === 0 ? Number.POSITIVE_INFINITY : childOps;
  const lists: OpList[] = [];
  let count = 0;
  let bytes = 0;
  for (const [key, op] of ops) {
    count += 1;
    bytes += opBytes(key, op);
    if (count < most) continue;
    lists.push({ ops: count, bytes });
    count = 0;
    bytes = 0;
  }
  if (count > 0) lists.push({ ops: count, bytes });
  return lists;
}

/** Bytes that are enough for the request. */
function roomFor(txn: GuardedTxn, lists: readonly OpList[]): number {
  const { checkpointKey, checkpoint, guardValue, fence } = txn;
  const keys = 3 * checkpointKey.length + (fence?.key.length ?? 0);
  const envelope = keys + checkpoint.length + (guardValue?.length ?? 0);
  const opsBytes = lists.reduce((sum, { bytes }) => sum + bytes + nestedTxnOverhead(bytes), 0);
  return envelope + opsBytes + FIELDS_BYTES;
}

/** Tags and lengths of guard and checkpoint, with room to spare. */
const FIELDS_BYTES = 128;

function writeOp(writer: Writer, key: ByteString, op: KeyOp): void {
  if (op.kind === 'put') writePutOp(writer, key, op.value, op.lease);
  else writeDeleteOp(writer, key, op.rangeEnd);
}
