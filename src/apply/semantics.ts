import type { Reading, Semantics, SourceProfile } from './types.ts';

/** First patch of each line that has a behaviour; undefined = the whole line lacks it, 0 = all of it has it. */
type Since = Readonly<Record<'3.4' | '3.5' | '3.6' | '3.7', number | undefined>>;

const never = undefined;

/** The switches, read from etcd's releases. */
const SINCE = {
  topLevelRangesKept: { '3.4': never, '3.5': never, '3.6': never, '3.7': 0 },
  alarmKeepsAuth: { '3.4': never, '3.5': never, '3.6': 0, '3.7': 0 },
  nestedTxnAuth: { '3.4': 42, '3.5': 28, '3.6': 9, '3.7': 0 },
  putInTxnAuth: { '3.4': 44, '3.5': 30, '3.6': 11, '3.7': 0 },
  adminLeaseShortcut: { '3.4': 27, '3.5': 10, '3.6': 0, '3.7': 0 },
  permissionsSortedByEnd: { '3.4': never, '3.5': never, '3.6': never, '3.7': 0 },
  invalidPermissionRefused: { '3.4': 25, '3.5': 8, '3.6': 0, '3.7': 0 },
  nospaceCountsNestedPuts: { '3.4': never, '3.5': 33, '3.6': 14, '3.7': 1 },
  noneAlarmIgnored: { '3.4': never, '3.5': 0, '3.6': 0, '3.7': 0 },
  updateNodeKeepsLearner: { '3.4': never, '3.5': 31, '3.6': 12, '3.7': 0 },
  authStatusForAll: { '3.4': never, '3.5': never, '3.6': never, '3.7': 0 },
  sortsAsGo120: { '3.4': 27, '3.5': 10, '3.6': 0, '3.7': 0 },
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
    permissionsSortedByEnd: has('permissionsSortedByEnd'),
    invalidPermissionRefused: has('invalidPermissionRefused'),
    nospaceCountsNestedPuts: has('nospaceCountsNestedPuts'),
    storesNoneAlarm: !has('noneAlarmIgnored'),
    updateNodeKeepsLearner: has('updateNodeKeepsLearner'),
    maxLearners: DEFAULT_MAX_LEARNERS,
    authStatusNeedsAdmin: !has('authStatusForAll'),
    sortsAsGo119: !has('sortsAsGo120'),
    plaintextPasswords: !has('hashedPasswords'),
    v2Requests: !has('v2RequestsGone'),
  };
}

/** Line and patch level; a line before 3.4 counts as 3.4.0, one after 3.7 as its newest patch. */
function parseVersion(version: string): { line: keyof Since; patch: number } {
  const [major = 0, minor = 0, patch = 0] = numbersOf(version);
  if (major < 3 || (major === 3 && minor < 4)) return { line: '3.4', patch: 0 };
  if (major > 3 || minor > 7) return { line: '3.7', patch: Number.MAX_SAFE_INTEGER };
  return { line: `3.${minor}` as keyof Since, patch };
}

/**
 * The possible readings of an entry, given what the members run. First comes the one to take: the version
 * that most members run (the newest of those), a member that saw the alarms being raised, and did
 * not propose the entry. With a single voter the proposer is the only member, so its reading comes
 * first there; the other one shows after a crash, when the log is applied again without a waiting client.
 *
 * @param versions etcdserver version of each voter that answered; with none, every line is possible
 * @param voters voting members of the source
 * @param minLeaseTtl seconds; see SourceProfile
 * @param maxLearners the source's --max-learners, which 3.6 and later have
 */
export function sourceProfile(
  versions: readonly string[],
  voters: number,
  minLeaseTtl: number,
  maxLearners = DEFAULT_MAX_LEARNERS,
): SourceProfile {
  const known = versions.length === 0 ? ANY_LINE : byWeight(versions);
  const readings = known.flatMap(version => readingsOf(version, voters, maxLearners));
  return { readings, minLeaseTtl };
}

/** With no version known, each line may be the one. */
const ANY_LINE = ['3.6.14', '3.7.1', '3.5.33', '3.4.45'];
const DEFAULT_MAX_LEARNERS = 1;

function readingsOf(version: string, voters: number, maxLearners: number): Reading[] {
  const semantics = { ...semanticsOf(version), maxLearners: learnerLimit(version, maxLearners) };
  let readings: Reading[] = [{ name: version, semantics }];
  if (semantics.stripTopLevelRanges) {
    const pair: Reading[] = [
      { name: `${version} as a follower`, semantics },
      {
        name: `${version} as the proposer`,
        semantics: { ...semantics, stripTopLevelRanges: false },
      },
    ];
    readings = voters === 1 ? pair.reverse() : pair;
  }
  // Up to 3.5 a distribution may have built it with a Go of before or after; the version does not tell.
  if (isBefore36(version)) {
    const { sortsAsGo119 } = semantics;
    readings.push({
      name: `${version} built with another Go`,
      semantics: { ...semantics, sortsAsGo119: !sortsAsGo119 },
    });
  }
  if (!semantics.alarmDropsAuth) return readings;
  // A member restarted under an alarm puts the alarm's applier around the others.
  const restarted = readings.map(reading => ({
    name: `${reading.name}, restarted under the alarm`,
    semantics: { ...reading.semantics, alarmDropsAuth: false },
  }));
  return [...readings, ...restarted];
}

function learnerLimit(version: string, configured: number): number {
  return isBefore36(version) ? DEFAULT_MAX_LEARNERS : configured;
}

/** The lines 3.4 and 3.5. */
function isBefore36(version: string): boolean {
  const { line } = parseVersion(version);
  return line === '3.4' || line === '3.5';
}

/** Distinct versions, those of most members first, newer before older. */
function byWeight(versions: readonly string[]): string[] {
  const weight = new Map<string, number>();
  for (const version of versions) weight.set(version, (weight.get(version) ?? 0) + 1);
  return [...weight]
    .sort(([a, m], [b, n]) => n - m || compareVersions(b, a))
    .map(([version]) => version);
}

function compareVersions(a: string, b: string): number {
  const [x, y] = [numbersOf(a), numbersOf(b)];
  for (let i = 0; i < 3; i += 1) {
    const difference = (x[i] ?? 0) - (y[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(version: string): number[] {
  return version.split(/[.+-]/).map(part => Number.parseInt(part, 10));
}
