import type { ByteString } from '../wire/bytes.ts';
import type { Difference, DifferenceKind } from './types.ts';

/** What is done about a difference. */
export const REPAIR_ACTIONS = [
  'put',
  'delete',
  'grant lease',
  'renew lease',
  'revoke lease',
  'change user',
  'delete user',
  'change role',
  'delete role',
] as const;
export type RepairAction = (typeof REPAIR_ACTIONS)[number];

/** undefined = a repair of the destination does not mend it. */
const ACTION_OF: Readonly<Record<DifferenceKind, RepairAction | undefined>> = {
  'key-missing': 'put',
  'key-extra': 'delete',
  value: 'put',
  binding: 'put',
  'lease-missing': 'grant lease',
  'lease-extra': 'revoke lease',
  'lease-ttl': 'renew lease',
  'user-missing': 'change user',
  'user-extra': 'delete user',
  'user-role': 'change user',
  'role-missing': 'change role',
  'role-extra': 'delete role',
  permission: 'change role',
  // The user is given the source's password again.
  login: 'change user',
};

/** One thing to be put right. */
export interface RepairStep {
  readonly action: RepairAction;
  /** A key of the destination, a lease's ID in hex, or the name of a user or role. */
  readonly subject: ByteString;
}

/** What is to be done about differences, each thing once, leases that keys need first. Pure. */
export function planRepair(found: readonly Difference[]): readonly RepairStep[] {
  const steps = new Map<string, RepairStep>();
  for (const { kind, subject } of found) {
    const action = ACTION_OF[kind];
    if (action !== undefined) steps.set(`${action} ${subject}`, { action, subject });
  }
  return [...steps.values()].sort((a, b) => orderOf(a) - orderOf(b));
}

/** A part of a plan as it is sent to the writer. */
export interface RepairChunk {
  readonly keys: readonly ByteString[];
  readonly leases: readonly ByteString[];
  readonly users: readonly ByteString[];
  readonly roles: readonly ByteString[];
}

/** Cuts a plan into parts of bounded size, in its order. Pure. */
export function* chunksOf(
  steps: readonly RepairStep[],
  maxSteps: number,
  maxBytes: number,
): Generator<RepairChunk> {
  let part: RepairStep[] = [];
  let bytes = 0;
  for (const step of steps) {
    const isFull = part.length >= maxSteps || bytes + step.subject.length > maxBytes;
    if (part.length > 0 && isFull) {
      yield chunkOf(part);
      part = [];
      bytes = 0;
    }
    part.push(step);
    bytes += step.subject.length;
  }
  if (part.length > 0) yield chunkOf(part);
}

function chunkOf(steps: readonly RepairStep[]): RepairChunk {
  const of = (pattern: RegExp): ByteString[] =>
    steps.filter(({ action }) => pattern.test(action)).map(({ subject }) => subject);
  return {
    keys: of(/^(put|delete)$/),
    leases: of(/ lease$/),
    users: of(/ user$/),
    roles: of(/ role$/),
  };
}

/** Leases that are to be there, keys, leases that are to go, roles and then users, which need them. */
function orderOf({ action }: RepairStep): number {
  if (action === 'grant lease' || action === 'renew lease') return 0;
  if (action === 'put' || action === 'delete') return 1;
  if (action === 'revoke lease') return 2;
  if (action === 'change role') return 3;
  return action === 'change user' ? 4 : 5;
}
