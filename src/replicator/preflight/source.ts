import type { Config } from '../../config/options.ts';
import type { EtcdClient } from '../../destination/etcd-client.ts';
import { findCluster } from '../../ha/seat.ts';
import { SyncerError } from '../../ops/errors.ts';
import type { ClusterView } from '../../transport/discovery.ts';
import { readIdentity } from '../identity.ts';
import { advertiseUrls, type SourceAccess } from '../open.ts';
import { type Finding, failed, ok, unknown, warning } from './finding.ts';

/** What the source says of itself. Errors: those of findCluster. */
export async function askSource(config: Config, source: SourceAccess): Promise<ClusterView> {
  const { http, client } = source;
  return await findCluster({ http, source: client, sourcePeers: config.sourcePeers });
}

/** Whether there is a seat for us, or room for one. */
export function lookAtSeat(config: Config, { members }: ClusterView): Finding {
  const check = 'seat';
  const urls = advertiseUrls(config);
  const own = members.find(({ peerUrls }) => peerUrls.some(url => urls.includes(url)));
  if (own !== undefined) {
    const text = `${own.id.toString(16)} has our peer URL`;
    return own.isLearner
      ? ok(check, text)
      : failed(check, 'SEAT_PROMOTED', `${text} and is a voting member`);
  }
  const learners = members.filter(({ isLearner }) => isLearner);
  if (learners.length >= config.sourceMaxLearners) {
    const [other] = learners;
    const text = `the source has its learner: ${other?.id.toString(16)} at ${other?.peerUrls.join(', ')}`;
    return failed(check, 'SEAT_SLOT_TAKEN', text);
  }
  if (config.join) return ok(check, 'there is room for a learner: --join adds it');
  const command = `etcdctl member add ${config.name} --learner --peer-urls=${urls.join(',')}`;
  return failed(check, 'SEAT_MISSING', `nobody has our peer URL; run: ${command}`);
}

/** Whether the data directory, where there is one, is of this source. Errors: DATA_DIR. */
export async function lookAtIdentity(config: Config, view: ClusterView): Promise<Finding> {
  const check = 'data directory';
  const before = await readIdentity(config.dataDir);
  if (before === undefined) return ok(check, 'a new one');
  const [ours, theirs] = [before.clusterId.toString(16), view.clusterId.toString(16)];
  if (ours === theirs) return ok(check, 'belongs to this source');
  const text = `belongs to cluster ${ours}, the source is ${theirs}`;
  return failed(check, 'SOURCE_CLUSTER_MISMATCH', text);
}

/** What our user may do at the source. Errors: those of the client. */
export async function lookAtSourceRights(client: EtcdClient | undefined): Promise<Finding> {
  const check = 'source rights';
  if (client === undefined) return unknown(check, 'no --source-endpoints: none are needed');
  if (client.user === undefined) return await withoutUser(client);
  if (!(await client.authIsOn())) return ok(check, 'auth is off');
  const roles = await client.userRoles(client.user);
  if (roles.includes('root')) return ok(check, `${client.user} has the role root`);
  const text = `${client.user} has not the role root, which --join, check and leave need`;
  return warning(check, 'SOURCE_PERMISSION', text);
}

/** The seat itself needs no user when it is there: who follows the log may do without. */
async function withoutUser(client: EtcdClient): Promise<Finding> {
  const check = 'source rights';
  try {
    await client.range({ key: new Uint8Array([1]), serializable: true });
  } catch (error) {
    if (!(error instanceof SyncerError) || error.code !== 'SOURCE_UNAUTHORISED') throw error;
    const text = 'auth is on and there is no --source-user: --join, check and leave are refused';
    return warning(check, error.code, text);
  }
  return ok(check, 'auth is off');
}
