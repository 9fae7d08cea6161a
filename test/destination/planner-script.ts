import protobuf from 'protobufjs';
import { applyPayload } from '../../src/apply/apply-entry.ts';
import { MemoryState } from '../../src/apply/memory-state.ts';
import { sourceProfile } from '../../src/apply/semantics.ts';
import {
  type Batch,
  hasEffects,
  type KeyOp,
  planBatch,
  splitOps,
} from '../../src/destination/planner/batch.ts';
import { effectsOf } from '../../src/destination/planner/effects.ts';
import { encodeTxn } from '../../src/destination/planner/encode.ts';
import { KeyFilter } from '../../src/destination/planner/filter.ts';
import { txnLimits } from '../../src/destination/planner/limits.ts';
import type { Effect, EntryEffects } from '../../src/destination/types.ts';
import { SyncerError } from '../../src/ops/errors.ts';
import { type ByteString, utf8ToByteString } from '../../src/wire/bytes.ts';
import type { Request } from '../../src/wire/types.ts';
import { requestOf } from '../apply/script-requests.ts';
import { directive } from '../kit/datadriven.ts';

const CHECKPOINT_PREFIX = utf8ToByteString('__etcd_syncer__/');
const CHECKPOINT_KEY = utf8ToByteString('__etcd_syncer__/1');
const PROFILE = sourceProfile(['3.6.14'], 3, 2);

interface DecodedOp {
  readonly request_txn?: { readonly success?: readonly DecodedOp[] };
}

const Txn = protobuf
  .parse(
    `syntax = "proto3"; message Op { bytes request_put = 2; bytes request_delete_range = 3; TxnRequest request_txn = 4; }
message TxnRequest { repeated bytes compare = 1; repeated Op success = 2; repeated Op failure = 3; }`,
    { keepCase: true },
  )
  .root.lookupType('TxnRequest');

const show = (key: string): string => JSON.stringify(key);
const hex = (id: bigint): string => BigInt.asUintN(64, id).toString(16);

/**
 * From requests at a source to transactions for a destination, driven by the commands of a script.
 *
 * - `begin [ops=128] [bytes=1572864] [prefix=A,B] [exclude=A,B] [dest-prefix=X]` begins anew
 * - any request of the apply scripts is an entry; it prints its effects and stays in the queue
 * - `puts N SIZE` makes N entries of one put each, `txn-puts N SIZE` one entry of N puts
 * - `plan` takes batches from the queue until it is empty, `plan one` a single one
 * - `layout N` shows how N operations lie in a request
 * - `map KEY...` shows where keys land
 */
export class PlannerScript {
  #state = new MemoryState();
  #limits = txnLimits(128, 1_572_864);
  #filter = makeFilter(new Map());
  #queue: EntryEffects[] = [];
  #index = 0;
  #made = 0;

  run(command: readonly string[]): string {
    const { name, words, options } = directive(command[0] ?? '');
    try {
      switch (name) {
        case 'begin':
          return this.#begin(options);
        case 'plan':
          return this.#plan(words[0] === 'one').join('\n') || 'nothing';
        case 'puts':
          for (let i = 0; i < Number(words[0]); i += 1) this.#add(this.#bigPut(Number(words[1])));
          return 'ok';
        case 'txn-puts': {
          const [count, size] = [Number(words[0]), Number(words[1])];
          const success = Array.from({ length: count }, () => this.#bigPut(size));
          this.#add({ kind: 'txn', compare: [], success, failure: [] });
          return 'ok';
        }
        case 'layout':
          return this.#layout(Number(words[0]));
        case 'map':
          return words.map(key => this.#map(key)).join('\n');
        default:
          return this.#request(command);
      }
    } catch (error) {
      if (!(error instanceof SyncerError)) throw error;
      return `${error.code}: ${error.message}`;
    }
  }

  #begin(options: ReadonlyMap<string, string>): string {
    this.#state = new MemoryState();
    this.#queue = [];
    this.#index = 0;
    this.#made = 0;
    this.#filter = makeFilter(options);
    this.#limits = txnLimits(
      Number(options.get('ops') ?? 128),
      Number(options.get('bytes') ?? 1_572_864),
    );
    const { childOps, maxOps, maxBytes, batchOps, batchBytes } = this.#limits;
    return `at most ${maxOps} operations, ${maxBytes} bytes; a batch ${batchOps}, ${batchBytes}; ${childOps} in a nested transaction`;
  }

  #request(command: readonly string[]): string {
    const request = requestOf(command);
    if (request === undefined) throw new Error(`unknown command: ${command[0]}`);
    const { effects, range } = this.#add(request);
    const lines = effects.map(showEffect);
    if (range !== undefined)
      lines.push(`range [${show(range.start)}, ${show(range.end ?? '\\end')})`);
    return lines.join('\n') || 'no effects';
  }

  #bigPut(size: number): Extract<Request, { kind: 'put' }> {
    this.#made += 1;
    return {
      kind: 'put',
      key: utf8ToByteString(`key-${String(this.#made).padStart(6, '0')}`),
      value: new Uint8Array(size),
      lease: 0n,
      prevKv: false,
      ignoreValue: false,
      ignoreLease: false,
    };
  }

  #add(request: Request): EntryEffects {
    const header = { id: 1n, username: '' as ByteString, authRevision: 0 };
    const applied = applyPayload({ kind: 'v3', header, request }, this.#state, PROFILE);
    this.#index += 1;
    const position = { index: this.#index, term: 1 };
    const entry = effectsOf(position, applied, this.#filter, this.#state);
    this.#state.advance(applied.changes);
    this.#queue.push(entry);
    return entry;
  }

  #plan(once: boolean): string[] {
    const lines: string[] = [];
    do {
      const planned = planBatch(this.#queue, this.#limits);
      if (planned === undefined) break;
      if ('batch' in planned) {
        this.#queue = this.#queue.slice(planned.batch.entries);
        lines.push(...showBatch(planned.batch));
      } else {
        this.#queue = this.#queue.slice(1);
        const {
          entry,
          batch: { ops },
        } = planned.oversize;
        const parts = splitOps(ops, this.#limits).map(part => part.size);
        lines.push(
          `oversize ${entry.position.index}: ${ops.size} operations in ${parts.join('+')}`,
        );
      }
    } while (!once);
    return lines;
  }

  #layout(count: number): string {
    const ops = new Map<ByteString, KeyOp>();
    for (let i = 0; i < count; i += 1)
      ops.set(utf8ToByteString(`k${i}`), { kind: 'put', value: new Uint8Array(1), lease: 0n });
    const request = encodeTxn(
      { checkpointKey: CHECKPOINT_KEY, guardVersion: 3, checkpoint: new Uint8Array(9), ops },
      this.#limits,
    );
    const { compare, success = [] } = Txn.toObject(Txn.decode(request)) as {
      compare?: unknown[];
      success?: DecodedOp[];
    };
    const children = success.flatMap(({ request_txn }) =>
      request_txn === undefined ? [] : [request_txn.success?.length ?? 0],
    );
    const flat = success.length - children.length;
    const nested = [...new Set(children)].map(
      size => `${children.filter(other => other === size).length} of ${size}`,
    );
    return `${compare?.length ?? 0} compare, ${flat} flat${nested.map(text => `, ${text}`).join('')}`;
  }

  #map(key: string): string {
    const mapped = this.#filter.map(utf8ToByteString(key));
    const isTarget = this.#filter.isTarget(utf8ToByteString(key));
    return `${key} -> ${mapped ?? 'not replicated'}; a replicated key ${isTarget ? 'can' : "can't"} land on it`;
  }
}

function makeFilter(options: ReadonlyMap<string, string>): KeyFilter {
  const list = (name: string) =>
    (options.get(name) ?? '')
      .split(',')
      .filter(text => text !== '')
      .map(utf8ToByteString);
  const destPrefix = options.get('dest-prefix');
  return new KeyFilter({
    prefixes: list('prefix'),
    excludePrefixes: list('exclude'),
    destPrefix: destPrefix === undefined ? undefined : utf8ToByteString(destPrefix),
    checkpointPrefix: CHECKPOINT_PREFIX,
  });
}

function showEffect(effect: Effect): string {
  switch (effect.kind) {
    case 'put':
      return `put ${show(effect.key)} (${effect.value.length} bytes)${effect.lease === 0n ? '' : ` lease=${hex(effect.lease)}`}`;
    case 'delete':
      return `delete ${show(effect.key)}`;
    case 'lease-grant':
      return `grant ${hex(effect.id)} ttl=${effect.ttl}`;
    case 'lease-revoke':
      return `revoke ${hex(effect.id)}`;
    case 'compact':
      return `compact ${effect.revision}`;
    case 'auth':
      return `auth ${effect.mutation.kind}`;
  }
}

/** A batch of more operations than can be read is shown by their number. */
const SHOWN_OPS = 12;

function showBatch(batch: Batch): string[] {
  const { position, revision, entries, ops, opBytes, grants, revokes, auth } = batch;
  const few = ops.size <= SHOWN_OPS;
  return [
    `batch to ${position.index} revision=${revision}: ${entries} entries, ${ops.size} operations, ${opBytes} bytes${hasEffects(batch) ? '' : ', no effects'}`,
    ...[...grants].map(([id, ttl]) => `  first grant ${hex(id)} ttl=${ttl}`),
    ...auth.map(({ mutation }) => `  first auth ${mutation.kind}`),
    ...[...(few ? ops : [])].map(([key, op]) =>
      op.kind === 'put'
        ? `  ${showEffect({ ...op, key })}`
        : `  delete ${show(key)}${op.rangeEnd === '' ? '' : ` to ${show(op.rangeEnd)}`}`,
    ),
    ...[...revokes].map(id => `  then revoke ${hex(id)}`),
    ...(batch.compactRevision === undefined ? [] : [`  compacted at ${batch.compactRevision}`]),
  ];
}
