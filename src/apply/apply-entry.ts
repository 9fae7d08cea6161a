import { SyncerError } from '../ops/errors.ts';
import { WireError } from '../wire/cursor.ts';
import { decodePayload } from '../wire/internal-raft-request.ts';
import { type Entry, EntryType, type Payload, type Request } from '../wire/types.ts';
import { AlarmType, applyAlarm, isRaised } from './alarm.ts';
import type { Caller } from './auth/permissions.ts';
import { checkAdminRequest, checkRequest, needsAdmin } from './auth/request-checks.ts';
import { applyAuth } from './auth/store.ts';
import { applyCompaction } from './compaction.ts';
import { applyDeleteRange, applyPut, applyTxn, costsQuota, withoutTopLevelRanges } from './kv.ts';
import { applyLeaseCheckpoint, applyLeaseGrant, applyLeaseRevoke } from './lease.ts';
import {
  applyClusterVersion,
  applyConfChange,
  applyMemberAttributes,
  applyV2,
} from './membership.ts';
import { requestRange } from './ranges.ts';
import { Refusal } from './refusal.ts';
import type { Applied, Change, Semantics, SourceProfile, StateReader } from './types.ts';

const NOTHING: Applied = { outcome: { kind: 'none' }, changes: [] };

/**
 * Decides what a committed entry did at the source, from the state before it. Pure: the caller moves the
 * state by the changes.
 *
 * Errors: SyncerError SOURCE_ENTRY_UNKNOWN for an entry that no member survives either, POISON_TXN
 * likewise.
 */
export function applyEntry(entry: Entry, state: StateReader, profile: SourceProfile): Applied {
  const semantics = profile.readings[0]?.semantics;
  if (semantics === undefined) throw new SyncerError('INTERNAL', 'no reading to apply entries by');
  try {
    if (entry.type === EntryType.ConfChange) {
      return applied(applyConfChange(entry.data, state.membership, semantics));
    }
    if (entry.type !== EntryType.Normal) {
      throw new SyncerError(
        'SOURCE_ENTRY_UNKNOWN',
        `entry ${entry.index} is of type ${entry.type}`,
      );
    }
    return applyPayload(decodePayload(entry.data, semantics), state, profile);
  } catch (error) {
    if (error instanceof WireError) {
      throw new SyncerError(
        'SOURCE_ENTRY_UNKNOWN',
        `entry ${entry.index} can't be decoded: ${error.message}`,
        { index: entry.index, term: entry.term },
        { cause: error },
      );
    }
    if (error instanceof SyncerError && error.code === 'POISON_TXN') {
      throw new SyncerError('POISON_TXN', `entry ${entry.index}: ${error.message}`, {
        index: entry.index,
      });
    }
    throw error;
  }
}

function applyPayload(payload: Payload, state: StateReader, profile: SourceProfile): Applied {
  if (payload.kind === 'empty') return NOTHING;
  if (payload.kind === 'v2') {
    return applied(applyV2(payload.method, payload.path, payload.value, state.membership));
  }
  const { request, header } = payload;
  const [first, ...others] = profile.readings;
  if (first === undefined) return NOTHING;
  const result = attempt(request, header, state, first.semantics, profile.minLeaseTtl);
  if (others.length === 0 || !dependsOnReading(request, state)) return result;
  return compareReadings(request, header, state, profile, result);
}

/** Whether any two readings could differ: transactions by their ranges, everything when auth or an alarm is on. */
function dependsOnReading(request: Request, state: StateReader): boolean {
  return request.kind === 'txn' || state.auth.enabled || state.alarms.alarms.length > 0;
}

function compareReadings(
  request: Request,
  caller: Caller,
  state: StateReader,
  profile: SourceProfile,
  taken: Applied,
): Applied {
  const shape = changesShape(taken);
  const differing = profile.readings.slice(1).filter(({ semantics }) => {
    const other = attempt(request, caller, state, semantics, profile.minLeaseTtl);
    return changesShape(other) !== shape;
  });
  if (differing.length === 0) return taken;
  return {
    ...taken,
    outcome: {
      kind: 'ambiguous',
      readings: differing.map(({ name }) => name),
      taken: profile.readings[0]?.name ?? '',
    },
  };
}

/** Two readings of one entry differ only in which changes happen, so kinds, keys and revisions tell. */
function changesShape({ changes }: Applied): string {
  return JSON.stringify(
    changes.map(change => {
      if (change.kind === 'put') return [change.kind, change.key, change.record.modRevision];
      if (change.kind === 'delete') return [change.kind, change.key];
      if (change.kind === 'revision' || change.kind === 'compact')
        return [change.kind, change.revision];
      if ('id' in change) return [change.kind, change.id.toString()];
      return [change.kind];
    }),
  );
}

function attempt(
  request: Request,
  caller: Caller,
  state: StateReader,
  semantics: Semantics,
  minLeaseTtl: number,
): Applied {
  try {
    return dispatch(request, caller, state, semantics, minLeaseTtl);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { outcome: { kind: 'refused', reason: error.message }, changes: [] };
  }
}

/** The applier stack from the outside in: admin, corrupt, capped, auth, backend (apply rules, section 3). */
function dispatch(
  given: Request,
  caller: Caller,
  state: StateReader,
  semantics: Semantics,
  minLeaseTtl: number,
): Applied {
  const request =
    given.kind === 'txn' && semantics.stripTopLevelRanges ? withoutTopLevelRanges(given) : given;
  const { runtimeApplier } = state.alarms;
  const bypassed = semantics.alarmDropsAuth && runtimeApplier !== 'normal';
  const authOn = state.auth.enabled && !bypassed;
  if (authOn && needsAdmin(request, semantics)) checkAdminRequest(caller, state);
  const corrupt = semantics.alarmDropsAuth
    ? runtimeApplier === 'corrupt'
    : isRaised(state.alarms, AlarmType.Corrupt);
  if (corrupt) refuseWhenCorrupt(request);
  const capped = semantics.alarmDropsAuth
    ? runtimeApplier === 'capped'
    : isRaised(state.alarms, AlarmType.NoSpace);
  if (capped) refuseWhenCapped(request, semantics);
  if (authOn) checkRequest(request, caller, state, semantics);
  return applyRequest(request, state, semantics, minLeaseTtl);
}

const REFUSED_WHEN_CORRUPT: ReadonlySet<Request['kind']> = new Set([
  'range',
  'put',
  'delete-range',
  'txn',
  'compaction',
  'lease-grant',
  'lease-revoke',
]);

function refuseWhenCorrupt(request: Request): void {
  if (REFUSED_WHEN_CORRUPT.has(request.kind)) throw new Refusal('corrupt cluster');
}

function refuseWhenCapped(request: Request, semantics: Semantics): void {
  const refused =
    request.kind === 'put' ||
    request.kind === 'lease-grant' ||
    (request.kind === 'txn' && costsQuota(request, semantics.nospaceCountsNestedPuts));
  if (refused) throw new Refusal('database space exceeded');
}

function applyRequest(
  request: Request,
  state: StateReader,
  semantics: Semantics,
  minLeaseTtl: number,
): Applied {
  switch (request.kind) {
    case 'put':
      return { outcome: APPLIED, changes: applyPut(request, state) };
    case 'delete-range': {
      const range = requestRange(request.key, request.rangeEnd);
      const result = applied(applyDeleteRange(request, state));
      return range === undefined || result.changes.length === 0 ? result : { ...result, range };
    }
    case 'txn':
      return applied(applyTxn(request, state));
    case 'compaction':
      return applied(applyCompaction(request.revision, state));
    case 'lease-grant':
      return applied(applyLeaseGrant(request, state, minLeaseTtl));
    case 'lease-revoke':
      return applied(applyLeaseRevoke(request.id, state));
    case 'lease-checkpoint':
      return applied(applyLeaseCheckpoint(request, state));
    case 'alarm':
      return applied(applyAlarm(request, state, semantics));
    case 'cluster-version-set':
      return applied(applyClusterVersion(request.version, state.membership));
    case 'cluster-member-attr-set': {
      const { memberId, name, clientUrls } = request;
      return applied(applyMemberAttributes(memberId, name, clientUrls, state.membership));
    }
    case 'range':
    case 'authenticate':
    case 'auth-status':
    case 'downgrade-info-set':
    case 'downgrade-version-test':
      return NOTHING;
    default:
      return applied(applyAuth(request, state.auth, semantics));
  }
}

const APPLIED = { kind: 'applied' } as const;

function applied(changes: Change[]): Applied {
  return changes.length === 0 ? NOTHING : { outcome: APPLIED, changes };
}
