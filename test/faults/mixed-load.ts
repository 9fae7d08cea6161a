import { setTimeout as sleep } from 'node:timers/promises';
import { Etcd3 } from 'etcd3';
import type { EtcdCluster } from '../kit/cluster.ts';
import { Load } from '../kit/load.ts';
import { within } from '../kit/within.ts';
import type { Login } from './source-history.ts';

/** Of several calls, with what the client tries again. */
const OPERATION_MS = 20_000;
const EXPIRING_MS = 700;
/** Seconds; servers raise what is shorter. */
const EXPIRING_TTL = 3;
const AUTH_MS = 1_500;
const GROUPS = 8;
const GROUP_KEYS = 5;

/**
 * The mixed load of the kit, and beside it what only a few clients do: registrations that nobody keeps alive,
 * users and roles that change, and transactions that write one count to several keys far from each other.
 */
export class MixedLoad {
  readonly #load: Load;
  readonly #client: Etcd3;
  readonly #workers: readonly Promise<void>[];
  readonly #counts: number[] = Array(GROUPS).fill(0);
  #stopped = false;
  #done = 0;
  #failed = 0;

  constructor(source: EtcdCluster, auth: Login | undefined, seed: number) {
    this.#load = new Load({ endpoints: source.endpoints, seed, workers: 3, auth });
    this.#client = new Etcd3({
      hosts: source.endpoints,
      ...(auth && { auth }),
      defaultCallOptions: () => ({ deadline: Date.now() + 2_000 }),
    });
    this.#workers = [
      this.#repeat(EXPIRING_MS, () => this.#expire()),
      this.#repeat(AUTH_MS, () => this.#changeAuth()),
      this.#repeat(10, () => this.#count()),
    ];
  }

  get done(): number {
    return this.#load.done + this.#done;
  }

  get failed(): number {
    return this.#load.failed + this.#failed;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#workers, this.#load.stop()]);
    this.#client.close();
  }

  async #repeat(pauseMs: number, work: () => Promise<unknown>): Promise<void> {
    while (!this.#stopped) {
      try {
        await within(OPERATION_MS, work());
        this.#done += 1;
      } catch {
        // Under faults requests fail; they may have been applied all the same.
        this.#failed += 1;
      }
      await sleep(pauseMs);
    }
  }

  async #expire(): Promise<void> {
    const { ID } = await this.#client.leaseClient.leaseGrant({ TTL: EXPIRING_TTL, ID: 0 });
    await this.#client
      .put(`/expiring/${this.#done % 20}`)
      .lease(ID)
      .value(String(this.#done));
  }

  async #count(): Promise<void> {
    const group = this.#done % GROUPS;
    const count = (this.#counts[group] ?? 0) + 1;
    this.#counts[group] = count;
    const puts = Array.from({ length: GROUP_KEYS }, (_, i) =>
      this.#client.put(`/${'acmtz'[i]}/group-${group}`).value(String(count)),
    );
    await this.#client
      .if(`/a/group-${group}`, 'Version', '>', -1)
      .then(...puts)
      .commit();
  }

  async #changeAuth(): Promise<void> {
    const name = `user-${this.#done % 3}`;
    const role = this.#client.role(`role-${this.#done % 3}`);
    const user = this.#client.user(name);
    const users = (await this.#client.getUsers()).map(found => found.name);
    if (!users.includes(name)) {
      await user.create(`secret-${this.#done}`);
      await role.create();
      await user.addRole(role);
    } else if (this.#done % 5 === 0) {
      await user.delete();
      await role.delete();
    } else {
      const key = Buffer.from(`/of-${name}/${this.#done % 4}`);
      await role.grant({ permission: 'Readwrite', key });
    }
  }
}
