import { txnLimits } from '../src/destination/planner/limits.ts';
import type { ByteString } from '../src/wire/bytes.ts';
import { Writer } from '../src/wire/cursor.ts';
import { writeDeleteOp, writeNestedTxnHead, writePutOp } from '../src/wire/txn-encode.ts';
import { type Backlog, putsOnly } from './backlog.ts';
import { forEachNumber, RawClient } from './raw-client.ts';

const { childOps } = txnLimits(128, 1.5 * 1024 ** 2);
const LOAD_OPS = 1_000;
const LOAD_IN_FLIGHT = 2;

/** Request bytes of the operations from..to, which meet no key twice, nested as the limits of a stock server allow. */
export function txnOf({ operation }: Backlog, from: number, to: number): Uint8Array {
  const whole = new Writer(64 * 1024);
  const child = new Writer(64 * 1024);
  for (let start = from; start < to; start += childOps) {
    child.reset();
    for (let number = start; number < Math.min(to, start + childOps); number += 1) {
      const { key, value } = operation(number);
      if (value === undefined) writeDeleteOp(child, key, '' as ByteString);
      else writePutOp(child, key, value, 0n);
    }
    const ops = child.finish();
    writeNestedTxnHead(whole, ops.length);
    whole.raw(ops);
  }
  return whole.finish();
}

/** Puts so many keys into a cluster in few entries. */
export async function loadInBulk(
  endpoint: string,
  keys: number,
  valueBytes: number,
): Promise<void> {
  const client = new RawClient(endpoint);
  const backlog = putsOnly(keys, valueBytes);
  await forEachNumber(0, Math.ceil(keys / LOAD_OPS), LOAD_IN_FLIGHT, async number => {
    const from = number * LOAD_OPS;
    await client.txn(txnOf(backlog, from, Math.min(keys, from + LOAD_OPS)));
  });
  client.close();
}
