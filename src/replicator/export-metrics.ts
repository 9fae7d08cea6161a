import type { Metrics } from '../ops/metrics.ts';
import { VERSION } from '../version.ts';
import { ROLES } from './replica.ts';
import type { Replication } from './replication.ts';
import { type HaStatus, PHASES, type Status } from './status.ts';

/** Has the metrics filled in from the status and the parts' own counters whenever they are scraped. */
export function exportMetrics(
  metrics: Metrics,
  status: () => Status,
  replication: () => Replication | undefined,
): void {
  metrics.set('etcd_syncer_build_info', 1, { version: VERSION });
  metrics.collect(() => {
    exportStatus(metrics, status());
    const parts = replication();
    if (parts !== undefined) exportCounters(metrics, parts);
  });
}

function exportStatus(metrics: Metrics, now: Status): void {
  for (const phase of PHASES)
    metrics.set('etcd_syncer_phase', now.phase === phase ? 1 : 0, { phase });
  const { source_revision, ...positions } = now.positions;
  for (const [position, index] of Object.entries(positions))
    metrics.set('etcd_syncer_index', index, { position });
  metrics.set('etcd_syncer_source_revision', source_revision);
  metrics.set('etcd_syncer_lag_entries', now.lag.entries);
  metrics.set('etcd_syncer_lag_bytes', now.lag.bytes);
  metrics.set('etcd_syncer_lag_seconds', now.lag.seconds);
  metrics.set('etcd_syncer_consistent', now.destination.consistent ? 1 : 0);
  metrics.set('etcd_syncer_auth_held', now.auth_held.length);
  metrics.set('etcd_syncer_log_bytes', now.log_bytes);
  for (const step of ['loading', 'comparing']) {
    const progress = now.bootstrap?.step === step ? now.bootstrap : undefined;
    metrics.set('etcd_syncer_bootstrap_done', progress?.done ?? 0, { step });
    metrics.set('etcd_syncer_bootstrap_total', progress?.total ?? 0, { step });
  }
  metrics.set('etcd_syncer_bootstrap_writes', now.bootstrap?.writes ?? 0);
  if (now.ha !== undefined) exportHa(metrics, now.ha);
  const {
    alive = 0,
    revoked = 0,
    gone = 0,
    unknown = 0,
    watched = 0,
  } = now.promotion?.leases ?? {};
  const waiting = watched - alive - revoked - gone - unknown;
  const leases = { waiting, alive, revoked, gone, unknown };
  for (const [outcome, count] of Object.entries(leases))
    metrics.set('etcd_syncer_promotion_leases', count, { outcome });
  const { peers } = now.source;
  metrics.set('etcd_syncer_peer_streams', peers.filter(peer => peer.msgappStream).length, {
    stream: 'msgapp',
  });
  metrics.set('etcd_syncer_peer_streams', peers.filter(peer => peer.messageStream).length, {
    stream: 'message',
  });
}

function exportHa(metrics: Metrics, { role, takeovers, standby, standbys }: HaStatus): void {
  for (const one of ROLES) metrics.set('etcd_syncer_role', role === one ? 1 : 0, { role: one });
  metrics.total('etcd_syncer_takeovers_total', takeovers);
  metrics.set('etcd_syncer_standby_warm', standby?.warm === true ? 1 : 0);
  metrics.set('etcd_syncer_standby_lag_entries', standby?.lag_entries ?? 0);
  metrics.set('etcd_syncer_standbys', standbys ?? 0);
}

function exportCounters(metrics: Metrics, parts: Replication): void {
  const { destination, storage, transport, node, outcomes } = parts;
  const { writer, leases } = destination;
  for (const [outcome, count] of outcomes.take())
    metrics.add('etcd_syncer_entries_total', count, { outcome });
  metrics.total('etcd_syncer_batches_total', writer.stats.batches);
  metrics.total('etcd_syncer_batch_operations_total', writer.stats.operations);
  metrics.total('etcd_syncer_batch_bytes_total', writer.stats.bytes);
  metrics.total('etcd_syncer_guard_failures_total', writer.stats.guardFailures);
  metrics.total('etcd_syncer_destination_retries_total', writer.stats.retries);
  metrics.total('etcd_syncer_split_entries_total', writer.stats.splitEntries);
  metrics.set('etcd_syncer_leases', leases.size);
  metrics.total('etcd_syncer_lease_keepalives_total', leases.stats.keepalives);
  metrics.total('etcd_syncer_leases_lost_total', leases.stats.lost);
  metrics.total('etcd_syncer_log_dropped_appends_total', node.droppedAppends);
  metrics.set('etcd_syncer_overlay_bytes', storage.state.overlayBytes);
  metrics.total('etcd_syncer_peer_received_bytes_total', transport.stats.receivedBytes);
  metrics.total('etcd_syncer_peer_received_messages_total', transport.stats.receivedMessages);
  metrics.total('etcd_syncer_peer_sent_messages_total', transport.stats.sentMessages);
  metrics.total('etcd_syncer_peer_dropped_messages_total', transport.stats.droppedMessages);
  metrics.total('etcd_syncer_peer_lost_streams_total', transport.stats.lostStreams);
  metrics.total('etcd_syncer_peer_refused_requests_total', transport.stats.refusedRequests);
}
