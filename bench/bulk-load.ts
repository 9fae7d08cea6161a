import { txnLimits } from '../src/destination/planner/limits.ts';
import { Writer } from '../src/wire/cursor.ts';
import { writeNestedTxnHead, writePutOp } from '../src/wire/txn-encode.ts';
import { benchKey, benchValue, forEachNumber, RawClient } from './raw-client.ts';

const { childOps } = txnLimits(128, 1.5 * 1024 ** 2);
const LOAD_OPS = 1_000;
const LOAD_IN_FLIGHT = 2;

/** Request bytes that put the keys from..to, nested as the limits of a stock server allow. */
export function putsTxn(from: number, to: number, valueBytes: number): Uint8Array {
  const whole = new Writer(64 * 1024);
  const child = new Writer(64 * 1024);
  for (let start = from; start < to; start += childOps) {
    child.reset();
    for (let number = start; number < Math.min(to, start + childOps); number += 1) {
      writePutOp(child, benchKey(number), benchValue(number, valueBytes), 0n);
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
  await forEachNumber(0, Math.ceil(keys / LOAD_OPS), LOAD_IN_FLIGHT, async number => {
    const from = number * LOAD_OPS;
    await client.txn(putsTxn(from, Math.min(keys, from + LOAD_OPS), valueBytes));
  });
  client.close();
}
