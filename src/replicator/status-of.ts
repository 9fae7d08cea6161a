import { VERSION } from '../version.ts';
import type { NotedError } from './error-log.ts';
import { NO_THROUGHPUT, type Throughput } from './history.ts';
import type { Replication } from './replication.ts';
import type { Phase, Status } from './status.ts';

/** Gathers the answer of /status; before the seat is taken most of it is empty. */
export function statusOf(
  phase: Phase,
  uptimeSeconds: number,
  lastErrors: readonly NotedError[],
  replication: Replication | undefined,
  throughput: Throughput = NO_THROUGHPUT,
): Status {
  return {
    version: VERSION,
    phase,
    uptime_seconds: uptimeSeconds,
    ...(replication === undefined ? NOTHING : statusOfParts(replication)),
    throughput,
    last_errors: lastErrors,
  };
}

type PartStatus = Omit<
  Status,
  'version' | 'phase' | 'uptime_seconds' | 'last_errors' | 'throughput'
>;

function statusOfParts(replication: Replication): PartStatus {
  const { seat, storage, learner, node, transport, destination, lag, progress, publisher } =
    replication;
  const { confirmed } = replication;
  const { client, leases, writer, auth } = destination;
  const { log, state } = storage;
  return {
    ...(progress === undefined ? {} : { bootstrap: progress }),
    source: {
      cluster_id: seat.clusterId.toString(16),
      member_id: seat.memberId.toString(16),
      leader: learner.leader.toString(16),
      term: learner.term,
      peers: transport.peers().map(peer => ({ ...peer, id: peer.id.toString(16) })),
    },
    positions: {
      received: node.received,
      committed: node.commit,
      durable: log.durableIndex,
      resolved: state.resolved.index,
      confirmed,
      checkpoint: writer.checkpoint?.index ?? 0,
      source_revision: state.revision,
    },
    lag: {
      entries: Math.max(0, node.commit - confirmed),
      bytes: node.commit > confirmed ? log.bytesAfter(confirmed) : 0,
      seconds: lag.lagMs(performance.now()) / 1000,
    },
    destination: {
      endpoint: client.endpoint,
      leases: leases.size,
      batches: writer.stats.batches,
      operations: writer.stats.operations,
      guard_failures: writer.stats.guardFailures,
      retries: writer.stats.retries,
      consistent: writer.consistent,
    },
    log_bytes: log.sizeBytes,
    ...(publisher === undefined ? {} : { publish: publisher.status }),
    auth_held: auth?.held ?? [],
  };
}

const NOTHING: PartStatus = {
  source: { cluster_id: '0', member_id: '0', leader: '0', term: 0, peers: [] },
  positions: {
    received: 0,
    committed: 0,
    durable: 0,
    resolved: 0,
    confirmed: 0,
    checkpoint: 0,
    source_revision: 0,
  },
  lag: { entries: 0, bytes: 0, seconds: 0 },
  destination: {
    endpoint: '',
    leases: 0,
    batches: 0,
    operations: 0,
    guard_failures: 0,
    retries: 0,
    consistent: true,
  },
  log_bytes: 0,
  auth_held: [],
};
