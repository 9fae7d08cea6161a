// A loader that knows its data beforehand and has nothing else to do: what it reaches is what the destination
// takes. Writes --count keys in transactions of --ops puts, nested as the limits of a stock server allow.
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { putsTxn } from './bulk-load.ts';
import { forEachNumber, RawClient } from './raw-client.ts';

const { values } = parseArgs({
  options: {
    endpoint: { type: 'string', default: '' },
    count: { type: 'string', default: '0' },
    ops: { type: 'string', default: '1000' },
    'in-flight': { type: 'string', default: '1' },
    'value-bytes': { type: 'string', default: '128' },
  },
});
const count = Number(values.count);
const ops = Number(values.ops);
const valueBytes = Number(values['value-bytes']);

const requests: Uint8Array[] = [];
for (let from = 0; from < count; from += ops) {
  requests.push(putsTxn(from, Math.min(count, from + ops), valueBytes));
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
