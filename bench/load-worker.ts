// A client of the source in a process of its own, so that its work delays nobody's clock. Puts --rate keys a second from
// --from on, or as many as --in-flight at once give when the rate is 0, for --ms milliseconds; prints when each was answered.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Http2Puts } from './http2-puts.ts';
import { nowMs } from './measure.ts';
import { benchKey, benchValue, forEachNumber } from './raw-client.ts';

const { values } = parseArgs({
  options: {
    endpoint: { type: 'string', default: '' },
    rate: { type: 'string', default: '0' },
    from: { type: 'string', default: '0' },
    ms: { type: 'string', default: '0' },
    'in-flight': { type: 'string', default: '1' },
  },
});
const [rate, from] = [Number(values.rate), Number(values.from)];
const client = new Http2Puts(values.endpoint);
const answeredMs: number[] = [];

async function put(number: number): Promise<void> {
  await client.put(benchKey(from + number), benchValue(from + number));
  answeredMs[number] = nowMs();
}

/** Each put is sent on time, however long the answers take. */
async function putAtRate(puts: number): Promise<void> {
  const underWay = new Set<Promise<void>>();
  for (let number = 0; number < puts; number += 1) {
    const wait = startedMs + (1_000 * number) / rate - nowMs();
    if (wait > 0) await sleep(wait);
    const sent = put(number).finally(() => underWay.delete(sent));
    underWay.add(sent);
  }
  await Promise.all(underWay);
}

const startedMs = nowMs();
const endMs = startedMs + Number(values.ms);
if (rate > 0) await putAtRate((rate * Number(values.ms)) / 1_000);
else {
  const isOver = (): boolean => nowMs() > endMs;
  await forEachNumber(0, Number.POSITIVE_INFINITY, Number(values['in-flight']), put, isOver);
}
const seconds = (nowMs() - startedMs) / 1_000;
client.close();
process.stdout.write(JSON.stringify({ seconds, answeredMs }));
