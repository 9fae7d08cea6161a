import { expect, test } from 'vitest';
import { until } from '../drills/until.ts';
import { availableReleases } from './binaries.ts';
import { EtcdCluster } from './cluster.ts';

const programs = (await availableReleases()).at(-1);
if (programs === undefined) throw new Error('no etcd could be had: see `npm run etcd`');

test('whoever waits for a server that has ended unasked is told at once, with its last words', async () => {
  await using cluster = await EtcdCluster.start({ programs });
  const [member] = cluster.members;
  if (member === undefined) throw new Error('no member');
  const never = until(() => false, 'nothing', 600_000);
  process.kill(member.pid, 'SIGKILL');
  await expect(never).rejects.toThrow(/^etcd m0 has ended \(SIGKILL\):\n.*"caller"/s);
  await expect(cluster.ready()).rejects.toThrow('etcd m0 has ended');
  // Told to, it may end; and it may come back.
  await member.stop();
  await expect(until(() => false, 'nothing', 1)).rejects.toThrow('waited 1 ms for nothing');
  member.start();
  await cluster.ready();
});
