import { setTimeout as sleep } from 'node:timers/promises';
import { Etcd3 } from 'etcd3';
import type { EtcdCluster } from '../kit/cluster.ts';

const BEAT_MS = 1_000;
const FIRST_ID = 1_000;
/** The planned cut-over writes it last of all. */
export const WRITTEN_LAST = 'app/last';
const TOLD_MS = 30_000;

/** Owners of leases, each with a key: they renew at the source, then some of them at the destination. */
export class Owners {
  readonly #ids: readonly string[];
  #client: Etcd3;
  #stream: Awaited<ReturnType<Etcd3['leaseClient']['leaseKeepAlive']>>;
  readonly #timer: NodeJS.Timeout;
  #living: readonly string[];

  private constructor(
    client: Etcd3,
    stream: Awaited<ReturnType<Etcd3['leaseClient']['leaseKeepAlive']>>,
    ids: readonly string[],
  ) {
    this.#client = client;
    this.#stream = stream;
    this.#ids = ids;
    this.#living = ids;
    this.#follow();
    this.#timer = setInterval(() => {
      for (const ID of this.#living) this.#stream.write({ ID });
    }, BEAT_MS);
  }

  static async start(endpoints: readonly string[], count: number, TTL: number): Promise<Owners> {
    const client = new Etcd3({ hosts: [...endpoints] });
    const ids = Array.from({ length: count }, (_, i) => String(FIRST_ID + i));
    const stream = await client.leaseClient.leaseKeepAlive();
    for (const ID of ids) {
      await client.leaseClient.leaseGrant({ ID, TTL });
      await client.put(`owned/${ID}`).value('v').lease(ID);
    }
    return new Owners(client, stream, ids);
  }

  /** Nobody renews: the source is not there. */
  pause(): void {
    this.#living = [];
    this.#stream.cancel();
  }

  /** The first half goes on at the destination, with their IDs; the others are dead. */
  async moveHalf(endpoints: readonly string[]): Promise<void> {
    this.pause();
    this.#client.close();
    this.#client = new Etcd3({ hosts: [...endpoints] });
    this.#stream = await this.#client.leaseClient.leaseKeepAlive();
    this.#follow();
    this.#living = this.#ids.slice(0, this.#ids.length / 2);
    for (const ID of this.#living) this.#stream.write({ ID });
  }

  /** A stream ends with an error when its member is killed; whether the leases live is asked in the end. */
  #follow(): void {
    this.#stream.on('error', () => undefined);
  }

  /** Leases and keys of the living that are gone, and of the dead that are there. */
  async faults(endpoints: readonly string[]): Promise<string[]> {
    const client = new Etcd3({ hosts: [...endpoints] });
    try {
      const { leases } = await client.leaseClient.leaseLeases();
      const there = new Set(leases.map(({ ID }) => ID));
      const keys = new Set(await client.getAll().prefix('owned/').keys());
      const found: string[] = [];
      for (const id of this.#ids) {
        const isAlive = this.#living.includes(id);
        if (there.has(id) !== isAlive) found.push(`lease ${id} is ${isAlive ? 'gone' : 'there'}`);
        if (keys.has(`owned/${id}`) !== isAlive) {
          found.push(`key of ${id} is ${isAlive ? 'gone' : 'there'}`);
        }
      }
      return found;
    } finally {
      client.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#stream.cancel();
    this.#client.close();
  }
}

/** Users at the source, and a key that one of them may read. */
export async function makeUsers(source: EtcdCluster): Promise<void> {
  await source.etcdctl(['user', 'add', 'root:root-password']);
  await source.etcdctl(['role', 'add', 'root']);
  await source.etcdctl(['user', 'grant-role', 'root', 'root']);
  await source.etcdctl(['role', 'add', 'reader']);
  await source.etcdctl(['role', 'grant-permission', 'reader', 'read', 'app/', 'app0']);
  await source.etcdctl(['user', 'add', 'alice:alice-password']);
  await source.etcdctl(['user', 'grant-role', 'alice', 'reader']);
  await source.etcdctl(['put', WRITTEN_LAST, 'the last write']);
}

/** Kinds of clients on a promoted destination; one line for whatever does not go as it should. @param sourceRevision a revision of the source that one of them still holds */
export async function clientsOn(cluster: EtcdCluster, sourceRevision: number): Promise<string[]> {
  const found: string[] = [];
  const attempt = async (what: string, work: (client: Etcd3) => Promise<string>): Promise<void> => {
    const client = new Etcd3({ hosts: cluster.endpoints });
    try {
      const fault = await work(client);
      if (fault !== '') found.push(`${what}: ${fault}`);
    } catch (error) {
      found.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      client.close();
    }
  };
  await attempt('create, update on mod revision, watch', kubernetes);
  await attempt('a watch from a revision of the source', client =>
    oldWatch(client, sourceRevision),
  );
  await attempt('lock', lock);
  await attempt('election', election);
  await logins(cluster, found);
  return found;
}

async function kubernetes(client: Etcd3): Promise<string> {
  const key = '/registry/pods/default/drill';
  const made = await client.if(key, 'Mod', '==', 0).then(client.put(key).value('one')).commit();
  if (!made.succeeded) return 'the object could not be created';
  const revision = Number(made.header.revision);
  const watcher = await client
    .watch()
    .key(key)
    .startRevision(String(revision + 1))
    .create();
  const seen: string[] = [];
  watcher.on('put', ({ value }) => seen.push(value.toString()));
  const update = client.if(key, 'Mod', '==', revision).then(client.put(key).value('two'));
  if (!(await update.commit()).succeeded) return 'the update on the mod revision was refused';
  const late = client.if(key, 'Mod', '==', revision).then(client.put(key).value('three'));
  if ((await late.commit()).succeeded) return 'an update on an old mod revision was taken';
  for (let i = 0; i < 100 && seen.length === 0; i += 1) await sleep(50);
  await watcher.cancel();
  return seen.join() === 'two' ? '' : `the watch saw ${seen.join() || 'nothing'}`;
}

/** It has to be told that its revision is gone, and must not be fed with other events or wait for ever. */
async function oldWatch(client: Etcd3, revision: number): Promise<string> {
  const stream = await client.watchClient.watch();
  const told = new Promise<string>(resolve => {
    stream.on('error', error => resolve(String(error)));
    stream.on('data', ({ created, events, compact_revision }) => {
      if (Number(compact_revision) > revision) resolve('');
      else if (!created) resolve(`it was sent ${events.length} events`);
    });
  });
  const everything = Buffer.from('\0');
  stream.write({
    create_request: { key: everything, range_end: everything, start_revision: String(revision) },
  });
  try {
    return await Promise.race([told, sleep(TOLD_MS).then(() => 'it was told nothing')]);
  } finally {
    stream.cancel();
  }
}

async function lock(client: Etcd3): Promise<string> {
  const held = client.lock('drill/lock').ttl(10);
  await held.acquire();
  const other = client.lock('drill/lock').ttl(10);
  const second = await other.acquire().then(
    () => true,
    () => false,
  );
  if (second) return 'two hold the lock';
  await held.release();
  await other.acquire();
  await other.release();
  return '';
}

async function election(client: Etcd3): Promise<string> {
  const campaign = client.election('drill/election', 10).campaign('first');
  await new Promise<void>((resolve, reject) => {
    campaign.on('elected', resolve);
    campaign.on('error', reject);
  });
  const leader = await client.election('drill/election', 10).leader();
  await campaign.resign();
  return leader === 'first' ? '' : `the leader is ${leader}`;
}

/** The source's users with their passwords and rights, once auth is on. */
async function logins(cluster: EtcdCluster, found: string[]): Promise<void> {
  await cluster.etcdctl(['auth', 'enable', '--user=root:root-password']).catch(async () => {
    await cluster.etcdctl(['auth', 'enable']);
  });
  const read = await cluster
    .etcdctl(['get', WRITTEN_LAST, '--print-value-only', '--user=alice:alice-password'])
    .catch(String);
  if (read.trim() !== 'the last write') found.push(`alice can not read: ${read.slice(0, 200)}`);
  const denied = await cluster
    .etcdctl(['put', WRITTEN_LAST, 'x', '--user=alice:alice-password'])
    .then(() => 'taken', String);
  if (!denied.includes('permission denied')) found.push(`alice may write: ${denied.slice(0, 200)}`);
  const wrong = await cluster
    .etcdctl(['get', WRITTEN_LAST, '--user=alice:another'])
    .then(() => 'taken', String);
  if (wrong === 'taken') found.push('another password is taken');
}
