import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EtcdClient } from '../../src/destination/etcd-client.ts';
import { toBigInt, toLong, toNumber } from '../../src/destination/int64.ts';
import { encodeTxn } from '../../src/destination/planner/encode.ts';
import { txnLimits } from '../../src/destination/planner/limits.ts';
import { campaign, leaderKey, readLeader } from '../../src/ha/leader-key.ts';
import { Leadership } from '../../src/ha/leadership.ts';
import { SyncerError } from '../../src/ops/errors.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { utf8ToByteString } from '../../src/wire/bytes.ts';
import { CHECKPOINT_PREFIX } from '../destination/rig.ts';
import { until } from '../drills/until.ts';
import { availableReleases } from '../kit/binaries.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { FaultLink } from '../kit/fault-link.ts';

const release = (await availableReleases()).at(-1);
if (release === undefined) throw new Error('no etcd could be had: see `npm run etcd`');

const logger = createLogger({ level: 'error', format: 'json' });
const LONG_TTL = 60;
/** Of a lease, with some time for a slow machine. */
const SHORT_TTL = 2;
/** So long that keepalives show in what is left of it, in whole seconds. */
const LOST_TTL = 6;

let destination: EtcdCluster;
let client: EtcdClient;
let cluster = 0n;

beforeAll(async () => {
  destination = await EtcdCluster.start({ programs: release });
  client = open();
});

afterAll(async () => {
  client.close();
  await destination[Symbol.asyncDispose]();
});

function open(gate?: Leadership): EtcdClient {
  const access = { tls: undefined, user: undefined, password: undefined, gate };
  return new EtcdClient({ endpoints: destination.endpoints, ...access });
}

/** A key that no other test uses. */
function newKey() {
  cluster += 1n;
  return leaderKey(CHECKPOINT_PREFIX, cluster);
}

function replica(name: string) {
  return { id: `id of ${name}`, name, url: `http://${name}:9380` };
}

async function lead(key: ReturnType<typeof newKey>, name: string, ttlSeconds: number) {
  const mandate = await campaign(client, key, replica(name), ttlSeconds);
  if (mandate === undefined) throw new Error(`${name} does not lead`);
  const options = { client, key, replica: replica(name), ttlSeconds, logger };
  return { leadership: new Leadership(options, mandate), mandate };
}

async function leaseIds(): Promise<Set<bigint>> {
  return new Set(((await client.leases()).leases ?? []).map(({ ID }) => toBigInt(ID)));
}

function codeOf(attempt: () => void): string {
  try {
    attempt();
    return 'none';
  } catch (error) {
    return error instanceof SyncerError ? error.code : String(error);
  }
}

describe('leadership', () => {
  test('is won by one of several, and the others leave no lease behind', async () => {
    const key = newKey();
    const before = await leaseIds();
    const names = ['a', 'b', 'c', 'd'];
    const mandates = await Promise.all(
      names.map(name => campaign(client, key, replica(name), LONG_TTL)),
    );
    const won = mandates.filter(mandate => mandate !== undefined);
    expect(won).toHaveLength(1);
    const leader = await readLeader(client, key);
    expect(leader?.createRevision).toBe(won[0]?.createRevision);
    expect((await leaseIds()).size).toBe(before.size + 1);
  });

  test('is kept for longer than its lease, and ends at once when it is given up', async () => {
    const key = newKey();
    const { leadership, mandate } = await lead(key, 'a', SHORT_TTL);
    leadership.start(() => undefined);
    const end = mandate.grantedAtMs + 2 * SHORT_TTL * 1_000;
    await until(() => performance.now() > end, 'two lifetimes of the lease');
    expect((await readLeader(client, key))?.createRevision).toBe(mandate.createRevision);
    await leadership.resign();
    expect(await readLeader(client, key)).toBeUndefined();
    expect(leadership.isHeld).toBe(false);
  });

  test('that lapsed is taken again, with another fence', async () => {
    const key = newKey();
    const { leadership, mandate } = await lead(key, 'a', LONG_TTL);
    await client.leaseRevoke(toLong(mandate.leaseId));
    leadership.start(() => undefined);
    await until(async () => (await readLeader(client, key)) !== undefined, 'the key');
    await until(() => leadership.fence.createRevision > mandate.createRevision, 'the fence');
    expect(leadership.isHeld).toBe(true);
    await leadership.resign();
  });

  test('whose answers are lost is not kept by requests that arrive all the same', async () => {
    const key = newKey();
    const [url = ''] = destination.endpoints;
    await using link = await FaultLink.start(url);
    const access = { tls: undefined, user: undefined, password: undefined, deadlineMs: 500 };
    const linked = new EtcdClient({ endpoints: [link.url], ...access });
    const mandate = await campaign(linked, key, replica('a'), LOST_TTL);
    if (mandate === undefined) throw new Error('a does not lead');
    const options = { client: linked, key, replica: replica('a'), ttlSeconds: LOST_TTL, logger };
    const leadership = new Leadership(options, mandate);
    leadership.start(() => undefined);
    link.set({ holds: 'answers' });
    await until(() => !leadership.isHeld, 'the leadership to lapse');
    const left: number[] = [];
    await until(async () => {
      const { TTL } = await client.leaseTimeToLive(toLong(mandate.leaseId), false);
      left.push(toNumber(TTL));
      return (await readLeader(client, key)) === undefined;
    }, 'the lease to expire');
    // One keepalive may have been on its way when it lapsed.
    const later = left.slice(2);
    expect(later).toEqual(later.toSorted((a, b) => b - a));
    link.set({});
    await until(() => leadership.isHeld, 'it to be taken again');
    await leadership.resign();
    linked.close();
  });

  test('is lost to another, after which nothing that changes something leaves the client', async () => {
    const key = newKey();
    const { leadership, mandate } = await lead(key, 'a', LONG_TTL);
    const gated = open(leadership);
    const kept = await gated.leaseGrant(toLong(0n), LONG_TTL);
    await client.leaseRevoke(toLong(mandate.leaseId));
    const other = await lead(key, 'b', LONG_TTL);
    const before = await leaseIds();
    const successor = await new Promise(resolve => leadership.start(resolve));
    expect(successor).toMatchObject({ name: 'b' });
    expect(codeOf(() => leadership.check())).toBe('DEST_FENCED');
    for (const attempt of [
      () => gated.leaseGrant(toLong(0n), LONG_TTL),
      () => gated.leaseRevoke(kept.ID ?? toLong(0n)),
      () => gated.compact(toLong(1n)),
      () => gated.auth('RoleAdd', new Uint8Array(0)),
      () => gated.txn(new Uint8Array(0)),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'DEST_FENCED' });
    }
    expect(await leaseIds()).toEqual(before);
    // Reading harms nobody.
    await gated.leases();
    gated.close();
    await leadership.resign();
    expect((await readLeader(client, key))?.name).toBe('b');
    await other.leadership.resign();
  });

  test('a transaction that arrives when the lease has gone changes nothing', async () => {
    const key = newKey();
    const { leadership, mandate } = await lead(key, 'a', LONG_TTL);
    const checkpointKey = utf8ToByteString('__etcd_syncer__/fence');
    const send = (guardVersion: number) =>
      client.txn(
        encodeTxn(
          {
            checkpointKey,
            guardVersion,
            fence: leadership.fence,
            checkpoint: Buffer.from(String(guardVersion)),
            ops: new Map(),
          },
          txnLimits(128, 1_572_864),
        ),
      );
    expect((await send(0)).succeeded).toBe(true);
    await client.leaseRevoke(toLong(mandate.leaseId));
    expect((await send(1)).succeeded).toBe(false);
    // Nor when another replica leads, which has claimed nothing yet.
    const other = await lead(key, 'b', LONG_TTL);
    expect((await send(1)).succeeded).toBe(false);
    await other.leadership.resign();
    const { kvs } = await client.range({ key: Buffer.from(checkpointKey, 'latin1') });
    expect(Buffer.from(kvs?.[0]?.value ?? []).toString()).toBe('0');
  });
});
