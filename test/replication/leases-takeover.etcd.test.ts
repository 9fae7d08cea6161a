import { setTimeout as sleep } from 'node:timers/promises';
import { Etcd3 } from 'etcd3';
import { describe, expect } from 'vitest';
import { EtcdCluster } from '../kit/cluster.ts';
import { longTest } from '../kit/long.ts';
import { Syncer } from '../kit/syncer.ts';
import { releasePairs, until } from './auth-helpers.ts';

const TTL = 20;
const LEASES = 200;
const KEPT_ALIVE_MS = 4_000;
const pairs = await releasePairs([['3.5.30', '3.5.30']], [['3.6.14', '3.7.1']]);

/** Renews leases at the source, as their owners would. */
class Owner {
  readonly #done: Promise<void>;
  #stopped = false;

  constructor(client: Etcd3, ids: readonly string[]) {
    this.#done = this.#renew(client, ids);
    this.#done.catch(() => undefined);
  }

  async #renew(client: Etcd3, ids: readonly string[]): Promise<void> {
    const stream = await client.leaseClient.leaseKeepAlive();
    stream.on('error', () => undefined);
    while (!this.#stopped) {
      for (const ID of ids) stream.write({ ID });
      await sleep(KEPT_ALIVE_MS);
    }
    stream.cancel();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }
}

/** Watches the leases' keys at the destination: a delete is an expiry. */
async function watchDeletes(client: Etcd3): Promise<string[]> {
  const deleted: string[] = [];
  const watcher = await client.watch().prefix('leased/').create();
  watcher.on('delete', ({ key }) => deleted.push(key.toString()));
  return deleted;
}

describe.each(pairs)('leases with the TTL of the source, %s', (_, source, destination) => {
  longTest(
    'nothing that lives at the source expires while the destination changes its leader; what ends there ends here',
    async () => {
      await using from = await EtcdCluster.start({ programs: source });
      await using to = await EtcdCluster.start({ programs: destination, size: 3 });
      await using syncer = await Syncer.create([
        `--source-endpoints=${from.endpoints.join(',')}`,
        `--dest-endpoints=${to.endpoints.join(',')}`,
        '--lease-ttl-floor=0',
        '--join',
      ]);
      syncer.start();
      await syncer.caughtUp();
      const owner = new Etcd3({ hosts: from.endpoints });
      const reader = new Etcd3({ hosts: to.endpoints });
      // Negative IDs are legal; some leases have no key at all.
      const ids = Array.from({ length: LEASES }, (_, i) => String(i % 2 === 0 ? i + 1 : -(i + 1)));
      for (const [i, ID] of ids.entries()) {
        await owner.leaseClient.leaseGrant({ ID, TTL });
        if (i % 4 !== 0) await owner.put(`leased/${i}`).value('v').lease(ID);
      }
      const renewal = new Owner(owner, ids);
      await until('the leases are there', async () => {
        const { leases } = await reader.leaseClient.leaseLeases();
        return leases.length === LEASES;
      });
      await syncer.caughtUp();
      const keys = await reader.getAll().prefix('leased/').count();
      expect(keys).toBe((LEASES * 3) / 4);
      const deleted = await watchDeletes(reader);
      // The leader dies, and comes back after another has taken over.
      const leader = await to.leader();
      await leader.stop('SIGKILL');
      await sleep(8_000);
      leader.start();
      await to.ready();
      // One that answers nothing, though its connections stand.
      const frozen = to.members[0];
      frozen?.signal('SIGSTOP');
      await sleep(8_000);
      frozen?.signal('SIGCONT');
      await until('all is calm', async () => (await syncer.status()).lag.entries === 0);
      const { leases } = await reader.leaseClient.leaseLeases();
      expect(leases.map(({ ID }) => ID).sort()).toEqual([...ids].sort());
      expect(await reader.getAll().prefix('leased/').count()).toBe(keys);
      expect(deleted).toEqual([]);
      expect(syncer.output).not.toContain('DEST_LEASE_LOST');

      // Revoked there, and expired there: gone here.
      for (const ID of ids.slice(0, LEASES / 2)) await owner.leaseClient.leaseRevoke({ ID });
      await until('half of them are gone', async () => {
        return (await reader.leaseClient.leaseLeases()).leases.length === LEASES / 2;
      });
      expect(await reader.getAll().prefix('leased/').count()).toBe(keys / 2);
      await renewal.stop();
      owner.close();
      reader.close();
    },
  );
});
