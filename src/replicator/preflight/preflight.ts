import type { Config } from '../../config/options.ts';
import type { EtcdClient } from '../../destination/etcd-client.ts';
import type { Logger } from '../../ops/logger.ts';
import { TlsSource } from '../../ops/tls.ts';
import type { ClusterView } from '../../transport/discovery.ts';
import { openDestinationClient } from '../destination.ts';
import { advertiseUrls, openSource, type SourceAccess } from '../open.ts';
import { lookAtContents, lookAtDestRights, lookAtHealth, lookAtLimits } from './destination.ts';
import { type Finding, look, unknown } from './finding.ts';
import { lookAtInbound } from './inbound.ts';
import { lookAtDisk } from './local.ts';
import { lookAtMembers } from './members.ts';
import { askSource, lookAtIdentity, lookAtSeat, lookAtSourceRights } from './source.ts';

export interface PreflightOptions {
  readonly config: Config;
  readonly environment: NodeJS.ProcessEnv;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Opens the peer port to see who dials; not while a replicator has it. */
  readonly withInbound: boolean;
}

/**
 * Looks at everything that a start depends on, in order, and changes nothing on either side. Each finding is handed
 * over as soon as it is there. Errors: CONFIG_FILE and TLS_FILES alone; all others are findings.
 */
export async function* preflight(options: PreflightOptions): AsyncGenerator<Finding> {
  const { config, environment, logger, signal } = options;
  yield* await look('disk', () => lookAtDisk(config));
  const source = await openSource(config, environment, logger);
  const destination = await openDestinationClient(config, environment, logger);
  const destTls = await TlsSource.open(
    { ca: config.destCacert, cert: config.destCert, key: config.destKey },
    logger,
  );
  const close = (): void => {
    source.client?.close();
    source.http.close();
    source.peerTls.close();
    destination.close();
    destTls.close();
  };
  // What is under way fails at once then.
  signal.addEventListener('abort', close);
  try {
    const sourceId = yield* lookAtSource(options, source);
    yield* lookAtDestination(options, source.client, destination, destTls, sourceId);
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

/** Returns the source's cluster ID, when it tells. */
async function* lookAtSource(
  { config, signal, withInbound }: PreflightOptions,
  source: SourceAccess,
): AsyncGenerator<Finding, bigint | undefined> {
  let view: ClusterView | undefined;
  yield* await look('source', async () => {
    view = await askSource(config, source);
    return [];
  });
  if (view === undefined || signal.aborted) return undefined;
  const found = view;
  const urls = found.members
    .filter(({ isLearner }) => !isLearner)
    .map(member => member.peerUrls[0]);
  yield* await look('source members', () =>
    lookAtMembers(
      'source',
      urls.filter(url => url !== undefined),
      source.peerTls,
      signal,
    ),
  );
  const seat = lookAtSeat(config, found);
  yield seat;
  yield* await look('data directory', () => lookAtIdentity(config, found));
  yield* await look('source rights', () => lookAtSourceRights(source.client));
  if (withInbound) {
    const ours = advertiseUrls(config);
    const hasSeat = found.members.some(({ peerUrls }) => peerUrls.some(url => ours.includes(url)));
    yield* await look('source reaches us', () =>
      lookAtInbound(config.listenPeerUrls, ours.join(', '), hasSeat, signal),
    );
  }
  return found.clusterId;
}

async function* lookAtDestination(
  { config, signal }: PreflightOptions,
  source: EtcdClient | undefined,
  destination: EtcdClient,
  tls: TlsSource,
  sourceId: bigint | undefined,
): AsyncGenerator<Finding> {
  const urls = config.destEndpoints.map(url => (url.includes('://') ? url : `http://${url}`));
  const members = await look('destination members', () =>
    lookAtMembers('destination', urls, tls, signal),
  );
  yield* members;
  if (signal.aborted) return;
  if (members.every(({ state }) => state === 'error')) {
    yield unknown('destination', 'the rest of it: it does not answer');
    return;
  }
  yield* await look('destination health', () => lookAtHealth(destination, sourceId));
  yield* await look('destination rights', () => lookAtDestRights(config, destination));
  yield* await look('destination contents', () => lookAtContents(config, destination, sourceId));
  yield* await look('limits', () => lookAtLimits(config, source, destination));
}
