import { SyncerError } from '../ops/errors.ts';
import type { ByteString } from '../wire/bytes.ts';
import { utf8ToByteString } from '../wire/bytes.ts';
import type { EtcdClient } from './etcd-client.ts';
import { toNumber } from './int64.ts';
import type { Checkpoint, Promoted, Seeding } from './types.ts';

const FORMAT_VERSION = 1;
/** Of one that was promoted: programs that know nothing of that refuse it. */
const PROMOTED_FORMAT_VERSION = 2;

/** A checkpoint as it is at the destination. `version` is that of the key: 0 when there is none. */
export interface FoundCheckpoint {
  readonly checkpoint: Checkpoint | undefined;
  readonly version: number;
  /** Destination revision of the transaction that wrote it. */
  readonly revision: number;
}

/** One key per source cluster, so that several syncers can write into one destination. */
export function checkpointKey(prefix: ByteString, clusterId: bigint): ByteString {
  return (prefix + utf8ToByteString(clusterId.toString(16))) as ByteString;
}

/** IDs are hex strings: a JSON number can't hold 64 bits. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { seeding, promoted } = checkpoint;
  return Buffer.from(
    JSON.stringify({
      format: promoted === undefined ? FORMAT_VERSION : PROMOTED_FORMAT_VERSION,
      cluster_id: checkpoint.clusterId.toString(16),
      index: checkpoint.index,
      term: checkpoint.term,
      revision: checkpoint.revision,
      writer: checkpoint.writer,
      parts_done: checkpoint.partsDone,
      ...(seeding === undefined
        ? {}
        : {
            seeding: {
              ...seeding,
              reached: Buffer.from(seeding.reached, 'latin1').toString('base64'),
            },
          }),
      ...(promoted === undefined ? {} : { promoted: encodePromoted(promoted) }),
    }),
  );
}

function encodePromoted(promoted: Promoted): object {
  return {
    at_ms: promoted.atMs,
    complete: promoted.isComplete,
    highest_revision: promoted.highestRevision,
    ...(promoted.openMs === undefined ? {} : { open_ms: promoted.openMs }),
    ...(promoted.bumpTo === undefined ? {} : { bump_to: promoted.bumpTo }),
    lease_grace: promoted.leaseGrace,
    leases_settled: promoted.areLeasesSettled,
  };
}

/** Errors: DEST_CHECKPOINT_FORMAT. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw new SyncerError(
      'DEST_CHECKPOINT_FORMAT',
      'the checkpoint is not JSON',
      {},
      { cause: error },
    );
  }
  const fields = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
  if (fields.format !== FORMAT_VERSION && fields.format !== PROMOTED_FORMAT_VERSION) {
    throw new SyncerError(
      'DEST_CHECKPOINT_FORMAT',
      `the checkpoint has format ${String(fields.format)}`,
    );
  }
  const { cluster_id, index, term, revision, writer, parts_done } = fields;
  if (
    typeof cluster_id !== 'string' ||
    !/^[0-9a-f]{1,16}$/.test(cluster_id) ||
    typeof writer !== 'string'
  ) {
    throw new SyncerError(
      'DEST_CHECKPOINT_FORMAT',
      'the checkpoint lacks its cluster or its writer',
    );
  }
  return {
    clusterId: BigInt(`0x${cluster_id}`),
    index: position(index, 'index'),
    term: position(term, 'term'),
    revision: position(revision, 'revision'),
    writer,
    partsDone: position(parts_done ?? 0, 'parts_done'),
    ...(fields.seeding === undefined ? {} : { seeding: decodeSeeding(fields.seeding) }),
    // Whoever reads the other format without its mark must not go on replicating.
    ...(fields.format === FORMAT_VERSION ? {} : { promoted: decodePromoted(fields.promoted) }),
  };
}

function decodePromoted(json: unknown): Promoted {
  const fields = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
  const { complete, leases_settled, open_ms, bump_to } = fields;
  if (typeof complete !== 'boolean' || typeof leases_settled !== 'boolean') {
    throw new SyncerError('DEST_CHECKPOINT_FORMAT', 'the checkpoint has no usable promotion');
  }
  return {
    atMs: position(fields.at_ms, 'promoted.at_ms'),
    isComplete: complete,
    highestRevision: position(fields.highest_revision, 'promoted.highest_revision'),
    openMs: open_ms === undefined ? undefined : position(open_ms, 'promoted.open_ms'),
    bumpTo: bump_to === undefined ? undefined : position(bump_to, 'promoted.bump_to'),
    leaseGrace: position(fields.lease_grace, 'promoted.lease_grace'),
    areLeasesSettled: leases_settled,
  };
}

function decodeSeeding(json: unknown): Seeding {
  const fields = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
  const { index, term, reached, base } = fields;
  if (typeof reached !== 'string' || (base !== 'state' && base !== 'destination')) {
    throw new SyncerError('DEST_CHECKPOINT_FORMAT', 'the checkpoint has no usable seeding');
  }
  return {
    index: position(index, 'seeding.index'),
    term: position(term, 'seeding.term'),
    reached: Buffer.from(reached, 'base64').toString('latin1') as ByteString,
    base,
  };
}

/** Reads the checkpoint, linearizably. Errors: those of the client, DEST_CHECKPOINT_FORMAT. */
export async function readCheckpoint(
  client: Pick<EtcdClient, 'range'>,
  key: ByteString,
): Promise<FoundCheckpoint> {
  const { kvs } = await client.range({ key: Buffer.from(key, 'latin1') });
  const found = kvs?.[0];
  if (found === undefined) return { checkpoint: undefined, version: 0, revision: 0 };
  return {
    checkpoint: decodeCheckpoint(found.value ?? new Uint8Array(0)),
    version: toNumber(found.version),
    revision: toNumber(found.mod_revision),
  };
}

function position(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new SyncerError('DEST_CHECKPOINT_FORMAT', `the checkpoint has no usable ${name}`);
}
