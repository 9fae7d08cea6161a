import { MemoryState } from '../../src/apply/memory-state.ts';
import type { KeyRecord } from '../../src/apply/types.ts';
import type { ByteString } from '../../src/wire/bytes.ts';
import type { Compare, RequestOp, TxnRequest } from '../../src/wire/types.ts';

/** A store as plain as can be: rows, and the lease that each key is bound to. */
export interface Model {
  readonly rows: ReadonlyMap<string, KeyRecord>;
  readonly revision: number;
  readonly leases: ReadonlySet<bigint>;
}

export type ModelResult = Model | 'refused' | 'poison';

/** What a transaction does to a model: a second opinion, written from etcd's description of each step. */
export function runTxn(before: Model, txn: TxnRequest): ModelResult {
  const operations = chosen(before, txn);
  for (const op of operations) {
    if (op.kind === 'put') {
      if ((op.ignoreLease || op.ignoreValue) && !before.rows.has(op.key)) return 'refused';
      if (op.lease !== 0n && !before.leases.has(op.lease)) return 'refused';
    }
    if (op.kind === 'range' && op.revision > before.revision) return 'refused';
  }
  let rows = new Map(before.rows);
  let touched = false;
  for (const op of operations) {
    if (op.kind === 'delete-range') {
      const kept = new Map([...rows].filter(([key]) => !covers(op.key, op.rangeEnd, key)));
      touched ||= kept.size < rows.size;
      rows = kept;
    }
    if (op.kind === 'put') {
      const old = rows.get(op.key);
      if ((op.ignoreLease || op.ignoreValue) && old === undefined) return 'poison';
      rows.set(op.key, {
        createRevision: old?.createRevision ?? before.revision + 1,
        modRevision: before.revision + 1,
        version: (old?.version ?? 0) + 1,
        lease: op.ignoreLease ? (old?.lease ?? 0n) : op.lease,
        value: op.ignoreValue ? (old?.value ?? op.value) : op.value,
      });
      touched = true;
    }
  }
  return { ...before, rows, revision: before.revision + (touched ? 1 : 0) };
}

function chosen(before: Model, txn: TxnRequest): RequestOp[] {
  const branch = txn.compare.every(compare => holds(before, compare)) ? txn.success : txn.failure;
  return branch.flatMap(op => (op.kind === 'txn' ? chosen(before, op) : [op]));
}

function covers(start: string, end: string, key: string): boolean {
  if (end === '') return key === start;
  return key >= start && (end === '\0' || key < end);
}

function holds({ rows }: Model, compare: Compare): boolean {
  const found = [...rows].filter(([key]) => covers(compare.key, compare.rangeEnd, key));
  if (found.length === 0) return compare.target !== 'value' && satisfied(compare, undefined);
  return found.every(([, record]) => satisfied(compare, record));
}

function satisfied(compare: Compare, record: KeyRecord | undefined): boolean {
  const numbers = {
    version: record?.version ?? 0,
    create: record?.createRevision ?? 0,
    mod: record?.modRevision ?? 0,
    lease: Number(record?.lease ?? 0n),
  };
  let [actual, wanted]: [string | number, string | number] = [0, 0];
  if (compare.target === 'value') {
    actual = Buffer.from(record?.value ?? []).toString('latin1');
    wanted = Buffer.from(compare.value).toString('latin1');
  } else if (compare.target !== 'unknown') {
    actual = numbers[compare.target];
    wanted = Number(compare.number);
  }
  switch (compare.result) {
    case 'equal':
      return actual === wanted;
    case 'not-equal':
      return actual !== wanted;
    case 'greater':
      return actual > wanted;
    case 'less':
      return actual < wanted;
    case 'unknown':
      return true;
  }
}

/** The model as a state to apply to. */
export function stateOf(model: Model): MemoryState {
  const state = new MemoryState();
  for (const id of model.leases) state.advance([{ kind: 'lease-grant', id, ttl: 60 }]);
  for (const [key, record] of model.rows) {
    state.advance([{ kind: 'put', key: key as ByteString, record, previousLease: 0n }]);
  }
  state.advance([{ kind: 'revision', revision: model.revision }]);
  return state;
}
