import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { sourceProfile } from '../../src/apply/semantics.ts';
import { KeyFilter } from '../../src/destination/planner/filter.ts';
import type { Checkpoint, EntryEffects } from '../../src/destination/types.ts';
import type { RaftLog } from '../../src/log/types.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { ApplyLoop, type ApplyLoopOptions } from '../../src/replicator/apply-loop.ts';
import { SettledReadings } from '../../src/replicator/settled-readings.ts';
import { Settler } from '../../src/replicator/settler.ts';
import { State } from '../../src/state/state.ts';
import { utf8ToByteString } from '../../src/wire/bytes.ts';
import type { Entry } from '../../src/wire/types.ts';

const CLUSTER = 0xf00dn;
const dirs: string[] = [];

afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

/** InternalRaftRequest with lease_grant (8) or lease_revoke (9). */
const granted = (id: number): number[] => [0x42, 4, 0x08, 60, 0x10, id];
const revoked = (id: number): number[] => [0x4a, 2, 0x08, id];
const ENTRIES: readonly Entry[] = [granted(5), granted(6), revoked(5), granted(7)].map(
  (data, i) => ({ type: 0, term: 1, index: i + 1, data: Buffer.from(data) }),
);
const CHECKPOINT: Checkpoint = {
  clusterId: CLUSTER,
  index: 4,
  term: 1,
  revision: 1,
  writer: 'before',
  partsDone: 0,
};

function loop(
  state: State,
  writer: Partial<ApplyLoopOptions['writer']>,
  entries = ENTRIES,
  more: Partial<ApplyLoopOptions> = {},
): ApplyLoop {
  const log: Pick<RaftLog, 'base' | 'read'> = {
    base: { index: 0, term: 0 },
    read: async (from, to) => entries.slice(from - 1, to),
  };
  const options = {
    log: log as RaftLog,
    state,
    writer: writer as ApplyLoopOptions['writer'],
    filter: new KeyFilter({
      prefixes: [],
      excludePrefixes: [],
      destPrefix: undefined,
      checkpointPrefix: utf8ToByteString('__etcd_syncer__/'),
    }),
    profile: () => sourceProfile(['3.5.30'], 1, 2),
    settler: new Settler({
      reference: undefined,
      settled: new SettledReadings(join(tmpdir(), 'never-written')),
      logger: createLogger({ level: 'error', format: 'json' }),
    }),
    onOutcome: () => undefined,
    install: { isDue: false, run: async () => undefined, compareWithState: async () => undefined },
    sourceIndex: () => undefined,
    ...more,
  };
  const made = new ApplyLoop(options);
  if (more.sourceIndex === undefined) made.committed(ENTRIES.length);
  return made;
}

test('what was revoked up to the checkpoint is revoked at the destination before the state moves past it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-apply-loop-'));
  dirs.push(dir);
  const state = await State.open(dir, CLUSTER);
  const revokedThere: bigint[][] = [];
  // A destination that goes away just then: the process is killed while it waits.
  const dying = loop(state, {
    revokeLeftOver: async ids => {
      revokedThere.push([...ids]);
      throw new Error('killed');
    },
  });
  await expect(dying.run(CHECKPOINT)).rejects.toThrow('killed');
  expect(revokedThere).toEqual([[5n]]);
  await state.close();

  const again = await State.open(dir, CLUSTER);
  const reconciled: bigint[][] = [];
  const next = loop(again, {
    revokeLeftOver: async ids => {
      revokedThere.push([...ids]);
    },
    reconcileLeases: async confirmed => {
      reconciled.push([...confirmed.leases()].map(([id]) => id));
      next.stop();
    },
  });
  await next.run(CHECKPOINT);
  expect(revokedThere).toEqual([[5n], [5n]]);
  expect(reconciled).toEqual([[6n, 7n]]);
  expect(again.confirmed.index).toBe(4);
  await again.close();
});

test('where the destination is further than the log, the state moves to the end of the log, and nothing is written', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-apply-loop-'));
  dirs.push(dir);
  const state = await State.open(dir, CLUSTER);
  // A writer without any call: each would fail.
  await loop(state, {}).moveState(3, CHECKPOINT);
  expect([...state.confirmedReader.leases()].map(([id]) => id)).toEqual([6n]);
  expect(state.confirmed.index).toBe(3);
  await state.close();
});

test('a state that is older than the checkpoint, and a log that no longer reaches back to it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-apply-loop-'));
  dirs.push(dir);
  const state = await State.open(dir, CLUSTER);
  const log = { base: { index: 3, term: 1 }, read: async () => [] } as unknown as RaftLog;
  const broken = loop(state, {}, [], { log });
  await expect(broken.run(CHECKPOINT)).rejects.toMatchObject({ code: 'STATE_BEHIND_CHECKPOINT' });
  expect(state.confirmed.index).toBe(0);
  await state.close();
});

test('what the checkpoint says is there is not sent again, and nothing behind it is left out', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-apply-loop-'));
  dirs.push(dir);
  const state = await State.open(dir, CLUSTER);
  // InternalRaftRequest with put (4): each its own key.
  const entries = [1, 2, 3, 4].map(index => ({
    ...{ type: 0, term: 1, index },
    data: Buffer.from([0x22, 3, 0x0a, 1, 0x60 + index]),
  }));
  const sent: EntryEffects[] = [];
  const resumed = loop(
    state,
    {
      revokeLeftOver: async () => undefined,
      reconcileLeases: async () => undefined,
      room: async () => undefined,
      submit: entry => {
        sent.push(entry);
        if (entry.position.index === 4) resumed.stop();
      },
    },
    entries,
  );
  await resumed.run({ ...CHECKPOINT, index: 2, revision: 3 });
  expect(sent.map(({ position }) => position.index)).toEqual([3, 4]);
  expect(sent.map(({ effects }) => effects)).toMatchObject([[{ key: 'c' }], [{ key: 'd' }]]);
  expect(state.confirmed.index).toBe(2);
  expect(state.revision).toBe(5);
  await state.close();
});

test('a log that skips an entry ends it before anything behind the gap is applied', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-apply-loop-'));
  dirs.push(dir);
  const state = await State.open(dir, CLUSTER);
  const holed = loop(state, {}, ENTRIES.toSpliced(1, 1));
  await expect(holed.run(CHECKPOINT)).rejects.toThrow('entry 3 in place of 2');
  expect(state.resolved.index).toBe(0);
  await state.close();
});

test('a destination that has to be compared waits for the state of where the source stands', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-apply-loop-'));
  dirs.push(dir);
  const state = await State.open(dir, CLUSTER);
  const seeding = {
    index: 0,
    term: 0,
    reached: utf8ToByteString(''),
    base: 'destination' as const,
  };
  let checkpoint: Checkpoint = { ...CHECKPOINT, index: 0, term: 0, seeding };
  const compared: number[] = [];
  let source: number | undefined;
  const comparing = loop(
    state,
    {
      get checkpoint() {
        return checkpoint;
      },
      revokeLeftOver: async () => undefined,
      reconcileLeases: async () => comparing.stop(),
    },
    ENTRIES,
    {
      sourceIndex: () => source,
      install: {
        isDue: false,
        run: async () => undefined,
        compareWithState: async () => {
          compared.push(state.confirmed.index);
          const { seeding: _, ...done } = checkpoint;
          checkpoint = done;
        },
      },
    },
  );
  const running = comparing.run(checkpoint);
  const turn = () => new Promise(resolve => setTimeout(resolve, 20));
  await turn();
  // Entries come in pieces; where the source stands is known in between.
  comparing.committed(2);
  await turn();
  expect(compared).toEqual([]);
  source = 4;
  comparing.committed(3);
  await turn();
  expect(compared).toEqual([]);
  comparing.committed(4);
  await running;
  expect(compared).toEqual([4]);
  await state.close();
});
