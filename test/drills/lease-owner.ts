import { Etcd3 } from 'etcd3';

const TICK_MS = 100;
/** Each lease is renewed this often within its TTL. */
const RENEWALS = 3;
/** A member answers the keepalives of a stream one after the other, each behind what it has to apply: owners have many. */
const STREAMS = 16;

type KeepAlives = Awaited<ReturnType<Etcd3['leaseClient']['leaseKeepAlive']>>;

/** Renews leases as their owners would, spread in time. */
export class LeaseOwner {
  readonly #client: Etcd3;
  readonly #streams: readonly KeepAlives[];
  readonly #timer: NodeJS.Timeout;
  readonly #ids = new Set<string>();
  #round = this.#ids.values();
  #next = 0;

  private constructor(client: Etcd3, streams: readonly KeepAlives[], ttl: number) {
    this.#client = client;
    this.#streams = streams;
    const ticks = (ttl * 1_000) / RENEWALS / TICK_MS;
    this.#timer = setInterval(() => this.#renew(Math.ceil(this.#ids.size / ticks)), TICK_MS);
  }

  /** @param ttl of the leases, in seconds */
  static async start(endpoints: readonly string[], ttl: number): Promise<LeaseOwner> {
    const client = new Etcd3({ hosts: [...endpoints] });
    const streams: KeepAlives[] = [];
    for (let i = 0; i < STREAMS; i += 1) streams.push(await client.leaseClient.leaseKeepAlive());
    return new LeaseOwner(client, streams, ttl);
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
      else this.#streams[this.#next % STREAMS]?.write({ ID: value });
      this.#next += 1;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    for (const stream of this.#streams) stream.cancel();
    this.#client.close();
  }
}
