import { describe, expect, test } from 'vitest';
import { ScriptRunner } from './script-runner.ts';

/** Runs commands, separated by blank lines; the output of the last one. */
function last(script: string): string {
  const runner = new ScriptRunner();
  let output = '';
  for (const block of script.trim().split(/\n\s*\n/)) {
    const lines = block.split('\n');
    const margin = Math.min(...lines.map(line => line.length - line.trimStart().length));
    output = runner.run(lines.map(line => line.slice(margin)));
  }
  return output;
}

const AUTH_ON = `
  user-add root no-password

  user-grant-role root root

  user-add u no-password

  role-add w

  role-grant-permission w write k

  user-grant-role u w

  auth-enable
`;

/** The key a, [a, c), and a once more by a second role. */
const SAME_BEGIN = `
  ${AUTH_ON.replace('auth-enable', '').trim()}

  role-add p

  role-grant-permission p write a

  role-grant-permission p write a c

  role-add q

  role-grant-permission q write a

  user-grant-role u p

  user-grant-role u q

  auth-enable

  delete-range b a as=u
`;

/** Each is a fact about etcd that a plausible implementation gets wrong. */
const TRAPS: readonly (readonly [name: string, script: string, expected: string | RegExp])[] = [
  [
    'members up to 3.6 disagree on a transaction of writes and a failing top-level range',
    `
    source 3.6.14

    txn
      then put k 1
      then range k rev=9
    `,
    /^ambiguous: as 3\.6\.14 as a follower, unlike 3\.6\.14 as the proposer\nput "k"/,
  ],
  [
    'on a single member the failed transaction may be applied by a replay',
    `
    source 3.5.30 voters=1

    txn
      then put k 1
      then range k rev=9
    `,
    'ambiguous: as 3.5.30 as the proposer, unlike 3.5.30 as a follower',
  ],
  [
    'under an alarm 3.4 and 3.5 enforce no auth, except on members restarted since',
    `
    source 3.5.30

    ${AUTH_ON}

    alarm activate 1 nospace

    role-add by-nobody
    `,
    /^ambiguous: .*, restarted under the alarm\nrole-add "by-nobody"/,
  ],
  [
    'clearing one of two alarms disables both in 3.4 and 3.5',
    `
    source 3.4.45

    alarm activate 1 nospace

    alarm activate 1 corrupt

    alarm deactivate 1 corrupt

    put k 1
    `,
    /^ambiguous: .*, restarted under the alarm\nput "k"/,
  ],
  [
    'nested transactions bypass auth up to 3.5.27',
    `
    source 3.5.16

    ${AUTH_ON}

    txn as=u
      then txn
        then put other 1
    `,
    /^applied\nput "other"/,
  ],
  [
    'nested puts bypass the space cap up to 3.5.32',
    `
    source 3.5.32

    alarm activate 1 nospace

    txn
      then txn
        then put k 1
    `,
    /^applied\nput "k"/,
  ],
  [
    'nested puts count for the space cap from 3.5.33',
    `
    source 3.5.33

    alarm activate 1 nospace

    txn
      then txn
        then put k 1
    `,
    'refused: database space exceeded',
  ],
  [
    'auth looks at the branch not taken',
    `
    source 3.7.1

    ${AUTH_ON}

    txn as=u
      then put k 1
      else put other 1
    `,
    'refused: permission denied',
  ],
  [
    'the existence checks do not look at the branch not taken',
    `
    source 3.7.1

    txn
      then put k 1
      else put k 1 lease=9
    `,
    /^applied\nput "k"/,
  ],
  [
    'the space cap looks at the branch not taken',
    `
    source 3.7.1

    alarm activate 1 nospace

    txn
      then delete-range k
      else put k 1
    `,
    'refused: database space exceeded',
  ],
  [
    'nested compares see the state before the transaction',
    `
    source 3.7.1

    txn
      then put k 1
      then txn
        if version k = 0
        then put before 1
        else put after 1
    `,
    /^applied\nput "k".*\nput "before"/,
  ],
  [
    'ignore_value sees the writes of its own transaction',
    `
    source 3.7.1

    put k old

    txn
      then put k new
      then put k "" ignore-value

    keys
    `,
    'k=new 2/3/3',
  ],
  [
    'a VALUE compare with a missing key is false even for NOT_EQUAL',
    `
    source 3.7.1

    txn
      if value k != x
      then put k 1
    `,
    'none',
  ],
  [
    'root with an old auth revision is refused keys',
    `
    source 3.7.1

    ${AUTH_ON}

    put k 1 as=root@1
    `,
    'refused: revision of auth store is old',
  ],
  [
    'root with an old auth revision may administrate',
    `
    source 3.7.1

    ${AUTH_ON}

    role-add r as=root@1
    `,
    /^applied\nrole-add "r"/,
  ],
  [
    'enabling auth and granting a role twice make no auth revision, the first one is 1',
    `
    source 3.7.1

    user-add root no-password

    user-grant-role root root

    user-grant-role root root

    auth-enable
    `,
    'applied\nauth-enable auth-revision=3',
  ],
  [
    'a permission granted again makes an auth revision',
    `
    source 3.7.1

    role-add r

    role-grant-permission r read k

    role-grant-permission r read k
    `,
    'applied\nrole-grant-permission "r" read "k" auth-revision=4',
  ],
  [
    'a permission that is not the first of its key is added once more',
    `
    source 3.7.1

    role-add r

    role-grant-permission r read k l

    role-grant-permission r read k m

    role-grant-permission r write k m

    auth
    `,
    /\[read \["k", "l"\), read \["k", "m"\), write \["k", "m"\)\]$/,
  ],
  [
    'more than twelve permissions of one key are shuffled',
    `
    source 3.7.1

    role-add r

    ${Array.from({ length: 14 }, (_, i) => `role-grant-permission r read k l${String(i).padStart(2, '0')}`).join('\n\n')}

    role-grant-permission r read a

    auth
    `,
    /\[read "a", .*l06.*l08.*l03.*l04.*l05.*l00/,
  ],
  [
    'ranges that end before they begin are judged by the order of permissions: up to 3.6 by begin alone',
    `
    source 3.6.14

    ${SAME_BEGIN}
    `,
    'none',
  ],
  [
    'ranges that end before they begin are judged by the order of permissions: from 3.7 on by end as well',
    `
    source 3.7.1

    ${SAME_BEGIN}
    `,
    'refused: permission denied',
  ],
  [
    'names keep bytes that are no UTF-8',
    `
    source 3.6.14

    role-add r\\xff\\xfe

    user-add u\\x80 no-password

    user-grant-role u\\x80 r\\xff\\xfe
    `,
    'applied\nuser-grant-role "u\\x80" "r\\xff\\xfe" auth-revision=4',
  ],
  [
    'a 3.4 password is never kept',
    `
    source 3.4.45

    user-add u password=hunter2

    auth
    `,
    /password=unknown/,
  ],
  [
    "lease TTLs are raised to the member's minimum, and IDs may be negative",
    `
    source 3.7.1 min-ttl=7

    lease-grant -1 1
    `,
    'applied\nlease-grant ffffffffffffffff ttl=7',
  ],
  [
    'a revoke deletes in the order of bytes, not of UTF-16',
    `
    source 3.7.1

    lease-grant 1 60

    put \\xf0\\x90\\x80\\x80 1 lease=1

    put \\xef\\xbd\\xa1 1 lease=1

    lease-revoke 1
    `,
    /^applied\ndelete "\\xef.*\ndelete "\\xf0/,
  ],
  [
    'compaction at 0 is legal once',
    `
    source 3.7.1

    compaction 0
    `,
    'applied\ncompact 0',
  ],
  [
    'compaction at 0 is refused the second time',
    `
    source 3.7.1

    compaction 0

    compaction 0
    `,
    'refused: required revision has been compacted',
  ],
  [
    'a from-key delete and a put of a covered key are two rows of one revision',
    `
    source 3.7.1

    put k 1

    put k 2

    txn
      then delete-range k \\x00
      then put k 3
    `,
    'applied\ndelete "k"\nput "k" create=4 mod=4 version=1 (1 bytes)\nrevision 4',
  ],
  [
    'changes count across nested transactions in the order of execution',
    `
    source 3.7.1

    txn
      then put a 1
      then txn
        then put b 1
      then put c 1
    `,
    /^applied\nput "a".*\nput "b".*\nput "c".*\nrevision 2$/,
  ],
  [
    'an empty entry does nothing',
    `
    source 3.7.1

    empty
    `,
    'none',
  ],
  [
    'member IDs use all 64 bits',
    `
    source 3.7.1

    conf-change add ffffffffffffffff url=http://a

    conf-change add fffffffffffffffe url=http://b
    `,
    /ffffffffffffffff=@http:\/\/a fffffffffffffffe=@http:\/\/b/,
  ],
  [
    'a poison pill stops, it is not skipped',
    `
    source 3.7.1

    put k 1

    txn
      then delete-range k \\x00
      then put k "" ignore-value
    `,
    /^stops: POISON_TXN/,
  ],
  [
    'a user name in the header means nothing while auth is off',
    `
    source 3.7.1

    put k 1 as=nobody@1
    `,
    /^applied\nput "k"/,
  ],
  [
    'an alarm of type NONE is kept by 3.4 and has no effect',
    `
    source 3.4.45

    alarm activate 1 none

    put k 1
    `,
    /^applied\nput "k"/,
  ],
  [
    'a checkpoint of an unknown lease is no error',
    `
    source 3.7.1

    lease-checkpoint 9:1
    `,
    'none',
  ],
];

describe('traps', () => {
  test.each(TRAPS)('%s', (_, script, expected) => {
    if (typeof expected === 'string') expect(last(script)).toBe(expected);
    else expect(last(script)).toMatch(expected);
  });
});
