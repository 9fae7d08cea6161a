import { describe, expect, test } from 'vitest';
import { availableReleases } from '../kit/binaries.ts';
import { fill } from '../kit/bulk.ts';
import { RUNS_ALL_LINES } from '../kit/releases.ts';
import { isWarm, isWriting, Replicas } from '../kit/replicas.ts';

const releases = await availableReleases();

/** One line whose leaders go back to where our log ends, and one whose leaders never do. */
const lines = (RUNS_ALL_LINES ? ['3.5.30', '3.7.1'] : ['3.7.1']).flatMap(version => {
  const release = releases.find(found => found.version === version);
  return release === undefined ? [] : [[version, release] as const];
});
if (lines.length === 0) throw new Error('no etcd could be had: see `npm run etcd`');

describe.each(lines)('several replicas: %s', (_, release) => {
  test('a killed writer is followed by a warm standby, on a seat of its own and without a snapshot', async () => {
    await using replicas = await Replicas.start({ source: release, destination: release });
    const { endpoints } = replicas.source;
    const writer = await replicas.startWriter(0);
    const standby = replicas.at(1);
    await fill({ endpoints, from: 0, to: 500 }, number => `value ${number}`);
    standby.start();
    await standby.until(isWarm);
    expect(await standby.code('/readyz')).toBe(200);
    await fill({ endpoints, from: 500, to: 1_000 }, number => `value ${number}`);
    expect(await replicas.settledDifferences()).toEqual([]);
    expect((await replicas.seats()).map(({ url }) => url)).toEqual([writer.peerUrl]);
    await writer.kill('SIGKILL');
    await fill({ endpoints, from: 950, to: 1_050 }, number => `changed ${number}`);
    await standby.until(isWriting, 60_000);
    expect(await replicas.settledDifferences()).toEqual([]);
    expect((await replicas.seats()).map(({ url }) => url)).toEqual([standby.peerUrl]);
    expect(standby.output).toContain('"warm":true');
    expect(standby.output).not.toContain('loading a snapshot');
    // 100 keys, those that settle, and nothing again that was there.
    expect((await standby.status()).destination.operations).toBeLessThan(110);
    // The one that was killed comes back, and stands by.
    writer.start();
    await writer.until(status => isWarm(status) && status.ha?.writer?.name === 'r1');
    expect((await replicas.seats()).map(({ url }) => url)).toEqual([standby.peerUrl]);
  });

  test('a standby that comes when the log is gone takes a copy of the state', async () => {
    // A small log has small segments: what is confirmed goes.
    await using replicas = await Replicas.start({
      source: release,
      destination: release,
      syncerArgs: ['--log-max-size=2MiB'],
    });
    const { endpoints } = replicas.source;
    const writer = await replicas.startWriter(0);
    await fill({ endpoints, from: 0, to: 1_000 }, number => `${number}`.padEnd(4_096, '.'));
    expect(await replicas.settledDifferences()).toEqual([]);
    const standby = replicas.at(1);
    standby.start();
    await standby.until(isWarm, 60_000);
    expect(standby.output).toContain('took a copy of the state of the writer');
    await writer.kill('SIGKILL');
    await fill({ endpoints, from: 950, to: 1_050 }, number => `changed ${number}`);
    await standby.until(isWriting, 60_000);
    expect(await replicas.settledDifferences()).toEqual([]);
    expect(standby.output).not.toContain('loading a snapshot');
  });
});
