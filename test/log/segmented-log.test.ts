import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { lockDirectory } from '../../src/log/lock.ts';
import { SegmentedLog } from '../../src/log/segmented-log.ts';
import type { Entry } from '../../src/wire/types.ts';

const CLUSTER = 0xfedc_ba98_7654_3210n;
const dirs: string[] = [];

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-log-'));
  dirs.push(dir);
  return dir;
}

afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

function open(dir: string, segmentBytes = 2_000): Promise<SegmentedLog> {
  return SegmentedLog.open({ dir, clusterId: CLUSTER, segmentBytes, cacheBytes: 500 });
}

function entry(index: number, term: number): Entry {
  return { type: 0, term, index, data: Buffer.from(`data of ${index} in ${term}`) };
}

function segments(dir: string): string[] {
  return readdirSync(dir)
    .filter(name => name.endsWith('.log'))
    .sort()
    .map(name => join(dir, name));
}

describe('the raft log', () => {
  test('knows roughly what the entries behind an index take, and that none take nothing', async () => {
    const log = await open(folder(), 40_000);
    for (let index = 1; index <= 3_000; index += 1) {
      log.append([entry(index, 1)]);
      if (index % 100 === 0) await log.sync();
    }
    expect(log.bytesAfter(3_000)).toBe(0);
    expect(log.bytesAfter(9_999)).toBe(0);
    const each = log.sizeBytes / 3_000;
    for (const index of [0, 1, 255, 256, 257, 1_000, 2_000, 2_999]) {
      const share = log.bytesAfter(index) / (each * (3_000 - index));
      expect(share, String(index)).toBeGreaterThan(0.9);
      expect(share, String(index)).toBeLessThan(1.1);
    }
    await log.trim(2_000);
    const [before, after] = [log.bytesAfter(2_500), log.bytesAfter(2_501)];
    expect(before).toBeGreaterThan(after);
    expect(log.bytesAfter(0)).toBeLessThanOrEqual(log.sizeBytes);
    await log.close();
  });

  test('holds what was synced over a restart, across segments and overwritten tails', async () => {
    const dir = folder();
    const log = await open(dir);
    for (let index = 1; index <= 200; index += 1) {
      log.append([entry(index, 1)]);
      if (index % 10 === 0) expect(await log.sync()).toBe(index);
    }
    log.append([entry(150, 2), entry(151, 2)]);
    log.setHardState({ term: 2, vote: 7n, commit: 149 });
    expect(await log.sync()).toBe(151);
    await log.close();
    expect(segments(dir).length).toBeGreaterThan(2);
    const again = await open(dir);
    expect([again.lastIndex, again.lastTerm, again.termAt(149), again.hardState]).toEqual([
      151,
      2,
      1,
      { term: 2, vote: 7n, commit: 149 },
    ]);
    const read: Entry[] = [];
    while (read.length < 151) read.push(...(await again.read(read.length + 1, 151, 1_000)));
    expect(read.map(e => Buffer.from(e.data).toString())).toEqual(
      Array.from({ length: 151 }, (_, i) => `data of ${i + 1} in ${i < 149 ? 1 : 2}`),
    );
    await again.close();
  });

  test('any appends and overwritten tails read like a plain list, from memory, from disk and after a restart', async () => {
    const append = fc.record({
      back: fc.integer({ min: 0, max: 12 }),
      sizes: fc.array(fc.constantFrom(0, 1, 30, 400), { minLength: 1, maxLength: 30 }),
      newTermAt: fc.integer({ min: 0, max: 40 }),
      next: fc.constantFrom('nothing', 'sync', 'reopen'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(append, { maxLength: 12 }), async appends => {
        const dir = folder();
        let log = await open(dir, 3_000);
        const model: Entry[] = [];
        let term = 1;
        for (const { back, sizes, newTermAt, next } of appends) {
          const first = Math.max(1, model.length + 1 - back);
          if (first <= model.length) term += 1;
          const added = sizes.map((size, i): Entry => {
            if (i === newTermAt) term += 1;
            const data = Buffer.alloc(size, `${first + i} in ${term} `);
            return { type: i % 2, term, index: first + i, data };
          });
          model.splice(first - 1, model.length, ...added);
          log.append(added);
          if (next === 'sync') await log.sync();
          if (next === 'reopen') {
            await log.close();
            log = await open(dir, 3_000);
          }
        }
        await log.sync();
        const read: Entry[] = [];
        while (read.length < model.length)
          read.push(...(await log.read(read.length + 1, model.length, 700)));
        expect(read).toEqual(model);
        for (const { index, term: held } of model) expect(log.termAt(index)).toBe(held);
        await log.close();
      }),
      { numRuns: 40 },
    );
  });

  test('a read that begins on disk ends where the rest is not written yet', async () => {
    const dir = folder();
    const before = await open(dir);
    for (let index = 1; index <= 20; index += 1) before.append([entry(index, 1)]);
    await before.close();
    // The leader commits without us: what it tells is committed may still wait to be written here.
    const log = await open(dir);
    for (let index = 21; index <= 40; index += 1) log.append([entry(index, 1)]);
    const read: number[] = [];
    while (read.length < 40) {
      const entries = await log.read(read.length + 1, 40, 100_000);
      read.push(...entries.map(({ index }) => index));
    }
    expect(read).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    await log.close();
  });

  test('a read from disk skips nothing when segments before it are given back meanwhile', async () => {
    const log = await open(folder());
    for (let index = 1; index <= 400; index += 1) {
      log.append([entry(index, 1)]);
      if (index % 10 === 0) await log.sync();
    }
    const reading = log.read(200, 380, 100_000);
    await log.trim(190);
    expect(log.base.index).toBeGreaterThan(100);
    expect((await reading).map(({ index }) => index)).toEqual(
      Array.from({ length: 181 }, (_, i) => i + 200),
    );
    await log.close();
  });

  test('gives segments back behind what is confirmed, and starts anew behind a checkpoint', async () => {
    const dir = folder();
    const log = await open(dir);
    for (let index = 1; index <= 200; index += 1) {
      log.append([entry(index, 1)]);
      await log.sync();
    }
    const before = log.sizeBytes;
    await log.trim(120);
    expect(log.sizeBytes).toBeLessThan(before);
    expect(log.base.index).toBeLessThanOrEqual(120);
    expect((await log.read(121, 121, 1))[0]?.index).toBe(121);
    await log.reset({ index: 500, term: 3 });
    log.append([entry(501, 3)]);
    await log.sync();
    await log.close();
    const again = await open(dir);
    expect([again.base, again.lastIndex]).toEqual([{ index: 500, term: 3 }, 501]);
    await again.close();
  });

  test('a full segment is left when all of it is confirmed, though nothing more is written', async () => {
    const dir = folder();
    const log = await open(dir, 1_000);
    log.append(Array.from({ length: 100 }, (_, i) => entry(i + 1, 1)));
    await log.sync();
    const before = log.sizeBytes;
    await log.trim(99);
    expect(log.sizeBytes).toBe(before);
    await log.trim(100);
    expect(log.sizeBytes).toBeLessThan(200);
    log.append([entry(101, 1)]);
    await log.sync();
    await log.close();
    const again = await open(dir, 1_000);
    expect([again.base, again.lastIndex]).toEqual([{ index: 100, term: 1 }, 101]);
    await again.close();
  });

  test('what a new segment takes over stays until that one is on disk, whoever trims meanwhile', async () => {
    const dir = folder();
    const log = await open(dir, 1_000);
    log.append(Array.from({ length: 100 }, (_, i) => entry(i + 1, 1)));
    const hardState = { term: 3, vote: 7n, commit: 100 };
    log.setHardState(hardState);
    await log.sync();
    // It begins a segment, of which nothing is written yet.
    log.append([entry(101, 3)]);
    await log.trim(100);
    const crashed = folder();
    cpSync(dir, crashed, { recursive: true });
    const left = await open(crashed, 1_000);
    expect([left.hardState, left.lastIndex]).toEqual([hardState, 100]);
    await left.close();
    await log.sync();
    await log.trim(100);
    expect([log.base.index, segments(dir).length]).toEqual([100, 1]);
    await log.close();
  });

  test('a write that was cut off is repaired at any byte; nothing synced before it is lost', async () => {
    const dir = folder();
    const log = await open(dir, 1_000_000);
    log.append([entry(1, 1), entry(2, 1)]);
    await log.sync();
    const [path] = segments(dir) as [string];
    const durable = statSync(path).size;
    log.append([entry(3, 1), entry(4, 1)]);
    await log.sync();
    const whole = readFileSync(path);
    for (let size = durable; size < whole.length; size += 1) {
      const copy = folder();
      writeFileSync(join(copy, path.split('/').at(-1) as string), whole.subarray(0, size));
      const cut = await open(copy, 1_000_000);
      expect(cut.lastIndex).toBeGreaterThanOrEqual(2);
      expect(cut.lastIndex).toBeLessThanOrEqual(4);
      await cut.close();
    }
    await log.close();
  });

  test('a changed byte before the last write is refused, with file and offset', async () => {
    const dir = folder();
    const log = await open(dir, 1_000_000);
    for (let index = 1; index <= 20; index += 1) {
      log.append([entry(index, 1)]);
      await log.sync();
    }
    await log.close();
    const [path] = segments(dir) as [string];
    const whole = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 40, max: Math.floor(whole.length / 2) }),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const bytes = Buffer.from(whole);
          bytes[at] = (bytes[at] as number) ^ flip;
          const copy = folder();
          writeFileSync(join(copy, '0000000000000001.log'), bytes);
          await expect(open(copy)).rejects.toMatchObject({ code: 'LOG_DAMAGED' });
        },
      ),
      { numRuns: 100 },
    );
  });

  test('another cluster and another format are refused', async () => {
    const dir = folder();
    const log = await open(dir);
    log.append([entry(1, 1)]);
    await log.close();
    await expect(SegmentedLog.open({ dir, clusterId: 1n })).rejects.toMatchObject({
      code: 'SOURCE_CLUSTER_MISMATCH',
    });
    const [path] = segments(dir) as [string];
    writeFileSync(path, 'something else entirely, long enough');
    await expect(open(dir)).rejects.toMatchObject({ code: 'LOG_FORMAT' });
  });

  test('files are for their owner only', async () => {
    const dir = folder();
    const log = await open(dir);
    log.append([entry(1, 1)]);
    await log.close();
    expect(statSync(segments(dir)[0] as string).mode & 0o777).toBe(0o600);
  });

  test('a segment that a crash left empty is no damage', async () => {
    const dir = folder();
    const log = await open(dir, 100);
    log.append([entry(1, 1)]);
    await log.sync();
    log.append([entry(2, 1)]);
    await log.sync();
    await log.close();
    truncateSync(segments(dir).at(-1) as string, 5);
    const again = await open(dir, 100);
    expect(again.lastIndex).toBeGreaterThanOrEqual(1);
    await again.close();
  });
});

test('one process at a time; a lock whose owner died is taken over', async () => {
  const dir = folder();
  const lock = await lockDirectory(dir);
  await expect(lockDirectory(dir)).rejects.toMatchObject({ code: 'LOG_LOCKED' });
  await lock.release();
  const again = await lockDirectory(dir);
  await again.release();
});
