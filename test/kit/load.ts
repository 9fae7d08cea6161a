import { Etcd3 } from 'etcd3';

/** mulberry32: a small seeded generator, so that a load can be run again. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface LoadOptions {
  readonly endpoints: readonly string[];
  readonly seed: number;
  /** Requests under way at once. */
  readonly workers?: number;
}

/**
 * A mixed load through the etcd3 package until stopped: registrations with leases, Kubernetes-shaped
 * transactions on mod revisions, deletes by prefix, transactions of several writes. Requests that fail
 * while a member is down are counted; they may or may not have been applied.
 */
export class Load {
  readonly #client: Etcd3;
  readonly #random: () => number;
  readonly #leases: Registration[] = [];
  readonly #workers: Promise<void>[] = [];
  #stopped = false;
  done = 0;
  failed = 0;

  constructor({ endpoints, seed, workers = 4 }: LoadOptions) {
    this.#client = new Etcd3({
      hosts: [...endpoints],
      defaultCallOptions: () => ({ deadline: Date.now() + 2_000 }),
    });
    this.#random = seededRandom(seed);
    for (let i = 0; i < workers; i += 1) this.#workers.push(this.#work());
  }

  /** Ends the load and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#workers);
    this.#client.close();
  }

  async #work(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#operation(this.#random());
        this.done += 1;
      } catch {
        this.failed += 1;
        await new Promise(resolve => setTimeout(resolve, 20));
      }
    }
  }

  async #operation(dice: number): Promise<void> {
    if (dice < 0.4) await this.#client.put(this.#key('plain')).value(`v${this.#random()}`);
    else if (dice < 0.6) await this.#kubernetesUpdate();
    else if (dice < 0.75) await this.#register();
    else if (dice < 0.8 && this.#leases.length > 0) await this.#deregister();
    else if (dice < 0.85) await this.#client.delete().prefix(this.#key('plain').slice(0, -1));
    else await this.#transaction();
  }

  async #kubernetesUpdate(): Promise<void> {
    const key = this.#key('registry');
    const revision = (await this.#client.get(key).exec()).kvs[0]?.mod_revision ?? '0';
    await this.#client
      .if(key, 'Mod', '==', Number(revision))
      .then(this.#client.put(key).value(`object ${this.#random()}`))
      .else(this.#client.get(key))
      .commit();
  }

  async #register(): Promise<void> {
    const { ID } = await this.#client.leaseClient.leaseGrant({ TTL: 300, ID: 0 });
    this.#leases.push({ id: ID });
    await this.#client.put(this.#key('services')).lease(ID).value('10.0.0.1:80');
  }

  async #deregister(): Promise<void> {
    const at = Math.floor(this.#random() * this.#leases.length);
    const [lease] = this.#leases.splice(at, 1);
    if (lease !== undefined) await this.#client.leaseClient.leaseRevoke({ ID: lease.id });
  }

  async #transaction(): Promise<void> {
    const [a, b] = [this.#key('pair-a'), this.#key('pair-b')];
    await this.#client
      .if(a, 'Version', '>', 0)
      .then(this.#client.put(a).value('again'), this.#client.put(b).value(`${this.#random()}`))
      .else(this.#client.put(a).value('first'), this.#client.delete().key(b))
      .commit();
  }

  #key(kind: string): string {
    return `/${kind}/${Math.floor(this.#random() * 50)}`;
  }
}

interface Registration {
  readonly id: string;
}
