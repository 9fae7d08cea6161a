import type { Applied, Change } from '../../apply/types.ts';
import type { Position } from '../../state/types.ts';
import type { Effect, EntryEffects } from '../types.ts';
import type { KeyFilter } from './filter.ts';

/**
 * What has to happen at the destination for an entry. Changes of the key space go through the filter;
 * leases are all granted there, whatever the filter says: a key may be bound to any of them later.
 */
export function effectsOf(
  position: Position,
  applied: Applied,
  revision: number,
  filter: KeyFilter,
): EntryEffects {
  const effects: Effect[] = [];
  for (const change of applied.changes) {
    const effect = effectOf(change, filter);
    if (effect !== undefined) effects.push(effect);
  }
  const entry = { position, revision, effects };
  return applied.range === undefined || !filter.isIdentity
    ? entry
    : { ...entry, range: applied.range };
}

function effectOf(change: Change, filter: KeyFilter): Effect | undefined {
  switch (change.kind) {
    case 'put': {
      const key = filter.map(change.key);
      if (key === undefined) return undefined;
      return { kind: 'put', key, value: change.record.value, lease: change.record.lease };
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
      return { kind: 'auth', mutation: change.mutation };
    case 'revision':
    case 'lease-checkpoint':
    case 'alarms':
    case 'membership':
      return undefined;
  }
}
