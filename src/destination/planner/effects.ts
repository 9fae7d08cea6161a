import type { Applied, Change, StateReader } from '../../apply/types.ts';
import type { Position } from '../../state/types.ts';
import type { Effect, EntryEffects } from '../types.ts';
import type { KeyFilter } from './filter.ts';

/**
 * What has to happen at the destination for an entry. Changes of the key space go through the filter;
 * leases are all granted there, whatever the filter says: a key may be bound to any of them later.
 *
 * @param state the source's before the entry: a key is bound there to a lease that it has, or to none, and no entry
 *   that puts keys grants or revokes a lease
 */
export function effectsOf(
  position: Position,
  applied: Applied,
  filter: KeyFilter,
  state: Pick<StateReader, 'getLease' | 'revision'>,
): EntryEffects {
  let { revision } = state;
  const effects: Effect[] = [];
  for (const change of applied.changes) {
    if (change.kind === 'revision') ({ revision } = change);
    const effect = effectOf(change, filter, state);
    if (effect !== undefined) effects.push(effect);
  }
  const entry = { position, revision, effects };
  return applied.range === undefined || !filter.isIdentity
    ? entry
    : { ...entry, range: applied.range };
}

function effectOf(
  change: Change,
  filter: KeyFilter,
  state: Pick<StateReader, 'getLease'>,
): Effect | undefined {
  switch (change.kind) {
    case 'put': {
      const key = filter.map(change.key);
      if (key === undefined) return undefined;
      const { value, lease } = change.record;
      // A record may name a lease that is gone: the destination would refuse it for ever.
      const isBound = lease !== 0n && state.getLease(lease) !== undefined;
      return { kind: 'put', key, value, lease: isBound ? lease : 0n };
    }
    case 'delete': {
      const key = filter.map(change.key);
      return key === undefined ? undefined : { kind: 'delete', key };
    }
    case 'lease-grant':
      return { kind: 'lease-grant', id: change.id, ttl: change.ttl };
    case 'lease-revoke':
      return { kind: 'lease-revoke', id: change.id };
    case 'compact':
      return { kind: 'compact', revision: change.revision };
    case 'auth':
      return { kind: 'auth', mutation: change.mutation, after: change.auth };
    case 'revision':
    case 'lease-checkpoint':
    case 'alarms':
    case 'membership':
      return undefined;
  }
}
