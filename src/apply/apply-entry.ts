import { SyncerError } from '../ops/errors.ts';
import { WireError } from '../wire/cursor.ts';
import { decodePayload } from '../wire/internal-raft-request.ts';
import { type Entry, EntryType, type Payload } from '../wire/types.ts';
import { applied, applyRequest, attempt, NOTHING } from './applier-stack.ts';
import { applyConfChange, applyV2 } from './membership.ts';
import { CONF_CHANGE_SWITCHES, evaluateReadings, relevantSwitches } from './readings.ts';
import type { Applied, SourceProfile, StateReader } from './types.ts';

/**
 * Decides what a committed entry did at the source, from the state before it (EtcdServer.apply). Pure: the
 * caller moves the state by the changes.
 *
 * Errors: SyncerError SOURCE_ENTRY_UNKNOWN for an entry that no member survives either, POISON_TXN
 * likewise.
 */
export function applyEntry(entry: Entry, state: StateReader, profile: SourceProfile): Applied {
  try {
    switch (entry.type) {
      case EntryType.Normal:
        return applyPayload(decodePayload(entry.data, optionsOf(profile)), state, profile);
      case EntryType.ConfChange:
        return evaluateReadings(profile.readings, CONF_CHANGE_SWITCHES, semantics =>
          attempt(() => applied(applyConfChange(entry.data, state.membership, semantics))),
        );
      default:
        // etcd never proposes joint consensus, and panics on its entries.
        throw new WireError(`entry type ${entry.type}`, 0);
    }
  } catch (error) {
    throw describedFor(entry, error);
  }
}

/**
 * Decides what the decoded data of a normal entry did. Errors: SyncerError POISON_TXN.
 */
export function applyPayload(
  payload: Payload,
  state: StateReader,
  profile: SourceProfile,
): Applied {
  if (payload.kind === 'empty') return NOTHING;
  if (payload.kind === 'v2') {
    return applied(applyV2(payload.method, payload.path, payload.value, state.membership));
  }
  const { request, header } = payload;
  const { readings, minLeaseTtl } = profile;
  return evaluateReadings(readings, relevantSwitches(request, state), semantics =>
    attempt(() => applyRequest(request, header, state, semantics, minLeaseTtl)),
  );
}

/** While any member may still be of a line that decodes v2 requests, there may be some. */
function optionsOf({ readings }: SourceProfile): { readonly v2Requests: boolean } {
  return { v2Requests: readings.some(({ semantics }) => semantics.v2Requests) };
}

function describedFor({ index, term }: Entry, error: unknown): unknown {
  if (error instanceof WireError) {
    const message = `entry ${index} is nothing that a member could apply: ${error.message}`;
    return new SyncerError('SOURCE_ENTRY_UNKNOWN', message, { index, term }, { cause: error });
  }
  if (error instanceof SyncerError && error.code === 'POISON_TXN') {
    const message = `entry ${index}: ${error.message}`;
    return new SyncerError('POISON_TXN', message, { index, term }, { cause: error });
  }
  return error;
}
