import type { Member } from '../apply/types.ts';
import type { EtcdClient } from '../destination/etcd-client.ts';
import { toId } from '../destination/int64.ts';
import { SyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { type ClusterView, discover } from '../transport/discovery.ts';
import type { PeerHttp } from '../transport/peer-http.ts';
import { formatId } from '../transport/peer-http.ts';

/** Our learner membership in the source, and who else is there. */
export interface Seat {
  readonly clusterId: bigint;
  readonly memberId: bigint;
  readonly peerUrls: readonly string[];
  /** All other members. */
  readonly others: readonly Member[];
  /** Somebody has promoted it already. */
  readonly isVoter: boolean;
}

export interface SeatOptions {
  readonly http: PeerHttp;
  /** Client of the source; undefined when only peer URLs are known. */
  readonly source: EtcdClient | undefined;
  readonly sourcePeers: readonly string[];
  readonly advertiseUrls: readonly string[];
  readonly name: string;
  readonly join: boolean;
  /** The one that is ours, where its peer URL may have been another's; undefined = whichever has it. */
  readonly memberId?: bigint;
  readonly logger: Logger;
}

/**
 * Finds the member whose peer URL is ours; with `join`, adds it when there is none.
 *
 * Errors: SEAT_MISSING with the command to type, SEAT_SLOT_TAKEN, SOURCE_CLUSTER_MISMATCH, those of a
 * client of the source.
 */
export async function findSeat(options: SeatOptions): Promise<Seat> {
  const peers = await peersOf(options);
  const found = await lookUp(options, peers);
  if (found !== undefined) return found;
  if (options.memberId !== undefined) throw notListed();
  if (!options.join || options.source === undefined) throw seatMissing(options);
  const { member } = await options.source.memberAddLearner(options.advertiseUrls);
  options.logger.info({ member_id: formatId(toId(member?.ID)) }, 'added our seat to the source');
  const added = await lookUp(options, peers);
  if (added === undefined) throw notListed();
  return added;
}

/** What the source says of itself, for who takes no seat. Errors: SOURCE_UNREACHABLE, CONFIG_INVALID, those of the client. */
export async function findCluster(
  options: Pick<SeatOptions, 'http' | 'source' | 'sourcePeers'>,
): Promise<ClusterView> {
  const [view] = await discover(options.http, await peersOf(options));
  if (view === undefined)
    throw new SyncerError('SOURCE_UNREACHABLE', 'no peer of the source answers');
  return view;
}

async function lookUp(options: SeatOptions, peers: readonly string[]): Promise<Seat | undefined> {
  for (const view of await discover(options.http, peers)) {
    const own = view.members.find(
      member =>
        member.id === (options.memberId ?? member.id) &&
        member.peerUrls.some(url => options.advertiseUrls.includes(url)),
    );
    if (own === undefined) continue;
    return {
      clusterId: view.clusterId,
      memberId: own.id,
      peerUrls: own.peerUrls,
      others: view.members.filter(member => member.id !== own.id),
      isVoter: !own.isLearner,
    };
  }
  return undefined;
}

/** The members may not have applied the addition yet. */
function notListed(): SyncerError {
  return new SyncerError('SOURCE_UNREACHABLE', 'the members do not list our seat yet');
}

async function peersOf({
  source,
  sourcePeers,
}: Pick<SeatOptions, 'source' | 'sourcePeers'>): Promise<readonly string[]> {
  if (sourcePeers.length > 0) return sourcePeers;
  if (source === undefined) {
    throw new SyncerError(
      'CONFIG_INVALID',
      'name the source with --source-endpoints or --source-peers',
    );
  }
  const { members } = await source.memberList();
  return (members ?? []).flatMap(member =>
    member.isLearner === true ? [] : (member.peerURLs ?? []),
  );
}

function seatMissing({ name, advertiseUrls }: SeatOptions): SyncerError {
  const command = `etcdctl member add ${name} --learner --peer-urls=${advertiseUrls.join(',')}`;
  return new SyncerError(
    'SEAT_MISSING',
    `the source has no member with our peer URL; run: ${command}`,
    {
      command,
    },
  );
}
