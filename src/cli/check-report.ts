import type { CheckReport } from '../verify/check.ts';
import type { Difference } from '../verify/types.ts';
import { escaped } from './snapshot-report.ts';

const EQUAL = 0;
const DIFFERENT = 1;
const UNKNOWN = 3;

/** 3 when all that differs may be on its way still. */
export function exitCodeOf({ total, unsettled }: CheckReport): number {
  if (total > 0) return DIFFERENT;
  return unsettled > 0 ? UNKNOWN : EQUAL;
}

/** The report for machines: IDs are hex strings, bytes are escaped, revisions are strings. */
export function checkJson(report: CheckReport): string {
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
    compared: { keys, values, leases, users, roles },
    foreign: { keys: foreignKeys, leases: foreignLeases },
    unknown_keys: report.unknownKeys,
    differences: total,
    by_kind: counts,
    first: first.map(shown),
    unsettled: report.unsettled,
    first_unsettled: firstUnsettled.map(shown),
    seconds: Number(report.seconds.toFixed(3)),
  };
  return `${JSON.stringify(object, null, 2)}\n`;
}

function shown({ kind, subject, source, destination }: Difference): Record<string, string> {
  return {
    kind,
    subject: escaped(subject),
    source: escaped(source),
    destination: escaped(destination),
  };
}

/** The report for people. */
export function checkText(report: CheckReport): string {
  const { keys, values, leases, users, roles, seconds, total, unsettled } = report;
  const { foreignKeys, foreignLeases } = report;
  const lines = [
    ...pairLines(report),
    `Compared ${keys} keys, ${values} values, ${leases} leases, ${users} users and ${roles} roles in ${seconds.toFixed(1)} s.`,
  ];
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
    lines.push(...differenceLines(report.first, total));
  }
  if (unsettled > 0) {
    lines.push(
      `${unsettled} more may be on their way: the destination was not seen to catch up with the source.`,
      ...differenceLines(report.firstUnsettled, unsettled),
    );
  }
  return `${lines.join('\n')}\n`;
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
