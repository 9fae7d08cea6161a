import type { PeerStatus } from '../transport/types.ts';
import type { PublishStatus } from './publisher.ts';
import type { Role } from './replica.ts';

/** What the replicator is doing. */
export const PHASES = [
  'starting',
  'standby',
  'seating',
  'catching-up',
  'bootstrapping',
  'replicating',
  'draining',
  'stopped',
] as const;
export type Phase = (typeof PHASES)[number];

/** How far a bootstrap is: first the snapshot is read into a new state, then the destination is brought to it. Or how far a check is. */
export interface Progress {
  readonly step: 'loading' | 'comparing' | 'checking';
  /** Index of the snapshot. */
  readonly index: number;
  /** Rows read, or keys compared. */
  readonly done: number;
  /** 0 = not known yet. */
  readonly total: number;
  /** Puts and deletes sent so far. */
  readonly writes: number;
  readonly seconds: number;
}

/** What a replica is, and who writes. */
export interface HaStatus {
  readonly role: Role;
  readonly replica: string;
  /** undefined = nobody, as far as is known. */
  readonly writer?: { readonly name: string; readonly url: string };
  /** How often this process began to write. */
  readonly takeovers: number;
}

/** The answer of /status; IDs are hex strings. */
export interface Status {
  readonly version: string;
  readonly phase: Phase;
  readonly uptime_seconds: number;
  /** With --ha. */
  readonly ha?: HaStatus;
  /** While a snapshot is being brought to the destination. */
  readonly bootstrap?: Progress;
  readonly source: {
    readonly cluster_id: string;
    readonly member_id: string;
    readonly leader: string;
    readonly term: number;
    readonly peers: readonly (Omit<PeerStatus, 'id'> & { readonly id: string })[];
  };
  readonly positions: {
    readonly received: number;
    readonly committed: number;
    readonly durable: number;
    readonly resolved: number;
    readonly confirmed: number;
    readonly checkpoint: number;
    readonly source_revision: number;
  };
  readonly lag: { readonly entries: number; readonly seconds: number };
  readonly destination: {
    readonly endpoint: string;
    readonly leases: number;
    readonly batches: number;
    readonly operations: number;
    readonly guard_failures: number;
    readonly retries: number;
    readonly consistent: boolean;
  };
  readonly log_bytes: number;
  /** With --publish-name. */
  readonly publish?: PublishStatus;
  readonly auth_held: readonly {
    readonly code: string;
    readonly what: string;
    /** What `auth settle` calls it. */
    readonly subject: string;
    /** ISO 8601. */
    readonly since: string;
  }[];
  readonly last_errors: readonly {
    readonly at: string;
    readonly code: string;
    readonly message: string;
  }[];
}

/** A table for people. */
export function formatStatus(status: Status): string {
  const { positions, lag, source, destination } = status;
  const rows: [string, string][] = [
    ['phase', status.phase],
    ...(status.ha === undefined
      ? []
      : [['replica', describeReplica(status.ha)] as [string, string]]),
    ...(status.bootstrap === undefined
      ? []
      : [['bootstrap', describeProgress(status.bootstrap)] as [string, string]]),
    ['lag', `${lag.entries} entries, ${lag.seconds.toFixed(3)} s`],
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

/** "comparing 120000 of 1000000, 12.0 %, 24000/s, 37 s left, 300 writes". */
export function describeProgress({ step, done, total, writes, seconds }: Progress): string {
  const rate = seconds > 0 ? done / seconds : 0;
  const parts = [total > 0 ? `${step} ${done} of ${total}` : `${step} ${done}`];
  if (total > 0) parts.push(`${((100 * done) / total).toFixed(1)} %`);
  if (rate > 0) parts.push(`${Math.round(rate)}/s`);
  if (rate > 0 && total > done) parts.push(`${Math.ceil((total - done) / rate)} s left`);
  if (step === 'comparing') parts.push(`${writes} writes`);
  return parts.join(', ');
}

function describeReplica({ role, replica, writer }: HaStatus): string {
  if (role === 'writer') return `${replica}, which writes`;
  const who = writer === undefined ? 'nobody writes' : `${writer.name} writes (${writer.url})`;
  return `${replica}, ${role}: ${who}`;
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
