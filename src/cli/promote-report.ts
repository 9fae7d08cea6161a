import type { PromotionStatus, Remark } from '../promote/types.ts';

/** A promotion, or the verdict of a dry run, for people. */
export function promotionText(status: PromotionStatus): string {
  const { hindrances, warnings } = status;
  const rows: [string, string][] = [
    ['source', sourceText(status)],
    ['received', String(status.received)],
    ['committed', `${status.committed}, known from the source`],
    ['confirmed', `${status.confirmed}, at the destination (source revision ${status.revision})`],
    [
      'not applied',
      status.unapplied === 0 ? 'nothing' : `${status.unapplied} entries not known committed`,
    ],
    [
      'revisions',
      `the source gave out up to ${status.highest_revision}, the destination is at ${status.destination_revision}`,
    ],
    ...(status.seat === undefined ? [] : [['seat', status.seat] as [string, string]]),
    ...(status.leases === undefined
      ? []
      : [['leases', leasesText(status.leases)] as [string, string]]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    headline(status),
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    ...hindrances.map(remark => `  because: ${remarkText(remark)}`),
    ...warnings.map(remark => `  note: ${remarkText(remark)}`),
    ...(status.error === undefined || hindrances.length > 0
      ? []
      : [`  ${status.error.code}: ${status.error.message}`]),
    '',
  ].join('\n');
}

function headline(status: PromotionStatus): string {
  const { dry_run, ready, promoted_at, complete, seconds, step, error } = status;
  if (promoted_at !== undefined) {
    const loss =
      complete === true
        ? 'nothing is lost'
        : 'writes that the source acknowledged last may be missing';
    const time = seconds === undefined ? '' : `; clients could come after ${seconds.toFixed(1)} s`;
    const rest = step === 'done' ? '' : ` (${step})`;
    return `Promoted at ${promoted_at}: ${loss}${time}.${rest}`;
  }
  if (!ready || error !== undefined)
    return dry_run ? 'not ready' : 'Not promoted; replication goes on.';
  return dry_run ? 'ready' : 'Promoting.';
}

function sourceText(status: PromotionStatus): string {
  const { source_answers, source_silent_seconds } = status;
  const silence =
    source_silent_seconds === undefined
      ? ''
      : `, last heard of ${source_silent_seconds.toFixed(1)} s ago`;
  return `${source_answers ? 'answers' : 'does not say where it stands'}${silence}`;
}

function leasesText(counts: NonNullable<PromotionStatus['leases']>): string {
  const { watched, alive, revoked, gone, unknown } = counts;
  const rest = unknown === 0 ? '' : `, ${unknown} left to run out`;
  return `of ${watched} with a raised TTL: ${alive} refreshed, ${revoked} revoked, ${gone} gone${rest}`;
}

function remarkText({ code, text }: Remark): string {
  return code === undefined ? text : `${code}: ${text}`;
}
