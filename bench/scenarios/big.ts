import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ServiceError, status } from '@grpc/grpc-js';
import type { ByteString } from '../../src/wire/bytes.ts';
import { prefixEnd } from '../../src/wire/bytes.ts';
import { Writer } from '../../src/wire/cursor.ts';
import { writePutOp } from '../../src/wire/txn-encode.ts';
import { LeaseOwner } from '../../test/drills/lease-owner.ts';
import { loadInBulk } from '../bulk-load.ts';
import { pidsOf, startDestination, startSource } from '../clusters.ts';
import { cpuSeconds, Meter } from '../measure.ts';
import { benchKey, benchValue, forEachNumber, PREFIX, RawClient } from '../raw-client.ts';
import { startSyncer } from '../replicas.ts';
import { rounds } from '../rounds.ts';
import type { Figures, Scenario, ScenarioOptions } from '../types.ts';
import { until } from '../until.ts';
import { meanDurations } from './catch-up.ts';

const VALUES = 2_000;
const VALUE_BYTES = 100 * 1024;
const TXNS = 2_000;
const TXN_OPS = 128;
const DELETED = 100_000;
const LEASES = 100_000;
const LEASE_TTL = 60;
const REST_SECONDS = 20;
const IN_FLIGHT = 64;

/** The two clusters with etcd-syncer between them, caught up. */
interface Standby {
  readonly sourceEndpoints: readonly string[];
  readonly source: RawClient;
  readonly destination: RawClient;
  readonly replicaPid: number;
}

export const big: Scenario = {
  name: 'big',
  what: 'Large values, large transactions, a large delete, many leases: seconds from the first request at the source until all is at the destination.',
  run,
};

async function run(options: ScenarioOptions): Promise<void> {
  const scaled = (count: number): number =>
    Math.max(100, Math.round(count * Math.min(1, options.scale)));
  await rounds(options, {
    [`values of ${VALUE_BYTES / 1024} KB`]: () => largeValues(options, scaled(VALUES)),
    [`transactions of ${TXN_OPS} puts`]: () => largeTxns(options, scaled(TXNS)),
    'delete of a prefix': () => prefixDelete(options, scaled(DELETED)),
    [`leases of ${LEASE_TTL} s`]: () => manyLeases(options, scaled(LEASES)),
  });
}

function largeValues(options: ScenarioOptions, count: number): Promise<Figures> {
  const value = Buffer.alloc(VALUE_BYTES, 'v');
  return following(options, 0, async ({ source, destination }) => {
    await forEachNumber(0, count, IN_FLIGHT, number => source.put(benchKey(number), value));
    await until(async () => (await destination.count()) === count);
    return { mb: (count * VALUE_BYTES) / 1024 ** 2 };
  });
}

function largeTxns(options: ScenarioOptions, count: number): Promise<Figures> {
  return following(options, 0, async ({ source, destination }) => {
    await forEachNumber(0, count, IN_FLIGHT, async number => {
      const request = new Writer(32 * 1024);
      for (let i = 0; i < TXN_OPS; i += 1) {
        const key = number * TXN_OPS + i;
        writePutOp(request, benchKey(key), benchValue(key), 0n);
      }
      await source.txn(request.finish());
    });
    await until(async () => (await destination.count()) === count * TXN_OPS);
    return { puts: count * TXN_OPS };
  });
}

function prefixDelete(options: ScenarioOptions, keys: number): Promise<Figures> {
  return following(options, keys, async ({ source, destination }) => {
    const start = PREFIX as ByteString;
    const request = new Writer().byteStringField(1, start);
    request.byteStringField(2, prefixEnd(start) ?? start);
    await source.call('KV/DeleteRange', request.finish());
    await until(async () => (await destination.count()) === 0);
    return { keys };
  });
}

/** Grants with a key each, kept alive by their owner, then nothing else for a while, then all are revoked. */
function manyLeases(options: ScenarioOptions, count: number): Promise<Figures> {
  return following(options, 0, async ({ sourceEndpoints, source, destination, replicaPid }) => {
    await using owner = await LeaseOwner.start(sourceEndpoints, LEASE_TTL);
    const started = performance.now();
    await forEachNumber(0, count, IN_FLIGHT, async number => {
      const id = BigInt(number + 1);
      const ttl = BigInt(LEASE_TTL);
      await source.call(
        'Lease/LeaseGrant',
        new Writer().int64Field(1, ttl).int64Field(2, id).finish(),
      );
      owner.own(String(id));
      const put = new Writer()
        .byteStringField(1, benchKey(number))
        .bytesField(2, benchValue(number));
      await source.call('KV/Put', put.int64Field(3, id).finish());
    });
    await until(async () => (await destination.count()) === (await source.count()));
    const grantSeconds = (performance.now() - started) / 1_000;
    const before = cpuSeconds(replicaPid);
    await sleep(REST_SECONDS * 1_000);
    const restCpu = cpuSeconds(replicaPid) - before;
    const revoked = performance.now();
    let ran_out = 0;
    await forEachNumber(0, count, IN_FLIGHT, async number => {
      const id = BigInt(number + 1);
      owner.disown(String(id));
      try {
        await source.call('Lease/LeaseRevoke', new Writer().int64Field(1, id).finish());
      } catch (error) {
        // On a machine that does all of this an owner may be late.
        if ((error as ServiceError).code !== status.NOT_FOUND) throw error;
        ran_out += 1;
      }
    });
    await until(async () => (await destination.count()) === 0);
    return {
      leases: count,
      ran_out,
      grants_per_s: count / grantSeconds,
      rest_cpu_share: restCpu / REST_SECONDS,
      revokes_per_s: (1_000 * (count - ran_out)) / (performance.now() - revoked),
    };
  });
}

async function following(
  options: ScenarioOptions,
  keys: number,
  act: (standby: Standby) => Promise<Figures>,
): Promise<Figures> {
  await using from = await startSource(options);
  await using to = await startDestination(options);
  const [source, destination] = [from.endpoints[0] ?? '', to.endpoints[0] ?? ''].map(
    endpoint => new RawClient(endpoint),
  ) as [RawClient, RawClient];
  try {
    await loadInBulk(from.endpoints[0] ?? '', keys, 128);
    await using replica = await startSyncer(from, to, options.profileDir);
    await replica.syncer.caughtUp();
    const meter = new Meter({ replica: replica.pid, destination: pidsOf(to) });
    const started = performance.now();
    const figures = await act({
      ...{ source, destination, replicaPid: replica.pid },
      sourceEndpoints: from.endpoints,
    });
    const seconds = (performance.now() - started) / 1_000;
    const { stall_p999_ms = Number.NaN } = await meanDurations(replica.syncer);
    return { seconds, ...figures, stall_p999_ms, ...meter.read() };
  } finally {
    source.close();
    destination.close();
  }
}
