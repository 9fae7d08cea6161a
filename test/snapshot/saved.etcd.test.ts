import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Etcd3 } from 'etcd3';
import { describe, expect, test } from 'vitest';
import { applyEntry } from '../../src/apply/apply-entry.ts';
import { MemoryState } from '../../src/apply/memory-state.ts';
import { sourceProfile } from '../../src/apply/semantics.ts';
import { exportSnapshot } from '../../src/snapshot/export.ts';
import { SnapshotFile } from '../../src/snapshot/snapshot-file.ts';
import { survey } from '../../src/snapshot/survey.ts';
import { utf8ToByteString } from '../../src/wire/bytes.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { releasesForLongSuites } from '../kit/releases.ts';
import { runCommand } from '../kit/run-command.ts';
import { type Follower, takeSeat, until } from '../transport/follower.ts';
import {
  keysOf,
  type PlainState,
  stateOfFile,
  stateOfLog,
  withoutClientUrls,
  withoutPasswords,
} from './compare.ts';
import { crc32c } from './crc32c.ts';
import { Folder, readAll, SAVED_BY_ETCD } from './file.ts';
import { ANN_PASSWORD, asUser, History, ROOT_PASSWORD } from './history.ts';
import { RestoredMember, snapshotTool, toolEnvironment } from './restored.ts';

const releases = await releasesForLongSuites(3);
if (releases.length === 0) throw new Error('no etcd could be had: see `npm run etcd`');

const SEED = 20_160_712;
/** How many histories of each release. */
const HISTORIES = Number(process.env.SNAPSHOT_HISTORIES ?? 1);
/** Seconds; etcd's default election timeout of 1 s. */
const MIN_LEASE_TTL = 2;

const seeds = Array.from({ length: HISTORIES }, (_, i) => SEED + i);

describe.each(releases)('etcd $version', programs => {
  test.each(seeds)(
    'history %i: a saved snapshot is the state, by the log, the API and the tools of etcd; its copy can be restored',
    async seed => {
      using folder = new Folder();
      await using cluster = await EtcdCluster.start({ programs });
      await using follower = await takeSeat(cluster);
      const history = new History(cluster.endpoints, seed);
      try {
        // From 3.6 on a newcomer that is more than a hundred entries late is sent a snapshot.
        await history.client.put('start of history').value('v');
        await until(async () => (await follower.count('start of history')) > 0, 'the log arrives');
        await history.run(200);
        await raiseAlarm(history.client);
        // Deletes go through under the alarm.
        await history.client.delete().key('end of history');
        await until(async () => (await follower.count('end of history')) > 0, 'the log arrives');
        const path = folder.path('saved.db');
        await cluster.etcdctl([`--user=root:${ROOT_PASSWORD}`, 'snapshot', 'save', path]);
        if (process.env.REWRITE === '1' && seed === SEED && programs.version === '3.5.30') {
          writeFileSync(SAVED_BY_ETCD, gzipSync(readFileSync(path)));
        }
        const everything = await readAll(path);
        const state = stateOfFile(everything);

        expect(everything.meta).toMatchObject({
          hasHash: true,
          term: programs.line === '3.4' ? 0 : 2,
        });
        expect(everything.meta.storageVersion.startsWith(programs.line)).toBe(
          programs.line >= '3.6',
        );
        const fromLog = stateOfLog(await replay(follower, programs.version));
        expect(asFarAsKnown(programs.version, state)).toEqual(
          asFarAsKnown(programs.version, fromLog),
        );
        // What the history is there for did happen.
        expect(state.compactRevision).toBeGreaterThan(100);
        expect(state.attachments.size).toBeGreaterThan(0);
        expect(everything.counts.tombstones).toBeGreaterThan(0);
        expect(state.auth.roles.get(utf8ToByteString('readers'))?.permissions).toHaveLength(3);
        expect(state.alarms).toHaveLength(1);

        expect(state.keys).toEqual(await keysOf(history.client));
        await expectLeases(history.client, state.leases);
        await expectStatus(programs, path, everything);

        // As a member sends it: without the hash.
        truncateSync(path, everything.meta.bytes);
        expect(stateOfFile(await readAll(path))).toEqual(state);
        await exportSnapshot(path, folder.path('exported.db'));
        await using restored = await RestoredMember.start(programs, folder.path('exported.db'));
        await expectRestored(restored.member.clientUrl, state);
        // What a member leaves behind has room for further pages at its end.
        await restored.member.stop('SIGKILL');
        const left = await readAll(restored.database);
        expect(left.meta.hasHash).toBe(false);
        expect(stateOfFile(left).keys).toEqual(state.keys);
        expect(stateOfFile(left).auth).toEqual(state.auth);
      } finally {
        history.close();
      }
    },
  );
});

const raising = releases.find(({ etcdutl }) => etcdutl !== undefined);

test.runIf(raising !== undefined)('a revision that a restore raised is read', async () => {
  if (raising === undefined) return;
  using folder = new Folder();
  await using cluster = await EtcdCluster.start({ programs: raising });
  for (const key of ['a', 'b']) await cluster.etcdctl(['put', key, 'v']);
  await cluster.etcdctl(['snapshot', 'save', folder.path('first.db')]);
  await using restored = await RestoredMember.start(raising, folder.path('first.db'), [
    '--bump-revision=1000',
    '--mark-compacted',
  ]);
  const endpoint = `--endpoints=${restored.member.clientUrl}`;
  const etcdctl = (...args: string[]) =>
    runCommand(raising.etcdctl, [endpoint, ...args], { env: toolEnvironment() });
  await until(
    () =>
      etcdctl('put', 'c', 'v').then(
        () => true,
        () => false,
      ),
    'the restored member takes writes',
  );
  await etcdctl('snapshot', 'save', folder.path('second.db'));
  const { rows, meta } = await readAll(folder.path('second.db'));
  expect([...new Set(rows.map(({ key }) => key))]).toEqual(['a', 'b', 'c']);
  expect(meta.revision).toBe(1_004);
  expect(rows.at(-1)?.revision).toBe(1_004);
});

/** Without what a release keeps out of its log, or out of its buckets. */
function asFarAsKnown(version: string, state: PlainState): PlainState {
  if (version.startsWith('3.4.')) return withoutPasswords(state);
  // This patch keeps published members in its old store only, which is what it reads them from as well.
  return version === '3.5.16' ? withoutClientUrls(state) : state;
}

async function raiseAlarm(client: Etcd3): Promise<void> {
  const { header } = await client.maintenance.status();
  await client.maintenance.alarm({
    action: 'Activate',
    memberID: header.member_id,
    alarm: 'Nospace',
  });
}

/** The state that the entries of the log lead to, by the rules of the release. */
async function replay(follower: Follower, version: string): Promise<MemoryState> {
  const state = new MemoryState();
  const profile = sourceProfile([version], 1, MIN_LEASE_TTL);
  const { log } = follower;
  for (let next = log.base.index + 1; next <= log.lastIndex; ) {
    const entries = await log.read(next, log.lastIndex, 1024 * 1024);
    for (const entry of entries) state.advance(applyEntry(entry, state, profile).changes);
    next += entries.length;
  }
  return state;
}

async function expectLeases(
  client: Etcd3,
  leases: ReadonlyMap<bigint, { readonly ttl: number }>,
): Promise<void> {
  const listed = await client.leaseClient.leaseLeases();
  expect(listed.leases.map(({ ID }) => BigInt(ID)).sort()).toEqual([...leases.keys()].sort());
  for (const [id, { ttl }] of leases) {
    const { grantedTTL } = await client.leaseClient.leaseTimeToLive({ ID: String(id) });
    expect(Number(grantedTTL)).toBe(ttl);
  }
}

/** `snapshot status` hashes names, keys and values of all buckets; it counts all elements, from 3.6 on live keys. */
async function expectStatus(
  programs: Parameters<typeof snapshotTool>[0],
  path: string,
  { meta, counts, rows }: Awaited<ReturnType<typeof readAll>>,
): Promise<void> {
  const printed = await runCommand(
    snapshotTool(programs),
    ['snapshot', 'status', path, '--write-out=json'],
    { env: toolEnvironment() },
  );
  const status = JSON.parse(printed) as Record<
    'hash' | 'revision' | 'totalKey' | 'totalSize',
    number
  >;
  let hash = 0;
  await using file = await SnapshotFile.open(path);
  for (const name of counts.buckets.keys()) {
    hash = crc32c(hash, Buffer.from(name, 'latin1'));
    for await (const [key, value] of file.elements(name)) {
      hash = crc32c(crc32c(hash, key), value);
    }
  }
  const { liveKeys } = await survey(file, counts, 1);
  const elements = [...counts.buckets.values()].reduce((sum, count) => sum + count, 0);
  expect(status.hash).toBe(hash);
  expect(status.revision).toBe(rows.at(-1)?.revision);
  expect(status.totalKey).toBe(programs.line >= '3.6' ? liveKeys : elements);
  expect(status.totalSize).toBe(meta.bytes);
}

async function expectRestored(
  endpoint: string,
  state: ReturnType<typeof stateOfFile>,
): Promise<void> {
  const root = asUser([endpoint], 'root', ROOT_PASSWORD);
  const ann = asUser([endpoint], 'ann', ANN_PASSWORD);
  const stranger = asUser([endpoint], 'ann', 'ann password');
  try {
    await until(
      () =>
        root.get('ready').then(
          () => true,
          () => false,
        ),
      'the restored member answers',
    );
    expect(await keysOf(root)).toEqual(state.keys);
    expect((await root.leaseClient.leaseLeases()).leases).toHaveLength(state.leases.size);
    expect((await ann.getAll().exec()).kvs).toHaveLength(state.keys.size);
    await expect(stranger.get('k')).rejects.toThrow(/authentication failed/);
    const { users } = await root.auth.userList();
    expect(users).toEqual([...state.auth.users.keys()]);
  } finally {
    for (const client of [root, ann, stranger]) client.close();
  }
}
