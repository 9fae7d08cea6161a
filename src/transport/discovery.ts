import type { Member } from '../apply/types.ts';
import { SyncerError, toSyncerError } from '../ops/errors.ts';
import type { PeerHttp } from './peer-http.ts';
import { formatId, peerUrl, refusalCode } from './peer-http.ts';

/** What one peer says of the cluster. */
export interface ClusterView {
  readonly clusterId: bigint;
  readonly members: readonly Member[];
  /** The answer as it came, for relaying. */
  readonly body: string;
}

/** Asks one peer for /members. Errors: PEER_UNREACHABLE when it gives no usable answer. */
export async function fetchMembers(http: PeerHttp, url: string): Promise<ClusterView> {
  const { status, clusterId, body } = await http.get(peerUrl(url, '/members'));
  if (status !== 200 || clusterId === undefined || !/^[0-9a-f]{1,16}$/.test(clusterId)) {
    const said = body.toString('utf8').trim().slice(0, 200);
    const text = `${url} answered /members with status ${status}: ${said}`;
    throw new SyncerError(refusalCode(status, said), text, { url });
  }
  const text = body.toString('utf8');
  return { clusterId: BigInt(`0x${clusterId}`), members: parseMembers(text, url), body: text };
}

/**
 * Asks all given peers, since one that lags may not know of us yet. Returns the views of those that
 * answered, at least one, all of one cluster. Errors: SOURCE_UNREACHABLE with what each said;
 * SOURCE_CLUSTER_MISMATCH when the peers belong to several clusters.
 */
export async function discover(http: PeerHttp, urls: readonly string[]): Promise<ClusterView[]> {
  const results = await Promise.allSettled(urls.map(url => fetchMembers(http, url)));
  const views = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
  const clusters = new Set(views.map(view => formatId(view.clusterId)));
  if (clusters.size > 1) {
    const text = `the peers belong to several clusters: ${[...clusters].join(', ')}`;
    throw new SyncerError('SOURCE_CLUSTER_MISMATCH', text);
  }
  if (views.length > 0) return views;
  const errors = results.flatMap(result =>
    result.status === 'rejected' ? [toSyncerError(result.reason)] : [],
  );
  // One cause that all have in common is said by its own code.
  const common = errors[0]?.code.startsWith('TLS_') === true ? errors[0].code : undefined;
  throw new SyncerError(
    common !== undefined && errors.every(({ code }) => code === common)
      ? common
      : 'SOURCE_UNREACHABLE',
    `no peer of the source answers: ${errors.map(({ message }) => message).join('; ')}`,
  );
}

/** Member IDs are JSON numbers beyond 2^53: they are turned into strings before parsing. */
export function parseMembers(text: string, url: string): Member[] {
  let json: unknown;
  try {
    json = JSON.parse(quoteIds(text));
  } catch (error) {
    throw new SyncerError(
      'PEER_UNREACHABLE',
      `${url}/members is not JSON`,
      { url },
      { cause: error },
    );
  }
  if (!Array.isArray(json))
    throw new SyncerError('PEER_UNREACHABLE', `${url}/members is no list`, { url });
  return json.map(item => parseMember(item, url));
}

/** Puts quotes around the digits of `"id": digits`, outside of strings only. */
function quoteIds(text: string): string {
  return text.replaceAll(
    /"(?:[^"\\]|\\.)*"\s*(?::\s*(\d+))?/g,
    (match, digits: string | undefined) =>
      digits !== undefined && match.startsWith('"id"') ? `"id":"${digits}"` : match,
  );
}

function parseMember(item: unknown, url: string): Member {
  const fields = (typeof item === 'object' && item !== null ? item : {}) as Record<string, unknown>;
  if (typeof fields.id !== 'string' || !/^\d{1,20}$/.test(fields.id)) {
    throw new SyncerError('PEER_UNREACHABLE', `${url}/members has a member without an ID`, { url });
  }
  return {
    id: BigInt.asUintN(64, BigInt(fields.id)),
    name: typeof fields.name === 'string' ? fields.name : '',
    peerUrls: strings(fields.peerURLs),
    clientUrls: strings(fields.clientURLs),
    isLearner: fields.isLearner === true,
  };
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}
