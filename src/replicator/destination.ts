import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { loadLogin } from '../config/load.ts';
import type { Config } from '../config/options.ts';
import { AuthWriter } from '../destination/auth-writer.ts';
import { checkpointKey } from '../destination/checkpoint.ts';
import { EtcdClient, type EtcdClientOptions } from '../destination/etcd-client.ts';
import { HeldAuthFiles } from '../destination/held-auth.ts';
import { LeaseKeeper } from '../destination/lease-keeper.ts';
import { KeyFilter } from '../destination/planner/filter.ts';
import { txnLimits } from '../destination/planner/limits.ts';
import { DestinationWriter, type WriterOptions } from '../destination/writer.ts';
import type { Logger } from '../ops/logger.ts';
import { TlsSource } from '../ops/tls.ts';
import { type ByteString, utf8ToByteString } from '../wire/bytes.ts';

/** What writes to the destination. */
export interface Destination {
  readonly client: EtcdClient;
  readonly filter: KeyFilter;
  readonly leases: LeaseKeeper;
  readonly auth: AuthWriter | undefined;
  readonly writer: DestinationWriter;
}

/** Errors: CONFIG_FILE, those of TlsSource. */
export async function openDestinationClient(
  config: Config,
  environment: NodeJS.ProcessEnv,
  logger: Logger,
  limits: Pick<EtcdClientOptions, 'gate' | 'deadlineMs' | 'opensAhead'> = {},
): Promise<EtcdClient> {
  const files = { ca: config.destCacert, cert: config.destCert, key: config.destKey };
  return new EtcdClient({
    endpoints: config.destEndpoints,
    tls: await TlsSource.open(files, logger),
    ...limits,
    ...loadLogin(
      config.destUser,
      'ETCD_SYNCER_DEST_PASSWORD',
      config.destPasswordFile,
      environment,
    ),
  });
}

/** Wires the writer and its parts. Errors: CONFIG_INVALID for filters and limits that can't work. */
export function buildDestination(
  config: Config,
  client: EtcdClient,
  clusterId: bigint,
  logger: Logger,
  events: Pick<WriterOptions, 'onConfirmed' | 'onBatch' | 'onRetry' | 'onRecovered' | 'fence'>,
): Destination {
  const checkpointPrefix = utf8ToByteString(config.checkpointPrefix);
  const filter = keyFilterOf(config);
  const leases: LeaseKeeper = new LeaseKeeper(client, config.leaseTtlFloor, logger, id =>
    writer.leaseLost(id),
  );
  const auth =
    config.auth === 'skip'
      ? undefined
      : new AuthWriter({
          client,
          logger,
          keepUsers: config.destKeepUsers,
          held: new HeldAuthFiles(heldAuthDir(config.dataDir)),
        });
  const writer: DestinationWriter = new DestinationWriter({
    client,
    leases,
    auth,
    filter,
    limits: txnLimits(config.maxTxnOps, config.maxRequestBytes),
    clusterId,
    checkpointKey: checkpointKey(checkpointPrefix, clusterId),
    onNonempty: config.onNonempty,
    writerName: randomBytes(8).toString('hex'),
    logger,
    ...events,
  });
  return { client, filter, leases, auth, writer };
}

/** Which keys are replicated. Errors: CONFIG_INVALID. */
export function keyFilterOf(config: Config): KeyFilter {
  return new KeyFilter({
    prefixes: config.prefix.map(utf8ToByteString),
    excludePrefixes: config.excludePrefix.map(utf8ToByteString),
    destPrefix: destinationPrefix(config),
    checkpointPrefix: utf8ToByteString(config.checkpointPrefix),
  });
}

/** Where changes of users and roles are kept that were not carried over. */
export function heldAuthDir(dataDir: string): string {
  return join(dataDir, 'auth-held');
}

function destinationPrefix(config: Config): ByteString | undefined {
  if (config.noDestPrefix) return utf8ToByteString('');
  return config.destPrefix === undefined ? undefined : utf8ToByteString(config.destPrefix);
}
