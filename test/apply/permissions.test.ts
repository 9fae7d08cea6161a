import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Interval, IntervalTree } from '../../src/apply/auth/interval-tree.ts';
import { checkAccess } from '../../src/apply/auth/permissions.ts';
import { Refusal } from '../../src/apply/refusal.ts';
import type { AuthState, Role, User } from '../../src/apply/types.ts';
import type { ByteString } from '../../src/wire/bytes.ts';
import type { Permission } from '../../src/wire/types.ts';

interface Recorded {
  readonly intervals: readonly (readonly [begin: string, end: string])[];
  /** What etcd's own tree (pkg/adt) answered. */
  readonly queries: readonly (readonly [
    begin: string,
    end: string,
    intersects: boolean,
    contains: boolean,
  ])[];
}

const recorded = (file: string): readonly Recorded[] =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../testdata/apply', file), 'utf8'));

/** The same trees and questions, answered by the packages of 3.7.1 and of 3.6.14 (3.5.16 says the same). */
const RECORDED = [
  ...recorded('interval-tree.golden.json').map(tree => ({ ...tree, line: '3.7', byEnd: true })),
  ...recorded('interval-tree-3.6.golden.json').map(tree => ({
    ...tree,
    line: '3.6',
    byEnd: false,
  })),
];

describe('IntervalTree', () => {
  test.each(RECORDED.map((tree, i) => [tree.line, i, tree] as const))(
    'answers as etcd %s does, recorded tree %i',
    (_line, _, { intervals, queries, byEnd }) => {
      const tree = new IntervalTree(byEnd);
      for (const [begin, end] of intervals) tree.insert({ begin, end } as Interval);
      for (const [begin, end, intersects, contains] of queries) {
        const wanted = { begin, end } as Interval;
        expect([begin, end, tree.intersects(wanted), tree.contains(wanted)]).toEqual([
          begin,
          end,
          intersects,
          contains,
        ]);
      }
    },
  );
});

const ALPHABET = ['\0', 'a', 'b'];
/** All strings of up to three letters: between any two bounds of up to three letters that leave room lies one of them. */
const SAMPLES: readonly string[] = ['', ...ALPHABET]
  .flatMap(a => ['', ...ALPHABET].flatMap(b => ['', ...ALPHABET].map(c => a + b + c)))
  .filter((key, i, all) => key !== '' && all.indexOf(key) === i);

const key = fc
  .array(fc.constantFrom(...ALPHABET), { minLength: 1, maxLength: 2 })
  .map(letters => letters.join('') as ByteString);

/** A point, an interval or everything from a key on; never degenerate. */
const range = fc
  .tuple(key, key, fc.constantFrom('point', 'interval', 'from'))
  .filter(([a, b, form]) => form !== 'interval' || (a !== b && a !== '\0' && b !== '\0'))
  .map(([a, b, form]): { key: ByteString; rangeEnd: ByteString } => {
    if (form === 'point') return { key: a, rangeEnd: '' as ByteString };
    if (form === 'from') return { key: a, rangeEnd: '\0' as ByteString };
    return a < b ? { key: a, rangeEnd: b } : { key: b, rangeEnd: a };
  });

function samplesIn({ key, rangeEnd }: { key: string; rangeEnd: string }): string[] {
  return SAMPLES.filter(sample => {
    if (rangeEnd === '') return sample === key;
    return sample >= key && (rangeEnd === '\0' || sample < rangeEnd);
  });
}

const permission = fc
  .tuple(range, fc.constantFrom(0, 1, 2))
  .map(([keys, permType]): Permission => ({ ...keys, permType }));

function authWith(roles: readonly (readonly Permission[])[]): AuthState {
  const named = roles.map(
    (permissions, i): Role => ({ name: `role${i}` as ByteString, permissions }),
  );
  const user: User = {
    name: 'u' as ByteString,
    password: new Uint8Array(),
    roles: [...named.map(({ name }) => name), 'zz-gone' as ByteString],
    noPassword: true,
  };
  return {
    enabled: true,
    revision: 1,
    users: new Map([[user.name, user]]),
    roles: new Map(named.map(role => [role.name, role])),
  };
}

test('a range is allowed exactly when every key of it is granted', () => {
  const roles = fc.array(fc.array(permission, { maxLength: 5 }), { maxLength: 3 });
  fc.assert(
    fc.property(
      roles,
      range,
      fc.constantFrom('read', 'write'),
      fc.boolean(),
      (granted, wanted, access, sortedByEnd) => {
        const auth = authWith(granted);
        const kinds = access === 'read' ? [0, 2] : [1, 2];
        const reachable = new Set(
          granted
            .flat()
            .filter(({ permType }) => kinds.includes(permType))
            .flatMap(samplesIn),
        );
        const expected = samplesIn(wanted).every(sample => reachable.has(sample));
        const caller = { username: 'u' as ByteString, authRevision: 1 };
        let allowed = true;
        try {
          checkAccess(auth, caller, wanted.key, wanted.rangeEnd, access, {
            permissionsSortedByEnd: sortedByEnd,
          });
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
          allowed = false;
        }
        expect(allowed).toBe(expected);
      },
    ),
    { numRuns: 2000 },
  );
});
