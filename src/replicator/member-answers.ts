import type { Member } from '../apply/types.ts';
import { errorText } from '../ops/errors.ts';
import { fetchMembers } from '../transport/discovery.ts';
import { type PeerHttp, peerUrl } from '../transport/peer-http.ts';

/** What a member says of itself and the cluster, asked just now. */
export interface MemberAnswer {
  /** Its etcdserver version, word for word. */
  readonly server: string;
  /** The cluster version as it knows it. */
  readonly cluster: string;
  /** Members by ID, as it knows them; true = learner. */
  readonly members: ReadonlyMap<bigint, boolean>;
  /** A downgrade was enabled. 3.4 knows of none, and learners are not asked. */
  readonly downgrade: boolean;
}

/** No answer, or none that can be relied on. */
export interface NoAnswer {
  readonly failure: string;
}

/** Asks one member, by whichever of its peer URLs answers. */
export async function askMember(
  http: PeerHttp,
  clusterId: bigint,
  member: Member,
): Promise<MemberAnswer | NoAnswer> {
  let failure = 'it has no peer URL';
  for (const url of member.peerUrls) {
    try {
      return await ask(http, clusterId, member, url);
    } catch (error) {
      failure = errorText(error);
    }
  }
  return { failure };
}

async function ask(
  http: PeerHttp,
  clusterId: bigint,
  member: Member,
  url: string,
): Promise<MemberAnswer> {
  const view = await fetchMembers(http, url);
  // /version does not say whose it is: an address may have gone over to another cluster.
  if (view.clusterId !== clusterId) throw new Error(`${url} belongs to another cluster`);
  const { server, cluster } = versionsOf(await text(http, peerUrl(url, '/version')));
  const asksDowngrade = !member.isLearner && !server.startsWith('3.4.');
  return {
    server,
    cluster,
    members: new Map(view.members.map(({ id, isLearner }) => [id, isLearner])),
    downgrade: asksDowngrade && (await isDowngrading(http, url)),
  };
}

async function isDowngrading(http: PeerHttp, url: string): Promise<boolean> {
  const said = (await text(http, peerUrl(url, '/downgrade/enabled'))).trim();
  if (said !== 'true' && said !== 'false') throw new Error(`${url} does not say if it downgrades`);
  return said === 'true';
}

async function text(http: PeerHttp, url: string): Promise<string> {
  const { status, body } = await http.get(url);
  if (status !== 200) throw new Error(`${url} answers with status ${status}`);
  return body.toString('utf8');
}

/** The two versions of a /version answer. Throws when it is none. */
export function versionsOf(body: string): { readonly server: string; readonly cluster: string } {
  const { etcdserver, etcdcluster } = JSON.parse(body) as Record<string, unknown>;
  if (typeof etcdserver !== 'string' || typeof etcdcluster !== 'string') {
    throw new Error('/version without versions');
  }
  return { server: etcdserver, cluster: etcdcluster };
}
