// A loader that knows its data beforehand and has nothing else to do: what it reaches is what the destination
// takes. Writes a backlog of --keys keys in transactions of --ops operations, nested as the limits of a stock server allow.
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { putsOnly, putsThenMixed } from './backlog.ts';
import { txnOf } from './bulk-load.ts';
import { forEachNumber, RawClient } from './raw-client.ts';

const { values } = parseArgs({
  options: {
    endpoint: { type: 'string', default: '' },
    keys: { type: 'string', default: '0' },
    mixed: { type: 'string', default: 'false' },
    ops: { type: 'string', default: '1000' },
    'in-flight': { type: 'string', default: '1' },
    'value-bytes': { type: 'string', default: '128' },
  },
});
const keys = Number(values.keys);
const ops = Number(values.ops);
const isMixed = values.mixed === 'true';
const backlog = isMixed ? putsThenMixed(keys) : putsOnly(keys, Number(values['value-bytes']));

const requests: Uint8Array[] = [];
for (let from = 0; from < backlog.entries; from += ops) {
  requests.push(txnOf(backlog, from, Math.min(backlog.entries, from + ops)));
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
