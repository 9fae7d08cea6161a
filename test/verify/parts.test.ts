import { describe, expect, test } from 'vitest';
import type { AuthState, Role, User } from '../../src/apply/types.ts';
import { checkJson, checkText, exitCodeOf } from '../../src/cli/check-report.ts';
import { KeyFilter } from '../../src/destination/planner/filter.ts';
import { authDifferences } from '../../src/verify/auth.ts';
import type { CheckReport } from '../../src/verify/check.ts';
import { Findings } from '../../src/verify/findings.ts';
import { type Authenticate, lookAtLogins } from '../../src/verify/logins.ts';
import { Pace } from '../../src/verify/pace.ts';
import { isSampled } from '../../src/verify/sampling.ts';
import { scopeOf } from '../../src/verify/scope.ts';
import { settledDifferences } from '../../src/verify/settle.ts';
import type { Difference } from '../../src/verify/types.ts';
import { type ByteString, utf8ToByteString as bytes, toByteString } from '../../src/wire/bytes.ts';

describe('sampling', () => {
  const keys = Array.from({ length: 20_000 }, (_, i) => bytes(`/registry/pods/${i}`));

  test.each([0.01, 0.1, 0.5])('takes about %f of the keys', share => {
    const taken = keys.filter(key => isSampled(key, 1, share)).length;
    expect(taken / keys.length).toBeGreaterThan(share * 0.8);
    expect(taken / keys.length).toBeLessThan(share * 1.2);
  });

  test('the same seed takes the same keys, another one others, and a larger share those as well', () => {
    const taken = (seed: number, share: number) =>
      new Set(keys.filter(key => isSampled(key, seed, share)));
    expect(taken(7, 0.05)).toEqual(taken(7, 0.05));
    const other = taken(8, 0.05);
    const common = [...taken(7, 0.05)].filter(key => other.has(key)).length;
    expect(common).toBeLessThan(other.size * 0.2);
    const more = taken(7, 0.2);
    for (const key of taken(7, 0.05)) expect(more.has(key)).toBe(true);
    expect(taken(7, 1).size).toBe(keys.length);
  });
});

test('the pace lets so many keys through in a second, and a single large page at once', async () => {
  let now = 0;
  const pace = new Pace({
    perSecond: 100,
    share: 1,
    isBehind: async () => false,
    now: () => now,
    sleep: async delayMs => {
      now += delayMs;
    },
  });
  expect(pace.pageKeys).toBe(100);
  for (let i = 0; i < 50; i += 1) await pace.take(20, 7);
  expect(now).toBe(9_800);
  now = 60_000;
  await pace.take(100, 7);
  expect(now).toBe(60_000);
  await pace.take(1, 7);
  expect(now).toBe(61_000);
});

test('the pace leaves a side alone the longer, the slower it answers, and waits out a lag', async () => {
  let now = 0;
  let lag = 0;
  const pace = new Pace({
    perSecond: 0,
    share: 0.25,
    isBehind: async () => lag > 0,
    now: () => now,
    sleep: async delayMs => {
      now += delayMs;
      lag -= delayMs;
    },
  });
  await pace.take(1_000, 10);
  expect(now).toBe(30);
  await pace.take(1_000, 100);
  expect(now).toBe(330);
  lag = 2_100;
  await pace.take(1, 0);
  expect(now).toBe(2_830);
});

test('logins: only what the source takes and the destination does not, or the other way round', async () => {
  const logins = ['both', 'source', 'destination', 'neither'].map(user => ({
    user,
    password: 'p',
  }));
  const side =
    (name: string): Authenticate =>
    async ({ user }) =>
      user === 'both' || user === name ? 'logs in' : 'refused';
  const look = await lookAtLogins(logins, side('source'), side('destination'));
  expect(look.tried).toBe(2);
  expect(look.differences.map(({ subject, source }) => `${subject} ${source}`)).toEqual([
    'source logs in',
    'destination refused',
  ]);
  const off = async (): Promise<'off'> => 'off';
  expect((await lookAtLogins(logins, side('source'), off)).differences).toEqual([]);
});

describe('scope', () => {
  const filterOf = (prefixes: string[], destPrefix?: string) =>
    new KeyFilter({
      prefixes: prefixes.map(bytes),
      excludePrefixes: [],
      destPrefix: destPrefix === undefined ? undefined : bytes(destPrefix),
      checkpointPrefix: bytes('__etcd_syncer__/'),
    });

  test.each([
    [[], undefined, '', [''], ['']],
    [[], undefined, '/a/', ['/a/'], ['/a/']],
    [['/b/', '/a/'], undefined, '', ['/a/', '/b/'], ['/a/', '/b/']],
    [['/b/', '/a/'], undefined, '/a/x', ['/a/x'], ['/a/x']],
    [['/b/', '/a/'], undefined, '/', ['/a/', '/b/'], ['/a/', '/b/']],
    [['/a/'], '/z/', '/a/x', ['/a/x'], ['/z/x']],
    [['/a/'], '', '/a/x', ['/a/x'], ['x']],
    [[], '/z', '/a', ['/a'], ['/z/a']],
    [['/a/'], '/z/', '/b/', [], []],
  ])('prefixes %j to %j, only %j', (prefixes, to, only, source, destination) => {
    expect(scopeOf(filterOf(prefixes, to), bytes(only))).toEqual({ source, destination });
  });
});

function user(name: string, ...roles: string[]): [ByteString, User] {
  return [
    bytes(name),
    { name: bytes(name), password: 'unknown', roles: roles.map(bytes), noPassword: undefined },
  ];
}

function role(name: string, ...ranges: [number, string, string][]): [ByteString, Role] {
  const permissions = ranges.map(([permType, key, rangeEnd]) => ({
    permType,
    key: bytes(key),
    rangeEnd: bytes(rangeEnd),
  }));
  return [bytes(name), { name: bytes(name), permissions }];
}

function auth(users: [ByteString, User][], roles: [ByteString, Role][]): AuthState {
  return { enabled: false, revision: 1, users: new Map(users), roles: new Map(roles) };
}

describe('users and roles', () => {
  const rules = { ownUser: undefined, keepsForeign: false };
  const source = auth(
    [user('ann', 'reader', 'writer'), user('bob')],
    [role('reader', [0, 'a', 'b'], [0, 'c', '']), role('writer', [2, '', '\0'])],
  );

  test('equal ones', () => {
    expect(authDifferences(source, source, rules)).toEqual([]);
  });

  test('each kind', () => {
    const destination = auth(
      [user('ann', 'reader', 'root'), user('eve')],
      [role('reader', [1, 'a', 'b'], [0, 'd', '']), role('root')],
    );
    const found = authDifferences(source, destination, rules).map(
      ({ kind, subject, source: left, destination: right }) =>
        `${kind} ${subject}: ${left} / ${right}`,
    );
    expect(found).toEqual([
      'user-role ann: role writer / not granted',
      'user-role ann: not granted / role root',
      'user-missing bob: there / missing',
      'permission reader: read [a, b) / write [a, b)',
      'permission reader: read c / not granted',
      'permission reader: not granted / read d',
      'role-missing writer: there / missing',
      'user-extra eve: missing / there',
      'role-extra root: missing / there',
    ]);
  });

  test('the user that writes there may be there alone, with its role', () => {
    const destination = auth(
      [...source.users, user('root', 'root')],
      [...source.roles, role('root')],
    );
    expect(authDifferences(source, destination, { ...rules, ownUser: 'root' })).toEqual([]);
    expect(authDifferences(source, destination, { ...rules, keepsForeign: true })).toEqual([]);
    expect(authDifferences(source, destination, rules)).toHaveLength(2);
  });
});

describe('settling', () => {
  const difference = (id: string): Difference => ({
    kind: 'lease-missing',
    subject: bytes(id),
    source: bytes('there'),
    destination: bytes('missing'),
  });
  const settle = (looks: string[][], arrives: boolean) =>
    settledDifferences({
      look: async () =>
        (looks.length > 1 ? (looks.shift() ?? []) : (looks[0] ?? [])).map(difference),
      committedIndex: async () => 12,
      pairs: { reaches: async index => index === 12 && arrives },
      patience: { signal: new AbortController().signal },
    });

  test('nothing differs', async () => {
    expect(await settle([[]], false)).toEqual({ differences: [], isCertain: true });
  });

  test('what was on its way is gone, what is new in a later look does not count', async () => {
    const { differences, isCertain } = await settle(
      [
        ['1', '2'],
        ['2', '3'],
        ['2', '4'],
      ],
      true,
    );
    expect([differences, isCertain]).toEqual([[difference('2')], true]);
  });

  test('not seen to arrive: only an empty rest is certain', async () => {
    expect((await settle([['1'], ['1']], false)).isCertain).toBe(false);
    expect(await settle([['1'], ['2']], false)).toEqual({ differences: [], isCertain: true });
  });
});

describe('report', () => {
  const findings = new Findings(1);
  findings.add([
    {
      kind: 'value',
      subject: toByteString(Buffer.from([0x2f, 0x00, 0x1b, 0xff])),
      source: bytes('3 bytes, sha256 0123456789ab'),
      destination: bytes('4 bytes, sha256 0123456789ac'),
    },
    { kind: 'key-extra', subject: bytes('b'), source: bytes(''), destination: bytes('') },
  ]);
  const report: CheckReport = {
    clusterId: 0xfedc_ba98_7654_3210n,
    pairs: [{ index: 9, sourceRevision: 7, destinationRevision: 5 }],
    sourceRevision: 10,
    keys: 4,
    values: 3,
    leases: 2,
    users: 1,
    roles: 1,
    logins: 0,
    foreignKeys: 0,
    foreignLeases: 1,
    unknownKeys: 0,
    total: findings.total,
    counts: findings.counts,
    first: findings.first,
    unsettled: 0,
    firstUnsettled: [],
    seconds: 1.25,
  };

  test('for people: bytes are escaped, what is not shown is counted', () => {
    expect(checkText(report, 20)).toBe(
      [
        'Source revision 7 (entry 9), destination revision 5.',
        'The source, or its snapshot, is 3 revisions beyond that.',
        'Compared 4 keys, 3 values, 2 leases, 1 users and 1 roles in 1.3 s.',
        'Only the destination has 0 keys and 1 leases, which it may.',
        '2 differences: 1 key-extra, 1 value.',
        '  value  /\\x00\\x1b\\xff  source: 3 bytes, sha256 0123456789ab; destination: 4 bytes, sha256 0123456789ac',
        '  and 1 more (--limit)',
        '',
      ].join('\n'),
    );
  });

  test('for machines', () => {
    expect(JSON.parse(checkJson(report, 20))).toMatchObject({
      result: 'different',
      cluster_id: 'fedcba9876543210',
      pairs: [{ index: '9', source_revision: '7', destination_revision: '5' }],
      differences: 2,
      by_kind: { value: 1, 'key-extra': 1, binding: 0 },
      first: [{ kind: 'value', subject: '/\\x00\\x1b\\xff' }],
    });
  });

  test('exit codes', () => {
    expect(exitCodeOf(report)).toBe(1);
    expect(exitCodeOf({ ...report, total: 0 })).toBe(0);
    expect(exitCodeOf({ ...report, total: 0, unsettled: 1 })).toBe(3);
    expect(exitCodeOf({ ...report, unsettled: 1 })).toBe(1);
  });
});
