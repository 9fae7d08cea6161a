import { describe, expect, test } from 'vitest';
import type { ByteString } from '../../src/wire/bytes.ts';
import { Folder, readAll, withTrailer } from './file.ts';
import { bucketValue, inlineValue } from './image.ts';
import {
  etcdBuckets,
  etcdImage,
  field,
  lease,
  revision,
  row,
  tombstone,
  uint64,
} from './records.ts';

const manyRows = Array.from({ length: 100 }, (_, i) => row(i + 2, `/k/${i}`, { value: `v${i}` }));
const key = (text: string): ByteString => text as ByteString;

async function read(data: Buffer) {
  using folder = new Folder();
  return await readAll(folder.write(data));
}

describe('what a file holds', () => {
  test('rows come in the order of revisions through branches, with their records', async () => {
    const image = etcdImage({ key: manyRows });
    const { rows, meta, counts } = await read(image.build());
    expect(rows.map(({ key }) => key)).toEqual(manyRows.map((_, i) => `/k/${i}`));
    expect(rows[41]).toEqual({
      key: '/k/41',
      revision: 43,
      record: {
        createRevision: 43,
        modRevision: 43,
        version: 1,
        lease: 0n,
        value: Buffer.from('v41'),
      },
    });
    expect(meta).toMatchObject({ revision: 101, compactRevision: -1, index: 99, term: 3 });
    expect(counts).toMatchObject({ rows: 100, tombstones: 0, leases: 0 });
    expect(counts.buckets.get(key('key'))).toBe(100);
  });

  test('tombstones are rows without a record', async () => {
    const { rows, meta, counts } = await read(
      etcdImage({ key: [row(2, 'a'), tombstone(3, 'a'), tombstone(3, 'b', 1)] }).build(),
    );
    expect(rows.slice(1)).toEqual([
      { key: 'a', revision: 3, record: undefined },
      { key: 'b', revision: 3, record: undefined },
    ]);
    expect(meta.revision).toBe(3);
    expect(counts.tombstones).toBe(2);
  });

  test('the row of a raised revision counts for the revision and is no key', async () => {
    const raised = { key: revision(1_000), value: '' };
    const { rows, meta, counts } = await read(etcdImage({ key: [row(2, 'a'), raised] }).build());
    expect(rows.map(({ key }) => key)).toEqual(['a']);
    expect(meta.revision).toBe(1_000);
    expect(counts.rows).toBe(2);
  });

  test('keys and values of any bytes, negative leases, values over several pages', async () => {
    const odd = Buffer.from([0, 0xff, 0x80, 0x0a]);
    const large = Buffer.alloc(300_000, 'ab');
    const { rows } = await read(
      etcdImage({
        key: [row(2, odd, { lease: -5n }), row(3, 'large', { value: large }), row(4, 'after')],
      }).build(),
    );
    expect(rows[0]?.key).toBe('\x00\xff\x80\x0a');
    expect(rows[0]?.record?.lease).toBe(-5n);
    expect(large.equals(rows[1]?.record?.value ?? Buffer.alloc(0))).toBe(true);
    expect(rows[2]?.key).toBe('after');
  });

  test('values stay what they are while the file is read on', async () => {
    using folder = new Folder();
    const rows = Array.from({ length: 600 }, (_, i) =>
      row(i + 2, `k${i}`, { value: Buffer.alloc(60_000, String(i)) }),
    );
    const file = await readAll(folder.write(etcdImage({ key: rows }).build()));
    for (const [i, { record }] of file.rows.entries()) {
      expect(Buffer.alloc(60_000, String(i)).equals(record?.value ?? Buffer.alloc(0))).toBe(true);
    }
  });

  test.each([
    ['neither', {}, 5, -1],
    ['finished', { finishedCompactRev: 4 }, 5, 4],
    ['scheduled above finished', { finishedCompactRev: 3, scheduledCompactRev: 4 }, 5, 4],
    ['the newest row was a tombstone that is gone', { scheduledCompactRev: 9 }, 9, 9],
    ['compacted at 0', { scheduledCompactRev: 0, finishedCompactRev: 0 }, 5, 0],
  ])('revisions: %s', async (_, marks, current, compacted) => {
    const meta = Object.entries(marks).map(([name, main]) => ({
      key: name,
      value: revision(main),
    }));
    const all = [{ key: 'consistent_index', value: uint64(7) }, ...meta];
    const file = await read(etcdImage({ key: [row(5, 'a')], meta: all }).build());
    expect(file.meta).toMatchObject({
      revision: current,
      compactRevision: compacted,
      index: 7,
      term: 0,
    });
  });

  test('an empty database is at revision 1', async () => {
    const { meta, rows } = await read(etcdImage({}).build());
    expect(meta).toMatchObject({ revision: 1, compactRevision: -1, storageVersion: '' });
    expect(rows).toEqual([]);
  });

  test('leases in batches, by ID', async () => {
    const all = [
      lease(3n, 60),
      lease(-1n, 10, 4),
      ...Array.from({ length: 20 }, (_, i) => lease(BigInt(i + 100), 5)),
    ];
    const { leases, counts } = await read(etcdImage({ lease: all }).build());
    expect(leases).toHaveLength(22);
    expect(leases[0]).toEqual([3n, { ttl: 60, remainingTtl: 0 }]);
    expect(leases.at(-1)).toEqual([-1n, { ttl: 10, remainingTtl: 4 }]);
    expect(counts.leases).toBe(22);
  });

  test('users, roles, alarms and members as the log makes them', async () => {
    const permission = (type: number, from: string, end: string): Buffer =>
      field(
        2,
        Buffer.concat([...(type === 0 ? [] : [field(1, type)]), field(2, from), field(3, end)]),
      );
    const { meta } = await read(
      etcdImage({
        auth: [
          { key: 'authEnabled', value: '\x01' },
          { key: 'authRevision', value: uint64(12) },
        ],
        authUsers: [
          {
            key: 'ann',
            value: Buffer.concat([
              field(1, 'ann'),
              field(2, 'hash'),
              field(3, 'r1'),
              field(3, 'r2'),
              field(4, ''),
            ]),
          },
          { key: 'old', value: Buffer.concat([field(1, 'old'), field(2, 'h')]) },
          { key: 'tls', value: Buffer.concat([field(1, 'tls'), field(4, field(1, 1))]) },
        ],
        authRoles: [
          {
            key: 'r1',
            value: Buffer.concat([
              field(1, 'r1'),
              permission(2, 'b', 'c'),
              permission(0, 'a', ''),
              permission(0, 'a', ''),
            ]),
          },
        ],
        alarm: [{ key: Buffer.concat([field(1, 0xfedcba9876543210n), field(2, 1)]), value: '' }],
        members: [
          {
            key: 'fedcba9876543210',
            value:
              '{"id":18364758544493064720,"peerURLs":["http://a:1"],"name":"m","clientURLs":["http://a:2"]}',
          },
          { key: 'b', value: '{"id":11,"peerURLs":["http://b:1"],"isLearner":true}' },
        ],
        members_removed: [{ key: 'c0ffee', value: 'removed' }],
      }).build(),
    );
    expect(meta.auth).toEqual({
      enabled: true,
      revision: 12,
      users: new Map([
        [
          'ann',
          {
            name: 'ann',
            password: Uint8Array.from(Buffer.from('hash')),
            roles: ['r1', 'r2'],
            noPassword: false,
          },
        ],
        [
          'old',
          {
            name: 'old',
            password: Uint8Array.from(Buffer.from('h')),
            roles: [],
            noPassword: undefined,
          },
        ],
        ['tls', { name: 'tls', password: new Uint8Array(0), roles: [], noPassword: true }],
      ]),
      roles: new Map([
        [
          'r1',
          {
            name: 'r1',
            permissions: [
              { permType: 2, key: 'b', rangeEnd: 'c' },
              { permType: 0, key: 'a', rangeEnd: '' },
              { permType: 0, key: 'a', rangeEnd: '' },
            ],
          },
        ],
      ]),
    });
    expect(meta.alarms).toEqual([{ memberId: 0xfedcba9876543210n, type: 1 }]);
    expect(meta.membership).toEqual({
      members: new Map([
        [11n, { id: 11n, name: '', peerUrls: ['http://b:1'], clientUrls: [], isLearner: true }],
        [
          0xfedcba9876543210n,
          {
            id: 0xfedcba9876543210n,
            name: 'm',
            peerUrls: ['http://a:1'],
            clientUrls: ['http://a:2'],
            isLearner: false,
          },
        ],
      ]),
      removed: new Set([0xc0ffeen]),
      clusterVersion: '3.5.0',
    });
  });

  test.each([
    ['\x01', true],
    ['\x00', false],
    ['\x01\x01', false],
    ['', false],
  ])('auth with the mark %j is on: %s', async (value, enabled) => {
    const { meta } = await read(etcdImage({ auth: [{ key: 'authEnabled', value }] }).build());
    expect(meta.auth).toEqual({ enabled, revision: 1, users: new Map(), roles: new Map() });
  });

  test('the hash behind the database is found and checked', async () => {
    const database = etcdImage({ key: manyRows }).build();
    expect((await read(withTrailer(database))).meta).toMatchObject({
      hasHash: true,
      bytes: database.length,
    });
    expect((await read(database)).meta).toMatchObject({ hasHash: false, bytes: database.length });
  });

  test.each([1_024, 8_192, 65_536])('pages of %i bytes', async pageSize => {
    const { rows, meta } = await read(etcdImage({ key: manyRows }, pageSize).build());
    expect(meta.pageSize).toBe(pageSize);
    expect(rows).toHaveLength(100);
  });

  test('buckets that etcd does not know, with buckets inside, are gone through and counted', async () => {
    const image = etcdImage({ key: [row(2, 'a')] });
    const deep = image.leaf([{ key: 'x', value: 'y' }]);
    const outer = image.leaf([
      { key: 'inline', value: inlineValue([{ key: 'k', value: 'v' }]), isBucket: true },
      { key: 'plain', value: 'v' },
      { key: 'tree', value: bucketValue(deep), isBucket: true },
    ]);
    etcdBuckets(image, {
      foreign: bucketValue(outer),
      key: bucketValue(image.tree([row(3, 'b')])),
    });
    const { counts } = await read(image.build());
    expect(counts.buckets.get(key('foreign'))).toBe(3);
    expect(counts.rows).toBe(1);
  });

  test('after a crash in a commit the meta page before counts', async () => {
    const image = etcdImage({ key: [row(2, 'a')] });
    const data = image.build();
    data.writeUInt8(0xff, image.pageSize + 40);
    expect((await read(data)).rows).toHaveLength(1);
  });

  test.each([1_024, 4_096, 65_536])(
    'without its first page it is read by the second, pages of %i',
    async pageSize => {
      const data = etcdImage({ key: [row(2, 'a')] }, pageSize).build();
      data.fill(0, 0, pageSize);
      expect((await read(data)).rows).toHaveLength(1);
    },
  );
});
