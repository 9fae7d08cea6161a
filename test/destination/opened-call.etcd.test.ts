import { Etcd3 } from 'etcd3';
import { describe, expect, test } from 'vitest';
import { EtcdClient } from '../../src/destination/etcd-client.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { FaultLink } from '../kit/fault-link.ts';
import { releasesForLongSuites } from '../kit/releases.ts';

const DEADLINE_MS = 1_000;
const UNREACHABLE = { code: 'DEST_UNREACHABLE' };

interface Login {
  readonly user?: string;
  readonly password?: string;
}

/** A client as the writer's: the stream of the next transaction is open while nothing is to be sent. */
function clientOf(endpoint: string, { user, password }: Login = {}): EtcdClient {
  const login = { user, password, tls: undefined };
  return new EtcdClient({
    endpoints: [endpoint],
    ...login,
    opensAhead: true,
    deadlineMs: DEADLINE_MS,
  });
}

async function put(client: EtcdClient, key: string, value = ''): Promise<void> {
  const request_put = { key: Buffer.from(key), value: Buffer.from(value) };
  const { succeeded } = await client.txnOf({ success: [{ request_put }] });
  expect(succeeded).toBe(true);
}

async function putAndOpenNext(client: EtcdClient, key: string): Promise<void> {
  await put(client, key);
  // It is opened in a later turn of the event loop than the answer's.
  for (let i = 0; i < 3; i += 1) await new Promise(resolve => setImmediate(resolve));
}

/** A process goes on for a moment after it was told to stop. */
async function putForever(client: EtcdClient, key: string): Promise<never> {
  for (;;) await put(client, key);
}

/** Some calls may fail on what was there before; then they work again. */
async function worksAgain(client: EtcdClient, key: string): Promise<void> {
  for (;;) {
    try {
      await put(client, key);
      return;
    } catch (error) {
      expect(error).toMatchObject(UNREACHABLE);
    }
  }
}

describe.each(await releasesForLongSuites(1))('a stream that waits, etcd $version', programs => {
  test('each request has its own answer, one after the other and many at once', async () => {
    await using cluster = await EtcdCluster.start({ programs });
    const client = clientOf(cluster.endpoints[0] ?? '');
    for (let i = 0; i < 5; i += 1) await putAndOpenNext(client, `one-${i}`);
    await Promise.all(Array.from({ length: 20 }, (_, i) => put(client, `many-${i}`, `${i}`)));
    using reader = new Reader(cluster);
    expect(await reader.values('many-')).toEqual(
      Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`many-${i}`, `${i}`])),
    );
    expect(Object.keys(await reader.values('one-'))).toHaveLength(5);
    client.close();
  });

  test('its connection is reset, its server ends or stands still: the next ones go on', async () => {
    await using cluster = await EtcdCluster.start({ programs });
    const [member] = cluster.members;
    await using link = await FaultLink.start(cluster.endpoints[0] ?? '');
    const client = clientOf(link.url);
    await putAndOpenNext(client, 'a');
    link.reset();
    await worksAgain(client, 'reset');
    await putAndOpenNext(client, 'b');
    await member?.stop('SIGKILL');
    await expect(put(client, 'lost')).rejects.toMatchObject(UNREACHABLE);
    member?.start();
    await worksAgain(client, 'restarted');
    await putAndOpenNext(client, 'c');
    member?.signal('SIGSTOP');
    await expect(putForever(client, 'late')).rejects.toMatchObject(UNREACHABLE);
    member?.signal('SIGCONT');
    await worksAgain(client, 'thawed');
    client.close();
  });

  test('the rights of when it was opened do not count, those of the request do', async () => {
    await using cluster = await EtcdCluster.start({ programs });
    const endpoint = cluster.endpoints[0] ?? '';
    const admin = new Etcd3({ hosts: [endpoint] });
    for (const name of ['root', 'writer']) {
      await admin.user(name).create('secret');
      await admin.user(name).addRole('root');
    }
    await admin.auth.authEnable();
    admin.close();
    const root = new Etcd3({ hosts: [endpoint], auth: { username: 'root', password: 'secret' } });
    const client = clientOf(endpoint, { user: 'writer', password: 'secret' });
    await putAndOpenNext(client, 'a');
    // The token that the stream was opened with is one of an older revision of users and roles.
    await root.role('other').create();
    await putAndOpenNext(client, 'renewed');
    await root.user('writer').removeRole('root');
    await expect(put(client, 'refused')).rejects.toMatchObject({ code: 'DEST_PERMISSION' });
    expect(await root.get('refused').string()).toBeNull();
    expect(await root.get('renewed').string()).toBe('');
    client.close();
    root.close();
  });
});

class Reader {
  readonly #client: Etcd3;

  constructor(cluster: EtcdCluster) {
    this.#client = new Etcd3({ hosts: cluster.endpoints });
  }

  async values(prefix: string): Promise<Record<string, string>> {
    return await this.#client.getAll().prefix(prefix).strings();
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}
