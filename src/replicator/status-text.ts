import { formatBytes, formatCount } from '../ops/units.ts';
import type { PromotionStatus } from '../promote/types.ts';
import type { PublishStatus } from './publisher.ts';
import type { CheckStatus, HaStatus, Progress, Status } from './status.ts';

/** A table for people. */
export function formatStatus(status: Status): string {
  const { positions, source, destination } = status;
  const rows: [string, string][] = [
    ['phase', status.phase],
    ...(status.ha === undefined
      ? []
      : [['replica', describeReplica(status.ha)] as [string, string]]),
    ...(status.bootstrap === undefined
      ? []
      : [['bootstrap', describeProgress(status.bootstrap)] as [string, string]]),
    ...(status.promotion === undefined
      ? []
      : [['promotion', describePromotion(status.promotion)] as [string, string]]),
    ['lag', describeLag(status)],
    ['throughput', describeThroughput(status)],
    ['received', String(positions.received)],
    ['committed', String(positions.committed)],
    ['durable', String(positions.durable)],
    ['resolved', String(positions.resolved)],
    ['confirmed', `${positions.confirmed} (source revision ${positions.source_revision})`],
    ['checkpoint', String(positions.checkpoint)],
    [
      'source',
      `cluster ${source.cluster_id}, our seat ${source.member_id}, leader ${source.leader}, term ${source.term}`,
    ],
    ...source.peers.map((peer): [string, string] => [`  ${peer.id}`, describePeer(peer)]),
    [
      'destination',
      `${destination.endpoint}${destination.consistent ? '' : ', NOT consistent: an entry is half done'}`,
    ],
    ...(status.publish === undefined
      ? []
      : [['name', describePublish(status.publish)] as [string, string]]),
    ['leases', String(destination.leases)],
    ...(status.check === undefined
      ? []
      : [['check', describeCheck(status.check)] as [string, string]]),
    [
      'batches',
      `${destination.batches} with ${destination.operations} operations, ${destination.retries} retries`,
    ],
    [
      'auth held',
      status.auth_held.length === 0 ? 'none' : status.auth_held.map(held => held.what).join('; '),
    ],
    ...status.last_errors
      .slice(-3)
      .map((error): [string, string] => ['error', `${error.at} ${error.code} ${error.message}`]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

/**
 * One line, for a log of them: "replicating  lag 0 entries, 0 B, 0.000 s  812 entries/s, 1.2 MiB/s  confirmed 90112 ...".
 */
export function formatStatusLine(status: Status): string {
  const { source, positions, destination, ha } = status;
  const up = source.peers.filter(peer => peer.msgappStream).length;
  const error = status.last_errors.at(-1);
  return [
    status.phase,
    ...(ha === undefined ? [] : [describeReplica(ha)]),
    ...(status.bootstrap === undefined ? [] : [describeProgress(status.bootstrap)]),
    `lag ${describeLag(status)}`,
    describeThroughput(status),
    `confirmed ${positions.confirmed}`,
    ...(up === 0 ? ['no stream from the source'] : []),
    ...(destination.consistent ? [] : ['NOT consistent']),
    ...(status.auth_held.length === 0 ? [] : [`auth held ${status.auth_held.length}`]),
    ...(error === undefined ? [] : [`last error ${error.code} ${error.at}`]),
  ].join('  ');
}

function describeLag({ lag }: Status): string {
  return `${formatCount(lag.entries)} entries, ${formatBytes(lag.bytes)}, ${lag.seconds.toFixed(3)} s`;
}

function describeThroughput({ throughput }: Status): string {
  const { entries_per_second: entries, bytes_per_second: bytes } = throughput;
  return `${formatCount(Math.round(entries))} entries/s, ${formatBytes(bytes)}/s`;
}

function describeCheck({ at, keys, differences, failed_at: failed }: CheckStatus): string {
  const found = differences === 0 ? 'nothing differs' : `${differences} DIFFERENCES`;
  const later = failed === undefined ? '' : `; the one of ${failed} failed`;
  return `${at}, ${formatCount(keys)} keys: ${found}${later}`;
}

/** "comparing 120000 of 1000000, 12.0 %, 24000/s, 37 s left, 300 writes". */
export function describeProgress({ step, done, total, writes, seconds }: Progress): string {
  const rate = seconds > 0 ? done / seconds : 0;
  const parts = [total > 0 ? `${step} ${done} of ${total}` : `${step} ${done}`];
  if (total > 0) parts.push(`${((100 * done) / total).toFixed(1)} %`);
  if (rate > 0) parts.push(`${Math.round(rate)}/s`);
  if (rate > 0 && total > done) parts.push(`${Math.ceil((total - done) / rate)} s left`);
  if (step === 'comparing' || writes > 0) parts.push(`${writes} writes`);
  return parts.join(', ');
}

function describePromotion({ step, dry_run, ready, hindrances, leases }: PromotionStatus): string {
  const parts = [dry_run ? `dry run: ${ready ? 'ready' : 'not ready'}` : step];
  if (!ready && !dry_run) parts.push(...hindrances.map(({ text }) => text));
  if (leases !== undefined && leases.watched > 0) {
    const { watched, alive, revoked, gone, unknown } = leases;
    parts.push(`${alive + revoked + gone + unknown} of ${watched} leases`);
  }
  return parts.join(', ');
}

function describeReplica({ role, replica, writer, standby, standbys = 0 }: HaStatus): string {
  if (role === 'writer') return `${replica}, which writes; followed by ${standbys}`;
  const who = writer === undefined ? 'nobody writes' : `${writer.name} writes (${writer.url})`;
  if (standby === undefined) return `${replica}, ${role}: ${who}`;
  const { warm, durable, lag_entries } = standby;
  const held = warm ? `${lag_entries} entries behind it` : 'does not follow it';
  return `${replica}, ${role}: ${who}, ${held}, log up to ${durable}`;
}

function describePublish({ state, reason }: PublishStatus): string {
  return reason === undefined ? state : `${state}: ${reason}`;
}

function describePeer(peer: Status['source']['peers'][number]): string {
  const streams = [peer.msgappStream ? 'msgapp' : '', peer.messageStream ? 'message' : ''].filter(
    s => s !== '',
  );
  const up =
    streams.length > 0
      ? `streams ${streams.join(', ')}`
      : `down: ${peer.lastError ?? 'not dialed yet'}`;
  return `${peer.url} ${peer.version ?? 'version unknown'}, ${up}`;
}
