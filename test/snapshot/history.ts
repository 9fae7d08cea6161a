import { Etcd3 } from 'etcd3';
import { seededRandom } from '../kit/load.ts';

const USERS = ['ann', 'bob', 'eve'];
const ROLES = ['readers', 'writers'];
/** Those that come and go at random. */
const OTHER_USERS = ['u0', 'u1', 'u2', 'u3'];
const OTHER_ROLES = ['r0', 'r1', 'r2'];
/** Of an operation on what is not there, or is already, and of a range that ends before it begins. */
const REFUSED = /already exists|not found|is not granted|invalid auth management/;
export const ROOT_PASSWORD = 'root secret';
export const ANN_PASSWORD = 'ann secret';

/**
 * Fills a source with a seeded history of everything a snapshot can hold: keys by puts, deletes and
 * transactions, bound to leases, bound elsewhere and freed; leases granted and revoked; compactions, the
 * last one at a revision that is a tombstone; users and roles that come, change and go, auth on at the end.
 */
export class History {
  readonly #endpoints: readonly string[];
  readonly #random: () => number;
  readonly #leases: string[] = [];
  #client: Etcd3;
  #nextLease = 1;

  constructor(endpoints: readonly string[], seed: number) {
    this.#endpoints = endpoints;
    this.#random = seededRandom(seed);
    this.#client = new Etcd3({ hosts: [...endpoints] });
  }

  get client(): Etcd3 {
    return this.#client;
  }

  async run(operations: number): Promise<void> {
    for (let i = 0; i < operations; i += 1) {
      await this.#operation(this.#random());
      if (i % 60 === 40) await this.#compact();
      if (i % 8 === 0) await this.#authOperation(this.#random());
    }
    await this.#auth();
    for (let i = 0; i < operations / 4; i += 1) {
      await this.#operation(this.#random());
      if (i % 4 === 0) await this.#authOperation(this.#random());
    }
    await this.#compact();
    for (let i = 0; i < 10; i += 1) await this.#put(this.#key(), '0');
    await this.#put(Buffer.from('last'), '0');
    await this.#client.delete().key('last');
  }

  close(): void {
    this.#client.close();
  }

  async #operation(dice: number): Promise<void> {
    if (dice < 0.35) await this.#put(this.#key(), '0');
    else if (dice < 0.55) await this.#put(this.#key(), this.#pickLease());
    else if (dice < 0.65) await this.#client.delete().key(this.#key());
    else if (dice < 0.7) await this.#client.delete().prefix(this.#key().slice(0, -1));
    else if (dice < 0.8) await this.#grant();
    else if (dice < 0.85) await this.#revoke();
    else await this.#transaction();
  }

  async #put(key: Buffer, lease: string): Promise<void> {
    const value = Buffer.alloc(Math.floor(this.#random() ** 4 * 20_000), key);
    await this.#client.kv.put({ key, value, lease });
  }

  async #transaction(): Promise<void> {
    const keys = [
      ...new Set([this.#key(), this.#key(), this.#key()].map(key => key.toString('hex'))),
    ];
    const [removed, ...put] = keys.map(key => Buffer.from(key, 'hex'));
    if (removed === undefined) return;
    await this.#client.kv.txn({
      compare: [],
      success: [
        { request_delete_range: { key: removed } },
        ...put.map(key => ({
          request_put: { key, value: Buffer.from('txn'), lease: this.#pickLease() },
        })),
      ],
      failure: [],
    });
  }

  async #grant(): Promise<void> {
    const id = String(this.#nextLease * 1_000_003);
    this.#nextLease += 1;
    await this.#client.leaseClient.leaseGrant({
      ID: id,
      TTL: 600 + Math.floor(this.#random() * 3_000),
    });
    this.#leases.push(id);
  }

  async #revoke(): Promise<void> {
    const [id] = this.#leases.splice(Math.floor(this.#random() * this.#leases.length), 1);
    if (id !== undefined) await this.#client.leaseClient.leaseRevoke({ ID: id });
  }

  /** At a revision whose row is a tombstone. */
  async #compact(): Promise<void> {
    const key = Buffer.from('to be gone');
    await this.#put(key, '0');
    const { header } = await this.#client.kv.deleteRange({ key });
    await this.#client.kv.compact({ revision: header.revision, physical: true });
  }

  async #auth(): Promise<void> {
    const { auth } = this.#client;
    for (const name of ROLES) await auth.roleAdd({ name });
    const grant = (name: string, permType: 'Read' | 'Write' | 'Readwrite', key: string, end = '') =>
      auth.roleGrantPermission({
        name,
        perm: { permType, key: Buffer.from(key), range_end: Buffer.from(end) },
      });
    await grant('readers', 'Read', 'k', 'l');
    await grant('readers', 'Read', 'k', 'm');
    // The second of two entries with one key is not found again: it is added once more.
    await grant('readers', 'Write', 'k', 'm');
    await grant('writers', 'Readwrite', '\0', '\0');
    await grant('writers', 'Write', 'a');
    await auth.roleRevokePermission({ role: 'writers', key: Buffer.from('a') });
    for (const name of USERS) await auth.userAdd({ name, password: `${name} password` });
    await auth.userAdd({ name: 'certificate', options: { no_password: true } });
    await auth.userAdd({ name: 'root', password: ROOT_PASSWORD });
    await auth.userGrantRole({ user: 'ann', role: 'writers' });
    await auth.userGrantRole({ user: 'ann', role: 'readers' });
    await auth.userGrantRole({ user: 'bob', role: 'readers' });
    await auth.userRevokeRole({ name: 'bob', role: 'readers' });
    await auth.userDelete({ name: 'eve' });
    await auth.userChangePassword({ name: 'ann', password: ANN_PASSWORD });
    await auth.roleAdd({ name: 'root' });
    await auth.userGrantRole({ user: 'root', role: 'root' });
    await auth.authEnable();
    this.#client.close();
    this.#client = asUser(this.#endpoints, 'root', ROOT_PASSWORD);
  }

  /** Some are refused, and lie in the log all the same. */
  async #authOperation(dice: number): Promise<void> {
    try {
      await this.#changeAuth(dice);
    } catch (error) {
      if (!(error instanceof Error) || !REFUSED.test(error.message)) throw error;
    }
  }

  async #changeAuth(dice: number): Promise<void> {
    const { auth } = this.#client;
    const [name, role] = [this.#pick(OTHER_USERS), this.#pick(OTHER_ROLES)];
    const [key, range_end] = [this.#key(), this.#random() < 0.5 ? this.#key() : Buffer.alloc(0)];
    const permType = this.#pick(['Read', 'Write', 'Readwrite'] as const);
    if (dice < 0.15) await auth.userAdd({ name, password: `${name} ${dice}` });
    else if (dice < 0.25) await auth.userAdd({ name, options: { no_password: true } });
    else if (dice < 0.3) await auth.userDelete({ name });
    else if (dice < 0.4) await auth.userChangePassword({ name, password: `${name} ${dice}` });
    else if (dice < 0.52) await auth.roleAdd({ name: role });
    else if (dice < 0.57) await auth.roleDelete({ role });
    else if (dice < 0.7) await auth.userGrantRole({ user: name, role });
    else if (dice < 0.75) await auth.userRevokeRole({ name, role });
    else if (dice < 0.95)
      await auth.roleGrantPermission({ name: role, perm: { permType, key, range_end } });
    else await auth.roleRevokePermission({ role, key });
  }

  #pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.#random() * values.length)] as T;
  }

  #pickLease(): string {
    return this.#leases[Math.floor(this.#random() * this.#leases.length)] ?? '0';
  }

  /** Few keys, so that they are written again and again; bytes that are no text. */
  #key(): Buffer {
    const byte = Math.floor(this.#random() * 40);
    return Buffer.from([0x6b, 0x2f, byte * 6, 0x30 + (byte % 10)]);
  }
}

export function asUser(endpoints: readonly string[], username: string, password: string): Etcd3 {
  return new Etcd3({ hosts: [...endpoints], auth: { username, password } });
}
