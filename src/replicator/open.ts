import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadLogin } from '../config/load.ts';
import type { Config } from '../config/options.ts';
import { EtcdClient } from '../destination/etcd-client.ts';
import { findCluster, findSeat, type Seat } from '../ha/seat.ts';
import { type DirectoryLock, lockDirectory } from '../log/lock.ts';
import { SegmentedLog } from '../log/segmented-log.ts';
import { errorText, SyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { retry } from '../ops/retry.ts';
import { TlsSource } from '../ops/tls.ts';
import { PendingSnapshots } from '../snapshot/pending-snapshots.ts';
import { State } from '../state/state.ts';
import { PeerHttp } from '../transport/peer-http.ts';
import { readIdentity, writeIdentity } from './identity.ts';
import { SettledReadings } from './settled-readings.ts';

/** Errors of looking for our seat that are tried again. */
export const RETRIED: ReadonlySet<string> = new Set([
  'SOURCE_UNREACHABLE',
  'PEER_UNREACHABLE',
  'TLS_UNTRUSTED',
  'TLS_EXPIRED',
  'TLS_NAME',
  'TLS_REFUSED',
  'TLS_MISMATCH',
]);

const SEGMENT_BYTES = 64 * 1024 * 1024;
/** A log is freed by whole segments: a small one has small ones. */
const SEGMENTS_OF_FULL_LOG = 8;

/** Makes and locks the data directory. Errors: DATA_DIR, LOG_LOCKED. */
export async function openDataDir(dir: string): Promise<DirectoryLock> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return await lockDirectory(dir);
  } catch (error) {
    if (error instanceof SyncerError) throw error;
    throw new SyncerError('DATA_DIR', `${dir}: ${errorText(error)}`, {}, { cause: error });
  }
}

/** The source as seen from outside: its client API when endpoints are given, its peer port. */
export async function openSource(
  config: Config,
  environment: NodeJS.ProcessEnv,
  logger: Logger,
): Promise<SourceAccess> {
  const peerTls = await TlsSource.open(
    { ca: config.peerTrustedCaFile, cert: config.peerCertFile, key: config.peerKeyFile },
    logger,
  );
  const client =
    config.sourceEndpoints.length === 0
      ? undefined
      : await openSourceClient(config, environment, logger);
  const reference =
    config.referenceMember === undefined
      ? undefined
      : await openSourceClient(config, environment, logger, [config.referenceMember]);
  return { http: new PeerHttp(peerTls), peerTls, client, reference };
}

/** A client of the source's --source-endpoints, or of some of its members. Errors: CONFIG_FILE, those of TlsSource. */
export async function openSourceClient(
  config: Config,
  environment: NodeJS.ProcessEnv,
  logger: Logger,
  endpoints: readonly string[] = config.sourceEndpoints,
): Promise<EtcdClient> {
  const files = { ca: config.sourceCacert, cert: config.sourceCert, key: config.sourceKey };
  return new EtcdClient({
    endpoints,
    tls: await TlsSource.open(files, logger),
    ...loadLogin(
      config.sourceUser,
      'ETCD_SYNCER_SOURCE_PASSWORD',
      config.sourcePasswordFile,
      environment,
    ),
    side: 'source',
  });
}

export interface SourceAccess {
  readonly http: PeerHttp;
  readonly peerTls: TlsSource;
  readonly client: EtcdClient | undefined;
  /** Of the one member that --reference-member names. */
  readonly reference: EtcdClient | undefined;
}

export function advertiseUrls(config: Config): readonly string[] {
  return config.initialAdvertisePeerUrls.length > 0
    ? config.initialAdvertisePeerUrls
    : config.listenPeerUrls;
}

/**
 * Takes the seat, or resumes it: the data directory remembers which one it belongs to. A new seat of
 * the same source (removed and added again) is taken with the log that is there.
 *
 * Errors: those of findSeat, SOURCE_CLUSTER_MISMATCH, SEAT_REMOVED. Unreachable is retried.
 */
export async function takeSeat(
  config: Config,
  source: SourceAccess,
  logger: Logger,
  signal: AbortSignal,
  onRetry: (error: SyncerError) => void,
): Promise<Seat> {
  const before = await readIdentity(config.dataDir);
  const options = {
    http: source.http,
    source: source.client,
    sourcePeers: config.sourcePeers,
    advertiseUrls: advertiseUrls(config),
    name: config.name,
    join: config.join,
    logger,
  };
  const seat = await retry(() => findSeat(options), {
    logger,
    signal,
    what: 'find our seat',
    isPermanent: error => !RETRIED.has(error.code),
    maxDelayMs: 2_000,
    onRetry,
  });
  if (before !== undefined && before.clusterId !== seat.clusterId) {
    throw new SyncerError(
      'SOURCE_CLUSTER_MISMATCH',
      `the data directory belongs to cluster ${before.clusterId.toString(16)}, the source is ${seat.clusterId.toString(16)}`,
    );
  }
  if (before !== undefined && before.memberId !== seat.memberId) {
    logger.warn(
      { before: before.memberId.toString(16), now: seat.memberId.toString(16) },
      'the seat is a new one',
    );
  }
  await keepIdentity(config.dataDir, seat);
  return seat;
}

/** Has the data directory belong to a seat. Errors: DATA_DIR. */
export async function keepIdentity(dataDir: string, seat: Seat): Promise<void> {
  try {
    await writeIdentity(dataDir, seat);
  } catch (error) {
    throw new SyncerError('DATA_DIR', `${dataDir}: ${errorText(error)}`, {}, { cause: error });
  }
}

/** Which source it is: what the data directory belongs to, else what the source says, as long as it takes. Errors: DATA_DIR, those of findCluster. */
export async function findClusterId(
  config: Config,
  environment: NodeJS.ProcessEnv,
  logger: Logger,
  { signal, onRetry }: { signal: AbortSignal; onRetry: (error: SyncerError) => void },
): Promise<bigint> {
  const known = await readIdentity(config.dataDir);
  if (known !== undefined) return known.clusterId;
  return await retry(() => meetSource(config, environment, logger), {
    logger,
    signal,
    what: 'meet the source',
    isPermanent: error => !RETRIED.has(error.code),
    maxDelayMs: 2_000,
    onRetry,
  });
}

/** Asks the source who it is, through its client API and its peer ports. Errors: those of findCluster. */
export async function meetSource(
  config: Config,
  environment: NodeJS.ProcessEnv,
  logger: Logger,
): Promise<bigint> {
  const { http, peerTls, client, reference } = await openSource(config, environment, logger);
  try {
    const { clusterId } = await findCluster({
      http,
      source: client,
      sourcePeers: config.sourcePeers,
    });
    return clusterId;
  } finally {
    client?.close();
    reference?.close();
    peerTls.close();
    http.close();
  }
}

/** What is kept on the local disk. */
export interface Storage {
  readonly log: SegmentedLog;
  readonly state: State;
  readonly snapshots: PendingSnapshots;
  readonly settled: SettledReadings;
}

/** The local log and state of a source. A log that ends before the state or a pending snapshot starts anew behind it. */
export async function openStorage(
  dataDir: string,
  clusterId: bigint,
  maxLogBytes: number,
  onFsync: (seconds: number) => void,
): Promise<Storage> {
  const segmentBytes = Math.min(SEGMENT_BYTES, Math.ceil(maxLogBytes / SEGMENTS_OF_FULL_LOG));
  const dir = join(dataDir, 'log');
  const log = await SegmentedLog.open({ dir, clusterId, segmentBytes, onFsync });
  const state = await State.open(join(dataDir, 'state'), clusterId);
  // What the destination confirmed is committed: it may be ahead of what was fsynced here.
  const { index, term } = state.confirmed;
  if (log.base.index <= index && log.termAt(index) !== term) await log.reset(state.confirmed);
  const snapshots = await PendingSnapshots.open(join(dataDir, 'snapshot'));
  await snapshots.removeUpTo(state.confirmed.index);
  // The leader may have been told of it already.
  const newest = snapshots.find()?.position;
  if (newest !== undefined && log.termAt(newest.index) !== newest.term) await log.reset(newest);
  return { log, state, snapshots, settled: await SettledReadings.open(dataDir) };
}

export async function closeStorage({ state, log }: Storage): Promise<void> {
  await state.close();
  await log.close();
}
