import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../drills/until.ts';
import { forEachKey } from '../kit/bulk.ts';
import type { EtcdMember } from '../kit/cluster.ts';
import type { LinkFaults } from '../kit/fault-link.ts';
import { CLOCK_JUMPED, CLOCK_SIGNAL } from './clock-jump.ts';
import type { LinkedReplica, Way } from './linked-replica.ts';
import type { FaultRig, LinkedCluster } from './rig.ts';

/** Something that goes wrong for a while. */
export interface Fault {
  readonly name: string;
  /** Part of `npm test`. */
  readonly isShort?: boolean;
  /** Only with a replica that stands by. */
  readonly needsStandby?: boolean;
  /** Why it can't be made to happen here; undefined = it can. */
  readonly missing?: (rig: FaultRig) => string | undefined;
  /** Makes it happen; returns what ends it, `holdMs` later. */
  begin(rig: FaultRig): Promise<() => Promise<void>>;
}

const CAUGHT_UP_MS = 120_000;

function network(name: string, way: Way, faults: LinkFaults): Fault {
  return {
    name,
    begin: async rig => {
      await rig.writer.between(way, faults);
      return async () => rig.heal();
    },
  };
}

function ofReplica(
  name: string,
  which: (rig: FaultRig) => LinkedReplica,
  signal: 'SIGKILL' | 'SIGSTOP',
): Omit<Fault, 'needsStandby'> {
  return {
    name: `${name}: ${signal}`,
    begin: async rig => {
      const replica = which(rig);
      if (signal === 'SIGSTOP') {
        replica.syncer.signal(signal);
        return async () => replica.syncer.signal('SIGCONT');
      }
      await replica.syncer.kill(signal);
      return async () => replica.run();
    },
  };
}

function ofLeader(
  name: string,
  side: (rig: FaultRig) => LinkedCluster,
  begin: (leader: EtcdMember) => Promise<() => void>,
): Fault {
  return {
    name,
    begin: async rig => {
      const { cluster } = side(rig);
      const end = await begin(await cluster.leader());
      return async () => end();
    },
  };
}

const source = (rig: FaultRig): LinkedCluster => rig.source;
const destination = (rig: FaultRig): LinkedCluster => rig.destination;

async function kill(member: EtcdMember): Promise<() => void> {
  await member.stop('SIGKILL');
  return () => member.start();
}

async function freeze(member: EtcdMember): Promise<() => void> {
  member.signal('SIGSTOP');
  return () => member.signal('SIGCONT');
}

const processes: readonly Fault[] = [
  ofReplica('writer', rig => rig.writer, 'SIGKILL'),
  ofReplica('writer', rig => rig.writer, 'SIGSTOP'),
  ofLeader("source's leader: SIGKILL", source, kill),
  ofLeader("source's leader: SIGSTOP", source, freeze),
  ofLeader("destination's leader: SIGKILL", destination, kill),
  ofLeader("destination's leader: SIGSTOP", destination, freeze),
];

/** What several replicas are for. */
const standbys: readonly Fault[] = [
  { ...ofReplica('standby', rig => rig.standby, 'SIGKILL'), needsStandby: true },
  { ...ofReplica('standby', rig => rig.standby, 'SIGSTOP'), needsStandby: true },
  {
    name: 'network: the writer is cut off from everybody',
    needsStandby: true,
    begin: async rig => {
      await cutOff(rig.writer);
      return async () => rig.heal();
    },
  },
  {
    name: "host: the writer's is gone, and nobody is told",
    needsStandby: true,
    begin: async rig => {
      const { writer } = rig;
      await cutOff(writer);
      await writer.syncer.kill('SIGKILL');
      return async () => {
        rig.heal();
        writer.run();
      };
    },
  },
  {
    name: 'partition: writer and standby',
    needsStandby: true,
    begin: async rig => {
      rig.writer.toFollower({ holds: 'both' });
      return async () => rig.heal();
    },
  },
  {
    name: 'partition: standby and destination',
    needsStandby: true,
    begin: async rig => {
      await rig.standby.between('destination', { holds: 'both' });
      return async () => rig.heal();
    },
  },
];

async function cutOff(replica: LinkedReplica): Promise<void> {
  await replica.between('both', { holds: 'both' });
  replica.toFollower({ holds: 'both' });
}

const partitions: readonly Fault[] = [
  network('partition: writer and source', 'source', { holds: 'both' }),
  {
    ...network('partition: writer and destination', 'destination', { holds: 'both' }),
    isShort: true,
  },
  network('partition: writer and both', 'both', { holds: 'both' }),
  ...(
    [
      ["partition: source's leader and followers", source],
      ["partition: destination's leader and followers", destination],
    ] as const
  ).map(([name, side]) => ({
    name,
    begin: async (rig: FaultRig) => {
      await rig.isolateLeader(side(rig));
      return async () => rig.heal();
    },
  })),
  network('one way: what the source sends is lost', 'source', { holds: 'answers' }),
  network('one way: what the source is sent is lost', 'source', { holds: 'requests' }),
  network('one way: what the destination answers is lost', 'destination', { holds: 'answers' }),
  network('one way: what the destination is sent is lost', 'destination', { holds: 'requests' }),
  ...(['source', 'destination'] as const).map(way => ({
    name: `half open: connections with the ${way}`,
    begin: async (rig: FaultRig) => {
      rig.writer.halfOpen(way);
      return async () => rig.heal();
    },
  })),
];

const weak: readonly Fault[] = [
  network('weak: 30 ms each way, everywhere', 'both', { delayMs: 30 }),
  network('weak: 200 ms each way, everywhere', 'both', { delayMs: 200 }),
  network('weak: 1 % of what is sent resets its connection', 'both', { resets: 0.01 }),
  network('weak: 64 KiB/s a connection', 'both', { bytesPerSecond: 64 * 1024 }),
];

const disks: readonly Fault[] = [
  {
    name: "disk: the writer's is full",
    missing: ({ writer }) => (writer.disk === undefined ? 'a tmpfs can not be mounted' : undefined),
    begin: async ({ writer }) => {
      const { disk, syncer } = writer;
      if (disk === undefined) throw new Error('no disk of its own');
      const filler = join(dirname(disk.dataDir), 'filler');
      // Until there is no room for a block any more.
      try {
        for (let piece = 0; ; piece += 1) {
          writeFileSync(filler, Buffer.alloc(64 * 1024), { flag: 'a' });
          if (piece > 100_000) throw new Error('the disk has no end');
        }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
      return async () => {
        const code = await syncer.exited();
        if (code !== 3 || !/LOG_WRITE|STATE_WRITE/.test(syncer.output)) {
          throw new Error(`exit ${code} with a full disk: ${syncer.output.slice(-500)}`);
        }
        rmSync(filler);
        writer.run();
      };
    },
  },
  {
    name: "disk: each fsync of the writer's takes 200 ms more",
    missing: () => straceFault(),
    begin: async ({ writer }) => {
      const calls = 'fsync,fdatasync,msync';
      const inject = `inject=${calls}:delay_enter=200000`;
      const args = ['-f', '-qq', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', inject];
      const child = spawn('strace', [...args, '-p', String(writer.syncer.pid)], {
        stdio: 'ignore',
      });
      const gone = once(child, 'exit');
      return async () => {
        const hasEnded = child.exitCode !== null;
        child.kill('SIGINT');
        await gone;
        if (hasEnded) throw new Error('strace did not stay attached');
      };
    },
  },
];

/** So many entries that the members no longer have those that the writer lacks. */
const BEYOND_LOG = 5_000;
const CHURN_KEYS = 400;
const CHURN_BYTES = 256;
/** etcd keeps all entries for 30 s after it has sent a snapshot. */
const KEPT_MS = 31_000;
/** How long a snapshot is on its way to the seat. */
const RECEIVE_SECONDS = 3;
/** To the destination, so that what a snapshot changes takes some seconds, too. */
const SLOW = { bytesPerSecond: 24 * 1024 };

/** What is under way with a snapshot when a fault begins. */
export type SnapshotStep = 'received' | 'loaded';

/** The same fault while the writer takes a snapshot, since it was away for too long. */
export function inSnapshot(fault: Fault, step: SnapshotStep): Fault {
  return {
    ...fault,
    name: `while a snapshot is ${step}, ${fault.name}`,
    begin: async rig => {
      for (const { syncer } of rig.replicas) await syncer.kill('SIGKILL');
      await sleep(Math.max(0, rig.snapshotAtMs + KEPT_MS - performance.now()));
      await writeBeyondLog(rig);
      const bytesPerSecond = Math.ceil((await databaseBytes(rig)) / RECEIVE_SECONDS);
      for (const replica of rig.replicas) {
        replica.seat.set({ bytesPerSecond });
        await replica.between('destination', SLOW);
      }
      rig.runAll();
      const found = (): LinkedReplica | undefined => rig.replicas.find(taking[step]);
      await until(() => found() !== undefined, `a snapshot to be ${step}`, CAUGHT_UP_MS);
      const taker = found();
      if (taker === undefined) throw new Error(`no snapshot is ${step} any more`);
      rig.writer = taker;
      const end = await fault.begin(rig);
      return async () => {
        await end();
        rig.heal();
        // etcd sets no deadline for a snapshot (docs/gotchas.md): its kernel's keepalives find out, minutes later.
        for (const { seat } of rig.replicas) seat.endHalfOpen();
        // It may have been sent again meanwhile.
        rig.snapshotAtMs = performance.now();
      };
    },
  };
}

const taking: Readonly<Record<SnapshotStep, (replica: LinkedReplica) => boolean>> = {
  received: ({ syncer }) => {
    const dir = join(syncer.dataDir, 'snapshot');
    return existsSync(dir) && readdirSync(dir).some(name => name.startsWith('receiving-'));
  },
  loaded: ({ syncer }) => {
    const lastRun = syncer.output.split('"msg":"took the seat"').at(-1) ?? '';
    return (
      /"msg":"(loading a snapshot|seeding)"/.test(lastRun) && !lastRun.includes('"msg":"seeded"')
    );
  },
};

async function writeBeyondLog({ source: { cluster, login } }: FaultRig): Promise<void> {
  let done = 0;
  await forEachKey(
    { endpoints: cluster.endpoints, from: 0, to: BEYOND_LOG, auth: login },
    async (client, number) => {
      try {
        await client.put(`churn/${number % CHURN_KEYS}`).value(String(number).padEnd(CHURN_BYTES));
        done += 1;
      } catch {
        // A change of users meanwhile makes requests fail; enough others go through.
      }
    },
  );
  if (done < BEYOND_LOG / 2) throw new Error(`only ${done} of ${BEYOND_LOG} writes went through`);
}

/** Its largest member's. Under load a member may take longer than etcdctl waits to let a user in. */
async function databaseBytes({ source: { cluster } }: FaultRig): Promise<number> {
  let bytes = 0;
  await until(async () => {
    const printed = await cluster.etcdctl(['endpoint', 'status', '-w', 'json']);
    const members = JSON.parse(printed) as { Status: { dbSize: number } }[];
    bytes = Math.max(...members.map(({ Status }) => Status.dbSize));
    return true;
  }, 'the size of the database');
  return bytes;
}

const clocks: readonly Fault[] = [
  {
    name: "clock: the writer's jumps an hour ahead, then a day back",
    begin: async ({ writer: { syncer } }) => {
      const jump = async (): Promise<void> => {
        const before = syncer.output.split(CLOCK_JUMPED).length;
        syncer.signal(CLOCK_SIGNAL);
        await until(() => syncer.output.split(CLOCK_JUMPED).length > before, 'the clock to jump');
      };
      await jump();
      return jump;
    },
  },
];

function straceFault(): string | undefined {
  try {
    execFileSync('strace', ['-qq', '-o', '/dev/null', '-e', 'trace=fsync', 'true']);
    return undefined;
  } catch {
    return 'strace is not installed, or may not trace';
  }
}

/** All of them, and one in the middle of a snapshot. Without a fault, the first shows what the others are to be compared with. */
export const FAULTS: readonly Fault[] = [
  { name: 'none', begin: async () => async () => undefined },
  ...processes,
  ...standbys,
  ...partitions,
  ...weak,
  ...disks,
  ...clocks,
  inSnapshot(
    ofReplica('writer', rig => rig.writer, 'SIGKILL'),
    'loaded',
  ),
];

/** What goes wrong at the destination does so while a snapshot goes there, the rest while it comes. */
function stepsOf(name: string): readonly SnapshotStep[] {
  if (/destination|both|full/.test(name)) return ['loaded'];
  return name.startsWith('writer: ') ? ['received', 'loaded'] : ['received'];
}

/** All but what is for standbys. */
export const SNAPSHOT_FAULTS: readonly Fault[] = [
  ...processes,
  ...partitions,
  ...weak,
  ...disks,
  ...clocks,
].flatMap(fault => stepsOf(fault.name).map(step => inSnapshot(fault, step)));
