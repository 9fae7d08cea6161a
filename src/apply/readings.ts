import { SyncerError } from '../ops/errors.ts';
import type { Request } from '../wire/types.ts';
import type { Alternative, Applied, Change, Reading, Semantics, StateReader } from './types.ts';

type Switch = keyof Semantics;

const NONE: readonly Switch[] = [];
const RANGES: readonly Switch[] = ['stripTopLevelRanges'];
const ACCESS: readonly Switch[] = ['permissionsSortedByEnd'];
const LEASE_RULE: readonly Switch[] = ['adminLeaseShortcut', 'permissionsSortedByEnd'];
const TXN_AUTH: readonly Switch[] = [
  'nestedTxnAuth',
  'putInTxnAuth',
  'adminLeaseShortcut',
  'permissionsSortedByEnd',
];

/**
 * The switches that can decide what this request does to this state. Empty for nearly every entry, which
 * is then evaluated once.
 */
export function relevantSwitches(request: Request, state: StateReader): readonly Switch[] {
  const own = switchesOf(request, state.auth.enabled);
  const { alarms, runtimeApplier } = state.alarms;
  if (alarms.length === 0 && runtimeApplier === 'normal') return own;
  return [...own, 'alarmDropsAuth', 'nospaceCountsNestedPuts'];
}

function switchesOf(request: Request, authOn: boolean): readonly Switch[] {
  switch (request.kind) {
    case 'put':
      if (!authOn) return NONE;
      return request.lease === 0n ? ACCESS : LEASE_RULE;
    case 'delete-range':
      return authOn ? ACCESS : NONE;
    case 'lease-revoke':
      return authOn ? LEASE_RULE : NONE;
    case 'txn': {
      const isRange = ({ kind }: { readonly kind: string }): boolean => kind === 'range';
      const ranges = request.success.some(isRange) || request.failure.some(isRange) ? RANGES : NONE;
      return authOn ? [...ranges, ...TXN_AUTH] : ranges;
    }
    case 'role-grant-permission':
      return ['invalidPermissionRefused', 'sortsAsGo119'];
    case 'user-add':
    case 'user-change-password':
      return ['plaintextPasswords'];
    case 'alarm':
      return ['storesNoneAlarm'];
    default:
      return NONE;
  }
}

/** The switches that conf changes depend on. */
export const CONF_CHANGE_SWITCHES: readonly Switch[] = ['updateNodeKeepsLearner', 'maxLearners'];

/**
 * Evaluates an entry by the first reading, and by the others as far as `switches` tell them apart from
 * those before. Equal changes make an ordinary result, different ones an ambiguous one with the first
 * reading's changes. Of readings that the switches don't tell apart the first one is named.
 */
export function evaluateReadings(
  readings: readonly Reading[],
  switches: readonly Switch[],
  evaluate: (semantics: Semantics) => Applied,
): Applied {
  const first = readings[0];
  if (first === undefined) throw new SyncerError('INTERNAL', 'no reading to apply entries by');
  const taken = evaluate(first.semantics);
  if (switches.length === 0 || readings.length === 1) return taken;
  const evaluated = new Set([signature(first, switches)]);
  const differing: string[] = [];
  const alternatives: Alternative[] = [];
  for (const reading of readings) {
    const key = signature(reading, switches);
    if (evaluated.has(key)) continue;
    evaluated.add(key);
    const other = survived(() => evaluate(reading.semantics));
    if (other !== undefined && sameChanges(taken.changes, other.changes)) continue;
    differing.push(reading.name);
    if (other !== undefined) alternatives.push({ reading: reading.name, applied: other });
  }
  if (differing.length === 0) return taken;
  const outcome = { kind: 'ambiguous', readings: differing, taken: first.name } as const;
  return {
    ...taken,
    outcome,
    alternatives: [{ reading: first.name, applied: taken }, ...alternatives],
  };
}

function signature({ semantics }: Reading, switches: readonly Switch[]): string {
  return switches.map(name => String(semantics[name])).join();
}

/** undefined: members that read it so crash, those that read it as the first one go on. */
function survived(evaluate: () => Applied): Applied | undefined {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof SyncerError && error.code === 'POISON_TXN') return undefined;
    throw error;
  }
}

/** Whether two lists of changes move the state the same way. */
export function sameChanges(a: readonly Change[], b: readonly Change[]): boolean {
  return deepEqual(a, b);
}

function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Map) {
    if (!(b instanceof Map) || a.size !== b.size) return false;
    return [...a].every(([key, value]) => b.has(key) && deepEqual(value, b.get(key)));
  }
  if (a instanceof Set) {
    return b instanceof Set && a.size === b.size && [...a].every(value => b.has(value));
  }
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every(key => Object.hasOwn(b, key) && deepEqual(field(a, key), field(b, key)));
}

function field(value: object, key: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[key];
}
