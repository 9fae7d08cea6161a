import { describe, expect, test } from 'vitest';
import { CheckpointWatch } from '../drills/checkpoint-watch.ts';
import { availableReleases } from '../kit/binaries.ts';
import { fill } from '../kit/bulk.ts';
import type { EtcdCluster } from '../kit/cluster.ts';
import { Load, PAUSE_MS } from '../kit/load.ts';
import { isWarm, isWriting, Replicas } from '../kit/replicas.ts';

const release = (await availableReleases()).at(-1);
if (release === undefined) throw new Error('no etcd could be had: see `npm run etcd`');

/** How many keys are bound to a lease; `id` in signed decimal, as etcd3 prints it. */
async function keysOfLease(cluster: EtcdCluster, id: string): Promise<string> {
  const hex = BigInt.asUintN(64, BigInt(id)).toString(16);
  const printed = await cluster.etcdctl(['lease', 'timetolive', hex, '--keys', '-w', 'json']);
  const { keys } = JSON.parse(printed) as { readonly keys?: readonly string[] | null };
  return String(keys?.length ?? 0);
}

describe('a writer that leaves', () => {
  test('in order hands over its seat, where the replicas share a peer URL', async () => {
    await using replicas = await Replicas.start({
      source: release,
      destination: release,
      sharesUrl: true,
    });
    const { endpoints } = replicas.source;
    const writer = await replicas.startWriter(0);
    const standby = replicas.at(1);
    standby.start();
    await standby.until(isWarm);
    await fill({ endpoints, from: 0, to: 300 }, number => `value ${number}`);
    const before = await replicas.seats();
    expect(await writer.kill('SIGTERM')).toBe(0);
    await standby.until(isWriting, 60_000);
    expect(await replicas.seats()).toEqual(before);
    expect(await replicas.settledDifferences()).toEqual([]);
    expect(standby.output).not.toContain('LOG_LOST');
    // And back again.
    writer.start();
    await writer.until(isWarm);
    expect(await standby.kill('SIGTERM')).toBe(0);
    await writer.until(isWriting, 60_000);
    expect(await replicas.seats()).toEqual(before);
    expect(await replicas.settledDifferences()).toEqual([]);
  });

  test('by SIGKILL leaves a seat that nobody else may use, also where the URL is shared', async () => {
    await using replicas = await Replicas.start({
      source: release,
      destination: release,
      sharesUrl: true,
    });
    const writer = await replicas.startWriter(0);
    const standby = replicas.at(1);
    standby.start();
    await standby.until(isWarm);
    const before = await replicas.seats();
    await writer.kill('SIGKILL');
    await standby.until(isWriting, 60_000);
    const after = await replicas.seats();
    expect(after.map(({ url }) => url)).toEqual(before.map(({ url }) => url));
    expect(after.map(({ id }) => id)).not.toEqual(before.map(({ id }) => id));
    expect(await replicas.settledDifferences()).toEqual([]);
  });

  test('for a while, frozen, changes nothing when it is back, and stands by', async () => {
    await using replicas = await Replicas.start({ source: release, destination: release });
    await using watch = await CheckpointWatch.start(replicas.destination.endpoints);
    const { endpoints } = replicas.source;
    const writer = await replicas.startWriter(0);
    const standby = replicas.at(1);
    standby.start();
    await standby.until(isWarm);
    const load = new Load({ endpoints, seed: 1, pauseMs: PAUSE_MS });
    await standby.until(({ ha }) => (ha?.standby?.durable ?? 0) > 100);
    writer.signal('SIGSTOP');
    await standby.until(isWriting, 60_000);
    writer.signal('SIGCONT');
    await writer.until(status => isWarm(status) && status.ha?.writer?.name === 'r1', 60_000);
    await load.stop();
    // What lay in its sockets goes out when it is back. No guard covers a grant: it leaves a lease without keys, which ends.
    const left = (await replicas.settledDifferences(20_000)).flatMap(
      text => /^lease (-?\d+) is left over$/.exec(text)?.[1] ?? text,
    );
    for (const id of left) {
      expect(id).toMatch(/^-?\d+$/);
      expect(await keysOfLease(replicas.destination, id)).toBe('0');
    }
    await watch.complete();
    // A write of the one that was frozen after the first of the other would be a fault.
    expect(watch.faults()).toEqual([]);
    expect(watch.writers).toBe(2);
    // Whichever it notices first: another one leads, or its seat has gone.
    expect(writer.output).toMatch(/DEST_FENCED|SEAT_REMOVED/);
    expect(writer.output).toContain('standing by again');
    expect((await replicas.seats()).map(({ url }) => url)).toEqual([standby.peerUrl]);
  });

  test('is not taken for dead with the destination: it goes on receiving on its seat', async () => {
    await using replicas = await Replicas.start({ source: release, destination: release });
    const { endpoints } = replicas.source;
    const writer = await replicas.startWriter(0);
    const standby = replicas.at(1);
    standby.start();
    await standby.until(isWarm);
    const before = await replicas.seats();
    const [member] = replicas.destination.members;
    await member?.stop('SIGKILL');
    await writer.until(() => writer.output.includes('our leadership has lapsed'));
    const { positions } = await writer.status();
    await fill({ endpoints, from: 0, to: 300 }, number => `value ${number}`);
    await writer.until(status => status.positions.durable > positions.durable);
    const { durable } = (await writer.status()).positions;
    await standby.until(status => (status.ha?.standby?.durable ?? 0) >= durable);
    expect(await replicas.seats()).toEqual(before);
    member?.start();
    await replicas.destination.ready();
    expect(await replicas.settledDifferences()).toEqual([]);
    expect(await replicas.seats()).toHaveLength(1);
  });
});
