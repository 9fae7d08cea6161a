import type { ByteString } from '../wire/bytes.ts';
import type { Permission } from '../wire/types.ts';
import type { Applied, AuthMutation, Change, Outcome, User } from './types.ts';

const PERMISSION_NAMES = ['read', 'write', 'readwrite'];
const ALARM_NAMES = ['none', 'nospace', 'corrupt'];

/**
 * One line for what an entry did: outcome, then the changes in order. Values appear by their length,
 * passwords by whether there is one.
 */
export function describeApplied({ outcome, changes }: Applied): string {
  return [describeOutcome(outcome), ...changes.map(describeChange)].join('; ');
}

function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'applied':
    case 'none':
      return outcome.kind;
    case 'refused':
      return `refused: ${outcome.reason}`;
    case 'ambiguous':
      return `ambiguous: as ${outcome.taken}, unlike ${outcome.readings.join(' and ')}`;
  }
}

/** One change, without secrets. */
export function describeChange(change: Change): string {
  switch (change.kind) {
    case 'put': {
      const { createRevision, modRevision, version, lease, value } = change.record;
      const bound = lease === 0n ? '' : ` lease=${hex(lease)}`;
      return `put ${quote(change.key)} create=${createRevision} mod=${modRevision} version=${version}${bound} (${value.length} bytes)${unbound(change)}`;
    }
    case 'delete':
      return `delete ${quote(change.key)}${unbound(change)}`;
    case 'revision':
    case 'compact':
      return `${change.kind} ${change.revision}`;
    case 'lease-grant':
      return `lease-grant ${hex(change.id)} ttl=${change.ttl}`;
    case 'lease-revoke':
      return `lease-revoke ${hex(change.id)}`;
    case 'lease-checkpoint':
      return `lease-checkpoint ${hex(change.id)} remaining=${change.remainingTtl}`;
    case 'auth':
      return `${describeMutation(change.mutation)} auth-revision=${change.auth.revision}`;
    case 'alarms': {
      const { alarms, runtimeApplier } = change.alarms;
      const list = alarms.map(
        ({ memberId, type }) => `${hex(memberId)}:${ALARM_NAMES[type] ?? type}`,
      );
      return `alarms [${list.join(' ')}] applier=${runtimeApplier}`;
    }
    case 'membership': {
      const { members, removed, clusterVersion } = change.membership;
      const list = [...members.values()].map(
        ({ id, name, peerUrls, isLearner }) =>
          `${hex(id)}=${name}@${peerUrls.join(',')}${isLearner ? ' (learner)' : ''}`,
      );
      return `members [${list.join(' ')}] removed [${[...removed].map(hex).join(' ')}] version=${clusterVersion}`;
    }
  }
}

function unbound({ previousLease }: { readonly previousLease: bigint }): string {
  return previousLease === 0n ? '' : ` was bound to ${hex(previousLease)}`;
}

function describeMutation(mutation: AuthMutation): string {
  switch (mutation.kind) {
    case 'enable':
    case 'disable':
      return `auth-${mutation.kind}`;
    case 'user-add':
    case 'user-change-password':
      return `${mutation.kind} ${quote(mutation.user.name)} password=${describePassword(mutation.user)}`;
    case 'user-delete':
    case 'role-add':
    case 'role-delete':
      return `${mutation.kind} ${quote(mutation.name)}`;
    case 'user-grant-role':
    case 'user-revoke-role':
      return `${mutation.kind} ${quote(mutation.user)} ${quote(mutation.role)}`;
    case 'role-grant-permission':
      return `${mutation.kind} ${quote(mutation.name)} ${describePermission(mutation.permission)}`;
    case 'role-revoke-permission':
      return `${mutation.kind} ${quote(mutation.name)} ${keys(mutation.key, mutation.rangeEnd)}`;
  }
}

function describePassword({ password }: User): string {
  if (password === 'unknown') return 'unknown';
  return password.length === 0 ? 'none' : 'set';
}

/** One permission: its kind and its keys. */
export function describePermission({ permType, key, rangeEnd }: Permission): string {
  return `${PERMISSION_NAMES[permType] ?? permType} ${keys(key, rangeEnd)}`;
}

function keys(key: ByteString, rangeEnd: ByteString): string {
  return rangeEnd === '' ? quote(key) : `[${quote(key)}, ${quote(rangeEnd)})`;
}

/** Printable ASCII as it is, other bytes as \xNN. */
function quote(text: ByteString): string {
  const escaped = text.replaceAll(/[^\x20-\x7e]|["\\]/g, char => {
    return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `"${escaped}"`;
}

function hex(id: bigint): string {
  return BigInt.asUintN(64, id).toString(16);
}
