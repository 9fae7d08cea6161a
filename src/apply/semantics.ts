import type { Semantics, SourceProfile } from './types.ts';

/** First patch of each line that has a behaviour; undefined = the whole line lacks it, 0 = all of it has it. */
type Since = Readonly<Record<'3.4' | '3.5' | '3.6' | '3.7', number | undefined>>;

const never = undefined;

/** The patch-level switches of apply-semantics section 17, read from etcd's releases. */
const SINCE = {
  topLevelRangesKept: { '3.4': never, '3.5': never, '3.6': never, '3.7': 0 },
  alarmKeepsAuth: { '3.4': never, '3.5': never, '3.6': 0, '3.7': 0 },
  nestedTxnAuth: { '3.4': 42, '3.5': 28, '3.6': 9, '3.7': 0 },
  putInTxnAuth: { '3.4': 44, '3.5': 30, '3.6': 11, '3.7': 0 },
  adminLeaseShortcut: { '3.4': 27, '3.5': 10, '3.6': 0, '3.7': 0 },
  invalidPermissionRefused: { '3.4': 25, '3.5': 8, '3.6': 0, '3.7': 0 },
  nospaceCountsNestedPuts: { '3.4': never, '3.5': 33, '3.6': 14, '3.7': 1 },
  noneAlarmIgnored: { '3.4': never, '3.5': 0, '3.6': 0, '3.7': 0 },
  updateNodeKeepsLearner: { '3.4': never, '3.5': 31, '3.6': 12, '3.7': 0 },
  authStatusForAll: { '3.4': never, '3.5': never, '3.6': never, '3.7': 0 },
  hashedPasswords: { '3.4': never, '3.5': 0, '3.6': 0, '3.7': 0 },
  v2RequestsGone: { '3.4': never, '3.5': never, '3.6': never, '3.7': 0 },
} as const satisfies Readonly<Record<string, Since>>;

/** How a member of this version applies entries. Lines after 3.7 are taken for the newest known one. */
export function semanticsOf(version: string): Semantics {
  const { line, patch } = parseVersion(version);
  const has = (name: keyof typeof SINCE): boolean => {
    const since = SINCE[name][line];
    return since !== undefined && patch >= since;
  };
  return {
    stripTopLevelRanges: !has('topLevelRangesKept'),
    alarmDropsAuth: !has('alarmKeepsAuth'),
    nestedTxnAuth: has('nestedTxnAuth'),
    putInTxnAuth: has('putInTxnAuth'),
    adminLeaseShortcut: has('adminLeaseShortcut'),
    invalidPermissionRefused: has('invalidPermissionRefused'),
    nospaceCountsNestedPuts: has('nospaceCountsNestedPuts'),
    storesNoneAlarm: !has('noneAlarmIgnored'),
    updateNodeKeepsLearner: has('updateNodeKeepsLearner'),
    authStatusNeedsAdmin: !has('authStatusForAll'),
    plaintextPasswords: !has('hashedPasswords'),
    v2Requests: !has('v2RequestsGone'),
  };
}

function parseVersion(version: string): { line: keyof Since; patch: number } {
  const [major = 0, minor = 0, patch = 0] = version
    .split(/[.-]/)
    .map(part => Number.parseInt(part, 10));
  if (major === 3 && minor <= 4) return { line: '3.4', patch: minor < 4 ? 0 : patch };
  if (major === 3 && minor === 5) return { line: '3.5', patch };
  if (major === 3 && minor === 6) return { line: '3.6', patch };
  if (major === 3 && minor === 7) return { line: '3.7', patch };
  return { line: '3.7', patch: Number.MAX_SAFE_INTEGER };
}

/**
 * The possible readings of an entry, given what the members run. First comes the one to take: that of a
 * member which did not propose the entry, of the newest version. On a single-voter source the
 * proposer is the only member, so its reading (ranges kept) comes first there.
 *
 * @param versions etcdserver versions of the voters that answered
 */
export function sourceProfile(
  versions: readonly string[],
  voters: number,
  minLeaseTtl: number,
): SourceProfile {
  const distinct = [...new Set(versions)].sort(newestFirst);
  const readings: { name: string; semantics: Semantics }[] = [];
  for (const version of distinct.length === 0 ? ['3.7.0'] : distinct) {
    const semantics = semanticsOf(version);
    const pair = [
      { name: `${version} as a follower`, semantics },
      {
        name: `${version} as the proposer`,
        semantics: { ...semantics, stripTopLevelRanges: false },
      },
    ];
    if (!semantics.stripTopLevelRanges) readings.push({ name: version, semantics });
    else readings.push(...(voters === 1 ? pair.reverse() : pair));
  }
  return { readings: readings as SourceProfile['readings'], minLeaseTtl };
}

function newestFirst(a: string, b: string): number {
  const [x, y] = [a, b].map(version =>
    version.split(/[.-]/).map(part => Number.parseInt(part, 10)),
  );
  for (let i = 0; i < 3; i += 1) {
    const difference = (y?.[i] ?? 0) - (x?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
