/** Kinds as Prometheus has them. */
export type MetricKind = 'counter' | 'gauge' | 'histogram';

interface MetricDescription {
  readonly kind: MetricKind;
  readonly help: string;
  readonly labels?: readonly string[];
  readonly buckets?: readonly number[];
}

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Every metric, once. Dashboards, alerts and docs/metrics.md are checked against this table. */
export const METRICS = {
  etcd_syncer_build_info: {
    kind: 'gauge',
    help: 'Always 1; the version is a label.',
    labels: ['version'],
  },
  etcd_syncer_phase: {
    kind: 'gauge',
    help: '1 for the phase that the replicator is in.',
    labels: ['phase'],
  },
  etcd_syncer_index: {
    kind: 'gauge',
    help: 'Raft index by position: received, committed, durable, resolved, confirmed, checkpoint.',
    labels: ['position'],
  },
  etcd_syncer_source_revision: {
    kind: 'gauge',
    help: "The source's revision after the last resolved entry.",
  },
  etcd_syncer_lag_entries: { kind: 'gauge', help: 'Committed entries that are not confirmed.' },
  etcd_syncer_lag_bytes: {
    kind: 'gauge',
    help: 'What those entries take in the local log, roughly.',
  },
  etcd_syncer_lag_seconds: {
    kind: 'gauge',
    help: 'Age of the oldest committed entry that is not confirmed; 0 when all are, also on an idle source.',
  },
  etcd_syncer_last_confirmed_timestamp_seconds: {
    kind: 'gauge',
    help: 'When the destination last confirmed anything, as Unix time. Alert on its age together with the lag.',
  },
  etcd_syncer_entries_total: {
    kind: 'counter',
    help: 'Entries by what they did at the source: applied, refused, none, ambiguous.',
    labels: ['outcome'],
  },
  etcd_syncer_batches_total: {
    kind: 'counter',
    help: 'Transactions that the destination confirmed.',
  },
  etcd_syncer_batch_operations_total: {
    kind: 'counter',
    help: 'Puts and deletes in those transactions.',
  },
  etcd_syncer_batch_bytes_total: { kind: 'counter', help: 'Request bytes of those transactions.' },
  etcd_syncer_batch_seconds: {
    kind: 'histogram',
    help: 'From sending a batch to its confirmation, leases included.',
    buckets: SECONDS,
  },
  etcd_syncer_guard_failures_total: {
    kind: 'counter',
    help: 'Transactions that found the checkpoint moved: a lost answer, or another writer.',
  },
  etcd_syncer_destination_retries_total: {
    kind: 'counter',
    help: 'Requests to the destination made again.',
  },
  etcd_syncer_split_entries_total: { kind: 'counter', help: 'Source transactions sent in parts.' },
  etcd_syncer_consistent: {
    kind: 'gauge',
    help: '0 while an entry in parts is only partly at the destination.',
  },
  etcd_syncer_bootstrap_done: {
    kind: 'gauge',
    help: 'Rows read or keys compared of the snapshot that is being brought to the destination; 0 outside.',
    labels: ['step'],
  },
  etcd_syncer_bootstrap_total: {
    kind: 'gauge',
    help: 'Of how many; 0 when that is not known yet.',
    labels: ['step'],
  },
  etcd_syncer_bootstrap_writes: {
    kind: 'gauge',
    help: 'Puts and deletes that the comparison has sent so far.',
  },
  etcd_syncer_leases: { kind: 'gauge', help: 'Leases kept alive at the destination.' },
  etcd_syncer_lease_keepalives_total: { kind: 'counter', help: 'Keepalives sent.' },
  etcd_syncer_leases_lost_total: {
    kind: 'counter',
    help: 'Leases that the destination lost and that were granted again.',
  },
  etcd_syncer_auth_held: {
    kind: 'gauge',
    help: 'Changes of users and roles that were not carried over.',
  },
  etcd_syncer_check_last_success_timestamp_seconds: {
    kind: 'gauge',
    help: 'When the last check of --check-interval went through, whatever it found, as Unix time.',
  },
  etcd_syncer_check_differences: {
    kind: 'gauge',
    help: 'What differed between source and destination in that check, by kind.',
    labels: ['kind'],
  },
  etcd_syncer_check_keys: { kind: 'gauge', help: 'Keys that it compared.' },
  etcd_syncer_check_coverage_ratio: {
    kind: 'gauge',
    help: 'Share of them whose values it compared: see --check-sample.',
  },
  etcd_syncer_check_failures_total: {
    kind: 'counter',
    help: 'Checks that could not be brought to their end.',
  },
  etcd_syncer_role: {
    kind: 'gauge',
    help: '1 for what the replica is with --ha: writer, standby, or candidate while nobody writes.',
    labels: ['role'],
  },
  etcd_syncer_takeovers_total: {
    kind: 'counter',
    help: 'How often this process began to write, with --ha.',
  },
  etcd_syncer_standby_warm: {
    kind: 'gauge',
    help: '1 while this standby follows the writer and has its state: a takeover goes on from here.',
  },
  etcd_syncer_standby_lag_entries: {
    kind: 'gauge',
    help: 'Committed entries that the writer has and this standby has not.',
  },
  etcd_syncer_standbys: { kind: 'gauge', help: 'Standbys that follow this replica.' },
  etcd_syncer_promotion_leases: {
    kind: 'gauge',
    help: 'Leases with a raised TTL after a promotion, by what became of them: waiting, alive, revoked, gone, unknown.',
    labels: ['outcome'],
  },
  etcd_syncer_log_bytes: { kind: 'gauge', help: 'Size of the local raft log.' },
  etcd_syncer_log_fsync_seconds: {
    kind: 'histogram',
    help: 'Duration of fsync of the local log.',
    buckets: SECONDS,
  },
  etcd_syncer_log_dropped_appends_total: {
    kind: 'counter',
    help: 'Appends not taken because the log had reached --log-max-size.',
  },
  etcd_syncer_overlay_bytes: {
    kind: 'gauge',
    help: 'Memory held by changes that are not confirmed, roughly.',
  },
  etcd_syncer_peer_streams: {
    kind: 'gauge',
    help: 'Streams to members that are up.',
    labels: ['stream'],
  },
  etcd_syncer_peer_received_bytes_total: { kind: 'counter', help: 'Bytes read from members.' },
  etcd_syncer_peer_received_messages_total: {
    kind: 'counter',
    help: 'Raft messages read from members.',
  },
  etcd_syncer_peer_sent_messages_total: { kind: 'counter', help: 'Raft messages sent to members.' },
  etcd_syncer_peer_dropped_messages_total: {
    kind: 'counter',
    help: 'Raft messages that no member could be given.',
  },
  etcd_syncer_peer_lost_streams_total: { kind: 'counter', help: 'Streams that broke.' },
  etcd_syncer_peer_refused_requests_total: {
    kind: 'counter',
    help: 'Requests at the peer port that were refused.',
  },
  etcd_syncer_votes_total: {
    kind: 'counter',
    help: 'Vote requests answered: a learner is rarely asked.',
    labels: ['granted'],
  },
  etcd_syncer_errors_total: {
    kind: 'counter',
    help: 'Errors by code of the catalogue.',
    labels: ['code'],
  },
  etcd_syncer_event_loop_stall_seconds: {
    kind: 'gauge',
    help: 'Longest stall of the event loop since the last scrape. Beyond 5 s members take us for dead.',
  },
  etcd_syncer_event_loop_stall_p999_seconds: {
    kind: 'gauge',
    help: 'Of 1,000 turns of the event loop since the last scrape, sampled every 10 ms, 999 stalled for less.',
  },
} as const satisfies Readonly<Record<string, MetricDescription>>;

export type MetricName = keyof typeof METRICS;
