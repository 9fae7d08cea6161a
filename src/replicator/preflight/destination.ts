import type { Config } from '../../config/options.ts';
import { checkpointKey, readCheckpoint } from '../../destination/checkpoint.ts';
import { prepareEmpty } from '../../destination/emptiness.ts';
import type { EtcdClient } from '../../destination/etcd-client.ts';
import { toId } from '../../destination/int64.ts';
import { SyncerError } from '../../ops/errors.ts';
import { formatBytes, formatCount } from '../../ops/units.ts';
import { type ByteString, fromByteString, utf8ToByteString } from '../../wire/bytes.ts';
import { keyFilterOf } from '../destination.ts';
import { type Finding, failed, ok, warning } from './finding.ts';
import { type Limit, maxRequestBytes, maxTxnOps } from './limits.ts';

/** Never written: its transaction's condition does not hold. */
const NEVER_WRITTEN = '__etcd_syncer_preflight__' as ByteString;

/** Alarms, a leader, and that it is not the source. Errors: those of the client. */
export async function lookAtHealth(
  client: EtcdClient,
  sourceId: bigint | undefined,
): Promise<Finding> {
  const check = 'destination health';
  const { header, errors, leader } = await client.status();
  const id = toId(header?.cluster_id);
  if (id === sourceId) {
    return failed(check, 'SAME_CLUSTER', `source and destination are cluster ${id.toString(16)}`);
  }
  const alarms = errors ?? [];
  if (alarms.some(text => text.includes('NOSPACE'))) {
    return failed(check, 'DEST_NOSPACE', alarms.join(', '));
  }
  if (toId(leader) === 0n) return failed(check, 'DEST_UNREACHABLE', 'it has no leader');
  if (alarms.length > 0) return warning(check, 'DEST_REFUSED', alarms.join(', '));
  return ok(check, `cluster ${id.toString(16)}, no alarms`);
}

/**
 * Whether we may write where we have to: a transaction with a put for each prefix, whose condition never holds. It
 * changes nothing, but the members judge it as any other.
 */
export async function lookAtDestRights(config: Config, client: EtcdClient): Promise<Finding> {
  const check = 'destination rights';
  const prefixes = [
    ...keyFilterOf(config).destinationPrefixes,
    utf8ToByteString(config.checkpointPrefix),
  ];
  const keys = [...new Set(prefixes.map(prefix => `${prefix}${NEVER_WRITTEN}` as ByteString))];
  await client.txnOf({
    // version < 0
    compare: [{ result: 2, key: fromByteString(keys[0] ?? NEVER_WRITTEN) }],
    success: keys.map(key => ({
      request_put: { key: fromByteString(key), value: new Uint8Array(0) },
    })),
  });
  if (client.user === undefined || !(await client.authIsOn())) return ok(check, 'auth is off');
  const roles = await client.userRoles(client.user);
  if (roles.includes('root') || config.auth === 'skip') {
    return ok(check, `${client.user} may write where it has to`);
  }
  const text = `${client.user} may write, but has not the role root: users and roles can not be carried over; give it, or --auth=skip`;
  return warning(check, 'DEST_PERMISSION', text);
}

/** What the first start would meet. Errors: those of the client, DEST_CHECKPOINT_FORMAT. */
export async function lookAtContents(
  config: Config,
  client: EtcdClient,
  sourceId: bigint | undefined,
): Promise<Finding> {
  const check = 'destination contents';
  const prefix = utf8ToByteString(config.checkpointPrefix);
  if (sourceId !== undefined) {
    const { checkpoint } = await readCheckpoint(client, checkpointKey(prefix, sourceId));
    if (checkpoint !== undefined) {
      return ok(check, `a checkpoint of this source at index ${formatCount(checkpoint.index)}`);
    }
  }
  try {
    await prepareEmpty(client, keyFilterOf(config), 'refuse');
  } catch (error) {
    if (!(error instanceof SyncerError) || error.code !== 'DEST_NOT_EMPTY') throw error;
    const { onNonempty } = config;
    if (onNonempty === 'refuse') return failed(check, error.code, error.message);
    const what = onNonempty === 'merge' ? 'foreign keys stay' : 'keys that the source lacks go';
    return warning(check, error.code, `${error.message}; --on-nonempty=${onNonempty}: ${what}`);
  }
  return ok(check, 'empty where keys are to land');
}

/** Our flags and the source's limits against those of the destination. Errors: those of the clients. */
export async function lookAtLimits(
  config: Config,
  source: EtcdClient | undefined,
  destination: EtcdClient,
): Promise<readonly Finding[]> {
  const bytes = await maxRequestBytes(destination);
  const ops = await maxTxnOps(destination);
  const ofSource = source === undefined ? undefined : await maxRequestBytes(source);
  return [opsFinding(config, ops), bytesFinding(config, bytes, ofSource)];
}

function opsFinding({ maxTxnOps: ours }: Config, theirs: Limit): Finding {
  const check = 'limit of operations';
  const text = `--max-txn-ops is ${ours}, the destination takes ${shown(theirs, formatCount)}`;
  return ours > theirs.value && theirs.isExact
    ? failed(check, 'DEST_LIMITS', text)
    : ok(check, text);
}

function bytesFinding(
  { maxRequestBytes: ours }: Config,
  theirs: Limit,
  ofSource: Limit | undefined,
): Finding {
  const check = 'limit of bytes';
  const source = ofSource === undefined ? '' : `, the source takes ${shown(ofSource, formatBytes)}`;
  const text = `--max-request-bytes is ${formatBytes(ours)}, the destination takes ${shown(theirs, formatBytes)}${source}`;
  if (ours > theirs.value && theirs.isExact) return failed(check, 'DEST_LIMITS', text);
  if (theirs.isExact && (ofSource?.value ?? 0) > theirs.value) {
    return warning(check, 'LIMITS_DIFFER', text);
  }
  return ok(check, text);
}

function shown({ value, isExact }: Limit, format: (value: number) => string): string {
  return isExact ? format(value) : `${format(value)} or more`;
}
