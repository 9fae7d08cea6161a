import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HeldAuthFiles } from '../../src/destination/held-auth.ts';
import {
  areEqual,
  grantTheSame,
  hasRepeatedKeys,
  permissionChanges,
} from '../../src/destination/planner/permission-difference.ts';
import { utf8ToByteString as bytes } from '../../src/wire/bytes.ts';
import type { Permission } from '../../src/wire/types.ts';

describe('held changes', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-held-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const password = (user: string) =>
    ({ code: 'AUTH_PASSWORD_UNKNOWN', what: `password of ${user}`, subject: user }) as const;

  test('outlive the process, once each; settled from outside they are gone at once', () => {
    const held = new HeldAuthFiles(join(dir, 'held'));
    expect(held.items).toEqual([]);
    expect(held.hold(password('alice'))).toBe(true);
    expect(held.hold(password('alice'))).toBe(false);
    // No name of a file.
    const odd = `../${'x'.repeat(5_000)}\0/`;
    expect(held.hold(password(odd))).toBe(true);
    const other = new HeldAuthFiles(join(dir, 'held'));
    expect(other.items.map(({ subject }) => subject).sort()).toEqual([odd, 'alice']);
    expect(other.items[0]?.since).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(other.settle('bob')).toBe(0);
    expect(other.settle('alice')).toBe(1);
    expect(held.items.map(({ subject }) => subject)).toEqual([odd]);
    expect(held.hold(password('alice'))).toBe(true);
    expect(other.items).toHaveLength(2);
  });

  test('of one subject are settled all, or those of a code', () => {
    const held = new HeldAuthFiles(dir);
    held.hold(password('alice'));
    held.hold({ code: 'AUTH_HELD', what: 'alice is kept', subject: 'alice' });
    expect(held.settle('alice', 'AUTH_PASSWORD_UNKNOWN')).toBe(1);
    expect(held.items.map(({ code }) => code)).toEqual(['AUTH_HELD']);
    expect(held.settle('alice')).toBe(1);
    expect(held.items).toEqual([]);
  });

  test('a directory that can not be written is an error', () => {
    const held = new HeldAuthFiles(join(dir, 'held'));
    held.hold(password('alice'));
    const below = new HeldAuthFiles(join(dir, 'held', 'x'));
    rmSync(join(dir, 'held'), { recursive: true });
    expect(held.items).toEqual([]);
    const file = new HeldAuthFiles('/dev/null/held');
    expect(() => file.hold(password('bob'))).toThrow(expect.objectContaining({ code: 'DATA_DIR' }));
    expect(below.items).toEqual([]);
  });
});

const permission: fc.Arbitrary<Permission> = fc.record({
  permType: fc.nat(2),
  key: fc.constantFrom(bytes('a'), bytes('b')),
  rangeEnd: fc.constantFrom(bytes(''), bytes('c'), bytes('d')),
});
const permissions = fc
  .array(permission, { maxLength: 8 })
  .map(list => list.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)));

describe('permission lists', () => {
  test('the changes lead from one to the rights of the other, and touch nothing that fits', () => {
    fc.assert(
      fc.property(permissions, permissions, (found, wanted) => {
        const { revokes, grants } = permissionChanges(found, wanted);
        const kept = found.filter(
          entry =>
            !revokes.some(({ key, rangeEnd }) => key === entry.key && rangeEnd === entry.rangeEnd),
        );
        expect(grantTheSame([...kept, ...grants], wanted)).toBe(true);
        if (grantTheSame(found, wanted)) expect([...revokes, ...grants]).toEqual([]);
      }),
    );
  });

  test('equal lists are equal entry by entry; a key counts as repeated whatever its end', () => {
    const [first, second]: Permission[] = [
      { permType: 0, key: bytes('a'), rangeEnd: bytes('b') },
      { permType: 0, key: bytes('a'), rangeEnd: bytes('c') },
    ];
    if (first === undefined || second === undefined) throw new Error('two permissions');
    expect(areEqual([first, second], [first, second])).toBe(true);
    expect(areEqual([first, second], [second, first])).toBe(false);
    expect(grantTheSame([first, second, second], [second, first])).toBe(true);
    expect(hasRepeatedKeys([first, second])).toBe(true);
    expect(hasRepeatedKeys([first, { ...second, key: bytes('b') }])).toBe(false);
  });
});
