import type { Request } from '../wire/types.ts';
import type { Alarm, AlarmState, Change, Semantics, StateReader } from './types.ts';

export const AlarmType = { None: 0, NoSpace: 1, Corrupt: 2 } as const;
const ACTIVATE = 1;
const DEACTIVATE = 2;

/** Alarm entries (applierV3backend.Alarm, v3alarm). GET and unknown actions change nothing. */
export function applyAlarm(
  request: Extract<Request, { kind: 'alarm' }>,
  state: StateReader,
  semantics: Semantics,
): Change[] {
  const before = state.alarms;
  const alarm: Alarm = { memberId: request.memberId, type: request.alarm };
  if (request.action === ACTIVATE) {
    if (alarm.type === AlarmType.None && !semantics.storesNoneAlarm) return [];
    return changed(before, activate(before, alarm));
  }
  if (request.action === DEACTIVATE) return changed(before, deactivate(before, alarm));
  return [];
}

function activate(before: AlarmState, alarm: Alarm): AlarmState {
  if (before.alarms.some(held => sameAlarm(held, alarm))) return before;
  const first = !isRaised(before, alarm.type);
  let { runtimeApplier } = before;
  // Up to 3.5 the applier is replaced only when the first alarm of its type is raised.
  if (first && alarm.type === AlarmType.NoSpace) runtimeApplier = 'capped';
  if (first && alarm.type === AlarmType.Corrupt) runtimeApplier = 'corrupt';
  return { alarms: [...before.alarms, alarm], runtimeApplier };
}

function deactivate(before: AlarmState, alarm: Alarm): AlarmState {
  if (!before.alarms.some(held => sameAlarm(held, alarm))) return before;
  const alarms = before.alarms.filter(held => !sameAlarm(held, alarm));
  const cleared = !alarms.some(held => held.type === alarm.type);
  const switches = alarm.type === AlarmType.NoSpace || alarm.type === AlarmType.Corrupt;
  // Up to 3.5 the normal applier comes back even when the other alarm is still raised.
  return { alarms, runtimeApplier: cleared && switches ? 'normal' : before.runtimeApplier };
}

export function isRaised(state: AlarmState, type: number): boolean {
  return state.alarms.some(alarm => alarm.type === type);
}

function sameAlarm(a: Alarm, b: Alarm): boolean {
  return a.memberId === b.memberId && a.type === b.type;
}

function changed(before: AlarmState, after: AlarmState): Change[] {
  return after === before ? [] : [{ kind: 'alarms', alarms: after }];
}
