import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NEW_AUTH_STATE } from '../../src/apply/auth/store.ts';
import type { AuthMutation, AuthState } from '../../src/apply/types.ts';
import { AuthWriter } from '../../src/destination/auth-writer.ts';
import type { EtcdClient } from '../../src/destination/etcd-client.ts';
import { HeldAuthFiles } from '../../src/destination/held-auth.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { utf8ToByteString as bytes } from '../../src/wire/bytes.ts';
import type { Permission } from '../../src/wire/types.ts';

const ROLE = bytes('r');
const ORDER = 'another order';
const DIFFERENT = 'other rights';
const UNSURE = 'more than 12';
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-role-lists-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const permission = (key: string, end: number): Permission => ({
  ...{ permType: 0, key: bytes(key), rangeEnd: bytes(`${key}${end}`) },
});
const short = [permission('k', 1), permission('k', 2)];
const long = Array.from({ length: 13 }, (_, i) => permission('k', i + 1));

/** What is held about the role when a member takes what it is told, and answers with these lists afterwards. */
async function heldAfter(
  steps: readonly (readonly [wanted: readonly Permission[], found: readonly Permission[]])[],
  change: 'grant' | 'revoke' = 'grant',
): Promise<string[]> {
  let found: readonly Permission[] = [];
  const client = {
    user: undefined,
    auth: async () => undefined,
    rolePermissions: async () =>
      found.map(({ permType, key, rangeEnd }) => ({
        ...{ permType, key: Buffer.from(key), range_end: Buffer.from(rangeEnd) },
      })),
  };
  const held = new HeldAuthFiles(dir);
  const logger = createLogger({ level: 'fatal', format: 'json' });
  const writer = new AuthWriter({
    client: client as unknown as EtcdClient,
    ...{ logger, keepUsers: [], held },
  });
  for (const [wanted, answer] of steps) {
    found = answer;
    const after: AuthState = {
      ...NEW_AUTH_STATE,
      roles: new Map([[ROLE, { name: ROLE, permissions: wanted }]]),
    };
    const { key, rangeEnd } = permission('k', 1);
    const mutation: AuthMutation =
      change === 'grant'
        ? { kind: 'role-grant-permission', name: ROLE, permission: permission('k', 1) }
        : { kind: 'role-revoke-permission', name: ROLE, key, rangeEnd };
    await writer.apply(mutation, after);
  }
  return held.items.map(({ what }) => what);
}

const saying = (...texts: string[]) => texts.map(text => expect.stringContaining(text));

test('a list that is right again is no longer held', async () => {
  expect(await heldAfter([[short, short.toReversed()]])).toEqual(saying(ORDER));
  expect(await heldAfter([[short, short]])).toEqual([]);
});

test('one thing is said of a list at a time, beside that a long one is unsure', async () => {
  const [, ...less] = long;
  expect(await heldAfter([[long, less]])).toHaveLength(2);
  expect(await heldAfter([[long, long.toReversed()]])).toEqual(
    expect.arrayContaining(saying(ORDER, UNSURE)),
  );
  expect(await heldAfter([[long, long.toReversed()]])).not.toEqual(
    expect.arrayContaining(saying(DIFFERENT)),
  );
  expect(await heldAfter([[long, long]])).toEqual(saying(UNSURE));
});

test.each(['grant', 'revoke'] as const)(
  'one whose order no longer matters is looked at again when it was held, %s',
  async change => {
    await heldAfter([[long, long.toReversed()]]);
    const single = [permission('k', 2)];
    expect(await heldAfter([[single, single]], change)).toEqual([]);
  },
);
