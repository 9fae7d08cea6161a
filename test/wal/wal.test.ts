import { describe, expect, test } from 'vitest';
import { toSyncerError } from '../../src/ops/errors.ts';
import { WalDirectory } from '../../src/wal/wal-directory.ts';
import { Folder } from '../snapshot/file.ts';
import { fileName, WalImage } from './image.ts';

/** Index, term and data of all entries; or the code and message that reading failed with. */
async function entriesOf(folder: Folder): Promise<string[] | string> {
  try {
    const wal = await WalDirectory.open(folder.dir);
    const found: string[] = [];
    for await (const { index, term, data } of wal.entries()) {
      found.push(`${term}/${index} ${Buffer.from(data).toString()}`);
    }
    return found;
  } catch (error) {
    const { code, message } = toSyncerError(error);
    return `${code}: ${message.replaceAll(`${folder.dir}/`, '')}`;
  }
}

const three = (): WalImage =>
  new WalImage().begin().snapshot(0, 0).entry(1, 1, 'a').entry(2, 1, 'bb').state(1, 2);

describe('a log of one file', () => {
  test('is read with who wrote it and what was committed', async () => {
    using folder = new Folder();
    folder.write(three().entry(3, 2, 'c').bytes(), fileName(0, 0));
    const wal = await WalDirectory.open(folder.dir);
    expect(wal.memberId).toBe(0xabcdn);
    expect(wal.clusterId).toBe(0xef01n);
    expect([wal.firstIndex, wal.lastIndex, wal.commit]).toEqual([1, 3, 2]);
    expect(await entriesOf(folder)).toEqual(['1/1 a', '1/2 bb', '2/3 c']);
  });

  test('entries replace those of their index and all behind', async () => {
    using folder = new Folder();
    folder.write(three().entry(3, 1, 'old').entry(2, 2, 'new').bytes(), fileName(0, 0));
    expect(await entriesOf(folder)).toEqual(['1/1 a', '2/2 new']);
  });

  test('a snapshot stands in for the entries before it', async () => {
    using folder = new Folder();
    folder.write(three().snapshot(90, 3).entry(91, 3, 'z').bytes(), fileName(0, 0));
    expect(await entriesOf(folder)).toEqual(['3/91 z']);
  });

  test('a hole without a snapshot is damage', async () => {
    using folder = new Folder();
    const image = three();
    const at = image.length;
    folder.write(image.entry(4, 1, 'd').bytes(), fileName(0, 0));
    expect(await entriesOf(folder)).toBe(
      `WAL_DAMAGED: ${fileName(0, 0)}: offset ${at}: entry 4 comes behind entry 2`,
    );
  });

  test('cut off anywhere in its last record, it ends before it', async () => {
    using folder = new Folder();
    const image = three();
    const before = image.length;
    const whole = image.entry(3, 1, 'the last one').bytes(0);
    for (let length = before; length < whole.length; length += 1) {
      folder.write(whole.subarray(0, length), fileName(0, 0));
      expect(await entriesOf(folder), `${length} bytes`).toEqual(['1/1 a', '1/2 bb']);
    }
    folder.write(whole, fileName(0, 0));
    expect(await entriesOf(folder)).toHaveLength(3);
  });

  test('a sector of zeros in its last record is a torn write', async () => {
    using folder = new Folder();
    const bytes = three().entry(3, 1, 'x'.repeat(2_000)).bytes();
    bytes.fill(0, 1_024, 1_536);
    folder.write(bytes, fileName(0, 0));
    expect(await entriesOf(folder)).toEqual(['1/1 a', '1/2 bb']);
  });

  test('a changed bit anywhere in the records is damage, or the end where a length is gone', async () => {
    using folder = new Folder();
    const image = three().entry(3, 1, 'cc').entry(4, 1, 'dd');
    const bytes = image.bytes();
    const whole = ['1/1 a', '1/2 bb', '1/3 cc', '1/4 dd'];
    const silent: number[] = [];
    for (let at = 0; at < image.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      folder.write(changed, fileName(0, 0));
      const outcome = await entriesOf(folder);
      if (typeof outcome === 'string') expect(outcome).toMatch(/^WAL_DAMAGED: .*: offset \d+: /);
      else {
        // Never a wrong entry: at most the end is missing. Padding may say anything.
        expect(outcome).toEqual(whole.slice(0, outcome.length));
        if (outcome.length < whole.length) silent.push(at);
      }
    }
    // Left open: an unfinished last record, and one whose fields can't be told from one.
    expect(silent.filter(at => at < image.length - 32)).toEqual([]);
  });
});

describe('a log of several files', () => {
  const files = (): [string, Buffer][] => {
    const image = new WalImage().begin().entry(1, 1, 'a').entry(2, 1, 'b');
    const first = image.bytes(0);
    const second = image.begin().entry(3, 1, 'c').bytes(0);
    const third = image.begin().entry(4, 1, 'd').bytes();
    return [
      [fileName(0, 0), first],
      [fileName(1, 3), second],
      [fileName(2, 4), third],
    ];
  };

  test('is one row of entries, its checksum going on', async () => {
    using folder = new Folder();
    for (const [name, bytes] of files()) folder.write(bytes, name);
    expect(await entriesOf(folder)).toEqual(['1/1 a', '1/2 b', '1/3 c', '1/4 d']);
  });

  test('may have lost its first files, which members remove', async () => {
    using folder = new Folder();
    for (const [name, bytes] of files().slice(1)) folder.write(bytes, name);
    expect(await entriesOf(folder)).toEqual(['1/3 c', '1/4 d']);
  });

  test('is damaged when one in the middle is missing', async () => {
    using folder = new Folder();
    const [first, , third] = files();
    for (const file of [first, third]) if (file !== undefined) folder.write(file[1], file[0]);
    expect(await entriesOf(folder)).toMatch(/^WAL_DAMAGED: .*offset 0: the file before it/);
  });

  test('is damaged when one before the last is cut off, or follows another', async () => {
    using folder = new Folder();
    const [first, second, third] = files();
    if (first === undefined || second === undefined || third === undefined) throw new Error();
    folder.write(first[1], first[0]);
    folder.write(third[1], third[0]);
    folder.write(second[1].subarray(0, second[1].length - 8), second[0]);
    expect(await entriesOf(folder)).toMatch(/^WAL_DAMAGED: .*goes past the end of the file/);
    folder.write(new WalImage().begin().entry(3, 1, 'foreign').bytes(0), second[0]);
    expect(await entriesOf(folder)).toMatch(/^WAL_DAMAGED: .*fails its checksum/);
  });
});

test('a folder without a log says so', async () => {
  using folder = new Folder();
  expect(await entriesOf(folder)).toMatch(/^WAL_READ: .*there are no .wal files/);
  const outcome = await WalDirectory.open(folder.path('nowhere')).catch(toSyncerError);
  expect(outcome).toMatchObject({ code: 'WAL_READ' });
});
