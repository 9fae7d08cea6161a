import { mkdirSync, truncateSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Folder, failure, readAll, withTrailer } from './file.ts';
import {
  branchPage,
  bucketValue,
  Image,
  inlineValue,
  type LeafElement,
  leafPage,
  metaPage,
  type PageOptions,
} from './image.ts';
import { etcdBuckets, etcdImage, field, lease, revision, row, uint64 } from './records.ts';

const ROWS = Array.from({ length: 40 }, (_, i) => row(i + 2, `k${i}`));
const plain = (): Image => etcdImage({ key: ROWS });

async function failureOf(data: Buffer): Promise<string> {
  using folder = new Folder();
  return await failure(folder.write(data));
}

/** An image whose bucket `key` has this one leaf for its tree. */
function withLeaf(make: (id: number) => Buffer): Buffer {
  const image = new Image();
  const id = image.take();
  image.set(id, make(id));
  etcdBuckets(image, { key: bucketValue(id) });
  return image.build();
}

/** The same with the bytes of a right leaf changed. */
function withChangedLeaf(change: (page: Buffer) => void, options: PageOptions = {}): Buffer {
  return withLeaf(id => {
    const page = leafPage(id, [row(2, 'a'), row(3, 'b'), row(4, 'c')], options);
    change(page);
    return page;
  });
}

describe('what is no database', () => {
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('not a database\n'.repeat(1_000))],
    ['zeros', Buffer.alloc(64 * 1_024)],
    ['a few bytes', Buffer.from('abc')],
  ])('%s', async (_, data) => {
    expect(await failureOf(data)).toMatch(/^SNAPSHOT_NOT_BBOLT: FILE: /);
  });

  test('a folder, and a path that leads nowhere', async () => {
    using folder = new Folder();
    mkdirSync(folder.path('folder'));
    expect(await failure(folder.path('folder'))).toMatch(/^SNAPSHOT_NOT_BBOLT: /);
    expect(await failure(folder.path('missing'))).toMatch(/^SNAPSHOT_READ: .*ENOENT/);
  });
});

describe('meta pages', () => {
  const changed = (meta: Image['meta']): Buffer => {
    const image = plain();
    image.meta = meta;
    return image.build();
  };

  test.each([
    ['another version', { version: 1 }, 'no meta page is valid'],
    ['a root behind the end', { root: 1_000_000n }, 'the root should be page 1000000'],
    ['a root in the metas', { root: 1n }, 'the root should be page 1 '],
    ['a root beyond 2^53', { root: 2n ** 60n }, 'the root should be page 1152921504606846976'],
    ['a freelist behind the end', { freelist: 99_999n }, 'the freelist should be page 99999'],
    ['more pages than the file has', { highWater: 5_000n }, '5000 pages should be used'],
    ['no pages', { highWater: 0n }, '0 pages should be used'],
    ['a page size that is none', { pageSize: 0 }, 'no meta page is valid|pages of 0 bytes'],
    ['a page size that is huge', { pageSize: 2 ** 31 }, 'pages of 2147483648 bytes'],
    ['a page size of no power of two', { pageSize: 4_095 }, 'pages of 4095 bytes'],
  ])('%s', async (_, meta, text) => {
    expect(await failureOf(changed(meta))).toMatch(
      new RegExp(`^SNAPSHOT_DAMAGED: FILE: page 0: (${text})`),
    );
  });

  test('two wrong checksums', async () => {
    const data = plain().build();
    data.writeUInt8(1, 60);
    data.writeUInt8(1, 4_096 + 60);
    expect(await failureOf(data)).toBe('SNAPSHOT_DAMAGED: FILE: page 0: no meta page is valid');
  });

  test.each([
    [8n, 9n, 'second'],
    [9n, 8n, 'first'],
  ])('of two valid ones the later transaction counts: %i, %i', async (a, b, later) => {
    const image = new Image();
    const [first, second] = ['first', 'second'].map((text, i) => {
      etcdBuckets(image, { key: bucketValue(image.leaf([row(i + 2, text)])) });
      return BigInt(image.root);
    });
    const data = image.build();
    const meta = { pageSize: 4_096, highWater: BigInt(data.length / 4_096) };
    metaPage(0, { ...meta, root: first ?? 0n, transaction: a }).copy(data, 0);
    metaPage(1, { ...meta, root: second ?? 0n, transaction: b }).copy(data, 4_096);
    using folder = new Folder();
    expect((await readAll(folder.write(data))).rows.map(({ key }) => key)).toEqual([later]);
  });
});

describe('the length of the file', () => {
  test.each([
    ['inside a page', (size: number) => size - 100],
    ['inside a page by whole blocks', (size: number) => size - 512],
    ['between two pages', (size: number) => size - 4_096],
    ['in the second meta', () => 4_096 + 20],
    ['behind the first meta', () => 4_096],
  ])('it ends %s', async (_, length) => {
    const data = plain().build();
    expect(await failureOf(data.subarray(0, length(data.length)))).toMatch(/^SNAPSHOT_DAMAGED: /);
  });

  test.each([
    ['a byte of the database', 5_000],
    ['a byte of the hash', -1],
  ])('the hash is wrong by %s', async (_, at) => {
    const data = withTrailer(plain().build());
    const index = at < 0 ? data.length + at : at;
    data.writeUInt8(data.readUInt8(index) ^ 1, index);
    expect(await failureOf(data)).toMatch(/^SNAPSHOT_HASH: /);
  });

  test('the database is cut and its hash is still there', async () => {
    const data = plain().build();
    const cut = Buffer.concat([
      data.subarray(0, data.length - 4_096),
      withTrailer(data).subarray(-32),
    ]);
    expect(await failureOf(cut)).toMatch(/^SNAPSHOT_DAMAGED: .* pages should be used/);
  });

  test('it is cut while it is read', async () => {
    using folder = new Folder();
    const rows = Array.from({ length: 3_000 }, (_, i) =>
      row(i + 2, `k${i}`, { value: 'v'.repeat(200) }),
    );
    const path = folder.write(etcdImage({ key: rows }).build());
    const { SnapshotFile } = await import('../../src/snapshot/snapshot-file.ts');
    await using file = await SnapshotFile.open(path);
    truncateSync(path, 200_000);
    await expect(file.verify()).rejects.toMatchObject({ code: 'SNAPSHOT_DAMAGED' });
  });
});

describe('pages', () => {
  test.each<[string, PageOptions, string]>([
    ['another number', { id: 77 }, 'it says that it is page 77'],
    ['a number beyond 2^53', { id: 2 ** 60 }, 'it says that it is page 11529215'],
    ['no flags', { flags: 0 }, 'neither branch nor leaf'],
    ['both flags', { flags: 3 }, 'neither branch nor leaf'],
    ['a freelist in the tree', { flags: 0x10 }, 'neither branch nor leaf'],
    ['more elements than fit', { count: 60_000 }, '60000 elements do not fit'],
    ['more elements than there are', { count: 4 }, 'element 0 stands at byte'],
    ['more pages than there are', { overflow: 9 }, 'it has 9 further pages'],
    ['endless pages', { overflow: 0xffff_ffff }, 'it has 4294967295 further pages'],
  ])('a leaf with %s', async (_, options, text) => {
    expect(await failureOf(withChangedLeaf(() => undefined, options))).toMatch(
      new RegExp(`^SNAPSHOT_DAMAGED: FILE: page 2: ${text}`),
    );
  });

  // Element 1 begins at byte 32: flags, pos, key size, value size.
  test.each<[string, (page: Buffer) => void, string]>([
    [
      'at a place behind the page',
      page => page.writeUInt32LE(0xffff_ff00, 36),
      'element 1 stands at byte 4294',
    ],
    ['among the heads', page => page.writeUInt32LE(0, 36), 'element 1 stands at byte 32, not'],
    [
      'over another one',
      page => page.writeUInt32LE(page.readUInt32LE(36) - 1, 36),
      'element 1 stands at byte',
    ],
    ['with a long key', page => page.writeUInt32LE(0xffff_ffff, 40), 'element 1 goes past the end'],
    [
      'with a long value',
      page => page.writeUInt32LE(0xffff_ffff, 44),
      'element 1 goes past the end',
    ],
    ['without a key', page => page.writeUInt32LE(0, 40), 'element 1 has no key'],
    ['of no kind', page => page.writeUInt32LE(2, 32), 'element 1 is of no kind'],
  ])('an element %s', async (_, change, text) => {
    expect(await failureOf(withChangedLeaf(change))).toMatch(
      new RegExp(`^SNAPSHOT_DAMAGED: FILE: page 2: .*${text}`),
    );
  });

  test.each([
    ['descend', [row(3, 'a'), row(2, 'b')]],
    ['repeat', [row(2, 'a'), row(2, 'b')]],
  ])('keys in a leaf that %s', async (_, rows) => {
    expect(await failureOf(withLeaf(id => leafPage(id, rows)))).toBe(
      'SNAPSHOT_DAMAGED: FILE: page 2: key 1 is not above the one before',
    );
  });

  test('a page is larger than any that is written', async () => {
    using folder = new Folder();
    const size = 80 * 1_024 * 1_024;
    const image = new Image();
    const id = image.take(size / 4_096 - 8);
    const pages = (flags: number): string => {
      image.set(id, leafPage(id, [row(2, 'a')], { flags, overflow: size / 4_096 - 9 }));
      etcdBuckets(image, { key: bucketValue(id) });
      return folder.write(image.build(), `large-${flags}.db`);
    };
    expect(await failure(pages(2))).toMatch(
      /^SNAPSHOT_DAMAGED: FILE: page 2: it has \d+ bytes, 67108864 are/,
    );
    expect(await failure(pages(1))).toMatch(
      /^SNAPSHOT_DAMAGED: FILE: page 2: it has \d+ bytes, 4194304 are/,
    );
  });
});

describe('trees', () => {
  const KEYS = [2, 3, 4, 5].map(main => row(main, `k${main}`));

  function withBranch(
    make: (a: number, b: number, self: number) => (readonly [Buffer | string, number])[],
    options: PageOptions = {},
  ): Buffer {
    const image = new Image();
    const a = image.leaf(KEYS.slice(0, 2));
    const b = image.leaf(KEYS.slice(2));
    const self = image.take();
    image.set(self, branchPage(self, make(a, b, self), options));
    etcdBuckets(image, { key: bucketValue(self) });
    return image.build();
  }

  test.each<[string, Parameters<typeof withBranch>[0], string]>([
    [
      'itself',
      (a, _, self) => [
        [revision(2), a],
        [revision(4), self],
      ],
      'page 4: it is used twice',
    ],
    [
      'children in the wrong order',
      (a, b) => [
        [revision(2), b],
        [revision(4), a],
      ],
      'page 2: a key below those of its branch',
    ],
    [
      'a child with keys below it',
      (a, b) => [
        [revision(3), a],
        [revision(4), b],
      ],
      'page 2: a key below those of its branch',
    ],
    [
      'a child with keys of the next',
      (a, b) => [
        [revision(2), a],
        [revision(3), b],
      ],
      'page 2: a key that belongs into a later page',
    ],
    [
      'descending keys',
      (a, b) => [
        [revision(4), a],
        [revision(2), b],
      ],
      'page 4: key 1 is not above',
    ],
    [
      'a child behind the end',
      a => [
        [revision(2), a],
        [revision(4), 4_000],
      ],
      'page 4000: it is named',
    ],
    [
      'a meta page as child',
      a => [
        [revision(2), a],
        [revision(4), 1],
      ],
      'page 1: it is named',
    ],
    [
      'the root of all as child',
      a => [
        [revision(2), a],
        [revision(4), 5],
      ],
      'page 5: it is used twice',
    ],
    ['no children', () => [], 'page 4: a branch without children'],
  ])('a branch with %s', async (_, make, text) => {
    expect(await failureOf(withBranch(make))).toContain(`SNAPSHOT_DAMAGED: FILE: ${text}`);
  });

  test('a branch with one child twice', async () => {
    const image = new Image();
    const leaf = image.leaf([{ key: 'k', value: 'v' }]);
    const top = image.branch([
      ['k', leaf],
      ['l', leaf],
    ]);
    etcdBuckets(image, { foreign: bucketValue(top) });
    expect(await failureOf(image.build())).toMatch(/page 2: it is used twice/);
  });

  test('an empty leaf below a branch', async () => {
    const image = new Image();
    const full = image.leaf([row(2, 'a')]);
    const top = image.branch([
      [revision(2), full],
      [revision(3), image.leaf([])],
    ]);
    etcdBuckets(image, { key: bucketValue(top) });
    expect(await failureOf(image.build())).toMatch(/page 3: an empty leaf/);
  });

  test('a branch that goes past the end', async () => {
    expect(
      await failureOf(
        withBranch(
          (a, b) => [
            [revision(2), a],
            [revision(4), b],
          ],
          { count: 500 },
        ),
      ),
    ).toMatch(/page 4: 500 elements do not fit/);
  });

  test('a bound of a branch far above holds below', async () => {
    const image = new Image();
    const leaf = image.leaf([row(2, 'a'), row(9, 'b')]);
    const middle = image.branch([[revision(2), leaf]]);
    const top = image.branch([
      [revision(2), middle],
      [revision(8), image.leaf([row(10, 'c')])],
    ]);
    etcdBuckets(image, { key: bucketValue(top) });
    expect(await failureOf(image.build())).toMatch(/page 2: a key that belongs into a later page/);
  });

  test('a chain of branches', async () => {
    const image = new Image();
    let next = image.leaf([row(2, 'a')]);
    for (let i = 0; i < 40; i += 1) next = image.branch([[revision(2), next]]);
    etcdBuckets(image, { key: bucketValue(next) });
    expect(await failureOf(image.build())).toMatch(/SNAPSHOT_DAMAGED: .*the tree is too deep/);
  });

  test('two buckets of the same pages', async () => {
    const image = new Image();
    const shared = image.leaf([{ key: 'k', value: 'v' }]);
    etcdBuckets(image, { one: bucketValue(shared), two: bucketValue(shared) });
    expect(await failureOf(image.build())).toMatch(/page 2: it is used twice/);
  });

  test('a freelist among the pages of a bucket, or that is none', async () => {
    const image = plain();
    image.meta = { freelist: 2n };
    expect(await failureOf(image.build())).toMatch(/page 2: no freelist/);
    const other = plain();
    const id = other.take();
    other.set(id, leafPage(id, [], { flags: 0x10, overflow: 40 }));
    other.meta = { freelist: BigInt(id) };
    expect(await failureOf(other.build())).toMatch(/it goes past the end/);
  });

  test('a freelist in its place is taken', async () => {
    using folder = new Folder();
    const image = plain();
    const id = image.take();
    image.set(id, leafPage(id, [], { flags: 0x10 }));
    image.meta = { freelist: BigInt(id) };
    expect((await readAll(folder.write(image.build()))).rows).toHaveLength(40);
  });
});

describe('buckets', () => {
  const withBucket = (value: Buffer): Buffer => {
    const image = new Image();
    etcdBuckets(image, { key: value });
    return image.build();
  };

  test('what is none among them', async () => {
    const image = new Image();
    image.root = image.leaf([{ key: 'key', value: 'x' }]);
    expect(await failureOf(image.build())).toMatch(/page 2: element 0 is not a bucket/);
  });

  test('one of etcd is missing', async () => {
    const image = new Image();
    image.buckets({ key: inlineValue([]) });
    expect(await failureOf(image.build())).toMatch(/page 2: the bucket lease is missing/);
  });

  test.each([
    ['has a short value', withBucket(Buffer.alloc(15)), 'bucket 5 has 15 bytes'],
    [
      'has a short page in its value',
      withBucket(Buffer.alloc(20)),
      'the page in bucket 5 has 4 bytes',
    ],
    ['has a root behind the end', withBucket(bucketValue(500)), 'page 500: it is named'],
    ['has a root beyond 2^53', withBucket(bucketValue(2n ** 63n)), 'it is named'],
    [
      'has a branch in its value',
      withBucket(Buffer.concat([bucketValue(0), branchPage(0, [['a', 2]])])),
      'the page in bucket 5 is a branch',
    ],
    [
      'has elements past its value',
      withBucket(inlineValue([row(2, 'a')], { count: 9 })),
      '9 elements do not fit',
    ],
    [
      'has a bucket in its value',
      withBucket(inlineValue([{ key: 'a', value: bucketValue(2), isBucket: true }])),
      'bucket 5 has one inside',
    ],
  ])('one that %s', async (_, data, text) => {
    expect(await failureOf(data)).toMatch(new RegExp(`^SNAPSHOT_DAMAGED: FILE: .*${text}`));
  });

  test('nested too deep', async () => {
    const image = new Image();
    let next = image.leaf([{ key: 'k', value: 'v' }]);
    for (let i = 0; i < 30; i += 1) {
      next = image.leaf([{ key: 'b', value: bucketValue(next), isBucket: true }]);
    }
    etcdBuckets(image, { foreign: bucketValue(next) });
    expect(await failureOf(image.build())).toMatch(/SNAPSHOT_DAMAGED: .*nested too deep/);
  });

  test('users that would fill the memory', async () => {
    const image = new Image();
    const large = (name: string): LeafElement => ({
      key: name,
      value: Buffer.concat([field(1, name), field(2, Buffer.alloc(23 * 1_024 * 1_024))]),
    });
    const root = image.tree([large('a'), large('b'), large('c')], 1);
    etcdBuckets(image, { authUsers: bucketValue(root) });
    expect(await failureOf(image.build())).toMatch(/SNAPSHOT_DAMAGED: .*hold more than/);
  });

  test('thousands of buckets', async () => {
    const image = new Image();
    const names = Array.from({ length: 1_001 }, (_, i) => [`b${i}`, inlineValue([])] as const);
    etcdBuckets(image, Object.fromEntries(names));
    expect(await failureOf(image.build())).toMatch(/more than 1000 buckets/);
  });
});

describe('records', () => {
  const bad = (key: Buffer | string, value: Buffer | string): LeafElement => ({ key, value });

  test.each<[string, Parameters<typeof etcdImage>[0], string]>([
    ['a row whose key is short', { key: [bad('short', 'x')] }, 'no revision'],
    ['a row whose key has no separator', { key: [bad(Buffer.alloc(17), 'x')] }, 'no revision'],
    ['a row with another mark', { key: [bad(revision(2, 0, 'x'), field(1, 'k'))] }, 'no revision'],
    ['a row beyond 2^53', { key: [bad(revision(2n ** 60n), field(1, 'k'))] }, 'no revision'],
    ['a row that is no message', { key: [bad(revision(2), '\xff')] }, 'element 0: '],
    ['a row with a field of a wrong type', { key: [bad(revision(2), field(1, 5))] }, 'element 0: '],
    ['a row without a key', { key: [bad(revision(2), field(3, 2))] }, 'names no key'],
    ['a tombstone without a key', { key: [bad(revision(2, 0, 't'), '')] }, 'names no key'],
    ['a row of another revision', { key: [row(2, 'k', { mod: 3 })] }, 'it is of revision 3'],
    ['a row created later', { key: [row(2, 'k', { create: 3 })] }, 'created at 3'],
    ['a row never created', { key: [row(2, 'k', { create: 0 })] }, 'created at 0'],
    ['a row of version 0', { key: [row(2, 'k', { version: 0 })] }, 'version 0'],
    ['a lease with a short key', { lease: [bad('x', '')] }, 'no ID'],
    ['a lease with another ID', { lease: [bad(uint64(1), lease(2n, 5).value)] }, 'another ID'],
    ['a lease that is no message', { lease: [bad(uint64(1), '\x08')] }, 'element 0: '],
    [
      'a lease with a TTL beyond 2^53',
      { lease: [bad(uint64(1), Buffer.concat([field(1, 1), field(2, 2n ** 60n)]))] },
      'beyond 2\\^53',
    ],
    ['a user with another name', { authUsers: [bad('a', field(1, 'b'))] }, 'another name'],
    ['a user that is no message', { authUsers: [bad('a', '\x0a\xff')] }, 'element 0: '],
    ['a role with another name', { authRoles: [bad('a', field(1, 'b'))] }, 'another name'],
    [
      'a role with a broken permission',
      { authRoles: [bad('a', Buffer.concat([field(1, 'a'), field(2, '\xff')]))] },
      'element 0: ',
    ],
    ['an alarm that is no message', { alarm: [bad('\xff', '')] }, 'element 0: '],
    ['a member that is not JSON', { members: [bad('ab', '{')] }, 'not JSON'],
    ['a member that is a list', { members: [bad('ab', '[]')] }, 'not an object'],
    ['a member without an ID', { members: [bad('xyz', '{}')] }, 'no member ID'],
    ['a removed member without an ID', { members_removed: [bad('AB', 'removed')] }, 'no member ID'],
    [
      'an index that is short',
      { meta: [bad('consistent_index', 'x')] },
      'consistent_index is no number',
    ],
    ['a term beyond 2^53', { meta: [bad('term', uint64(2n ** 60n))] }, 'term is no number'],
    [
      'a compaction that is no revision',
      { meta: [bad('finishedCompactRev', 'x')] },
      'finishedCompactRev is no revision',
    ],
    [
      'an auth revision that is short',
      { auth: [bad('authRevision', 'x')] },
      'authRevision is no number',
    ],
  ])('%s', async (_, contents, text) => {
    expect(await failureOf(etcdImage(contents).build())).toMatch(
      new RegExp(`^SNAPSHOT_DAMAGED: FILE: page \\d+: .*${text}`),
    );
  });

  test('a bucket in place of a row, a lease, a user', async () => {
    for (const name of ['key', 'lease', 'authUsers']) {
      const image = new Image();
      const inner = inlineValue([]);
      const at = name === 'lease' ? uint64(1) : revision(2);
      etcdBuckets(image, {
        [name]: bucketValue(image.leaf([{ key: at, value: inner, isBucket: true }])),
      });
      expect(await failureOf(image.build())).toMatch(/^SNAPSHOT_DAMAGED: FILE: page 2: /);
    }
  });

  test('no value, password or hash stands in an error', async () => {
    const secret = 'correct horse battery staple';
    for (const contents of [
      {
        key: [
          bad(
            revision(2),
            Buffer.concat([field(1, 'k'), field(5, secret), Buffer.from('\xff', 'latin1')]),
          ),
        ],
      },
      { authUsers: [bad('a', Buffer.concat([field(1, 'b'), field(2, secret)]))] },
      { members: [bad('ab', `{"${secret}`)] },
    ]) {
      const text = await failureOf(etcdImage(contents).build());
      expect(text).toMatch(/^SNAPSHOT_DAMAGED/);
      expect(text).not.toContain(secret);
    }
  });
});
