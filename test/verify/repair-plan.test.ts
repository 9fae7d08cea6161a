import { describe, expect, test } from 'vitest';
import { MAX_REPAIRS, parseRepair } from '../../src/replicator/repair-route.ts';
import { chunksOf, planRepair } from '../../src/verify/repair-plan.ts';
import type { Difference, DifferenceKind } from '../../src/verify/types.ts';
import { utf8ToByteString as bytes } from '../../src/wire/bytes.ts';

function found(kind: DifferenceKind, subject: string): Difference {
  const [source, destination] = [bytes('here'), bytes('there')];
  return { kind, subject: bytes(subject), source, destination };
}

test('each thing once, leases before the keys that need them, roles before users', () => {
  const plan = planRepair([
    found('value', 'k'),
    found('binding', 'k'),
    found('lease-extra', 'a'),
    found('user-role', 'ann'),
    found('permission', 'r'),
    found('permission', 'r'),
    found('lease-missing', 'b'),
    found('key-extra', 'x'),
  ]);
  expect(plan.map(({ action, subject }) => `${action} ${subject}`)).toEqual([
    'grant lease b',
    'put k',
    'delete x',
    'revoke lease a',
    'change role r',
    'change user ann',
  ]);
});

test('parts are bounded in number and bytes, and a long key has one of its own', () => {
  const plan = planRepair(
    ['1', '22', '333', '4444444444', '55'].map(key => found('key-missing', key)),
  );
  const parts = [...chunksOf(plan, 3, 5)].map(({ keys }) => keys);
  expect(parts).toEqual([['1', '22'], ['333'], ['4444444444'], ['55']]);
  expect([...chunksOf(plan, 2, 1_000)].map(({ keys }) => keys.length)).toEqual([2, 2, 1]);
  expect([...chunksOf([], 2, 1_000)]).toEqual([]);
});

describe('what the port takes', () => {
  test('names and nothing else', () => {
    const keys = [Buffer.from([0, 255, 10]).toString('base64')];
    const body = { cluster_id: 'f00d', keys, leases: ['ffffffffffffffff', '1a'], users: ['YQ=='] };
    expect(parseRepair({ ...body, values: ['never looked at'] })).toEqual({
      clusterId: 'f00d',
      keys: ['\u0000\u00ff\n'],
      leases: [-1n, 26n],
      users: ['a'],
      roles: [],
    });
  });

  test.each([
    ['no object', 'text'],
    ['no cluster', { keys: [] }],
    ['a list that is none', { cluster_id: 'f', keys: 'a2V5' }],
    ['no base64', { cluster_id: 'f', keys: ['not base64!'] }],
    ['an empty key', { cluster_id: 'f', keys: [''] }],
    ['a lease 0', { cluster_id: 'f', leases: ['0'] }],
    ['a long lease', { cluster_id: 'f', leases: ['11112222333344445'] }],
    ['numbers', { cluster_id: 'f', leases: [17] }],
    ['too many', { cluster_id: 'f', keys: Array(MAX_REPAIRS + 1).fill('YQ==') }],
  ])('refuses %s', (_, body) => {
    expect(() => parseRepair(body)).toThrow(expect.objectContaining({ code: 'HTTP_REQUEST' }));
  });
});
