import { Etcd3 } from 'etcd3';
import type { EtcdCluster } from '../kit/cluster.ts';

const LEASE = '7587850000000000001';
const SHORT_LEASE = '7587850000000000002';

/** A short load with a request of every kind that the client API can put into the log. */
export class CaptureLoad {
  readonly #cluster: EtcdCluster;
  readonly #client: Etcd3;
  readonly #line: string;

  constructor(cluster: EtcdCluster, line: string) {
    this.#cluster = cluster;
    this.#line = line;
    this.#client = new Etcd3({
      hosts: cluster.endpoints,
      defaultCallOptions: () => ({ deadline: Date.now() + 10_000 }),
    });
  }

  close(): void {
    this.#client.close();
  }

  /** Keys, transactions, leases, compaction, alarm, downgrade. */
  async writeAll(): Promise<void> {
    await this.#keys();
    await this.#transactions();
    await this.#leases();
    await this.#client.kv.compact({ revision: 4, physical: false });
    await this.#client.kv.compact({ revision: 6, physical: true });
    await this.#alarms();
    if (this.#line !== '3.4' && this.#line !== '3.5') await this.#downgrade();
    await this.#auth();
  }

  /** So many puts at once that the leader gathers them into frames of several entries. */
  async burst(count: number): Promise<void> {
    await Promise.all(
      Array.from({ length: count }, (_, i) =>
        this.#client.put(`burst/${i}`).value('x'.repeat(i % 40)),
      ),
    );
  }

  async #keys(): Promise<void> {
    const { kv } = this.#client;
    const bytes = (...values: number[]) => Buffer.from(values);
    await kv.put({ key: Buffer.from('a'), value: Buffer.from('one') });
    await kv.put({ key: Buffer.from('a'), value: Buffer.alloc(0), prev_kv: true });
    await kv.put({ key: Buffer.from('a'), ignore_value: true });
    await kv.put({ key: bytes(0, 255, 128, 10), value: bytes(0, 1, 2, 255) });
    await kv.put({ key: Buffer.from('ключ'), value: Buffer.from('значение') });
    await kv.put({ key: Buffer.from('large'), value: Buffer.alloc(5_000, 'L') });
    await kv.deleteRange({ key: Buffer.from('large') });
    await kv.deleteRange({ key: Buffer.from('b'), range_end: Buffer.from('c'), prev_kv: true });
    await kv.put({ key: Buffer.from('p/1'), value: Buffer.from('1') });
    await kv.put({ key: Buffer.from('p/2'), value: Buffer.from('2') });
    await kv.deleteRange({ key: Buffer.from('p/'), range_end: bytes(0) });
  }

  async #transactions(): Promise<void> {
    const { kv } = this.#client;
    const key = (text: string) => Buffer.from(text);
    const put = (name: string, value: string) => ({
      request_put: { key: key(name), value: key(value) },
    });
    await kv.txn({ success: [put('t', '1')] });
    await kv.txn({
      compare: [
        { result: 'Equal', target: 'Version', key: key('t'), version: '1' },
        { result: 'Greater', target: 'Create', key: key('t'), create_revision: '1' },
        { result: 'Less', target: 'Mod', key: key('t'), mod_revision: '9000000000' },
        { result: 'NotEqual', target: 'Value', key: key('t'), value: key('other') },
      ],
      success: [
        put('t', '2'),
        { request_range: { key: key('t'), limit: '5' } },
        { request_delete_range: { key: key('u'), range_end: key('v') } },
      ],
      failure: [put('t', 'not taken')],
    });
    await kv.txn({
      compare: [{ result: 'Equal', target: 'Value', key: key('t'), value: key('no') }],
      success: [put('n', 'not taken')],
      failure: [
        {
          request_txn: {
            compare: [{ result: 'Equal', target: 'Version', key: key('n'), version: '0' }],
            success: [
              put('n', 'inner'),
              { request_txn: { success: [put('nn', 'innermost')], failure: [] } },
            ],
          },
        },
        put('m', 'outer'),
      ],
    });
  }

  async #leases(): Promise<void> {
    const { leaseClient, kv } = this.#client;
    await leaseClient.leaseGrant({ ID: LEASE, TTL: '7200' });
    await leaseClient.leaseGrant({ ID: SHORT_LEASE, TTL: '100' });
    await kv.put({ key: Buffer.from('leased'), value: Buffer.from('v'), lease: LEASE });
    await kv.put({ key: Buffer.from('brief'), value: Buffer.from('v'), lease: SHORT_LEASE });
    await kv.put({ key: Buffer.from('leased'), value: Buffer.from('w'), ignore_lease: true });
    await leaseClient.leaseRevoke({ ID: SHORT_LEASE });
  }

  async #alarms(): Promise<void> {
    const { maintenance, cluster } = this.#client;
    const { members } = await cluster.memberList({});
    const memberID = members[0]?.ID ?? '0';
    await maintenance.alarm({ action: 'Activate', memberID, alarm: 'Nospace' });
    await this.#cluster.etcdctl(['alarm', 'disarm']);
  }

  async #downgrade(): Promise<void> {
    const [major = '', minor = ''] = this.#line.split('.');
    await this.#cluster.etcdctl(['downgrade', 'enable', `${major}.${Number(minor) - 1}.0`]);
    await this.#cluster.etcdctl(['downgrade', 'cancel']);
  }

  /** Names and passwords that exist nowhere else. */
  async #auth(): Promise<void> {
    const ctl = (...args: string[]) => this.#cluster.etcdctl(args);
    const asRoot = (...args: string[]) => ctl('--user=root:throw-away', ...args);
    await ctl('role', 'add', 'root');
    await ctl('user', 'add', 'root:throw-away');
    await ctl('user', 'grant-role', 'root', 'root');
    await ctl('role', 'add', 'reader');
    await ctl('role', 'grant-permission', 'reader', 'read', 'a');
    await ctl('role', 'grant-permission', 'reader', 'readwrite', 'b', 'c');
    await ctl('role', 'grant-permission', '--prefix', 'reader', 'write', 'd/');
    await ctl('user', 'add', '--no-password', 'nobody');
    await ctl('user', 'add', 'alice:first-throw-away');
    await ctl('user', 'grant-role', 'alice', 'reader');
    await this.#cluster.etcdctl(['user', 'passwd', 'alice', '--interactive=false'], 'second\n');
    await ctl('auth', 'enable');
    await ctl('--user=alice:second', 'put', 'b/alice', 'hers');
    await asRoot('put', 'root/key', 'his');
    await asRoot('role', 'revoke-permission', 'reader', 'b', 'c');
    await asRoot('user', 'revoke-role', 'alice', 'reader');
    await asRoot('user', 'delete', 'nobody');
    await asRoot('role', 'delete', 'reader');
    await asRoot('auth', 'disable');
    await ctl('user', 'delete', 'alice');
  }
}
