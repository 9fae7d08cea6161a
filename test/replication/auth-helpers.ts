import { setTimeout as sleep } from 'node:timers/promises';
import { Etcd3 } from 'etcd3';
import { availableReleases } from '../kit/binaries.ts';
import type { EtcdBinaries } from '../kit/binaries-types.ts';
import { Pair } from '../kit/pair.ts';
import { RUNS_ALL_LINES } from '../kit/releases.ts';

/** Found nowhere else, so that a search for them means something. */
export const ROOT_PASSWORD = 'pw-of-the-source-root-7d1f';
export const OUR_PASSWORD = 'pw-of-the-replicator-93ac';
const DEADLINE_MS = 30_000;

/** Everything that a client is told by a call which it may not make. */
const REFUSALS = /authentication failed|invalid user ID or password|invalid auth token/;

export async function releasePairs(
  names: readonly (readonly [string, string])[],
  more: readonly (readonly [string, string])[] = [],
): Promise<(readonly [string, EtcdBinaries, EtcdBinaries])[]> {
  const releases = await availableReleases();
  const find = (version: string) => releases.find(release => release.version === version);
  return [...names, ...(RUNS_ALL_LINES ? more : [])].flatMap(([from, to]) => {
    const [source, destination] = [find(from), find(to)];
    return source === undefined || destination === undefined
      ? []
      : [[`${from} to ${to}`, source, destination] as const];
  });
}

/** A pair whose destination has the replicator's own user with the root role; auth is off on both. */
export async function startAuthPair(
  source: EtcdBinaries,
  destination: EtcdBinaries,
  sourceFlags: readonly string[] = [],
  syncerArgs: readonly string[] = [],
): Promise<Pair> {
  const pair = await Pair.start({
    source,
    destination,
    sourceFlags: ['--bcrypt-cost=4', ...sourceFlags],
    destinationFlags: ['--bcrypt-cost=4'],
    syncerArgs: ['--dest-user=syncer', '--source-user=root', '--log-level=trace', ...syncerArgs],
    syncerOptions: {
      env: {
        ETCD_SYNCER_DEST_PASSWORD: OUR_PASSWORD,
        ETCD_SYNCER_SOURCE_PASSWORD: ROOT_PASSWORD,
      },
    },
  });
  await pair.destination.etcdctl(['user', 'add', `syncer:${OUR_PASSWORD}`]);
  await pair.destination.etcdctl(['role', 'add', 'root']);
  await pair.destination.etcdctl(['user', 'grant-role', 'syncer', 'root']);
  return pair;
}

/** Root at the source, auth on. The client is root's; the caller closes it. */
export async function enableAuth(pair: Pair): Promise<Etcd3> {
  const hosts = pair.source.endpoints;
  const open = new Etcd3({ hosts });
  await open.auth.userAdd({ name: 'root', password: ROOT_PASSWORD });
  await open.auth.roleAdd({ name: 'root' });
  await open.auth.userGrantRole({ user: 'root', role: 'root' });
  await open.auth.authEnable();
  open.close();
  pair.source.ctlFlags = [`--user=root:${ROOT_PASSWORD}`];
  return new Etcd3({ hosts, auth: { username: 'root', password: ROOT_PASSWORD } });
}

/** Whether the password is taken. Throws what is neither yes nor no. */
export async function canLogIn(client: Etcd3, name: string, password: string): Promise<boolean> {
  try {
    await client.auth.authenticate({ name, password });
    return true;
  } catch (error) {
    if (REFUSALS.test(String(error))) return false;
    throw error;
  }
}

/** As a user of the destination. */
export function clientOf(endpoints: readonly string[], username: string, password: string): Etcd3 {
  return new Etcd3({ hosts: [...endpoints], auth: { username, password } });
}

export async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (Date.now() < deadline) {
    if (await condition()) return;
    await sleep(50);
  }
  throw new Error(`it did not come to pass: ${what}`);
}

/** Users with their roles, roles with their permissions in etcd's order; `skip` names users that are not looked at. */
export async function readUsers(client: Etcd3, skip: readonly string[] = []): Promise<string[]> {
  const lines: string[] = [];
  const { users } = await client.auth.userList();
  for (const name of [...users].sort()) {
    if (skip.includes(name)) continue;
    const { roles } = await client.auth.userGet({ name });
    lines.push(`user ${name}: ${roles.join(', ')}`);
  }
  const { roles } = await client.auth.roleList();
  for (const role of [...roles].sort()) {
    // 3.6 and later answer with a permission that root was never granted.
    if (role === 'root') continue;
    const { perm } = await client.auth.roleGet({ role });
    const list = perm.map(
      ({ permType, key, range_end }) =>
        `${permType} ${key.toString('hex')}-${range_end.toString('hex')}`,
    );
    lines.push(`role ${role}: ${list.join(', ')}`);
  }
  return lines;
}

/** Flags of a source whose leader keeps few entries behind its snapshots. */
export function shortLogFlags({ line }: EtcdBinaries): string[] {
  const flags = ['--snapshot-count=100'];
  if (line === '3.5') flags.push('--experimental-snapshot-catchup-entries=100');
  if (line === '3.6' || line === '3.7') flags.push('--snapshot-catchup-entries=100');
  return flags;
}

/** Puts until the leader's log no longer reaches back to where it was: 3.4 always keeps 5,000 entries. */
export async function outgrowLog(root: Etcd3, { line }: EtcdBinaries): Promise<void> {
  let left = line === '3.4' ? 5_500 : 500;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await root.put(`churn/${left % 50}`).value(String(left));
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
}
