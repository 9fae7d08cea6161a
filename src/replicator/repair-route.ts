import type { RepairReport, RepairRequest } from '../destination/repair.ts';
import { SyncerError } from '../ops/errors.ts';
import { RequestError, readJson, replyJson } from '../ops/http/reply.ts';
import type { Route } from '../ops/http/routes.ts';
import type { ByteString } from '../wire/bytes.ts';
import type { Replication } from './replication.ts';

export const REPAIR_PATH = '/v1/repair';
/** Replication waits for a repair, so one request may not name more than this. */
export const MAX_REPAIRS = 200;
/** Keys may be as long as a request to etcd. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** A repair as it is sent: names and keys in base64, lease IDs in hex. */
export interface RepairBody {
  readonly cluster_id: string;
  readonly keys: readonly string[];
  readonly leases: readonly string[];
  readonly users: readonly string[];
  readonly roles: readonly string[];
}

/** What a repair did, as it is answered. */
export interface RepairAnswer {
  readonly puts: number;
  readonly deletes: number;
  readonly leases_granted: number;
  readonly leases_renewed: number;
  readonly leases_revoked: number;
  readonly auth: number;
  readonly right: number;
  readonly kept: number;
}

/**
 * Takes what `check` found to differ and has the writer put it right. Only names come in, never values: what
 * they are to be is the writer's to know.
 */
export function repairRoute(replication: () => Replication | undefined): Route {
  return {
    method: 'POST',
    path: REPAIR_PATH,
    access: 'operator',
    handle: async (request, response) => {
      const { clusterId, ...wanted } = parseRepair(await readJson(request, MAX_BODY_BYTES));
      const current = replication();
      const reason = reasonNot(current, clusterId);
      if (current === undefined || reason !== undefined) {
        throw new SyncerError('REPAIR_NOT_NOW', reason ?? '');
      }
      replyJson(response, answerOf(await current.destination.writer.repair(wanted)));
    },
  };
}

function reasonNot(replication: Replication | undefined, clusterId: string): string | undefined {
  if (replication === undefined) return 'this replica does not write';
  const ours = replication.seat.clusterId.toString(16);
  if (ours !== clusterId) return `it follows cluster ${ours}, not ${clusterId}`;
  const { phase, isFrozen } = replication;
  if (isFrozen) return 'the destination is being promoted';
  return phase === 'replicating' ? undefined : `its phase is ${phase}, not replicating`;
}

/** Errors: HTTP_REQUEST. */
export function parseRepair(body: unknown): RepairRequest & { readonly clusterId: string } {
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const { cluster_id: clusterId } = fields;
  if (typeof clusterId !== 'string' || !/^[0-9a-f]{1,16}$/.test(clusterId)) {
    throw new RequestError(400, 'cluster_id is missing, or no ID in hex');
  }
  const request = {
    clusterId,
    keys: bytesOf(fields, 'keys'),
    leases: textsOf(fields, 'leases').map(leaseOf),
    users: bytesOf(fields, 'users'),
    roles: bytesOf(fields, 'roles'),
  };
  const { keys, leases, users, roles } = request;
  const count = keys.length + leases.length + users.length + roles.length;
  if (count > MAX_REPAIRS) {
    throw new RequestError(413, `${count} things to repair at once, the most is ${MAX_REPAIRS}`);
  }
  return request;
}

function bytesOf(fields: Record<string, unknown>, name: string): ByteString[] {
  return textsOf(fields, name).map(text => {
    const bytes = Buffer.from(text, 'base64');
    if (bytes.length === 0 || bytes.toString('base64') !== text) {
      throw new RequestError(400, `${name} must be base64, and none empty`);
    }
    return bytes.toString('latin1') as ByteString;
  });
}

function textsOf(fields: Record<string, unknown>, name: string): readonly string[] {
  const texts = fields[name] ?? [];
  if (Array.isArray(texts) && texts.every(text => typeof text === 'string')) return texts;
  throw new RequestError(400, `${name} is no list of texts`);
}

/** IDs are signed at etcd's API. */
function leaseOf(text: string): bigint {
  const id = /^[0-9a-f]{1,16}$/.test(text) ? BigInt(`0x${text}`) : 0n;
  if (id === 0n) throw new RequestError(400, 'leases must be IDs in hex');
  return BigInt.asIntN(64, id);
}

function answerOf(report: RepairReport): RepairAnswer {
  const { puts, deletes, leasesGranted, leasesRenewed, leasesRevoked, auth, right, kept } = report;
  return {
    puts,
    deletes,
    leases_granted: leasesGranted,
    leases_renewed: leasesRenewed,
    leases_revoked: leasesRevoked,
    auth,
    right,
    kept,
  };
}
