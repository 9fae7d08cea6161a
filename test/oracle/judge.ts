import { createHash } from 'node:crypto';
import {
  type PlainState,
  stateOfFile,
  stateOfLog,
  withoutClientUrls,
} from '../snapshot/compare.ts';
import type { Everything } from '../snapshot/file.ts';
import { differences } from './differences.ts';
import type { OracleLoad } from './load.ts';
import type { MemberModel, Row } from './member-model.ts';
import type { Tally } from './tally.ts';

/** What can be known of a member: its state, and what each entry wrote as far as no compaction has taken it. */
export interface Contents {
  readonly state: PlainState;
  /** Rows of the bucket `key` behind the compacted revision, in their order. */
  readonly rows: readonly unknown[];
}

/** What the model says that the member holds. */
export function contentsOfModel(model: MemberModel, version: string): Contents {
  const state = asFarAsStored(version, stateOfLog(model.state));
  return { state, rows: model.liveRows().map(plain) };
}

/** What the member's database holds, with the unknown where the log can't tell it. */
export function contentsOfFile(file: Everything, ours: Contents, version: string): Contents {
  const state = withUnknownHashes(asFarAsStored(version, stateOfFile(file)), ours.state);
  const rows = file.rows.filter(({ revision }) => revision > state.compactRevision);
  return { state, rows: rows.map(plain) };
}

/** What a member's database and its model differ in, field by field and row by row, both sides shown. */
export function judge(model: MemberModel, file: Everything, version: string): string[] {
  const ours = contentsOfModel(model, version);
  const etcd = contentsOfFile(file, ours, version);
  const found = differences(etcd.state, ours.state);
  if (etcd.state.compactRevision !== ours.state.compactRevision) return found;
  return [...found, ...rowDifferences(etcd.rows, ours.rows)];
}

/** Without what a release keeps out of its buckets. */
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
function rowDifferences(etcd: readonly unknown[], ours: readonly unknown[]): string[] {
  const length = Math.max(etcd.length, ours.length);
  for (let i = 0; i < length; i += 1) {
    const found = differences(etcd[i], ours[i]);
    if (found.length > 0) return found.map(text => `row ${i + 1} of ${length}: ${text}`);
  }
  return [];
}

function plain(row: Row): unknown {
  if (row.record === undefined) return row;
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
