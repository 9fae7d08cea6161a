import { createHash } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { snapshotCommand } from '../../src/cli/snapshot.ts';
import { Folder, withTrailer } from './file.ts';
import { etcdImage, field, lease, row, tombstone, uint64 } from './records.ts';

const database = etcdImage({
  key: [
    row(2, '/a/\x00\x1b"\\', { value: 'secret value', lease: 5n }),
    row(3, '/b/x'),
    row(4, '/a/y'),
    tombstone(5, '/b/x'),
  ],
  lease: [lease(5n, 30)],
  auth: [
    { key: 'authEnabled', value: '\x01' },
    { key: 'authRevision', value: uint64(9_007_199_254_740_991n) },
  ],
  authUsers: [
    {
      key: 'root\x07',
      value: Buffer.concat([field(1, 'root\x07'), field(2, 'secret hash'), field(3, 'root')]),
    },
  ],
  authRoles: [
    {
      key: 'all',
      value: Buffer.concat([
        field(1, 'all'),
        field(2, Buffer.concat([field(1, 2), field(2, '\0'), field(3, '\0')])),
      ]),
    },
  ],
  members: [
    {
      key: 'fedcba9876543210',
      value: '{"id":1,"peerURLs":["http://a:1"],"name":"m\\u001b[2J","isLearner":true}',
    },
  ],
  members_removed: [{ key: 'ab', value: 'removed' }],
  alarm: [{ key: Buffer.concat([field(1, 255), field(2, 1)]), value: '' }],
}).build();

afterEach(() => {
  vi.restoreAllMocks();
});

/** Runs `etcd-syncer snapshot ...` in this process; returns what it printed. */
async function run(...args: readonly string[]): Promise<string> {
  let printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation(chunk => {
    printed += String(chunk);
    return true;
  });
  const program = new Command().exitOverride();
  snapshotCommand(program);
  try {
    await program.parseAsync(['snapshot', ...args], { from: 'user' });
  } finally {
    vi.restoreAllMocks();
  }
  return printed;
}

describe('snapshot inspect', () => {
  test('for machines: 64-bit numbers as strings, bytes escaped, no value and no hash', async () => {
    using folder = new Folder();
    const path = folder.write(withTrailer(database));
    const printed = await run('inspect', path, '--json');
    expect(JSON.parse(printed)).toEqual({
      file: path,
      bytes: database.length,
      pageSize: 4_096,
      hash: 'right',
      revision: '5',
      compactRevision: '-1',
      index: '99',
      term: '3',
      storageVersion: null,
      clusterVersion: '3.5.0',
      buckets: {
        alarm: 1,
        auth: 2,
        authRoles: 1,
        authUsers: 1,
        cluster: 1,
        key: 4,
        lease: 1,
        members: 1,
        members_removed: 1,
        meta: 2,
      },
      keys: { live: 2, rows: 4, tombstones: 1, valueBytes: 13 },
      prefixes: [{ prefix: '/a/', keys: 2, valueBytes: 13 }],
      keysOfOtherPrefixes: 0,
      leases: { count: 1, minTtl: 30, maxTtl: 30, boundKeys: 1 },
      auth: {
        enabled: true,
        revision: '9007199254740991',
        users: [{ name: 'root\\x07', password: 'set', roles: ['root'] }],
        roles: [
          { name: 'all', permissions: [{ type: 'readwrite', key: '\\x00', rangeEnd: '\\x00' }] },
        ],
      },
      members: [
        {
          id: 'fedcba9876543210',
          name: 'm\\x1b[2J',
          peerUrls: ['http://a:1'],
          clientUrls: [],
          isLearner: true,
        },
      ],
      removedMembers: ['ab'],
      alarms: [{ memberId: 'ff', alarm: 'NOSPACE' }],
    });
    expect(printed).not.toContain('secret');
  });

  test('for people: the same, with nothing that moves the cursor', async () => {
    using folder = new Folder();
    const printed = await run('inspect', folder.write(database), '--prefix-depth=2');
    expect(printed).not.toContain('secret');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what may not be there
    expect(printed).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
    for (const line of [
      /^database +\d+ bytes, pages of 4096, no SHA-256$/m,
      /^revision +5, compacted never$/m,
      /^index +99, term 3$/m,
      /^keys +2 live, 13 bytes of values$/m,
      /^leases +1, TTL 30 to 30 s, 1 keys bound to them$/m,
      /^ {2}root\\x07 +set +root$/m,
      /^ {2}all +readwrite +\[\\x00, end\)$/m,
      /^ {2}fedcba9876543210 +m\\x1b\[2J +learner +http:\/\/a:1$/m,
      /^ {2}ff +NOSPACE$/m,
    ]) {
      expect(printed).toMatch(line);
    }
  });

  test('more prefixes than are shown are summed up', async () => {
    using folder = new Folder();
    const rows = Array.from({ length: 25 }, (_, i) =>
      row(i + 2, `p${String(i).padStart(2, '0')}/x`),
    );
    const path = folder.write(etcdImage({ key: rows }).build());
    const { prefixes, keysOfOtherPrefixes } = JSON.parse(await run('inspect', path, '--json'));
    expect(prefixes).toHaveLength(20);
    expect(keysOfOtherPrefixes).toBe(5);
    expect(await run('inspect', path)).toMatch(/^ {2}\(others\) +5$/m);
  });

  test('what is wrong with the file ends it', async () => {
    using folder = new Folder();
    const damaged = Buffer.from(database).fill(0, 2 * 4_096, 3 * 4_096);
    await expect(run('inspect', folder.write(damaged))).rejects.toMatchObject({
      code: 'SNAPSHOT_DAMAGED',
      details: { page: expect.any(Number) },
    });
    await expect(run('inspect', folder.write(database), '--prefix-depth=0')).rejects.toThrow(
      /1 to 16/,
    );
  });
});

describe('snapshot export', () => {
  test('the database with its SHA-256, for its owner only', async () => {
    using folder = new Folder();
    const out = folder.path('out.db');
    const printed = await run('export', `--snapshot=${folder.write(database)}`, `--out=${out}`);
    expect(readFileSync(out).equals(withTrailer(database))).toBe(true);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(printed).toContain(createHash('sha256').update(database).digest('hex'));
    expect(readdirSync(folder.dir).sort()).toEqual(['file.db', 'out.db']);
  });

  test('one that has its hash already keeps it', async () => {
    using folder = new Folder();
    const source = folder.write(withTrailer(database));
    await run('export', `--snapshot=${source}`, `--out=${folder.path('out.db')}`);
    expect(readFileSync(folder.path('out.db')).equals(readFileSync(source))).toBe(true);
  });

  test('a file that is there is left alone', async () => {
    using folder = new Folder();
    const source = folder.write(database);
    const out = folder.write(Buffer.from('mine'), 'out.db');
    await expect(run('export', `--snapshot=${source}`, `--out=${out}`)).rejects.toMatchObject({
      code: 'SNAPSHOT_WRITE',
    });
    expect(readFileSync(out, 'utf8')).toBe('mine');
    // Said before the database is gone through.
    await expect(
      run('export', `--snapshot=${folder.path('missing')}`, `--out=${out}`),
    ).rejects.toMatchObject({ code: 'SNAPSHOT_WRITE' });
  });

  test('a name that is taken only when the file is whole is left alone as well', async () => {
    using folder = new Folder();
    const out = folder.path('out.db');
    // Nothing is found behind it, and yet the name is taken.
    symlinkSync(folder.path('nowhere'), out);
    await expect(
      run('export', `--snapshot=${folder.write(database)}`, `--out=${out}`),
    ).rejects.toMatchObject({ code: 'SNAPSHOT_WRITE', message: `${out} is there already` });
    expect(readdirSync(folder.dir).sort()).toEqual(['file.db', 'out.db']);
  });

  test('nothing is left of a damaged one, or when it can not be written', async () => {
    using folder = new Folder();
    const damaged = Buffer.from(database).fill(0xff, 3 * 4_096, 4 * 4_096);
    const source = folder.write(damaged);
    await expect(
      run('export', `--snapshot=${source}`, `--out=${folder.path('out.db')}`),
    ).rejects.toMatchObject({ code: 'SNAPSHOT_DAMAGED' });
    await expect(
      run('export', `--snapshot=${folder.write(database)}`, `--out=${folder.path('no/out.db')}`),
    ).rejects.toMatchObject({ code: 'SNAPSHOT_WRITE' });
    expect(readdirSync(folder.dir)).toEqual(['file.db']);
  });

  test('the newest one of a data directory', async () => {
    using folder = new Folder();
    const dir = folder.path('snapshot');
    mkdirSync(dir);
    for (const [name, revision, time] of [
      ['a.db', 7, 300],
      ['b.db', 8, 200],
      ['c.txt', 9, 900],
    ] as const) {
      const data = etcdImage({ key: [row(revision, 'k')] }).build();
      writeFileSync(join(dir, name), data);
      utimesSync(join(dir, name), time, time);
    }
    const out = folder.path('out.db');
    expect(await run('export', `--data-dir=${folder.dir}`, `--out=${out}`)).toContain('a.db');
    expect(JSON.parse(await run('inspect', out, '--json')).revision).toBe('7');
  });

  test.each([
    ['neither', []],
    ['both', ['--snapshot=x', '--data-dir=y']],
  ])('%s of the sources is named', async (_, args) => {
    await expect(run('export', ...args, '--out=z')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });

  test('a data directory without one', async () => {
    using folder = new Folder();
    const args = [`--data-dir=${folder.dir}`, `--out=${folder.path('z')}`];
    await expect(run('export', ...args)).rejects.toMatchObject({ code: 'SNAPSHOT_READ' });
    mkdirSync(folder.path('snapshot'));
    await expect(run('export', ...args)).rejects.toMatchObject({ code: 'SNAPSHOT_READ' });
  });
});
