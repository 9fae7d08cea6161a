import { createHash } from 'node:crypto';
import type { PlainState } from '../snapshot/compare.ts';
import { stateOfFile, stateOfLog, withoutClientUrls } from '../snapshot/compare.ts';
import type { Everything } from '../snapshot/file.ts';
import { differences } from './differences.ts';
import type { OracleLoad } from './load.ts';
import type { MemberModel, Row } from './member-model.ts';
import type { Tally } from './tally.ts';

/**
 * What a member's database and its model differ in, field by field, both sides shown: the state, and every
 * row behind the compacted revision, which is what each single entry wrote.
 */
export function judge(model: MemberModel, file: Everything, version: string): string[] {
  const ours = asFarAsStored(version, stateOfLog(model.state));
  const etcd = withUnknownHashes(asFarAsStored(version, stateOfFile(file)), ours);
  const found = differences(etcd, ours);
  if (etcd.compactRevision !== ours.compactRevision) return found;
  const rows = file.rows.filter(({ revision }) => revision > etcd.compactRevision);
  return [...found, ...rowDifferences(rows, model.liveRows())];
}

/** Without what a release keeps out of its log, or out of its buckets. */
function asFarAsStored(version: string, state: PlainState): PlainState {
  // This patch keeps published members in its old store only.
  return version === '3.5.16' ? withoutClientUrls(state) : state;
}

/** Where the log does not tell a hash, the member must have one all the same: that of some password. */
function withUnknownHashes(etcd: PlainState, ours: PlainState): PlainState {
  const users = [...etcd.auth.users].map(([name, user]) => {
    const isUnknown = ours.auth.users.get(name)?.password === 'unknown';
    const isHash = user.password !== 'unknown' && user.password.length === BCRYPT_BYTES;
    return [name, isUnknown && isHash ? { ...user, password: 'unknown' as const } : user] as const;
  });
  return { ...etcd, auth: { ...etcd.auth, users: new Map(users) } };
}

const BCRYPT_BYTES = 60;

/** The first row that differs, with its place; the ones behind it would all be shifted. */
function rowDifferences(etcd: readonly Row[], ours: readonly Row[]): string[] {
  const length = Math.max(etcd.length, ours.length);
  for (let i = 0; i < length; i += 1) {
    const found = differences(plain(etcd[i]), plain(ours[i]));
    if (found.length > 0) return found.map(text => `row ${i + 1} of ${length}: ${text}`);
  }
  return [];
}

function plain(row: Row | undefined): unknown {
  if (row?.record === undefined) return row;
  const { value } = row.record;
  const digest = createHash('sha256').update(value).digest('hex').slice(0, 12);
  return { ...row, record: { ...row.record, value: `${value.length} bytes, ${digest}` } };
}

/** Kinds of which there are entries that no client asked for, or whose refusal changes nothing and is not modelled. */
const NOT_COUNTED = new Set(['lease-revoke', 'user-get', 'role-get', 'authenticate']);

/**
 * As many requests of each kind must have succeeded as we say did: a refusal that we take for a success
 * without effect would not show in any database.
 */
export function countDifferences(load: OracleLoad, outcomes: Tally): string[] {
  if (load.unanswered > 0) return [];
  return load.answers.kinds
    .filter(kind => outcomes.of(kind).size > 0 && !NOT_COUNTED.has(kind))
    .flatMap(kind => {
      const ok = load.answers.count(kind, 'ok');
      const ours = outcomes.count(kind, 'applied') + outcomes.count(kind, 'none');
      return ok === ours ? [] : [`${kind}: etcd said ok ${ok} times, we say ${ours}`];
    });
}
