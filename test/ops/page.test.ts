import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { pageRoutes } from '../../src/ops/http/page-routes.ts';
import { HttpServer } from '../../src/ops/http/server.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { PHASES, type Status } from '../../src/replicator/status.ts';
import { statusOf } from '../../src/replicator/status-of.ts';

const PAGE = new URL('../../src/page/', import.meta.url);

interface Format {
  bytes(value: number): string;
  count(value: number): string;
  seconds(value: number): string;
  ago(seconds: number): string;
}
interface Scale {
  ticks(max: number, units?: readonly number[]): number[];
  runs<T extends { at: number }>(points: readonly T[], gap: number): T[][];
  nearest<T extends { at: number }>(points: readonly T[], at: number): T | undefined;
}
interface Verdicts {
  verdictOf(status: Status): { state: string; text: string; detail: string };
}

/** The page's own modules, which are JavaScript as the browser gets it. */
async function load<T>(name: string): Promise<T> {
  return (await import(new URL(name, PAGE).href)) as T;
}

const format = await load<Format>('format.js');
const scale = await load<Scale>('scale.js');
const { verdictOf } = await load<Verdicts>('verdict.js');

async function serve(): Promise<string> {
  const server = new HttpServer(
    { listen: '127.0.0.1:0', tls: {}, tokenFile: undefined },
    createLogger({ level: 'error', format: 'json' }),
  );
  server.add(...pageRoutes());
  await server.listen();
  onTestFinished(() => server.close());
  return `http://127.0.0.1:${server.port}`;
}

describe('the files of the page', () => {
  test('each is served, and what they name is there', async () => {
    const url = await serve();
    const served = pageRoutes().map(({ path }) => path);
    const files = readdirSync(PAGE).map(name => (name === 'index.html' ? '/' : `/page/${name}`));
    expect(served.toSorted()).toEqual(files.toSorted());
    for (const path of served) {
      const response = await fetch(`${url}${path}`);
      expect(response.status).toBe(200);
      for (const [, named] of (await response.text()).matchAll(/(?:src|href)="(\/page\/[^"]+)"/g))
        expect(served).toContain(named);
    }
  });

  test('nothing comes from elsewhere, and nothing stands inside that the policy would refuse', async () => {
    const url = await serve();
    const { headers } = await fetch(url);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|http:|https:|\*/);
    for (const name of readdirSync(PAGE)) {
      const text = readFileSync(new URL(name, PAGE), 'utf8');
      const foreign = [...text.matchAll(/https?:\/\/[^\s'"]+/g)].map(([found]) => found);
      expect(foreign.filter(found => found !== 'http://www.w3.org/2000/svg')).toEqual([]);
      expect(text).not.toMatch(/innerHTML|eval\(|<script>|\sstyle="|\son\w+="/);
    }
  });

  test('a page that has not changed is not sent again', async () => {
    const url = await serve();
    const { headers } = await fetch(`${url}/page/app.js`);
    const etag = headers.get('etag') ?? '';
    const again = await fetch(`${url}/page/app.js`, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });
});

describe('numbers', () => {
  test.each([
    [0, '0', '0 B', '0 s'],
    [0.0042, '0.0', '0 B', '4.2 ms'],
    [0.9999, '1.0', '1 B', '1.00 s'],
    [9.96, '10', '10 B', '9.96 s'],
    [999.6, '1,000', '1000 B', '16.7 min'],
    [9_999, '9,999', '9.76 KiB', '2.8 h'],
    [10_000, '10.0k', '9.77 KiB', '2.8 h'],
    [123_456_789, '123M', '118 MiB', '1428.9 days'],
    [1e18, '1.00E', '888 PiB', '11574074074074.1 days'],
  ])('%d', (value, count, bytes, seconds) => {
    expect([format.count(value), format.bytes(value), format.seconds(value)]).toEqual([
      count,
      bytes,
      seconds,
    ]);
  });

  test('the past', () => {
    expect([0, 59, 1_806].map(format.ago)).toEqual(['just now', '59 s ago', '30 min ago']);
  });
});

describe('charts', () => {
  test.each([
    [0, undefined, [0, 1]],
    [1, undefined, [0, 0.5, 1]],
    [0.31, undefined, [0, 0.1, 0.2, 0.30000000000000004, 0.4]],
    [1_012, undefined, [0, 500, 1_000, 1_500]],
    [912, [1, 60, 3_600], [0, 300, 600, 900, 1_200]],
    [3_000_000, [1, 1024, 1024 ** 2], [0, 1024_000, 2_048_000, 3_072_000]],
  ])('ticks up to %d', (max, units, expected) => {
    expect(scale.ticks(max, units)).toEqual(expected);
  });

  test.each([1e-7, 0.02, 7, 99_999, 123_456_789, 1e17])('%d is within few ticks', max => {
    const marks = scale.ticks(max, [1, 60, 3_600]);
    expect(marks.at(-1)).toBeGreaterThanOrEqual(max);
    expect(marks.length).toBeGreaterThanOrEqual(2);
    expect(marks.length).toBeLessThanOrEqual(6);
  });

  test('a hole is left open', () => {
    const points = [0, 5, 10, 60, 65].map(at => ({ at }));
    expect(scale.runs(points, 15).map(run => run.length)).toEqual([3, 2]);
    expect(scale.runs([], 15)).toEqual([]);
  });

  test('the point under the pointer', () => {
    const points = [0, 5, 10].map(at => ({ at }));
    expect([-3, 2, 3, 7.6, 99].map(at => scale.nearest(points, at)?.at)).toEqual([0, 0, 5, 10, 10]);
    expect(scale.nearest([], 1)).toBeUndefined();
  });
});

describe('the verdict', () => {
  const peer = {
    id: '1',
    url: 'http://10.0.0.1:2380',
    version: '3.5.30',
    msgappStream: true,
    messageStream: true,
    servedMessageStream: true,
    secondsSinceHeard: 0,
    lastError: undefined,
  };
  const base = statusOf('replicating', 1, [], undefined);
  const fine: Status = { ...base, source: { ...base.source, peers: [peer] } };

  test('is good when nothing waits for long', () => {
    expect(verdictOf(fine)).toEqual({
      state: 'good',
      text: 'The destination follows the source',
      detail: 'Every entry known committed is confirmed.',
    });
    const { detail } = verdictOf({ ...fine, lag: { entries: 1, bytes: 9, seconds: 0.003 } });
    expect(detail).toBe('1 entry is on the way, the oldest for 3.0 ms.');
  });

  test.each<[string, Partial<Status>, string]>([
    ['no stream, though the lag is 0', { source: base.source }, 'bad'],
    ['a lag of 6 s', { lag: { entries: 5, bytes: 5, seconds: 6 } }, 'warning'],
    ['a lag of 31 s', { lag: { entries: 5, bytes: 5, seconds: 31 } }, 'bad'],
    ['half a transaction', { destination: { ...base.destination, consistent: false } }, 'warning'],
    ['differences', { check: { at: '', keys: 1, differences: 1, seconds: 1 } }, 'warning'],
    [
      'held changes',
      { auth_held: [{ code: 'AUTH_HELD', what: '', subject: '', since: '' }] },
      'warning',
    ],
    ['nobody writes', { phase: 'standby' }, 'bad'],
  ])('is not good with %s', (_, change, state) => {
    expect(verdictOf({ ...fine, ...change }).state).toBe(state);
  });

  test.each(PHASES)('has words for the phase %s', phase => {
    const { text } = verdictOf({ ...fine, phase });
    expect(text).not.toBe(phase);
    expect(text.length).toBeGreaterThan(6);
  });
});
