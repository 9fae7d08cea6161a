import { SyncerError } from '../../ops/errors.ts';

/** Operations of a batch when many wait: larger ones are no faster (docs/decisions.md). */
const BATCH_OPS = 2_000;
/** Bytes of a usual batch. */
const BATCH_BYTES = 512 * 1024;
/** What the request around the operations takes: guard, checkpoint, header, user name, auth revision. */
const ENVELOPE_BYTES = 4 * 1024;

/**
 * How operations are laid out within --max-txn-ops, which counts depth and not siblings
 * (v3rpc checkTxnRequest): a list of k nested transactions and the checkpoint takes k+1, and leaves
 * the rest for each of them.
 */
export interface TxnLimits {
  /** Operations of one nested transaction; 0 = all lie flat. */
  readonly childOps: number;
  /** Operations that fit into one request at all. */
  readonly maxOps: number;
  readonly maxBytes: number;
  /** Where a batch of several entries ends. */
  readonly batchOps: number;
  readonly batchBytes: number;
}

/** Errors: CONFIG_INVALID for limits that leave no room. */
export function txnLimits(maxTxnOps: number, maxRequestBytes: number): TxnLimits {
  if (maxTxnOps < 2) {
    throw new SyncerError(
      'CONFIG_INVALID',
      '--max-txn-ops must be at least 2: an operation and the checkpoint',
    );
  }
  const maxBytes = maxRequestBytes - ENVELOPE_BYTES;
  if (maxBytes < ENVELOPE_BYTES) {
    throw new SyncerError(
      'CONFIG_INVALID',
      `--max-request-bytes must be at least ${2 * ENVELOPE_BYTES}`,
    );
  }
  // Half of the depth for the list, half for its children holds the most: (n/2)^2. Small limits hold more without nesting.
  const nestedOps = Math.max(0, Math.floor(maxTxnOps / 2) - 1);
  const nestedMax = nestedOps * (maxTxnOps - nestedOps - 1);
  const nests = nestedMax > maxTxnOps - 1;
  const childOps = nests ? nestedOps : 0;
  const maxOps = nests ? nestedMax : maxTxnOps - 1;
  return {
    childOps,
    maxOps,
    maxBytes,
    batchOps: Math.min(BATCH_OPS, maxOps),
    batchBytes: Math.min(BATCH_BYTES, maxBytes),
  };
}
