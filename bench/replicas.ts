import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EtcdCluster, EtcdMember } from '../test/kit/cluster.ts';
import { watchOver } from '../test/kit/fallen.ts';
import type { FaultLink } from '../test/kit/fault-link.ts';
import { freePort } from '../test/kit/ports.ts';
import { Syncer } from '../test/kit/syncer.ts';

const SEAT_TRIES = 60;
/** What is kept of what a program said, for errors. */
const SAID = 2_000;

/** Somebody who copies a source, as a process of its own. */
export interface Replica extends AsyncDisposable {
  readonly pid: number;
  /** Client URL where what was copied can be read: the destination's, or the learner's own. */
  readonly readAt: string;
}

/** How etcd-syncer is reached and reaches others, where that is not directly. */
export interface Detours {
  /** In front of the destination. */
  readonly destination?: FaultLink;
  /** In front of etcd-syncer's own peer port. */
  readonly peer?: FaultLink;
}

/** etcd-syncer between the two, with a seat of its own that is given up at the end. */
export async function startSyncer(
  source: EtcdCluster,
  destination: EtcdCluster,
  profileDir?: string,
  { destination: destinationProxy, peer }: Detours = {},
): Promise<Replica & { readonly syncer: Syncer }> {
  const args = [
    `--source-endpoints=${source.endpoints.join(',')}`,
    `--dest-endpoints=${destinationProxy?.url ?? destination.endpoints.join(',')}`,
    ...(peer === undefined ? [] : [`--initial-advertise-peer-urls=${peer.url}`]),
  ];
  const profiled = `exec "$0" --cpu-prof --cpu-prof-dir='${profileDir}' "$@"`;
  const syncer = await Syncer.create(
    args,
    profileDir === undefined ? {} : { launcher: ['/bin/sh', '-c', profiled] },
  );
  if (peer !== undefined) peer.target = syncer.peerUrl;
  const id = await addSeat(source, peer?.url ?? syncer.peerUrl);
  syncer.start();
  const mayEnd = watchOver(() =>
    syncer.isRunning ? undefined : `etcd-syncer has ended:\n${syncer.output.slice(-SAID)}`,
  );
  return {
    syncer,
    get pid() {
      return syncer.pid;
    },
    readAt: destination.endpoints[0] ?? '',
    async [Symbol.asyncDispose]() {
      mayEnd();
      // A profile is written by a process that ends by itself.
      if (syncer.isRunning) await syncer.kill('SIGTERM');
      await syncer[Symbol.asyncDispose]();
      await source.etcdctl(['member', 'remove', id]);
    },
  };
}

/** `etcdctl make-mirror` of the source's release. */
export async function startMirror(
  source: EtcdCluster,
  destination: EtcdCluster,
  proxy?: FaultLink,
): Promise<Replica> {
  const target = (proxy?.url ?? destination.endpoints[0] ?? '').replace('http://', '');
  const child = spawn(
    source.programs.etcdctl,
    [`--endpoints=${source.endpoints.join(',')}`, 'make-mirror', target],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env.PATH, ETCDCTL_API: '3' } },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-SAID);
  });
  await once(child, 'spawn');
  const mayEnd = watchOver(() =>
    child.exitCode === null && child.signalCode === null
      ? undefined
      : `make-mirror has ended:\n${said}`,
  );
  return {
    get pid() {
      return child.pid ?? 0;
    },
    readAt: destination.endpoints[0] ?? '',
    async [Symbol.asyncDispose]() {
      mayEnd();
      await ended(child);
    },
  };
}

/** A member of etcd itself, as a learner of the source. */
export async function startLearner(
  source: EtcdCluster,
  flags: readonly string[],
): Promise<Replica> {
  const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-bench-learner-'));
  const [client, peer] = [await freePort(), await freePort()];
  const peerUrl = `http://127.0.0.1:${peer}`;
  const id = await addSeat(source, peerUrl);
  const members = source.members.map(({ name, peerUrl: url }) => `${name}=${url}`);
  const member = new EtcdMember('learner', source.programs.etcd, dir, client, peer, [
    `--initial-cluster=${[...members, `learner=${peerUrl}`].join(',')}`,
    '--initial-cluster-state=existing',
    ...flags,
  ]);
  member.start();
  return {
    get pid() {
      return member.pid;
    },
    readAt: member.clientUrl,
    async [Symbol.asyncDispose]() {
      await source.etcdctl(['member', 'remove', id]);
      await member.stop('SIGKILL');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A young cluster refuses members for its first seconds ("unhealthy cluster"). Returns the ID in hex. */
async function addSeat(source: EtcdCluster, peerUrl: string): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return (await source.addLearner(peerUrl)).toString(16);
    } catch (error) {
      if (attempt === SEAT_TRIES || !String(error).includes('unhealthy cluster')) throw error;
      await sleep(500);
    }
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
