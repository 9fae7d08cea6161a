import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { NEW_AUTH_STATE } from '../../src/apply/auth/store.ts';
import type { SeedingTarget } from '../../src/destination/seeding.ts';
import type { Checkpoint } from '../../src/destination/types.ts';
import type { DestinationWriter } from '../../src/destination/writer.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { SnapshotInstall } from '../../src/replicator/snapshot-install.ts';
import { PendingSnapshots } from '../../src/snapshot/pending-snapshots.ts';
import { SnapshotFile } from '../../src/snapshot/snapshot-file.ts';
import { State } from '../../src/state/state.ts';
import type { ByteString } from '../../src/wire/bytes.ts';
import { Folder, SAVED_BY_ETCD } from '../snapshot/file.ts';

const CLUSTER = 0xf00dn;
const USER = 'ann' as ByteString;
const auth = {
  ...NEW_AUTH_STATE,
  users: new Map([[USER, { name: USER, password: Buffer.alloc(0), roles: [], noPassword: true }]]),
};

/** Installs a snapshot where the state stands at entry 2 and the destination at `checkpoint`; what is asked of the writer. */
async function installed(checkpoint: Partial<Checkpoint>) {
  using folder = new Folder();
  const file = folder.write(gunzipSync(readFileSync(SAVED_BY_ETCD)));
  await using snapshot = await SnapshotFile.open(file);
  const { index, term } = snapshot.meta;
  const state = await State.open(folder.path('state'), CLUSTER);
  state.advance({ index: 1, term: 1 }, []);
  state.advance({ index: 2, term: 1 }, [{ kind: 'auth', auth, mutation: { kind: 'disable' } }]);
  await state.confirm(2, 2);
  const asked: { before: boolean; users: readonly ByteString[] }[] = [];
  const writer: Partial<DestinationWriter> = {
    isBlank: false,
    checkpoint: {
      clusterId: CLUSTER,
      term: 1,
      revision: 1,
      writer: 'w',
      partsDone: 0,
      index: 0,
      ...checkpoint,
    },
    seed: async ({ before, ours }: SeedingTarget) => {
      const users = [...(ours?.()?.auth.users.keys() ?? [])];
      asked.push({ before: before() !== undefined, users });
      return { base: 'state', compared: 0, puts: 0, deletes: 0 };
    },
  };
  const install = new SnapshotInstall({
    pending: await PendingSnapshots.open(folder.path('pending')),
    state,
    writer: writer as DestinationWriter,
    logger: createLogger({ level: 'error', format: 'json' }),
    signal: new AbortController().signal,
    onInstalled: () => undefined,
  });
  await install.bring({ file, position: { index, term }, membership: undefined, rows: 0 });
  expect(state.confirmed.index).toBe(index);
  await state.close();
  return asked;
}

test('a state that stands at the checkpoint tells what the destination holds', async () => {
  expect(await installed({ index: 2 })).toEqual([{ before: true, users: [USER] }]);
});

test('one that stands before it does not, but still tells what is ours', async () => {
  expect(await installed({ index: 4 })).toEqual([{ before: false, users: [USER] }]);
});

test('nor does one that went ahead silently while the destination was on its way to a snapshot', async () => {
  const seeding = { index: 9, term: 1, reached: '' as ByteString, base: 'state' as const };
  expect(await installed({ index: 1, seeding })).toEqual([{ before: false, users: [USER] }]);
  expect(await installed({ index: 2, seeding })).toEqual([{ before: true, users: [USER] }]);
});

test('a destination that is there already by way of the log is left alone', async () => {
  expect(await installed({ index: 1_000_000_000 })).toEqual([]);
});
