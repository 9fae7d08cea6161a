import type { ByteString } from '../../wire/bytes.ts';
import { Writer } from '../../wire/cursor.ts';
import {
  writeCreateCompare,
  writeDeleteOp,
  writeNestedTxnOp,
  writePutOp,
  writeValueCompare,
  writeVersionCompare,
} from '../../wire/txn-encode.ts';
import type { Fence } from '../write-gate.ts';
import type { KeyOp } from './batch.ts';
import type { TxnLimits } from './limits.ts';

export interface GuardedTxn {
  readonly checkpointKey: ByteString;
  /** The transaction does nothing unless the checkpoint key has this version; 0 = does not exist. */
  readonly guardVersion: number;
  /** Nor unless this key was created at this revision; undefined = nobody else may lead. */
  readonly fence?: Fence | undefined;
  /** The value that the checkpoint key must have besides; undefined = it follows from the version. */
  readonly guardValue?: Uint8Array;
  readonly checkpoint: Uint8Array;
  readonly ops: ReadonlyMap<ByteString, KeyOp>;
}

/** Request bytes of a batch: guard, operations, checkpoint. Few operations lie flat, many in nested transactions. */
export function encodeTxn(txn: GuardedTxn, limits: TxnLimits): Uint8Array {
  const writer = new Writer(64 * 1024);
  writeVersionCompare(writer, txn.checkpointKey, txn.guardVersion);
  if (txn.guardValue !== undefined) {
    writeValueCompare(writer, txn.checkpointKey, txn.guardValue);
  }
  if (txn.fence !== undefined) {
    writeCreateCompare(writer, txn.fence.key, txn.fence.createRevision);
  }
  if (txn.ops.size <= limits.childOps || limits.childOps === 0) {
    for (const [key, op] of txn.ops) writeOp(writer, key, op);
  } else {
    const child = new Writer(64 * 1024);
    let count = 0;
    for (const [key, op] of txn.ops) {
      writeOp(child, key, op);
      count += 1;
      if (count === limits.childOps) {
        writeNestedTxnOp(writer, child.finish());
        child.reset();
        count = 0;
      }
    }
    if (count > 0) writeNestedTxnOp(writer, child.finish());
  }
  writePutOp(writer, txn.checkpointKey, txn.checkpoint, 0n);
  return writer.finish();
}

function writeOp(writer: Writer, key: ByteString, op: KeyOp): void {
  if (op.kind === 'put') writePutOp(writer, key, op.value, op.lease);
  else writeDeleteOp(writer, key, op.rangeEnd);
}
