import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { encodeConfChange } from '../../src/wire/conf-change.ts';
import { encodeMemberAttrSet, encodeV2Attributes } from '../../src/wire/member-attributes.ts';
import { message } from '../../src/wire/raft-message.ts';
import { EntryType, MessageType } from '../../src/wire/types.ts';
import { availableReleases } from '../kit/binaries.ts';
import type { EtcdBinaries } from '../kit/binaries-types.ts';
import type { EtcdCluster, EtcdMember } from '../kit/cluster.ts';
import { EtcdCluster as Cluster } from '../kit/cluster.ts';
import { longTest } from '../kit/long.ts';
import { Pair } from '../kit/pair.ts';
import { RUNS_ALL_LINES, releasesForLongSuites } from '../kit/releases.ts';
import { takeSeat, until } from '../transport/follower.ts';

vi.setConfig({ testTimeout: 240_000 });

const NAME = 'mirror-1';
const ARGS = ['--publish-name', `--name=${NAME}`];
const releases = await availableReleases();
const few = await releasesForLongSuites(1);
const newestOf = (line: string): EtcdBinaries | undefined =>
  releases.filter(release => release.line === line).at(-1);

/** Our row of `member list`: ID, status, name, peer URLs, client URLs, learner. */
async function seatRow({ source, syncer }: Pair): Promise<string[]> {
  const rows = (await source.etcdctl(['member', 'list'])).trim().split('\n');
  const own = rows.find(row => row.includes(syncer.peerUrl));
  return (own ?? '').split(',').map(field => field.trim());
}

async function published(pair: Pair): Promise<void> {
  await pair.syncer.until(status => status.publish?.state === 'published', 90_000);
  const [, status, name, , clientUrls, isLearner] = await seatRow(pair);
  expect({ status, name, clientUrls, isLearner }).toEqual({
    status: 'started',
    name: NAME,
    clientUrls: '',
    isLearner: 'true',
  });
}

/** Every member, one after the other, comes back and takes writes; `program` = with another one. */
async function restartAll(cluster: EtcdCluster, program?: string): Promise<void> {
  for (const member of cluster.members) {
    await member.stop();
    if (program !== undefined) member.runNext(program);
    member.start();
    await healthy(cluster, member);
  }
  await cluster.etcdctl(['put', 'after', 'restart']);
}

async function healthy(cluster: EtcdCluster, member: EtcdMember): Promise<void> {
  await until(async () => {
    if (!member.isRunning) throw new Error(`${member.name} has died:\n${member.logTail()}`);
    return await cluster.etcdctl(['endpoint', 'health', '--cluster']).then(
      () => true,
      () => false,
    );
  }, `the cluster is healthy with ${member.name} back`);
}

// These mostly wait, for looks that are seconds apart and for members to come back: some at a time.
describe.concurrent.each(few)('--publish-name (etcd $version)', source => {
  test.each(RUNS_ALL_LINES ? [1, 3] : [3])('in a source of %i', async sourceSize => {
    await using pair = await Pair.start({
      source,
      destination: source,
      sourceSize,
      syncerArgs: ARGS,
    });
    expect((await seatRow(pair)).slice(1, 3)).toEqual(['unstarted', '']);
    pair.syncer.start();
    await published(pair);
    await pair.source.etcdctl(['endpoint', 'health', '--cluster']);
    await restartAll(pair.source);
    expect((await seatRow(pair)).slice(1, 3)).toEqual(['started', NAME]);

    // Once for a seat: a restart of ours finds it there.
    await pair.syncer.kill('SIGTERM');
    pair.syncer.output = '';
    pair.syncer.start();
    await published(pair);
    expect(pair.syncer.output).not.toContain('proposed our name');
    expect(await pair.settledDifferences()).toEqual([]);
  });

  // The one race that no look can rule out: the removal is in the log already when the proposal comes.
  test('attributes behind the removal of the seat harm nobody', async () => {
    await using cluster = await Cluster.start({ programs: source, size: 3 });
    await using seat = await takeSeat(cluster);
    const leader = (): bigint =>
      seat.events.reduce(
        (last, event) => (event.kind === 'leader-changed' ? event.leader : last),
        0n,
      );
    await until(() => leader() !== 0n, 'the seat follows a leader');
    const { memberId } = seat;
    const attributes = { requestId: 0x77n, memberId, name: NAME, clientUrls: [] };
    const removal = { id: 0x78n, type: 1, nodeId: memberId, context: new Uint8Array(0) };
    const isOld = source.line === '3.4';
    const entry = (type: number, data: Uint8Array) => ({ type, term: 0, index: 0, data });
    const proposal = message({
      type: MessageType.Prop,
      to: leader(),
      from: memberId,
      entries: [
        entry(EntryType.ConfChange, encodeConfChange(removal)),
        entry(
          EntryType.Normal,
          isOld ? encodeV2Attributes(attributes) : encodeMemberAttrSet(attributes),
        ),
      ],
    });
    const before = (await cluster.etcdctl(['member', 'list'])).trim().split('\n').length;
    seat.transport.send([proposal]);
    await until(
      async () => (await cluster.etcdctl(['member', 'list'])).trim().split('\n').length < before,
      'the seat is removed',
    );
    await cluster.etcdctl(['put', 'behind', 'both']);
    await sleep(1_000);
    expect(cluster.members.every(member => member.isRunning)).toBe(true);
    await restartAll(cluster);
  });
});

describe.concurrent('in a source that is being upgraded', () => {
  const steps = [
    ['3.4', '3.5', 'v2'],
    ['3.5', '3.6', 'attributes'],
    ['3.6', '3.7', 'attributes'],
  ] as const;
  const pairs = steps.flatMap(([from, to, form]) => {
    const [older, newer] = [newestOf(from), newestOf(to)];
    return older === undefined || newer === undefined ? [] : [{ from, to, form, older, newer }];
  });

  longTest.each(pairs)('from $from to $to: the form is $form', async ({ older, newer, form }) => {
    await using pair = await Pair.start({
      source: older,
      destination: older,
      sourceSize: 3,
      syncerArgs: ARGS,
    });
    const [first] = pair.source.members;
    if (first === undefined) throw new Error('no member');
    await first.stop();
    first.runNext(newer.etcd);
    first.start();
    await healthy(pair.source, first);
    pair.syncer.start();
    await published(pair);
    expect(pair.syncer.output).toContain(`"form":"${form}"`);
    await restartAll(pair.source);
    await restartAll(pair.source, newer.etcd);
    await until(
      async () => (await clusterVersion(first)) === `${newer.line}.0`,
      'the upgrade is finished',
    );
    await restartAll(pair.source);
    expect(await pair.settledDifferences()).toEqual([]);
  });

  longTest('is refused while a member is away, and done when it is back', async () => {
    const source = newestOf('3.5') ?? releases[0];
    if (source === undefined) throw new Error('no release');
    await using pair = await Pair.start({
      source,
      destination: source,
      sourceSize: 3,
      syncerArgs: ARGS,
    });
    const away = pair.source.members.at(-1);
    await away?.stop();
    pair.syncer.start();
    await pair.syncer.until(status => status.publish?.state === 'refused', 60_000);
    const status = await pair.syncer.status();
    expect(status.publish?.reason).toContain('does not answer');
    expect(status.last_errors.map(({ code }) => code)).toContain('PUBLISH_REFUSED');
    expect((await seatRow(pair)).slice(1, 3)).toEqual(['unstarted', '']);
    away?.start();
    await published(pair);
  });
});

async function clusterVersion(member: EtcdMember): Promise<string> {
  const response = await fetch(`${member.clientUrl}/version`);
  return ((await response.json()) as { etcdcluster: string }).etcdcluster;
}
