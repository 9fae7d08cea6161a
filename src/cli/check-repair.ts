import { SyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import type { RunningSyncer } from '../replicator/http-access.ts';
import {
  MAX_REPAIRS,
  REPAIR_PATH,
  type RepairAnswer,
  type RepairBody,
} from '../replicator/repair-route.ts';
import { chunksOf, type RepairStep } from '../verify/repair-plan.ts';
import type { ByteString } from '../wire/bytes.ts';
import { fetchStatus } from './status.ts';

/** Of names in one request. */
const MAX_CHUNK_BYTES = 1024 * 1024;
/** A destination that is away is waited for there. */
const TIMEOUT_MS = 60_000;

/**
 * Sees to it that there is a replicator which would repair, before anything is compared.
 * Errors: STATUS_UNREACHABLE, REPAIR_NOT_NOW, HTTP_FORBIDDEN, HTTP_UNAUTHORISED.
 */
export async function requireWriter(running: RunningSyncer): Promise<void> {
  const { ha, source } = await fetchStatus(running);
  if (ha !== undefined && ha.role !== 'writer') {
    const who =
      ha.writer === undefined ? 'nobody does' : `${ha.writer.name} does: ${ha.writer.url}`;
    throw new SyncerError('REPAIR_NOT_NOW', `${running.url} does not write, ${who}`);
  }
  await post(running, {
    cluster_id: source.cluster_id,
    keys: [],
    leases: [],
    users: [],
    roles: [],
  });
}

/** Has the running replicator put right what the plan names, part by part. Errors: those of its answers; the signal's reason. */
export async function applyRepair(
  running: RunningSyncer,
  clusterId: bigint,
  plan: readonly RepairStep[],
  { logger, signal }: { readonly logger: Logger; readonly signal: AbortSignal },
): Promise<RepairAnswer> {
  let sum: RepairAnswer | undefined;
  for (const chunk of chunksOf(plan, MAX_REPAIRS, MAX_CHUNK_BYTES)) {
    signal.throwIfAborted();
    const answer = await post(running, {
      cluster_id: clusterId.toString(16),
      keys: chunk.keys.map(base64),
      leases: chunk.leases,
      users: chunk.users.map(base64),
      roles: chunk.roles.map(base64),
    });
    sum = sum === undefined ? answer : added(sum, answer);
    logger.info({ ...sum }, 'repairing');
  }
  if (sum === undefined) throw new SyncerError('INTERNAL', 'a repair without a step');
  return sum;
}

async function post(running: RunningSyncer, body: RepairBody): Promise<RepairAnswer> {
  const call = {
    method: 'POST',
    path: REPAIR_PATH,
    asOperator: true,
    timeoutMs: TIMEOUT_MS,
  } as const;
  return (await running.call({ ...call, body })) as RepairAnswer;
}

function added(a: RepairAnswer, b: RepairAnswer): RepairAnswer {
  const names = Object.keys(a) as (keyof RepairAnswer)[];
  return Object.fromEntries(
    names.map(name => [name, a[name] + b[name]]),
  ) as unknown as RepairAnswer;
}

function base64(bytes: ByteString): string {
  return Buffer.from(bytes, 'latin1').toString('base64');
}
