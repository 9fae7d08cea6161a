import type { RepairAnswer } from '../replicator/repair-route.ts';
import type { CheckReport } from '../verify/check.ts';
import { REPAIR_ACTIONS, type RepairStep } from '../verify/repair-plan.ts';
import type { Difference } from '../verify/types.ts';
import { escaped } from './snapshot-report.ts';

const EQUAL = 0;
const DIFFERENT = 1;
const UNKNOWN = 3;

/** What --repair would do, or did. */
export interface RepairOutcome {
  readonly found: CheckReport;
  readonly plan: readonly RepairStep[];
  /** undefined = nothing was done. */
  readonly done: RepairAnswer | undefined;
}

/** 3 when all that differs may be on its way still. */
export function exitCodeOf({ total, unsettled }: CheckReport): number {
  if (total > 0) return DIFFERENT;
  return unsettled > 0 ? UNKNOWN : EQUAL;
}

/** The report for machines: IDs are hex strings, bytes are escaped, revisions are strings. */
export function checkJson(report: CheckReport, limit: number, repair?: RepairOutcome): string {
  const { clusterId, pairs, sourceRevision, first, firstUnsettled, total, counts } = report;
  const { keys, values, leases, users, roles, foreignKeys, foreignLeases } = report;
  const object = {
    result: ['equal', 'different', '', 'unknown'][exitCodeOf(report)],
    cluster_id: clusterId.toString(16),
    pairs: pairs.map(pair => ({
      index: String(pair.index),
      source_revision: String(pair.sourceRevision),
      destination_revision: String(pair.destinationRevision),
    })),
    source_revision: String(sourceRevision),
    compared: { keys, values, leases, users, roles, logins: report.logins },
    foreign: { keys: foreignKeys, leases: foreignLeases },
    unknown_keys: report.unknownKeys,
    differences: total,
    by_kind: counts,
    first: first.slice(0, limit).map(shown),
    unsettled: report.unsettled,
    first_unsettled: firstUnsettled.slice(0, limit).map(shown),
    seconds: Number(report.seconds.toFixed(3)),
    ...(repair === undefined ? {} : { repair: repairObject(repair, limit) }),
  };
  return `${JSON.stringify(object, null, 2)}\n`;
}

function repairObject({ found, plan, done }: RepairOutcome, limit: number): unknown {
  return {
    found: found.total,
    found_by_kind: found.counts,
    planned: Object.fromEntries(plannedOf(plan)),
    first: plan
      .slice(0, limit)
      .map(({ action, subject }) => ({ action, subject: escaped(subject) })),
    ...(done === undefined ? {} : { done }),
  };
}

/** How often each action is in a plan. */
function plannedOf(plan: readonly RepairStep[]): [string, number][] {
  return REPAIR_ACTIONS.map((action): [string, number] => [
    action,
    plan.filter(step => step.action === action).length,
  ]).filter(([, count]) => count > 0);
}

function shown({ kind, subject, source, destination }: Difference): Record<string, string> {
  return {
    kind,
    subject: escaped(subject),
    source: escaped(source),
    destination: escaped(destination),
  };
}

/** The report for people: with a repair that was made, what was found, what was done, and how it is now. */
export function checkText(report: CheckReport, limit: number, repair?: RepairOutcome): string {
  const lines =
    repair?.done === undefined
      ? [...reportLines(report, limit), ...(repair === undefined ? [] : planLines(repair, limit))]
      : [
          ...reportLines(repair.found, limit),
          ...planLines(repair, limit),
          ...doneLines(repair.done),
          'Checked again:',
          ...reportLines(report, limit),
        ];
  return `${lines.join('\n')}\n`;
}

function planLines({ found, plan, done }: RepairOutcome, limit: number): string[] {
  if (found.total === 0) return ['There is nothing to repair.'];
  const lines = [
    `The plan: ${plannedOf(plan)
      .map(([action, count]) => `${count} ${action}`)
      .join(', ')}.`,
    ...plan.slice(0, limit).map(({ action, subject }) => `  ${action}  ${escaped(subject)}`),
  ];
  if (plan.length > limit) lines.push(`  and ${plan.length - limit} more (--limit)`);
  if (found.total > found.first.length) {
    lines.push(
      `This is for the first ${found.first.length} differences: run it again for the rest.`,
    );
  }
  if (done === undefined)
    lines.push('Nothing was written: with --yes the running replicator does it.');
  return lines;
}

function doneLines(done: RepairAnswer): string[] {
  const { puts, deletes, leases_granted, leases_renewed, leases_revoked, auth, right, kept } = done;
  const lines = [
    `Repaired: ${puts} puts, ${deletes} deletes, leases: ${leases_granted} granted, ${leases_renewed} renewed, ${leases_revoked} revoked; ${auth} changes of users and roles.`,
  ];
  if (right > 0) lines.push(`${right} were right by then.`);
  if (kept > 0) lines.push(`${kept} are not ours to change and were kept.`);
  return lines;
}

function reportLines(report: CheckReport, limit: number): string[] {
  const { keys, values, leases, users, roles, seconds, total, unsettled } = report;
  const { foreignKeys, foreignLeases } = report;
  const lines = [
    ...pairLines(report),
    `Compared ${keys} keys, ${values} values, ${leases} leases, ${users} users and ${roles} roles in ${seconds.toFixed(1)} s.`,
  ];
  if (report.logins > 0) lines.push(`${report.logins} users logged in at the source.`);
  if (foreignKeys + foreignLeases > 0) {
    lines.push(
      `Only the destination has ${foreignKeys} keys and ${foreignLeases} leases, which it may.`,
    );
  }
  if (report.unknownKeys > 0) {
    lines.push(
      `${report.unknownKeys} more keys changed between that revision and the snapshot's: of these nothing can be told.`,
    );
  }
  if (total === 0 && unsettled === 0) lines.push('Nothing differs.');
  if (total > 0) {
    lines.push(`${total} differences: ${kindsText(report)}.`);
    lines.push(...differenceLines(report.first.slice(0, limit), total));
  }
  if (unsettled > 0) {
    lines.push(
      `${unsettled} more may be on their way: the destination was not seen to catch up with the source.`,
      ...differenceLines(report.firstUnsettled.slice(0, limit), unsettled),
    );
  }
  return lines;
}

function pairLines({ pairs, sourceRevision }: CheckReport): string[] {
  const lines = pairs.map(
    (pair, i) =>
      `${i === 0 ? 'Source' : 'After a compaction: source'} revision ${pair.sourceRevision} (entry ${pair.index}), destination revision ${pair.destinationRevision}.`,
  );
  const ahead = sourceRevision - (pairs.at(-1)?.sourceRevision ?? 0);
  if (ahead > 0) lines.push(`The source, or its snapshot, is ${ahead} revisions beyond that.`);
  return lines;
}

function kindsText({ counts }: CheckReport): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');
}

function differenceLines(first: readonly Difference[], total: number): string[] {
  const lines = first.map(difference => {
    const { kind, subject, source, destination } = shown(difference);
    return `  ${kind}  ${subject}  source: ${source}; destination: ${destination}`;
  });
  if (total > first.length) lines.push(`  and ${total - first.length} more (--limit)`);
  return lines;
}
