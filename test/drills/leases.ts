import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Etcd3, EtcdLeaseInvalidError, isRecoverableError } from 'etcd3';
import { forEachKey } from '../kit/bulk.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { differences, readContents } from '../kit/compare.ts';
import { Syncer } from '../kit/syncer.ts';
import { Deletes } from './deletes.ts';
import type { Drill } from './findings.ts';
import { LeaseOwner } from './lease-owner.ts';
import { MemorySampler, mib } from './memory.ts';
import { until } from './until.ts';

const TTL = 60;
const PREFIX = 'leased/';
const SETTLE_MS = 600_000;
const REST_SECONDS = 30;
/** USER_HZ: what /proc counts processor time in. */
const TICKS_A_SECOND = 100;
const CPU_LIMIT = 0.1;
const MEMORY_LIMIT = 300 * 1024 * 1024;

/** As many leases as a large service registry has: what they cost at rest, and that none is lost or revoked out of order. */
export const leases: Drill = {
  name: 'leases',
  about:
    "100,000 leases: the cost at rest, the destination's leader killed, all of it away, revoked",
  async run(options, findings) {
    await using source = await EtcdCluster.start({ programs: options.source });
    await using destination = await EtcdCluster.start({ programs: options.destination, size: 3 });
    await using syncer = await Syncer.create([
      `--source-endpoints=${source.endpoints.join(',')}`,
      `--dest-endpoints=${destination.endpoints.join(',')}`,
      `--lease-ttl-floor=${options.floor}`,
      '--join',
    ]);
    syncer.start();
    await syncer.caughtUp();
    const memory = new MemorySampler(() => syncer.pid);
    await using owner = await LeaseOwner.start(source.endpoints, TTL);
    const bulk = { endpoints: source.endpoints, from: 1, to: options.leases + 1 };
    const grantedMs = await timed(() =>
      forEachKey(bulk, async (client, number) => {
        const ID = idOf(number);
        await client.leaseClient.leaseGrant({ ID, TTL });
        owner.own(ID);
        await client
          .put(`${PREFIX}${String(number).padStart(8, '0')}`)
          .value('v')
          .lease(ID);
      }),
    );
    const arrivedMs = await timed(() => isEqual(source, destination));
    findings.figure(
      'seconds of granting, until equal after it',
      `${sec(grantedMs)}, ${sec(arrivedMs)}`,
    );
    await syncer.caughtUp();
    const before = cpuSeconds(syncer.pid);
    await sleep(REST_SECONDS * 1_000);
    const share = (cpuSeconds(syncer.pid) - before) / REST_SECONDS;
    const percent = `${(share * 100).toFixed(1)} %`;
    findings.check('own CPU at rest, of a core', share < CPU_LIMIT, percent);

    const reader = new Etcd3({ hosts: destination.endpoints });
    const deletes = await Deletes.watch(destination.endpoints, PREFIX);
    const leader = await destination.leader();
    await leader.stop('SIGKILL');
    await sleep(TTL * 500);
    leader.start();
    await destination.ready();
    findings.none('missing after the leader was killed', await missing(options.leases, reader));
    for (const member of destination.members) await member.stop('SIGKILL');
    await sleep(options.outage * 1_000);
    for (const member of destination.members) member.start();
    await destination.ready();
    await syncer.caughtUp(SETTLE_MS);
    // Whatever is not kept alive again ends within this.
    await sleep((TTL + REST_SECONDS) * 1_000);
    findings.none('missing after all was away', await missing(options.leases, reader));
    findings.none('keys deleted meanwhile', deletes.keys);
    const lost = syncer.output.split('DEST_LEASE_LOST').length - 1;
    findings.check('times that leases were lost and made again', lost === 0, lost);
    memory.stop();
    const { total, anonymous } = memory.max;
    const limit = `RSS at most, below ${mib(MEMORY_LIMIT)}`;
    findings.check(limit, total < MEMORY_LIMIT, `${mib(total)}, ${mib(anonymous)} without files`);

    deletes.close();
    const there = await Deletes.watch(destination.endpoints, PREFIX);
    const here = await Deletes.watch(source.endpoints, PREFIX);
    let gone = 0;
    const revokedMs = await timed(async () => {
      await forEachKey(bulk, async (client, number) => {
        const ID = idOf(number);
        owner.disown(ID);
        if (!(await isRevoked(client, ID))) gone += 1;
      });
      await isEqual(source, destination);
    });
    findings.figure('seconds of revoking, until equal', sec(revokedMs));
    findings.figure('of them gone there when they were to be revoked', gone);
    const isSeen = ({ keys }: Deletes): boolean => keys.length >= options.leases;
    await until(() => isSeen(here) && isSeen(there), 'all deletes to be seen', SETTLE_MS);
    findings.none(
      'leases left',
      (await reader.leaseClient.leaseLeases()).leases.map(l => l.ID),
    );
    findings.none('revoked in another order', there.outOfOrder(here));
    there.close();
    here.close();
    reader.close();
  },
};

/** Half of them negative, which is legal. */
function idOf(number: number): string {
  return String(number % 2 === 0 ? number : -number);
}

/** False when there is no such lease any more: it ran out while its owner was busy, or the answer was lost. */
async function isRevoked(client: Etcd3, ID: string): Promise<boolean> {
  for (;;) {
    try {
      await client.leaseClient.leaseRevoke({ ID });
      return true;
    } catch (error) {
      if (error instanceof EtcdLeaseInvalidError) return false;
      // A member that is busy, on a machine that does all of this.
      if (!(error instanceof Error && isRecoverableError(error))) throw error;
    }
  }
}

/** Leases and keys that are not at the destination. */
async function missing(count: number, reader: Etcd3): Promise<string[]> {
  const { leases } = await reader.leaseClient.leaseLeases();
  const keys = await reader.getAll().prefix(PREFIX).count();
  const found: string[] = [];
  if (leases.length !== count) found.push(`${leases.length} leases of ${count}`);
  if (keys !== count) found.push(`${keys} keys of ${count}`);
  return found;
}

/** Waits until both hold the same keys and leases. */
async function isEqual(source: EtcdCluster, destination: EtcdCluster): Promise<void> {
  const wanted = await readContents(source.endpoints);
  await until(
    async () => differences(wanted, await readContents(destination.endpoints)).length === 0,
    'both to be equal',
    SETTLE_MS,
  );
}

/** Processor time that a process has used. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  // utime and stime, the 14th and 15th of the whole line.
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

function sec(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
