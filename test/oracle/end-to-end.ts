import { setTimeout as sleep } from 'node:timers/promises';
import type { EtcdBinaries } from '../kit/binaries-types.ts';
import { Pair } from '../kit/pair.ts';
import { type Fields, refusalOf } from './client.ts';
import { Generator } from './generate.ts';
import { PASSWORDS } from './generate-auth.ts';
import { OracleLoad } from './load.ts';
import { differentThings, readVisible, type Side, type Visible } from './visible.ts';

const OUR_USER = 'syncer';
const OUR_PASSWORD = 'pw-of-the-replicator-5e0b';
const WORKERS = 8;
const SETTLE_MS = 60_000;

export interface EndToEndOptions {
  readonly source: EtcdBinaries;
  readonly destination: EtcdBinaries;
  readonly operations: number;
  readonly seed: number;
  /** SIGKILLs of the replicator on the way. */
  readonly kills: number;
}

export interface EndToEndResult {
  readonly requests: number;
  readonly things: number;
  /** Of the things seen: whether the rights of users could be compared. */
  readonly isAuthOn: boolean;
  /** What the replicator said that it could not carry over. */
  readonly held: readonly string[];
  readonly differences: readonly string[];
}

/**
 * The random load through the program itself, between real clusters: what clients can see of both is the
 * same in the end. Undefined when the load has locked everybody out of the source.
 */
export async function runEndToEnd(options: EndToEndOptions): Promise<EndToEndResult | undefined> {
  const { source, destination, operations, seed, kills } = options;
  await using pair = await startPair(source, destination);
  // Root's password changes on the way: the seat is found at the peer port, which asks for none.
  const peers = pair.source.members.map(({ peerUrl }) => peerUrl);
  const args = ['--source-endpoints=', `--source-peers=${peers.join(',')}`];
  pair.syncer.start(args);
  await pair.syncer.caughtUp();
  const members = (await pair.source.etcdctl(['member', 'list', '-w', 'fields'])).matchAll(
    /"ID" : (\d+)/g,
  );
  const memberIds = [...members].map(([, id]) => id ?? '');
  const random = new Generator({ seed, line: source.line, memberIds });
  const load = new OracleLoad(random, pair.source.endpoints, seed, WORKERS);
  try {
    await load.run(random.preparations, 1);
    for (let part = 0; part <= kills; part += 1) {
      const running = load.run(Math.ceil(operations / (kills + 1)));
      if (part > 0) {
        await pair.syncer.kill('SIGKILL');
        pair.syncer.start(args);
      }
      await running;
    }
    await clearAlarms(load, memberIds);
  } finally {
    load.close();
  }
  return await compare(pair, load.answers.total());
}

async function startPair(source: EtcdBinaries, destination: EtcdBinaries): Promise<Pair> {
  const pair = await Pair.start({
    source,
    destination,
    sourceFlags: ['--bcrypt-cost=4'],
    destinationFlags: ['--bcrypt-cost=4'],
    syncerArgs: [`--dest-user=${OUR_USER}`],
    syncerOptions: { env: { ETCD_SYNCER_DEST_PASSWORD: OUR_PASSWORD } },
  });
  await pair.destination.etcdctl(['user', 'add', `${OUR_USER}:${OUR_PASSWORD}`]);
  await pair.destination.etcdctl(['role', 'add', 'root']);
  await pair.destination.etcdctl(['user', 'grant-role', OUR_USER, 'root']);
  return pair;
}

/** Under an alarm nobody is asked for rights, or everything is refused. */
async function clearAlarms(load: OracleLoad, memberIds: readonly string[]): Promise<void> {
  for (const memberID of [...memberIds, '77']) {
    for (const alarm of ['Nospace', 'Corrupt']) {
      const request: Fields = { action: 'Deactivate', memberID, alarm };
      await load.ask(0, 'alarm', 'Maintenance/Alarm', request).catch((error: unknown) => {
        if (!/permission denied|user name is empty|invalid auth token/.test(refusalOf(error)))
          throw error;
      });
    }
  }
}

/**
 * Leases may end while both are read, and we hear of it later than the source's own clients: both are read again
 * until they agree, or, when time is up, until they differ in the same things twice with the source at rest.
 */
async function compare(pair: Pair, requests: number): Promise<EndToEndResult | undefined> {
  const source: Side = {
    url: pair.source.endpoints[0] ?? '',
    admin: { name: 'root', passwords: PASSWORDS },
    own: [OUR_USER],
  };
  const destination: Side = {
    url: pair.destination.endpoints[0] ?? '',
    admin: { name: OUR_USER, passwords: [OUR_PASSWORD] },
    own: [OUR_USER],
  };
  const deadline = Date.now() + SETTLE_MS;
  for (let last: string | undefined; ; ) {
    const before = await readVisible(source);
    if (before === undefined) return undefined;
    await pair.syncer.until(
      ({ lag, phase }) => phase === 'replicating' && lag.entries === 0,
      SETTLE_MS,
    );
    const [there, after] = [await readVisible(destination), await readVisible(source)];
    if (there === undefined) throw new Error('the replicator is locked out of the destination');
    const { auth_held: held } = await pair.syncer.status();
    const subjects = held.map(({ subject }) => subject);
    const found = differentThings(before, there, exceptions(subjects));
    const isAtRest = after !== undefined && differentThings(before, after, []).length === 0;
    const differs = isAtRest ? found.join() : undefined;
    if (differs === '' || (Date.now() > deadline && differs !== undefined && differs === last)) {
      return {
        requests,
        things: before.size,
        isAuthOn: isOn(before) && isOn(there),
        held: subjects,
        differences: found,
      };
    }
    last = differs;
    await sleep(200);
  }
}

const isOn = (seen: Visible): boolean => seen.get('auth') === 'on';

/** What is held is said to differ: a user's password and so its rights, a role, the switch. */
function exceptions(held: readonly string[]): string[] {
  return held.flatMap(subject => {
    if (subject === 'auth') return ['auth', 'password', 'may read', 'may write'];
    if (subject.startsWith('role:')) return [`role ${subject.slice(5)}`, 'may read', 'may write'];
    return [`password ${subject}`, `may read ${subject}`, `may write ${subject}`];
  });
}
