import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { pageRoutes } from '../../src/ops/http/page-routes.ts';
import { replyJson } from '../../src/ops/http/reply.ts';
import { HttpServer } from '../../src/ops/http/server.ts';
import { createLogger } from '../../src/ops/logger.ts';
import type { HistoryAnswer } from '../../src/replicator/history.ts';
import type { Status } from '../../src/replicator/status.ts';
import { statusOf } from '../../src/replicator/status-of.ts';
import { Browser, findChromium } from '../kit/browser.ts';
import { Pair } from '../kit/pair.ts';
import { both } from '../replication/bad-input-helpers.ts';

/** SCREENSHOTS=1 keeps them as docs/images. */
const IMAGES = new URL('../../docs/images/', import.meta.url).pathname;
const chromium = findChromium();
const PATIENCE = { timeout: 60_000 };

/** What the page shows in an element. */
async function shown(browser: Browser, id: string): Promise<string> {
  return String(await browser.evaluate(`document.getElementById('${id}').textContent`));
}

async function picture(browser: Browser, name: string): Promise<Buffer> {
  const png = await browser.screenshot();
  if (process.env.SCREENSHOTS === '1') writeFileSync(join(IMAGES, name), png);
  return png;
}

/** The height of all that there is, and whether anything stands out at the side. */
async function extent(browser: Browser): Promise<{ height: number; isWithin: boolean }> {
  const found = await browser.evaluate(
    '[document.documentElement.scrollHeight, document.documentElement.scrollWidth <= innerWidth]',
  );
  const [height, isWithin] = found as [number, boolean];
  return { height, isWithin };
}

if (chromium === undefined) {
  test('not run: the status page in a browser, no Chromium on the PATH or in CHROMIUM_BIN', () => {
    expect(chromium).toBeUndefined();
  });
} else {
  test('the page of a running replicator, in a browser', async () => {
    await using pair = await Pair.start(both);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    await pair.source.etcdctl(['put', 'a', 'secret-value']);
    await using browser = await Browser.start(chromium);
    await browser.size(1240, 900, 'light');
    await browser.open(`http://${pair.syncer.httpAddress}/`);
    await expect
      .poll(() => shown(browser, 'verdict-text'), PATIENCE)
      .toMatch(/destination follows/);
    await expect.poll(() => shown(browser, 'chart-lag'), PATIENCE).toMatch(/behind \d/);
    const { positions } = await pair.syncer.status();
    const digits = (await shown(browser, 'confirmed')).replaceAll(',', '');
    expect(Number(digits)).toBeLessThanOrEqual(positions.confirmed);
    expect(await shown(browser, 'peers')).toMatch(/http:\/\/127\.0\.0\.1:\d+.*streams up/);
    // The source goes: nothing new can be known, and the page says so though nothing lags.
    for (const member of pair.source.members) await member.stop('SIGKILL');
    await expect.poll(() => shown(browser, 'verdict-text'), PATIENCE).toMatch(/No stream/);
    await pair.syncer.kill('SIGKILL');
    const notice = `!document.getElementById('unreachable').hidden`;
    await expect.poll(() => browser.evaluate(notice), PATIENCE).toBe(true);
    const complaints = browser.complaints.filter(text => !text.includes('ERR_CONNECTION_REFUSED'));
    expect(complaints).toEqual([]);
  });

  test('1,000 and 100,000 entries a second, light and dark, wide and narrow', async () => {
    await using browser = await Browser.start(chromium);
    for (const [name, factor, scheme, width] of [
      ['status-page-light.png', 1, 'light', 1240],
      ['status-page-dark.png', 120, 'dark', 1240],
      ['status-page-narrow.png', 1, 'light', 420],
    ] as const) {
      const url = await serveExample(factor);
      await browser.size(width, 900, scheme);
      await browser.open(url);
      await expect.poll(() => shown(browser, 'about'), PATIENCE).toMatch(/^version/);
      await expect
        .poll(() => browser.evaluate(`document.querySelectorAll('.curve').length`), PATIENCE)
        .toBe(8);
      const { height, isWithin } = await extent(browser);
      expect(isWithin, `${name}: nothing wider than the window`).toBe(true);
      await browser.size(width, height, scheme);
      expect((await picture(browser, name)).length).toBeGreaterThan(10_000);
      const label = `document.querySelector('#chart-entries svg').getAttribute('aria-label')`;
      expect(await browser.evaluate(label)).toMatch(/^Entries confirmed: entries .*at most .*\/s/);
    }
    expect(browser.complaints).toEqual([]);
  });

  test('the arrow keys read single points', async () => {
    await using browser = await Browser.start(chromium);
    await browser.size(1240, 900, 'light');
    await browser.open(await serveExample(1));
    const now = async () => shown(browser, 'chart-lag');
    await expect.poll(now, PATIENCE).toMatch(/behind \d/);
    expect(await now()).not.toMatch(/\d\d:\d\d:\d\d/);
    await browser.evaluate(`document.querySelector('#chart-lag svg').focus()`);
    await browser.send('Input.dispatchKeyEvent', { type: 'keyDown', key: 'ArrowLeft' });
    await expect.poll(now, PATIENCE).toMatch(/\d\d:\d\d:\d\d/);
  });
}

/** A replicator that has much to show, `factor` thousand entries a second. */
async function serveExample(factor: number): Promise<string> {
  const server = new HttpServer(
    { listen: '127.0.0.1:0', tls: {}, tokenFile: undefined },
    createLogger({ level: 'error', format: 'json' }),
  );
  const status = exampleStatus(factor);
  const history = exampleHistory(factor);
  server.add(
    ...pageRoutes(),
    { method: 'GET', path: '/status', access: 'open', handle: (_, to) => replyJson(to, status) },
    {
      method: 'GET',
      path: '/v1/history',
      access: 'open',
      handle: (request, to) =>
        replyJson(to, request.url?.endsWith('since=0') ? history : { ...history, points: [] }),
    },
  );
  await server.listen();
  onTestFinished(() => server.close());
  return `http://127.0.0.1:${server.port}/`;
}

function exampleStatus(factor: number): Status {
  const base = statusOf('replicating', 93_000, [], undefined);
  const isBehind = factor > 1;
  const peer = (number: number, isUp: boolean) => ({
    id: `8e9e05c52164694${number}`,
    url: `https://10.0.0.${number}:2380`,
    version: '3.5.30',
    msgappStream: number === 1,
    messageStream: isUp,
    servedMessageStream: isUp,
    secondsSinceHeard: 0,
    lastError: isUp ? undefined : 'connect ECONNREFUSED 10.0.0.3:2380',
  });
  const confirmed = 123_456_750;
  const entries = isBehind ? 5_432_100 : 39;
  return {
    ...base,
    source: {
      cluster_id: 'cdf818194e3a8c32',
      member_id: '91bc3c398fb3c146',
      leader: '8e9e05c521646941',
      term: 4,
      peers: [peer(1, true), peer(2, true), peer(3, false)],
    },
    positions: {
      received: confirmed + entries,
      committed: confirmed + entries,
      durable: confirmed + entries,
      resolved: confirmed + (isBehind ? 20_000 : entries),
      confirmed,
      checkpoint: confirmed,
      source_revision: 98_765_432,
    },
    lag: isBehind
      ? { entries, bytes: 7_123_456_789, seconds: 912 }
      : { entries, bytes: 12_800, seconds: 0.0042 },
    throughput: {
      entries_per_second: 1_012.3 * factor,
      bytes_per_second: 412_000 * factor,
      received_bytes_per_second: 350_000 * factor,
    },
    destination: {
      ...base.destination,
      endpoint: 'https://10.1.0.1:2379',
      leases: 1_204,
      batches: 40_211,
      operations: 1_239_912,
      retries: 3,
    },
    log_bytes: 67_108_864,
    check: {
      at: new Date(Date.now() - 1_800_000).toISOString(),
      keys: 1_000_000,
      differences: 0,
      seconds: 61,
    },
    last_errors: [
      {
        at: new Date(Date.now() - 4_000_000).toISOString(),
        code: 'DEST_UNREACHABLE',
        message: '10.1.0.1:2379 KV/Txn: connect ECONNREFUSED <b>10.1.0.1</b>:2379',
      },
    ],
  };
}

/** An hour with waves, a peak of the lag, and a hole. */
function exampleHistory(factor: number): HistoryAnswer {
  const now = Date.now() / 1_000;
  const points = Array.from({ length: 720 }, (_, i) => {
    const wave = 0.4 + 0.6 * Math.abs(Math.sin(i / 90)) + 0.05 * Math.sin(i * 1.7);
    const calm = 0.004 + 0.002 * Math.sin(i * 2.3) + (i === 500 ? 0.31 : 0);
    return {
      at: now - 3_600 + i * 5,
      lag_entries: 40 * factor,
      lag_bytes: 12_800 * factor,
      lag_seconds: factor > 1 ? (912 * i) / 720 : calm,
      entries_per_second: 1_000 * wave * factor,
      bytes_per_second: 410_000 * wave * factor,
      received_bytes_per_second: 350_000 * wave * factor,
    };
  });
  return { interval_seconds: 5, points: points.filter((_, i) => i < 300 || i > 330) };
}
