import { Etcd3 } from 'etcd3';

const TICK_MS = 100;
/** Each lease is renewed this often within its TTL. */
const RENEWALS = 3;

/** Renews leases as their owners would, spread in time. */
export class LeaseOwner {
  readonly #client: Etcd3;
  readonly #stream: Awaited<ReturnType<Etcd3['leaseClient']['leaseKeepAlive']>>;
  readonly #timer: NodeJS.Timeout;
  readonly #ids = new Set<string>();
  #round = this.#ids.values();

  private constructor(
    client: Etcd3,
    stream: Awaited<ReturnType<Etcd3['leaseClient']['leaseKeepAlive']>>,
    ttl: number,
  ) {
    this.#client = client;
    this.#stream = stream;
    const ticks = (ttl * 1_000) / RENEWALS / TICK_MS;
    this.#timer = setInterval(() => this.#renew(Math.ceil(this.#ids.size / ticks)), TICK_MS);
  }

  /** @param ttl of the leases, in seconds */
  static async start(endpoints: readonly string[], ttl: number): Promise<LeaseOwner> {
    const client = new Etcd3({ hosts: [...endpoints] });
    return new LeaseOwner(client, await client.leaseClient.leaseKeepAlive(), ttl);
  }

  own(id: string): void {
    this.#ids.add(id);
  }

  disown(id: string): void {
    this.#ids.delete(id);
  }

  #renew(count: number): void {
    for (let i = 0; i < count; i += 1) {
      const { value, done } = this.#round.next();
      if (done === true) this.#round = this.#ids.values();
      else this.#stream.write({ ID: value });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#stream.cancel();
    this.#client.close();
  }
}
