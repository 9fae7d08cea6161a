import { describe, expect, test } from 'vitest';
import { availableReleases } from '../kit/binaries.ts';
import { fill } from '../kit/bulk.ts';
import { isWriting, Replicas } from '../kit/replicas.ts';

const releases = await availableReleases();

/** One line whose leaders go back to where our log ends, and one whose leaders never do. */
const lines = ['3.5.30', '3.7.1'].flatMap(version => {
  const release = releases.find(found => found.version === version);
  return release === undefined ? [] : [[version, release] as const];
});
if (lines.length === 0) throw new Error('no etcd could be had: see `npm run etcd`');

describe.each(lines)('several replicas: %s', (_, release) => {
  test('a killed writer is followed by a standby on a seat of its own', async () => {
    await using replicas = await Replicas.start({ source: release, destination: release });
    const { endpoints } = replicas.source;
    const writer = await replicas.startWriter(0);
    const standby = replicas.at(1);
    standby.start();
    await standby.until(({ ha }) => ha?.role === 'standby');
    await fill({ endpoints, from: 0, to: 500 }, number => `value ${number}`);
    expect(await replicas.settledDifferences()).toEqual([]);
    expect((await replicas.seats()).map(({ url }) => url)).toEqual([writer.peerUrl]);
    await writer.kill('SIGKILL');
    await fill({ endpoints, from: 400, to: 600 }, number => `changed ${number}`);
    await standby.until(isWriting, 60_000);
    expect(await replicas.settledDifferences()).toEqual([]);
    expect((await replicas.seats()).map(({ url }) => url)).toEqual([standby.peerUrl]);
    // The one that was killed comes back, and stands by.
    writer.start();
    await writer.until(({ ha }) => ha?.role === 'standby' && ha.writer?.name === 'r1');
    expect((await replicas.seats()).map(({ url }) => url)).toEqual([standby.peerUrl]);
  });
});
