import { compareBytes } from '../wire/bytes.ts';
import type { Compare, TxnRequest } from '../wire/types.ts';
import { isSingleKey, requestRange } from './ranges.ts';
import type { KeyRecord, StateReader } from './types.ts';

/** Whether a transaction takes its success branch: all its compares hold on the state before it (applyCompares). */
export function comparesHold(txn: TxnRequest, state: StateReader): boolean {
  return txn.compare.every(compare => compareHolds(compare, state));
}

/**
 * One compare (applyCompare): every key of the range must satisfy it; with no key, a VALUE compare is
 * false whatever its operator and the others compare with zero.
 */
function compareHolds(compare: Compare, state: StateReader): boolean {
  if (isSingleKey(compare.rangeEnd)) return recordHolds(compare, state.getKey(compare.key));
  const range = requestRange(compare.key, compare.rangeEnd);
  let found = false;
  if (range !== undefined) {
    for (const [, record] of state.scanKeys(range.start, range.end)) {
      found = true;
      if (!recordHolds(compare, record)) return false;
    }
  }
  return found || recordHolds(compare, undefined);
}

function recordHolds(compare: Compare, record: KeyRecord | undefined): boolean {
  if (compare.target === 'value' && record === undefined) return false;
  return resultHolds(compare, order(compare, record));
}

/** Sign of record compared with operand (compareKV). An unknown target counts as equal. */
function order(compare: Compare, record: KeyRecord | undefined): number {
  switch (compare.target) {
    case 'version':
      return sign(BigInt(record?.version ?? 0), compare.number);
    case 'create':
      return sign(BigInt(record?.createRevision ?? 0), compare.number);
    case 'mod':
      return sign(BigInt(record?.modRevision ?? 0), compare.number);
    case 'lease':
      return sign(record?.lease ?? 0n, compare.number);
    case 'value':
      return record === undefined ? 0 : compareBytes(record.value, compare.value);
    case 'unknown':
      return 0;
  }
}

function sign(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** An unknown operator is true. */
function resultHolds({ result }: Compare, order: number): boolean {
  switch (result) {
    case 'equal':
      return order === 0;
    case 'not-equal':
      return order !== 0;
    case 'greater':
      return order > 0;
    case 'less':
      return order < 0;
    case 'unknown':
      return true;
  }
}
