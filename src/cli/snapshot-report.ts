import type { User } from '../apply/types.ts';
import type { SnapshotCounts, SnapshotMeta } from '../snapshot/snapshot-file.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { ByteString } from '../wire/bytes.ts';

/** Prefixes that are shown. */
const TOP_PREFIXES = 20;
const PERMISSION_TYPES = ['read', 'write', 'readwrite'];
const ALARM_TYPES = ['NONE', 'NOSPACE', 'CORRUPT'];

/** What `snapshot inspect --json` prints: 64-bit numbers are strings, IDs hex, bytes escaped as in Go. */
export type SnapshotReport = ReturnType<typeof snapshotReport>;

export function snapshotReport(
  file: string,
  meta: SnapshotMeta,
  counts: SnapshotCounts,
  found: Survey,
) {
  const { auth, membership } = meta;
  const shown = found.prefixes.slice(0, TOP_PREFIXES);
  const hidden = found.prefixes.slice(TOP_PREFIXES);
  return {
    file,
    bytes: meta.bytes,
    pageSize: meta.pageSize,
    hash: meta.hasHash ? 'right' : 'none',
    revision: String(meta.revision),
    compactRevision: String(meta.compactRevision),
    index: String(meta.index),
    term: meta.term === 0 ? null : String(meta.term),
    storageVersion: meta.storageVersion === '' ? null : printable(meta.storageVersion),
    clusterVersion: printable(membership.clusterVersion),
    buckets: Object.fromEntries([...counts.buckets].map(([name, count]) => [escaped(name), count])),
    keys: {
      live: found.liveKeys,
      rows: counts.rows,
      tombstones: counts.tombstones,
      valueBytes: found.valueBytes,
    },
    prefixes: shown.map(({ prefix, keys, valueBytes }) => ({
      prefix: escaped(prefix),
      keys,
      valueBytes,
    })),
    keysOfOtherPrefixes: hidden.reduce((sum, { keys }) => sum + keys, found.keysOfOtherPrefixes),
    leases: {
      count: found.leases,
      minTtl: found.minTtl,
      maxTtl: found.maxTtl,
      boundKeys: found.boundKeys,
    },
    auth: {
      enabled: auth.enabled,
      revision: String(auth.revision),
      users: [...auth.users.values()].map(user => ({
        name: escaped(user.name),
        password: passwordState(user),
        roles: user.roles.map(escaped),
      })),
      roles: [...auth.roles.values()].map(({ name, permissions }) => ({
        name: escaped(name),
        permissions: permissions.map(({ permType, key, rangeEnd }) => ({
          type: PERMISSION_TYPES[permType] ?? String(permType),
          key: escaped(key),
          rangeEnd: escaped(rangeEnd),
        })),
      })),
    },
    members: [...membership.members.values()].map(member => ({
      id: member.id.toString(16),
      name: printable(member.name),
      peerUrls: member.peerUrls.map(printable),
      clientUrls: member.clientUrls.map(printable),
      isLearner: member.isLearner,
    })),
    removedMembers: [...membership.removed].map(id => id.toString(16)),
    alarms: meta.alarms.map(({ memberId, type }) => ({
      memberId: memberId.toString(16),
      alarm: ALARM_TYPES[type] ?? String(type),
    })),
  };
}

/** Never the hash. */
function passwordState({ password, noPassword }: User): 'none' | 'set' {
  return noPassword === true || password.length === 0 ? 'none' : 'set';
}

/** Printable ASCII as it is, other bytes and the backslash as \xNN. */
export function escaped(text: ByteString): string {
  return text.replaceAll(/[^\x20-\x5b\x5d-\x7e]/g, escapeUnit);
}

/** Text of the file without what would move the cursor of a terminal. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x5b\x5d-\x7e\u00a1-\uffff]/g, escapeUnit);
}

function escapeUnit(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

/** The report for people. */
export function formatReport(report: SnapshotReport): string {
  const { keys, leases, auth } = report;
  const hash = report.hash === 'right' ? 'SHA-256 is right' : 'no SHA-256';
  const compacted = report.compactRevision === '-1' ? 'never' : `at ${report.compactRevision}`;
  return [
    table([
      ['file', report.file],
      ['database', `${report.bytes} bytes, pages of ${report.pageSize}, ${hash}`],
      ['revision', `${report.revision}, compacted ${compacted}`],
      ['index', `${report.index}, term ${report.term ?? 'unknown'}`],
      ['versions', `cluster ${report.clusterVersion}, storage ${report.storageVersion ?? '< 3.6'}`],
      ['keys', `${keys.live} live, ${keys.valueBytes} bytes of values`],
      ['rows', `${keys.rows}, of which ${keys.tombstones} tombstones`],
      ['leases', leaseText(leases)],
      ['auth', `${auth.enabled ? 'on' : 'off'}, revision ${auth.revision}`],
    ]),
    section(
      'Buckets',
      Object.entries(report.buckets).map(([name, count]) => [name, String(count)]),
    ),
    section('Prefixes (keys, bytes of values)', prefixRows(report)),
    section(
      'Users (password, roles)',
      auth.users.map(({ name, password, roles }) => [name, password, roles.join(' ')]),
    ),
    section(
      'Roles (permission, range)',
      auth.roles.flatMap(({ name, permissions }) =>
        permissions.length === 0
          ? [[name, '', '']]
          : permissions.map(({ type, key, rangeEnd }) => [name, type, rangeText(key, rangeEnd)]),
      ),
    ),
    section(
      'Members (name, kind, peer URLs, client URLs)',
      report.members.map(member => [
        member.id,
        member.name,
        member.isLearner ? 'learner' : 'voter',
        member.peerUrls.join(','),
        member.clientUrls.join(','),
      ]),
    ),
    section(
      'Removed members',
      report.removedMembers.map(id => [id]),
    ),
    section(
      'Alarms',
      report.alarms.map(({ memberId, alarm }) => [memberId, alarm]),
    ),
  ].join('');
}

function leaseText({ count, minTtl, maxTtl, boundKeys }: SnapshotReport['leases']): string {
  return count === 0
    ? 'none'
    : `${count}, TTL ${minTtl} to ${maxTtl} s, ${boundKeys} keys bound to them`;
}

function prefixRows({ prefixes, keysOfOtherPrefixes: others }: SnapshotReport): string[][] {
  const rows = prefixes.map(({ prefix, keys, valueBytes }) => [
    prefix === '' ? '(no slash)' : prefix,
    String(keys),
    String(valueBytes),
  ]);
  return others === 0 ? rows : [...rows, ['(others)', String(others), '']];
}

function rangeText(key: string, rangeEnd: string): string {
  return rangeEnd === '' ? key : `[${key}, ${rangeEnd === '\\x00' ? 'end' : rangeEnd})`;
}

/** Nothing when there are no rows. */
function section(title: string, rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? '' : `\n${title}\n${table(rows, '  ')}`;
}

function table(rows: readonly (readonly string[])[], indent = ''): string {
  const widths: number[] = [];
  for (const cells of rows) {
    for (const [i, cell] of cells.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return rows
    .map(cells => {
      const padded = cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ');
      return `${indent}${padded.trimEnd()}\n`;
    })
    .join('');
}
