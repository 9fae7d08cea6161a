import { expect } from 'vitest';
import { until } from '../drills/until.ts';
import { FaultRig } from '../faults/rig.ts';
import { availableReleases } from '../kit/binaries.ts';
import { seededRandom } from '../kit/load.ts';
import { longTest } from '../kit/long.ts';
import { isWarm, isWriting } from '../kit/replicas.ts';

const release = (await availableReleases()).at(-1);
if (release === undefined) throw new Error('no etcd could be had: see `npm run etcd`');
const programs = release;

const PATIENCE_MS = 120_000;
const NOT_HERE_EITHER = 'the source is not reached from here either';

longTest(
  'a writer that does not hear the source leaves writing to a standby that reaches it, and to no other',
  async () => {
    await using rig = await FaultRig.start({
      source: programs,
      destination: programs,
      size: 1,
      replicas: 2,
      random: seededRandom(1),
    });
    const { writer, standby } = rig;
    // Away from both: whoever writes goes on.
    await standby.between('source', { holds: 'both' });
    await writer.between('source', { holds: 'both' });
    await until(
      () => standby.syncer.output.includes(NOT_HERE_EITHER),
      'a standby that does not reach the source',
      PATIENCE_MS,
    );
    expect(isWriting(await writer.syncer.status())).toBe(true);
    // There again for the standby alone.
    standby.heal();
    await rig.source.cluster.etcdctl(['put', 'meanwhile', 'x']);
    await standby.syncer.until(isWriting, PATIENCE_MS);
    await writer.syncer.until(isWarm, PATIENCE_MS);
    const { last_errors, ha } = await writer.syncer.status();
    expect(last_errors.map(({ code }) => code)).toContain('SOURCE_UNHEARD');
    expect(ha?.writer?.name).toBe((await standby.syncer.status()).ha?.replica);
    rig.heal();
    expect(await rig.settledDifferences()).toEqual([]);
    expect(await rig.writerFaults()).toEqual([]);
  },
  300_000,
);
