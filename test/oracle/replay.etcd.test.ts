import { describe, expect, test } from 'vitest';
import { EtcdCluster } from '../kit/cluster.ts';
import { releasesForLongSuites } from '../kit/releases.ts';
import { Generator } from './generate.ts';
import { OracleLoad } from './load.ts';
import { replayMember } from './replay.ts';

const SEED = 20_131_106;
const OPERATIONS = 200;

describe.each(await releasesForLongSuites(3))('etcd $version', programs => {
  test("a member's own log, replayed from its data directory, ends in its own database", async () => {
    await using cluster = await EtcdCluster.start({
      programs,
      flags: ['--bcrypt-cost=4', '--max-wals=0'],
    });
    const [member] = cluster.members;
    if (member === undefined) throw new Error('no member');
    const random = new Generator({ seed: SEED, line: programs.line, memberIds: ['1'] });
    const load = new OracleLoad(random, cluster.endpoints, SEED, 4);
    try {
      await load.run(random.preparations, 1);
      await load.run(OPERATIONS);
    } finally {
      load.close();
    }
    await member.stop('SIGTERM');
    const { dataDir } = member;
    const { version } = programs;
    const { model, entries, failures } = await replayMember({ dataDir, version, voters: 1 });
    expect(failures).toEqual([]);
    expect(entries.length).toBeGreaterThan(OPERATIONS);
    expect(model.outcomes.count('txn', 'applied')).toBeGreaterThan(0);
  });
});
