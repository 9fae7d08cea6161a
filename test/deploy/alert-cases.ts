/** Series as promtool writes them: "0+60x120" grows by 60 a minute, "0x120" stays. */
export type Series = Readonly<Record<string, string>>;

/** What an alert fires on, beside what a healthy replicator shows. */
export interface AlertCase {
  readonly alert: string;
  readonly change: Series;
}

const LABELS = 'job="etcd-syncer",instance="a"';

/** A series of the one instance there is. */
export function series(metric: string, labels = ''): string {
  return `${metric}{${LABELS}${labels === '' ? '' : `,${labels}`}}`;
}

/** All is well for three hours; the clock begins at 0. */
export const HEALTHY: Series = {
  [series('up')]: '1x180',
  [series('process_start_time_seconds')]: '1x180',
  [series('etcd_syncer_peer_streams', 'stream="msgapp"')]: '3x180',
  [series('etcd_syncer_lag_seconds')]: '0.01x180',
  [series('etcd_syncer_lag_entries')]: '0x180',
  [series('etcd_syncer_last_confirmed_timestamp_seconds')]: '0+60x180',
  [series('etcd_syncer_phase', 'phase="replicating"')]: '1x180',
  [series('etcd_syncer_phase', 'phase="bootstrapping"')]: '0x180',
  [series('etcd_syncer_role', 'role="writer"')]: '1x180',
  [series('etcd_syncer_role', 'role="standby"')]: '0x180',
  [series('etcd_syncer_standby_warm')]: '0x180',
  [series('etcd_syncer_takeovers_total')]: '1x180',
  [series('etcd_syncer_destination_retries_total')]: '5x180',
  [series('etcd_syncer_consistent')]: '1x180',
  [series('etcd_syncer_log_dropped_appends_total')]: '0x180',
  [series('etcd_syncer_log_bytes')]: '67108864x180',
  [series('etcd_syncer_log_fsync_seconds_bucket', 'le="0.1"')]: '0+100x180',
  [series('etcd_syncer_log_fsync_seconds_bucket', 'le="1"')]: '0+100x180',
  [series('etcd_syncer_log_fsync_seconds_bucket', 'le="+Inf"')]: '0+100x180',
  [series('etcd_syncer_event_loop_stall_seconds')]: '0.02x180',
  [series('etcd_syncer_errors_total', 'code="DEST_UNREACHABLE"')]: '1x180',
  [series('etcd_syncer_auth_held')]: '0x180',
  [series('etcd_syncer_entries_total', 'outcome="applied"')]: '0+600x180',
  [series('etcd_syncer_leases_lost_total')]: '0x180',
  [series('etcd_syncer_votes_total', 'granted="false"')]: '0x180',
  [series('etcd_syncer_check_differences', 'kind="value"')]: '0x180',
  [series('etcd_syncer_check_failures_total')]: '0x180',
  [series('etcd_syncer_check_last_success_timestamp_seconds')]: '0+60x180',
};

/** One for each alert; two hours in it has to fire. */
export const ALERT_CASES: readonly AlertCase[] = [
  { alert: 'EtcdSyncerDown', change: { [series('up')]: '0x180' } },
  {
    alert: 'EtcdSyncerRestarting',
    change: { [series('process_start_time_seconds')]: '0+60x180' },
  },
  {
    alert: 'EtcdSyncerNoSourceStream',
    change: { [series('etcd_syncer_peer_streams', 'stream="msgapp"')]: '0x180' },
  },
  { alert: 'EtcdSyncerLagging', change: { [series('etcd_syncer_lag_seconds')]: '31x180' } },
  {
    alert: 'EtcdSyncerStalled',
    change: {
      [series('etcd_syncer_lag_entries')]: '7x180',
      [series('etcd_syncer_last_confirmed_timestamp_seconds')]: '1x180',
    },
  },
  {
    alert: 'EtcdSyncerNotReplicating',
    change: { [series('etcd_syncer_phase', 'phase="replicating"')]: '0x180' },
  },
  {
    alert: 'EtcdSyncerNoWriter',
    change: { [series('etcd_syncer_role', 'role="writer"')]: '0x180' },
  },
  {
    alert: 'EtcdSyncerStandbyCold',
    change: { [series('etcd_syncer_role', 'role="standby"')]: '1x180' },
  },
  {
    alert: 'EtcdSyncerTakeovers',
    change: { [series('etcd_syncer_takeovers_total')]: '0+1x180' },
  },
  {
    alert: 'EtcdSyncerDestinationRetries',
    change: { [series('etcd_syncer_destination_retries_total')]: '0+1x180' },
  },
  { alert: 'EtcdSyncerInconsistent', change: { [series('etcd_syncer_consistent')]: '0x180' } },
  {
    alert: 'EtcdSyncerLogFull',
    change: { [series('etcd_syncer_log_dropped_appends_total')]: '0+5x180' },
  },
  {
    alert: 'EtcdSyncerLogGrowing',
    change: { [series('etcd_syncer_log_bytes')]: '5000000000x180' },
  },
  {
    alert: 'EtcdSyncerSlowDisk',
    change: { [series('etcd_syncer_log_fsync_seconds_bucket', 'le="0.1"')]: '0+10x180' },
  },
  {
    alert: 'EtcdSyncerEventLoopStall',
    change: { [series('etcd_syncer_event_loop_stall_seconds')]: '3x180' },
  },
  {
    // The first of its kind: a counter that begins at 1.
    alert: 'EtcdSyncerSeatTrouble',
    change: { [series('etcd_syncer_errors_total', 'code="SEAT_STOLEN"')]: '_x115 1x60' },
  },
  {
    alert: 'EtcdSyncerCertificates',
    change: { [series('etcd_syncer_errors_total', 'code="TLS_EXPIRED"')]: '1+1x180' },
  },
  { alert: 'EtcdSyncerNotCarriedOver', change: { [series('etcd_syncer_auth_held')]: '1x180' } },
  {
    alert: 'EtcdSyncerAmbiguousEntry',
    change: { [series('etcd_syncer_entries_total', 'outcome="ambiguous"')]: '_x100 1x80' },
  },
  {
    alert: 'EtcdSyncerLeasesLost',
    change: { [series('etcd_syncer_leases_lost_total')]: '0x110 3x70' },
  },
  {
    alert: 'EtcdSyncerAskedForVotes',
    change: { [series('etcd_syncer_votes_total', 'granted="false"')]: '0x110 1x70' },
  },
  {
    alert: 'EtcdSyncerDifferences',
    change: { [series('etcd_syncer_check_differences', 'kind="value"')]: '2x180' },
  },
  {
    alert: 'EtcdSyncerChecksFail',
    change: {
      [series('etcd_syncer_check_failures_total')]: '0+1x180',
      // Long ago.
      [series('etcd_syncer_check_last_success_timestamp_seconds')]: '-90000x180',
    },
  },
];
