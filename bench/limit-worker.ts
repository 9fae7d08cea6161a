// A loader that knows its data beforehand and has nothing else to do: what it reaches is what the destination
// takes. Writes --count keys in transactions of --ops puts, nested as the limits of a stock server allow.
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { txnLimits } from '../src/destination/planner/limits.ts';
import { Writer } from '../src/wire/cursor.ts';
import { writeNestedTxnHead, writePutOp } from '../src/wire/txn-encode.ts';
import { benchKey, benchValue, forEachNumber, RawClient } from './raw-client.ts';

const { values } = parseArgs({
  options: {
    endpoint: { type: 'string', default: '' },
    count: { type: 'string', default: '0' },
    ops: { type: 'string', default: '1000' },
    'in-flight': { type: 'string', default: '1' },
  },
});
const count = Number(values.count);
const ops = Number(values.ops);
const { childOps } = txnLimits(128, 1.5 * 1024 ** 2);

const requests: Uint8Array[] = [];
for (let from = 0; from < count; from += ops) {
  requests.push(transaction(from, Math.min(count, from + ops)));
}
const client = new RawClient(values.endpoint);
await client.count();
const started = performance.now();
await forEachNumber(0, requests.length, Number(values['in-flight']), async number => {
  const request = requests[number];
  if (request !== undefined) await client.txn(request);
});
const seconds = (performance.now() - started) / 1000;
client.close();
process.stdout.write(JSON.stringify({ seconds }));

function transaction(from: number, to: number): Uint8Array {
  const whole = new Writer(64 * 1024);
  const child = new Writer(64 * 1024);
  for (let start = from; start < to; start += childOps) {
    child.reset();
    for (let number = start; number < Math.min(to, start + childOps); number += 1) {
      writePutOp(child, benchKey(number), benchValue(number), 0n);
    }
    const ops = child.finish();
    writeNestedTxnHead(whole, ops.length);
    whole.raw(ops);
  }
  return whole.finish();
}
