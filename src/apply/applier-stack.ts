import type { Request } from '../wire/types.ts';
import { AlarmType, applyAlarm, isRaised } from './alarm.ts';
import type { Caller } from './auth/permissions.ts';
import { checkAdminRequest, checkRequest, needsAdmin } from './auth/request-checks.ts';
import { applyAuth } from './auth/store.ts';
import { applyCompaction } from './compaction.ts';
import { applyDeleteRange, applyPut, applyTxn, costsQuota, withoutTopLevelRanges } from './kv.ts';
import { applyLeaseCheckpoint, applyLeaseGrant, applyLeaseRevoke } from './lease.ts';
import { applyClusterVersion, applyMemberAttributes } from './membership.ts';
import { requestRange } from './ranges.ts';
import { Refusal } from './refusal.ts';
import type { Applied, Change, Semantics, StateReader } from './types.ts';

const APPLIED = { kind: 'applied' } as const;
const NO_CHANGES: readonly Change[] = [];

/** An entry that changes nothing by its nature. */
export const NOTHING: Applied = { outcome: { kind: 'none' }, changes: NO_CHANGES };

/** Changes as the result of an entry. */
export function applied(changes: readonly Change[]): Applied {
  return changes.length === 0 ? NOTHING : { outcome: APPLIED, changes };
}

/** Runs `act`; a Refusal that it throws becomes the result. */
export function attempt(act: () => Applied): Applied {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { outcome: { kind: 'refused', reason: error.message }, changes: NO_CHANGES };
  }
}

/**
 * Applies a v3 request as a member with these semantics does: ranges dropped, then the appliers from the
 * outside in: admin, corrupt, capped, auth, backend (etcdserver apply: uberApplier, authApplierV3,
 * applierV3Corrupt, applierV3Capped, applierV3backend). The quota applier changes no outcome.
 *
 * `minLeaseTtl` in seconds. Throws Refusal, SyncerError POISON_TXN.
 */
export function applyRequest(
  given: Request,
  caller: Caller,
  state: StateReader,
  semantics: Semantics,
  minLeaseTtl: number,
): Applied {
  const request =
    given.kind === 'txn' && semantics.stripTopLevelRanges ? withoutTopLevelRanges(given) : given;
  const { runtimeApplier } = state.alarms;
  const replaced = semantics.alarmDropsAuth;
  const authOn = state.auth.enabled && !(replaced && runtimeApplier !== 'normal');
  if (authOn && needsAdmin(request, semantics)) checkAdminRequest(caller, state);
  const corrupt = replaced
    ? runtimeApplier === 'corrupt'
    : isRaised(state.alarms, AlarmType.Corrupt);
  if (corrupt) refuseWhenCorrupt(request);
  const capped = replaced ? runtimeApplier === 'capped' : isRaised(state.alarms, AlarmType.NoSpace);
  if (capped) refuseWhenCapped(request, semantics);
  if (authOn) checkRequest(request, caller, state, semantics);
  return applyToBackend(request, state, semantics, minLeaseTtl);
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

function applyToBackend(
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
