import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { do_not_optimize, measure } from 'mitata';
import { applyEntry } from '../../src/apply/apply-entry.ts';
import { sourceProfile } from '../../src/apply/semantics.ts';
import type { Applied } from '../../src/apply/types.ts';
import { type Batch, planBatch } from '../../src/destination/planner/batch.ts';
import { effectsOf } from '../../src/destination/planner/effects.ts';
import { encodeTxn } from '../../src/destination/planner/encode.ts';
import { KeyFilter } from '../../src/destination/planner/filter.ts';
import { txnLimits } from '../../src/destination/planner/limits.ts';
import { SegmentedLog } from '../../src/log/segmented-log.ts';
import { State } from '../../src/state/state.ts';
import type { ByteString } from '../../src/wire/bytes.ts';
import { Writer } from '../../src/wire/cursor.ts';
import { MsgAppParser } from '../../src/wire/msgapp-stream.ts';
import { encodeMessage, message } from '../../src/wire/raft-message.ts';
import { type Entry, EntryType, MessageType } from '../../src/wire/types.ts';
import { benchKey, benchValue } from '../raw-client.ts';
import { rounds } from '../rounds.ts';
import type { Figures, Scenario, ScenarioOptions } from '../types.ts';

/** Entries of one pass: a usual batch. */
const ENTRIES = 1_000;
/** What a socket gives away at once. */
const CHUNK_BYTES = 64 * 1024;
const CLUSTER_ID = 1n;
const CHECKPOINT = '__etcd_syncer__/1' as ByteString;
const LIMITS = txnLimits(128, 1.5 * 1024 ** 2);
const PROFILE = sourceProfile(['3.5.30'], 3, 2);
const FILTER = new KeyFilter({
  ...{ prefixes: [], excludePrefixes: [], destPrefix: undefined },
  checkpointPrefix: '__etcd_syncer__/' as ByteString,
});

export const micro: Scenario = {
  name: 'micro',
  what: `Each step by itself, in one process: CPU microseconds of all its threads for one of ${ENTRIES} single puts of 128 B.`,
  run,
};

async function run(options: ScenarioOptions): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-bench-micro-'));
  const state = await State.open(join(dir, 'state'), CLUSTER_ID);
  const log = await SegmentedLog.open({ dir: join(dir, 'log'), clusterId: CLUSTER_ID });
  try {
    await rounds(options, {
      'msgapp frames to entries': () => timed(() => msgAppFrame(), received),
      'log append and fsync': () => timed(() => putEntries(log.lastIndex + 1), appendTo(log)),
      'entries to outcomes': () =>
        timed(
          () => putEntries(1),
          entries => outcomes(entries, state),
        ),
      'outcomes to a batch': () => timed(() => outcomes(putEntries(1), state), planned(state)),
      'batch to request bytes': () => {
        const batch = planned(state)(outcomes(putEntries(1), state));
        return timed(() => batch, encoded);
      },
      'state commit': () => timed(() => outcomes(putEntries(1), state), commitTo(state)),
    });
  } finally {
    await log.close();
    await state.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Measures `pass`, given each time what `prepare` makes. */
async function timed<T>(prepare: () => T, pass: (prepared: T) => unknown): Promise<Figures> {
  const passes = function* () {
    yield {
      0: prepare,
      bench: async (prepared: T) => do_not_optimize(await pass(prepared)),
    } as unknown as () => unknown;
  };
  const { min, p50, p99 } = await measure(passes, { now: cpuNanoseconds });
  const each = (nanoseconds: number): number => nanoseconds / 1_000 / ENTRIES;
  return { least_us: each(min), p50_us: each(p50), p99_us: each(p99) };
}

/** Who else runs on the machine hardly changes it. */
function cpuNanoseconds(): number {
  const { user, system } = process.cpuUsage();
  return 1_000 * (user + system);
}

function msgAppFrame(): Buffer {
  const entries = putEntries(1);
  const fields = { type: MessageType.App, from: 2n, to: 3n, term: 1, logTerm: 1, entries };
  const whole = encodeMessage(message(fields));
  const frame = Buffer.alloc(9 + whole.length);
  frame[0] = 2;
  frame.writeBigUInt64BE(BigInt(whole.length), 1);
  frame.set(whole, 9);
  return frame;
}

function received(frame: Buffer): number {
  let count = 0;
  const parser = new MsgAppParser(2n, 3n, {
    message: ({ entries }) => {
      count += entries.length;
    },
    linkHeartbeat: () => undefined,
  });
  for (let at = 0; at < frame.length; at += CHUNK_BYTES) {
    parser.feed(frame.subarray(at, at + CHUNK_BYTES));
  }
  return count;
}

function appendTo(log: SegmentedLog): (entries: readonly Entry[]) => Promise<void> {
  return async entries => {
    log.append(entries);
    await log.sync();
    await log.trim(log.lastIndex);
  };
}

function outcomes(entries: readonly Entry[], state: State): Applied[] {
  return entries.map(entry => applyEntry(entry, state, PROFILE));
}

function planned(state: State): (applied: readonly Applied[]) => Batch {
  return applied => {
    const effects = applied.map((each, i) => effectsOf({ index: i, term: 1 }, each, FILTER, state));
    const result = planBatch(effects, LIMITS);
    if (result === undefined || !('batch' in result)) throw new Error('the puts make no batch');
    return result.batch;
  };
}

function encoded({ ops }: Batch): Uint8Array {
  const guard = { checkpointKey: CHECKPOINT, guardVersion: 1, checkpoint: new Uint8Array(100) };
  return encodeTxn({ ...guard, ops }, LIMITS);
}

/** The same keys again and again: the tree of the store keeps its size. */
function commitTo(state: State): (applied: readonly Applied[]) => Promise<void> {
  return async applied => {
    for (const { changes } of applied) {
      state.advance({ index: state.resolved.index + 1, term: 1 }, changes);
    }
    await state.confirm(state.resolved.index, 0);
  };
}

/** Single puts as a member proposes them (etcdserverpb.InternalRaftRequest: 4 put, 100 header). */
function putEntries(first: number): Entry[] {
  return Array.from({ length: ENTRIES }, (_, i) => {
    const index = first + i;
    const id = 0x70d1_0000_0000_0000n + BigInt(index);
    const put = new Writer().byteStringField(1, benchKey(index)).bytesField(2, benchValue(index));
    const header = new Writer(16).int64Field(1, id);
    const data = new Writer().bytesField(4, put.finish()).bytesField(100, header.finish()).finish();
    return { type: EntryType.Normal, term: 1, index, data };
  });
}
